#include "tools/demo_site/site_files.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <unistd.h>

#include <fmt/format.h>

#include "firmware/host/entropy/os_entropy.hpp"
#include "tools/demo_site/child_process.hpp"
#include "tools/demo_site/shelves.hpp"

namespace tally::demo {

namespace {

namespace fs = std::filesystem;

Result<void> write_file(const fs::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::trunc);
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    file << text;
    file.close();
    if (!file) {
        return fail(ErrorKind::exhausted, "cannot write " + path.string());
    }
    return {};
}

std::string new_secret() {
    host::OsEntropy entropy;
    const std::uint64_t high = entropy.next_u64();
    const std::uint64_t low = entropy.next_u64();
    return fmt::format("{:016x}{:016x}", high, low);
}

std::string site_toml() {
    std::string text = fmt::format(
        "[site]\nid = \"{}\"\nown_prefixes = [\"{}\"]\nhandover_limit_s = 60\n"
        "pallet_quorum_percent = 60\n\n[[edge]]\nid = \"{}\"\n\n[[edge]]\nid = \"{}\"\n",
        kSite, kOwnPrefix, kBack, kShop);
    for (const std::string_view place : {"back.hall", "shop.floor"}) {
        text += fmt::format("\n[[place]]\nid = \"{}\"\nedge = \"{}\"\n", place, owner_of(place));
    }
    constexpr std::string_view kSides =
        "[{port = 1, side = \"outer\"}, {port = 2, side = \"inner\"}]";
    for (const DemoGate& gate : kGates) {
        text += fmt::format(
            "\n[[gate]]\nid = \"{}\"\nedge = \"{}\"\nouter = \"{}\"\ninner = \"{}\"\n"
            "reader = \"{}\"\nantennas = {}\nphoto_eyes = {}\n",
            gate.id, gate.edge, gate.outer, gate.inner, gate.reader, kSides, kSides);
    }
    return text + shelves_site_toml(kBack);
}

/// What stands alike in every box's file.
std::string box_toml(std::string_view box, std::uint16_t broker, std::uint16_t api) {
    return fmt::format(
        "\n[broker]\nhost = \"127.0.0.1\"\nport = {}\nuser = \"{}\"\n"
        "password_file = \"{}.password\"\n\n[api]\nhost = \"127.0.0.1\"\nport = {}\n"
        "port_file = \"{}.port\"\ntoken_file = \"tokens.toml\"\n",
        broker, box, box, api, box);
}

std::string edge_toml(std::string_view edge, const SitePorts& ports) {
    std::string text = fmt::format(
        "site_file = \"site.toml\"\n\n[edge]\nid = \"{}\"\ndatabase = \"{}.db\"\n", edge, edge);
    text += box_toml(edge, ports.broker, edge == kBack ? ports.back_api : ports.shop_api);
    for (std::size_t i = 0; i < kGates.size(); ++i) {
        if (kGates[i].edge == edge) {
            text += fmt::format("\n[[reader]]\nid = \"{}\"\nhost = \"127.0.0.1\"\nport = {}\n",
                                kGates[i].reader, ports.readers[i]);
        }
    }
    return edge == kBack ? text + shelves_edge_toml(ports.rack) : text;
}

std::string bridge_toml(const SitePorts& ports) {
    return "site_file = \"site.toml\"\n\n[bridge]\ndatabase = \"bridge.db\"\n" +
           box_toml(kBridge, ports.broker, ports.bridge_api);
}

std::string mosquitto_conf(const fs::path& folder, std::uint16_t port) {
    // Named user: started by root it would else become one that cannot read these files.
    const std::string user = ::geteuid() == 0 ? "user root\n" : "";
    return fmt::format(
        "listener {} 127.0.0.1\npersistence false\nset_tcp_nodelay true\n"
        "max_queued_messages 100000\nallow_anonymous false\npassword_file {}\nacl_file {}\n"
        "log_dest stderr\n{}",
        port, (folder / "passwords").string(), (folder / "acl").string(), user);
}

/// The rights of design 8: an edge writes what is its own and reads what is for it.
std::string broker_rights() {
    std::string text;
    for (const std::string_view edge : {kBack, kShop}) {
        const std::string root = fmt::format("tally/v1/{}/{}", kSite, edge);
        text += fmt::format("user {}\n", edge);
        for (const std::string_view kind : {"birth", "death", "delta", "snapshot", "out/#"}) {
            text += fmt::format("topic write {}/{}\n", root, kind);
        }
        for (const std::string_view kind : {"ack", "cmd", "in/#"}) {
            text += fmt::format("topic read {}/{}\n", root, kind);
        }
    }
    text += fmt::format("user {}\n", kBridge);
    for (const std::string_view kind : {"birth", "death", "delta", "snapshot"}) {
        text += fmt::format("topic read tally/v1/+/+/{}\n", kind);
    }
    for (const std::string_view kind : {"ack", "cmd"}) {
        text += fmt::format("topic write tally/v1/+/+/{}\n", kind);
    }
    return text;
}

Result<void> write_broker_secrets(const fs::path& folder) {
    std::string passwords;
    for (const std::string_view box : {kBack, kShop, kBridge}) {
        const std::string secret = new_secret();
        passwords += fmt::format("{}:{}\n", box, secret);
        TALLY_TRY(write_file(folder / fmt::format("{}.password", box), secret + "\n"));
    }
    TALLY_TRY(write_file(folder / "passwords", passwords));
    constexpr Duration kLimit = std::chrono::seconds(20);
    const ChildSpec hash{{"mosquitto_passwd", "-U", (folder / "passwords").string()},
                         folder / "mosquitto_passwd.log"};
    TALLY_TRY_ASSIGN(const int code, run_to_end(hash, kLimit));
    if (code != 0) {
        return fail(ErrorKind::unsupported,
                    "mosquitto_passwd failed; run tools/setup, which installs mosquitto");
    }
    return {};
}

}  // namespace

