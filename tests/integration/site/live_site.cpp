#include "tests/integration/site/live_site.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/places.hpp"

namespace tally::test {
namespace {

constexpr const char* kBridge = "bridge";
constexpr const char* kEdges[] = {"back", "shop"};

void write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path) << text;
    std::filesystem::permissions(
        path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

/// Of this build, or of the folder that the environment names (a release, say).
std::string program(const std::string& name) {
    const char* folder = std::getenv("TALLY_PROGRAMS");
    return (folder == nullptr ? build_dir() + "/bin/" : std::string(folder) + "/") + name;
}

/// What a mosquitto client needs to be let in.
std::vector<std::string> login_of(const SitePlan& plan) {
    std::vector<std::string> login;
    if (!plan.broker_user.empty()) {
        login = {"-u", plan.broker_user, "-P", plan.broker_password};
    }
    if (!plan.broker_authority.empty()) {
        login.insert(login.end(), {"--cafile", plan.broker_authority.string()});
    }
    return login;
}

}  // namespace

SitePlan warehouse_plan() {
    SitePlan plan;
    plan.gates = {{"dock", "back", "SUPPLIER", "back.hall"},
                  {"door", "back", "back.hall", "shop.floor"},
                  {"exit", "shop", "CUSTOMER", "shop.floor"}};
    return plan;
}

LiveSite::Folder::Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tally-site-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("cannot make a folder at " + pattern);
    }
    path_ = pattern;
}

