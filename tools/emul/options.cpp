#include "tools/emul/options.hpp"

#include <charconv>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tools/emul/lists.hpp"

namespace tally::emul {
namespace {

constexpr const char* kAbout =
    R"(Emulates RFID readers (LLRP), weighing shelves and relay modules (Modbus TCP and RTU) and label
printers (ZPL) on real sockets and pseudo-terminals, and automated vehicles (VDA 5050) on a broker.

Examples:
  One reader on any free port; its port is on the first line of output, as JSON:
      tally-emul
  Three gates with known ports, driven by lines on standard input:
      tally-emul --reader g1=5084 --reader g2=5085 --reader g3=5086 --stdin
      {"reader":"g1","verb":"tag_seen","epc":"3034F87A4049E3400000BEEF","antenna":1,"rssi_dbm":-52}
  Play real captures as a reader, while a client reads:
      tally-emul --replay captures/roAccessReports
  A reader that tears its frames and forgets fields, and a timed scene:
      tally-emul --fault segment_bytes=3 --fault omit_repeated --scene scene.jsonl --exit-after-scene
  A rack of two Laumas instruments and one with floats, loaded with 2.5 kg:
      tally-emul --rack r1=1502/1,2,3:eagle --stdin
      {"verb":"shelf_load","shelf":"r1","unit":1,"mg":2500000}
  The same on a serial line; its device, e.g. /dev/pts/3, is on the first line of output:
      tally-emul --rack r1=rtu/1,2,3:eagle
  A relay module with a light stack and a barrier (coils 0 to 2 and 3):
      tally-emul --rack gate=1503/9:relays --stdin
      {"verb":"shelf_relays","shelf":"gate","unit":9}
  An RFID label printer; the last label that came out, with what its tag carries:
      tally-emul --printer desk=9100 --stdin
      {"verb":"printer_label","printer":"desk"}
  Two vehicles on a broker, standing at nodes a and b; the second one gets stuck:
      tally-emul --broker 127.0.0.1:1883 --agv cart1@a --agv cart2@b,4.0,0 --stdin
      {"verb":"agv_fault","agv":"cart2","fault":"stuck"}
  A slow one of VDA 5050 2.1 with a nearly empty battery that is unsure where it is:
      tally-emul --agv cart1@a:version=2.1.0:speed_mm_s=600:charge=25:noise_mm=15
)";

struct Raw {
    std::vector<std::string> readers, racks, printers, agvs, faults, replays;
    std::string broker;
    std::string replay_mode = "session";
    std::optional<std::uint16_t> control_port;
    bool list_verbs = false;
    bool list_faults = false;
};

/// Text before and after a sign; the second is empty if the sign does not occur.
std::pair<std::string, std::string> split(const std::string& text, char sign) {
    const std::size_t at = text.find(sign);
    return at == std::string::npos ? std::pair{text, std::string()}
                                   : std::pair{text.substr(0, at), text.substr(at + 1)};
}

template <typename Number>
bool read_number(const std::string& text, Number& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

Result<void> add_readers(const Raw& raw, Options& options) {
    const bool by_default =
        raw.readers.empty() && raw.racks.empty() && raw.printers.empty() && raw.agvs.empty();
    const std::vector<std::string> names =
        by_default ? std::vector<std::string>{"reader1"} : raw.readers;
    for (const std::string& text : names) {
        const auto [name, port_text] = split(text, '=');
        ReaderWish wish;
        wish.setup.name = name;
        wish.at = {options.host, 0};
        if (name.empty() || (!port_text.empty() && !read_number(port_text, wish.at.port))) {
            return fail(ErrorKind::malformed,
                        fmt::format("--reader {}: say NAME or NAME=PORT, e.g. g1=5084", text));
        }
        options.readers.push_back(std::move(wish));
    }
    return {};
}

/// "1,2:eagle,9:relays" into the wish; false if it is none of that.
bool read_units(const std::string& text, RackWish& wish) {
    std::string rest = text.empty() ? "1,2,3,4" : text;
    while (!rest.empty()) {
        const auto [unit, others] = split(rest, ',');
        const auto [id_text, make_text] = split(unit, ':');
        std::uint8_t id = 0;
        const auto make = sim::shelf_make_from(make_text.empty() ? "laumas" : make_text);
        const bool is_relays = make_text == "relays";
        if (!read_number(id_text, id) || id > 247 || (!make && !is_relays)) {
            return false;
        }
        if (is_relays) {
            wish.relays.push_back(id);
        } else {
            wish.units.emplace_back(id, *make);
        }
        rest = others;
    }
    return true;
}

Result<void> add_racks(const Raw& raw, Options& options) {
    for (const std::string& text : raw.racks) {
        const auto [address, units_text] = split(text, '/');
        const auto [name, port_text] = split(address, '=');
        RackWish wish{name, {options.host, 0}, port_text == "rtu", {}, {}};
        if (name.empty() || !read_units(units_text, wish) ||
            (!port_text.empty() && !wish.serial && !read_number(port_text, wish.at.port))) {
            return fail(ErrorKind::malformed,
                        fmt::format("--rack {}: say NAME, NAME=PORT or NAME=rtu, and /UNITS behind "
                                    "it, e.g. r1=1502/1,2:eagle,3:raw,9:relays",
                                    text));
        }
        options.racks.push_back(std::move(wish));
    }
    return {};
}

Result<void> add_printers(const Raw& raw, Options& options) {
    for (const std::string& text : raw.printers) {
        const auto [name, port_text] = split(text, '=');
        PrinterWish wish{name, {options.host, 0}};
        if (name.empty() || (!port_text.empty() && !read_number(port_text, wish.at.port))) {
            return fail(ErrorKind::malformed,
                        fmt::format("--printer {}: say NAME or NAME=PORT, e.g. desk=9100", text));
        }
        options.printers.push_back(std::move(wish));
    }
    return {};
}

bool read_metres(const std::string& text, double& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value > -1e6 && value < 1e6;
}

/// "charge=25" of a vehicle; a fault's name is a key, too.
Result<void> set_trait(sim::agv::Setup& setup, const std::string& text) {
    const auto [key, value_text] = split(text, '=');
    if (key == "version") {
        if (value_text != "2.0.0" && value_text != "2.1.0") {
            return fail(ErrorKind::malformed, "its version is 2.0.0 or 2.1.0, not " + value_text);
        }
        setup.version = value_text;
        return {};
    }
    if (key == "charger" || key == "load") {
        const auto [x, y] = split(value_text, '/');
        sim::agv::Spot spot;
        spot.kind = key == "load" ? sim::agv::Spot::Kind::load : sim::agv::Spot::Kind::charger;
        if (!read_metres(x, spot.x) || !read_metres(y, spot.y)) {
            return fail(ErrorKind::malformed,
                        "'" + text + "': say where it is in metres, X/Y, e.g. charger=4.0/1.5");
        }
        setup.spots.push_back(spot);
        return {};
    }
    std::int64_t value = 0;
    if (!read_number(value_text, value) || value < 0) {
        return fail(ErrorKind::malformed,
                    "'" + text + "': say KEY=VALUE with a whole number, e.g. charge=25");
    }
    if (key == "speed_mm_s" || key == "acceleration_mm_s2") {
        if (value == 0 || value > 10'000) {
            return fail(ErrorKind::malformed, key + " is 1 to 10000");
        }
        (key == "speed_mm_s" ? setup.speed : setup.acceleration) =
            static_cast<double>(value) / 1000;
        return {};
    }
    if (key == "charge") {
        if (value > 100) {
            return fail(ErrorKind::malformed, "charge is 0 to 100 percent");
        }
        setup.charge = static_cast<double>(value);
        return {};
    }
    if (key == "seed") {
        setup.seed = static_cast<std::uint64_t>(value);
        return {};
    }
    return sim::agv::set_fault(setup.faults, key, value);
}

Result<void> add_agvs(const Raw& raw, Options& options) {
    for (const std::string& text : raw.agvs) {
        const auto [who, traits] = split(text, ':');
        const auto [name, place] = split(who, '@');
        const auto [node, at] = split(place, ',');
        const auto [x, y] = split(at, ',');
        sim::agv::Setup setup;
        setup.serial = name;
        setup.node = node;
        setup.seed = options.seed + options.agvs.size();
        for (std::string rest = traits; !rest.empty();) {
            const auto [trait, others] = split(rest, ':');
            if (const auto set = set_trait(setup, trait); !set) {
                return fail("--agv " + text, set.error());
            }
            rest = others;
        }
        if (name.empty() || node.empty() ||
            (!at.empty() && !(read_metres(x, setup.x) && read_metres(y, setup.y)))) {
            return fail(ErrorKind::malformed,
                        fmt::format("--agv {}: say NAME@NODE or NAME@NODE,X,Y in metres, and "
                                    ":KEY=VALUE behind it, e.g. cart1@a,4.0,0:charge=25",
                                    text));
        }
        options.agvs.push_back(std::move(setup));
    }
    const auto [host, port_text] = split(raw.broker, ':');
    if (!raw.broker.empty()) {
        options.broker.host = host;
        if (host.empty() || !read_number(port_text, options.broker.port)) {
            return fail(ErrorKind::malformed, "--broker: say HOST:PORT, e.g. 127.0.0.1:1883");
        }
    }
    return {};
}

/// The readers that "name:rest" or plain "rest" means, with the rest.
Result<std::pair<std::vector<ReaderWish*>, std::string>> addressed(Options& options,
                                                                   const std::string& text,
                                                                   char sign) {
    const auto [name, rest] = split(text, sign);
    std::vector<ReaderWish*> all;
    for (ReaderWish& wish : options.readers) {
        if (!rest.empty() && wish.setup.name == name) {
            return std::pair{std::vector<ReaderWish*>{&wish}, rest};
        }
        all.push_back(&wish);
    }
    return std::pair{all, text};
}

Result<void> add_faults(const Raw& raw, Options& options) {
    for (const std::string& text : raw.faults) {
        TALLY_TRY_ASSIGN(const auto wanted, addressed(options, text, ':'));
        const auto [name, value_text] = split(wanted.second, '=');
        std::int64_t value = 1;
        if (!value_text.empty() && !read_number(value_text, value)) {
            return fail(ErrorKind::malformed, "--fault " + text + ": the value is no whole number");
        }
        for (ReaderWish* wish : wanted.first) {
            if (const auto set = sim::set_fault(wish->setup.faults, name, value); !set) {
                return fail("--fault " + text, set.error());
            }
        }
    }
    for (const std::string& text : raw.replays) {
        TALLY_TRY_ASSIGN(const auto wanted, addressed(options, text, '='));
        for (ReaderWish* wish : wanted.first) {
            wish->replay = wanted.second;
        }
    }
    return {};
}

Result<void> finish(const Raw& raw, Options& options) {
    TALLY_TRY(add_readers(raw, options));
    TALLY_TRY(add_racks(raw, options));
    TALLY_TRY(add_printers(raw, options));
    TALLY_TRY(add_agvs(raw, options));
    TALLY_TRY(add_faults(raw, options));
    options.control_port = raw.control_port;
    options.replay_mode = raw.replay_mode == "verbatim" ? sim::llrp::Playlist::Mode::verbatim
                                                        : sim::llrp::Playlist::Mode::session;
    if (options.scene.empty() && (options.exit_after_scene || options.scene_when_reading)) {
        return fail(ErrorKind::malformed, "there is no --scene to wait for");
    }
    return {};
}

void describe(CLI::App& app, Raw& raw, Options& options) {
    app.add_option("--reader", raw.readers, "NAME or NAME=PORT (0: any); may be repeated");
    app.add_option("--rack", raw.racks,
                   "NAME[=PORT|=rtu][/UNITS] of shelves and relay modules over Modbus TCP, or RTU "
                   "on a pseudo-terminal; may be repeated");
    app.add_option("--printer", raw.printers, "NAME or NAME=PORT (0: any); may be repeated");
    app.add_option("--agv", raw.agvs,
                   "NAME@NODE[,X,Y][:KEY=VALUE...] (metres): a vehicle by VDA 5050 on the broker; "
                   "may be repeated");
    app.add_option("--broker", raw.broker, "HOST:PORT of the vehicles' broker (127.0.0.1:1883)");
    app.add_option("--host", options.host, "address to listen on");
    app.add_option("--fault", raw.faults, "[NAME:]FAULT[=VALUE] from the start; may be repeated");
    app.add_option("--replay", raw.replays, "[NAME=]PATH of raw LLRP frames or *.bytes payloads");
    app.add_option("--replay-mode", raw.replay_mode, "session, or verbatim: bytes as captured")
        ->check(CLI::IsMember({"session", "verbatim"}));
    app.add_option("--replay-gap-ms", options.replay_gap_ms, "between two played frames")
        ->check(CLI::Range(0, 3'600'000));
    app.add_option("--replay-rounds", options.replay_rounds, "how often to play; 0: for ever")
        ->check(CLI::Range(0, 1'000'000));
    app.add_option("--scene", options.scene, "file of commands with at_ms, one JSON object a line");
    app.add_flag("--scene-when-reading", options.scene_when_reading,
                 "start the scene once every reader has been told to read");
    app.add_flag("--exit-after-scene", options.exit_after_scene,
                 "leave when the scene is over and nobody walks; 1 if a command was refused");
    app.add_flag("--stdin", options.from_stdin, "take commands from standard input; its end ends");
    app.add_option("--control", raw.control_port, "take commands on this TCP port (0: any)");
    app.add_option("--seed", options.seed, "of the world's chances");
    app.add_option("--shadow-divisor", options.world.shadow_divisor,
                   "one tag in twenty answers so many times less often than the others")
        ->check(CLI::Range(1, 1'000))
        ->capture_default_str();
    app.add_flag("--quiet", options.quiet, "print answers and the first line only, no events");
    app.add_flag("--list-faults", raw.list_faults, "print the faults and leave");
    app.add_flag("--verbs", raw.list_verbs, "print the verbs of all devices and leave");
}

}  // namespace

Parsed parse_options(int argc, const char* const* argv) {
    constexpr int kBadUsage = 2;
    Raw raw;
    Options options;
    CLI::App app(kAbout, "tally-emul");
    describe(app, raw, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return {std::nullopt, app.exit(error) == 0 ? 0 : kBadUsage};
    }
    if (raw.list_faults || raw.list_verbs) {
        raw.list_faults ? print_faults() : print_verbs();
        return {std::nullopt, 0};
    }
    if (const Result<void> finished = finish(raw, options); !finished) {
        fmt::print(stderr, "tally-emul: {}\nRun tally-emul --help for examples.\n",
                   finished.error().text);
        return {std::nullopt, kBadUsage};
    }
    return {std::move(options), 0};
}

}  // namespace tally::emul