std::string_view owner_of(std::string_view place) {
    const bool is_slot = std::any_of(kSlots.begin(), kSlots.end(),
                                     [&](const DemoSlot& slot) { return slot.place == place; });
    if (place == "back.hall" || is_slot) {
        return kBack;
    }
    return place == "shop.floor" ? kShop : std::string_view();
}

std::filesystem::path config_file(const fs::path& folder, std::string_view box) {
    return folder / fmt::format("{}.toml", box);
}

std::filesystem::path broker_config(const fs::path& folder) {
    return folder / "mosquitto.conf";
}

std::filesystem::path token_file(const fs::path& folder, std::string_view user) {
    return folder / fmt::format("{}.token", user);
}

Result<void> write_site_files(const fs::path& folder, const SitePorts& ports) {
    std::string users;
    for (const std::string_view user : {kManager, kSecondManager}) {
        const std::string token = new_secret();
        TALLY_TRY(write_file(token_file(folder, user), token + "\n"));
        users += fmt::format("[[user]]\nname = \"{}\"\nrole = \"manager\"\ntoken = \"{}\"\n\n",
                             user, token);
    }
    TALLY_TRY(write_file(folder / "tokens.toml", users));
    TALLY_TRY(write_file(folder / "site.toml", site_toml()));
    TALLY_TRY(write_file(folder / "laumas.toml", std::string(shelves_register_map())));
    TALLY_TRY(write_file(config_file(folder, kBack), edge_toml(kBack, ports)));
    TALLY_TRY(write_file(config_file(folder, kShop), edge_toml(kShop, ports)));
    TALLY_TRY(write_file(config_file(folder, kBridge), bridge_toml(ports)));
    TALLY_TRY(write_file(broker_config(folder), mosquitto_conf(folder, ports.broker)));
    TALLY_TRY(write_file(folder / "acl", broker_rights()));
    return write_broker_secrets(folder);
}

}  // namespace tally::demo