LiveSite::Folder::~Folder() {
    if (std::getenv("TALLY_KEEP_SITE") == nullptr) {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
}

LiveSite::LiveSite(SitePlan plan)
    : plan_(std::move(plan)),
      broker_(plan_.broker),
      tap_(folder_.path() / "tap.log", login_of(plan_)) {
    write(folder_.path() / "tokens.toml",
          "[[user]]\nname = \"test\"\nrole = \"manager\"\ntoken = \"0123456789abcdef0123\"\n");
    write_password(plan_.broker_password);
    write_configs();
}

void LiveSite::start_readers(const std::vector<std::string>& options) {
    ProcessSpec spec;
    spec.arguments = {program("tally-emul")};
    spec.log = log("readers");
    for (const GatePlan& gate : plan_.gates) {
        spec.arguments.insert(spec.arguments.end(), {"--reader", gate.id + "-reader"});
    }
    spec.arguments.insert(spec.arguments.end(), options.begin(), options.end());
    Process& emul = processes_["readers"] = Process(spec);
    const bool ready = await(kPatience, [&] {
        return !emul.running() || emul.output().find('\n') != std::string::npos;
    });
    const std::string said = emul.output();
    INFO("tally-emul: " << said);
    REQUIRE(ready);
    const auto first = nlohmann::json::parse(said.substr(0, said.find('\n')));
    use_readers(first.at("readers").get<std::map<std::string, std::uint16_t>>());
}

void LiveSite::use_readers(std::map<std::string, std::uint16_t> ports) {
    reader_ports_ = std::move(ports);
    write_configs();
}

void LiveSite::lead_to_broker(const std::string& box, std::uint16_t port) {
    broker_ports_[box] = port;
    write_configs();
}

void LiveSite::write_password(const std::string& password) const {
    write(folder_.path() / "broker.password", password + "\n");
}

void LiveSite::launch(const std::string& box, std::uint64_t file_bytes_max) {
    ProcessSpec spec = spec_of(box);
    spec.file_bytes_max = file_bytes_max;
    processes_[box] = Process(spec);
}

void LiveSite::await_up(const std::string& box) {
    Process& process = processes_[box];
    const bool told =
        await(kPatience, [&] { return !process.running() || process.has_said(" is up "); });
    INFO(box << " said:\n" << process.output());
    REQUIRE(told);
    REQUIRE(process.running());
}

void LiveSite::start_bridge() {
    launch(kBridge);
    await_up(kBridge);
}

void LiveSite::start_edge(const std::string& edge, std::uint64_t file_bytes_max) {
    launch(edge, file_bytes_max);
    await_up(edge);
}

void LiveSite::stop(const std::string& box) {
    Process& process = processes_[box];
    process.terminate();
    const auto code = process.wait_exit(kPatience);
    INFO(box << " said:\n" << process.output());
    REQUIRE(code.has_value());
    CHECK(*code == 0);
}

void LiveSite::settle(const std::string& edge) {
    constexpr auto kQuiet = std::chrono::milliseconds(2'500);  // a presence ends, batches linger
    std::uint64_t seen = 0;
    auto since = std::chrono::steady_clock::now();
    const bool settled = await(kPatience * 3, [&] {
        const TappedEdge& state = tap_.edge(edge);
        const std::uint64_t now_seen = state.deltas + state.acks.size();
        if (now_seen != seen || state.acknowledged() < state.sent_end) {
            seen = now_seen;
            since = std::chrono::steady_clock::now();
        }
        return std::chrono::steady_clock::now() - since >= kQuiet;
    });
    INFO("edge " << edge << " sent up to " << tap_.edge(edge).sent_end << ", acknowledged up to "
                 << tap_.edge(edge).acknowledged() << "\n"
                 << story());
    REQUIRE(settled);
}

std::filesystem::path LiveSite::database(const std::string& box) const {
    return folder_.path() / (box + ".db");
}

std::filesystem::path LiveSite::config(const std::string& box) const {
    return folder_.path() / (box + ".toml");
}

std::filesystem::path LiveSite::log(const std::string& box) const {
    return folder_.path() / (box + ".log");
}

ProcessSpec LiveSite::spec_of(const std::string& box) const {
    ProcessSpec spec;
    spec.arguments = {program(box == kBridge ? "tally-bridge" : "tallyd"), "--config",
                      config(box).string()};
    spec.log = log(box);
    return spec;
}

std::string LiveSite::story() const {
    constexpr std::size_t kLast = 1'500;
    std::string story;
    for (const auto& [box, process] : processes_) {
        const std::string said = process.output();
        story += "--- " + box + "\n" + said.substr(said.size() - std::min(said.size(), kLast));
    }
    return story;
}

void LiveSite::write_configs() const {
    write(folder_.path() / "site.toml", site_toml());
    write(config(kBridge), box_toml(kBridge));
    for (const char* edge : kEdges) {
        write(config(edge), box_toml(edge));
    }
}

std::string LiveSite::site_toml() const {
    std::string text = "[site]\nid = \"pudong\"\nown_prefixes = [";
    for (const std::string& prefix : plan_.own_prefixes) {
        text += "\"" + prefix + "\", ";
    }
    text += "]\n";
    for (const char* edge : kEdges) {
        text += std::string("[[edge]]\nid = \"") + edge + "\"\n";
    }
    text += "[[place]]\nid = \"back.hall\"\nedge = \"back\"\n";
    text += "[[place]]\nid = \"shop.floor\"\nedge = \"shop\"\n";
    for (const GatePlan& gate : plan_.gates) {
        text += "[[gate]]\nid = \"" + gate.id + "\"\nedge = \"" + gate.edge + "\"\nouter = \"" +
                gate.outer + "\"\ninner = \"" + gate.inner + "\"\nreader = \"" + gate.id +
                "-reader\"\nantennas = [{port = 1, side = \"outer\"}, "
                "{port = 2, side = \"inner\"}]\n" +
                gate.more;
    }
    return text;
}

std::string LiveSite::box_toml(const std::string& box) const {
    std::string text = "site_file = \"site.toml\"\n";
    text += box == kBridge ? "[bridge]\n" : "[edge]\nid = \"" + box + "\"\n";
    const auto way = broker_ports_.find(box);
    const std::uint16_t broker_port = way == broker_ports_.end() ? broker_.port() : way->second;
    text += "database = \"" + box +
            ".db\"\n[broker]\nhost = \"127.0.0.1\"\nport = " + std::to_string(broker_port) + "\n";
    if (!plan_.broker_user.empty()) {
        text += "user = \"" + plan_.broker_user + "\"\npassword_file = \"broker.password\"\n";
    }
    if (!plan_.broker_authority.empty()) {
        text += "ca_file = \"" + plan_.broker_authority.string() + "\"\n";
    }
    text += "[api]\nport_file = \"" + box + ".port\"\ntoken_file = \"tokens.toml\"\n";
    std::uint16_t nobody = 9;  // and up: a reader's address is its own
    for (const GatePlan& gate : plan_.gates) {
        const auto port = reader_ports_.find(gate.id + "-reader");
        if (gate.edge == box) {
            text += "[[reader]]\nid = \"" + gate.id + "-reader\"\nhost = \"127.0.0.1\"\nport = " +
                    std::to_string(port == reader_ports_.end() ? nobody++ : port->second) + "\n";
        }
    }
    return text;
}

}  // namespace tally::test
