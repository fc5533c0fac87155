// tally-emul: emulated RFID readers, weighing shelves, printers and vehicles on real sockets.
// Arguments -> stage -> loop.
#include <map>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "firmware/host/loop/loop.hpp"
#include "firmware/host/mqtt/paho_message_bus.hpp"
#include "firmware/host/net/tcp.hpp"
#include "tools/emul/control.hpp"
#include "tools/emul/options.hpp"
#include "tools/emul/play.hpp"
#include "tools/emul/serial_line.hpp"

namespace tally::emul {
namespace {

/// One line to standard output, at once: scripts wait for it.
void print_line(const std::string& line) {
    fmt::print("{}\n", line);
    std::fflush(stdout);
}

Result<void> add_readers(Stage& stage, const Options& options) {
    for (const ReaderWish& wish : options.readers) {
        TALLY_TRY(stage.add_reader(wish.setup, wish.at));
        if (wish.replay.empty()) {
            continue;
        }
        TALLY_TRY_ASSIGN(auto playlist, sim::llrp::load_playlist(wish.replay, options.replay_mode));
        playlist.gap = std::chrono::milliseconds(options.replay_gap_ms);
        playlist.rounds = options.replay_rounds;
        stage.reader(wish.setup.name)->play(std::move(playlist));
    }
    return {};
}

using SerialLines = std::map<std::string, std::unique_ptr<SerialLine>>;

Result<sim::ShelfRack*> add_rack(Stage& stage, const RackWish& wish, host::Loop& loop,
                                 SerialLines& lines) {
    if (!wish.serial) {
        return stage.add_rack(wish.name, wish.at);
    }
    TALLY_TRY_ASSIGN(sim::ShelfRack* const rack, stage.add_serial_rack(wish.name));
    TALLY_TRY_ASSIGN(auto opened, SerialLine::open(loop));
    SerialLine* const line = opened.get();
    sim::ModbusSerial& end = rack->serve_serial([line](ByteView bytes) { line->say(bytes); });
    line->on_bytes([&end](ByteView bytes) { end.on_bytes(bytes); });
    lines[wish.name] = std::move(opened);
    return rack;
}

Result<void> add_racks(Stage& stage, const Options& options, host::Loop& loop, SerialLines& lines) {
    for (const RackWish& wish : options.racks) {
        TALLY_TRY_ASSIGN(sim::ShelfRack* const rack, add_rack(stage, wish, loop, lines));
        for (const auto& [id, make] : wish.units) {
            sim::ShelfUnit::Setup setup;
            setup.make = make;
            rack->add(id, setup);
        }
        for (const std::uint8_t id : wish.relays) {
            rack->add_relays(id);
        }
    }
    return {};
}

void announce(const Stage& stage, const SerialLines& lines, const ControlPort* control) {
    nlohmann::ordered_json ready{{"ready", true}};
    for (const auto& [name, reader] : stage.readers()) {
        ready["readers"][name] = reader->bound().port;
    }
    for (const auto& [name, rack] : stage.racks()) {
        const auto line = lines.find(name);
        if (line != lines.end()) {
            ready["racks"][name] = line->second->device();
        } else {
            ready["racks"][name] = rack->bound().port;
        }
    }
    for (const auto& [name, printer] : stage.printers()) {
        ready["printers"][name] = printer->bound().port;
    }
    for (const auto& [name, agv] : stage.agvs()) {
        ready["agvs"].push_back(name);
    }
    if (control != nullptr) {
        ready["control"] = control->port();
    }
    print_line(ready.dump());
}

/// Whether the loop can wait for it: a pipe, a socket or a terminal, no file and no /dev/null.
bool can_be_waited_for(int fd) {
    struct stat status {};
    return ::fstat(fd, &status) == 0 &&
           (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || ::isatty(fd) == 1);
}

Result<void> run(const Options& options) {
    host::Loop loop;
    host::TcpAcceptor acceptor(loop);
    const LineSink events = options.quiet ? LineSink([](const std::string&) {}) : print_line;
    const Stage::Ports ports{loop, loop, acceptor};
    std::vector<std::unique_ptr<host::PahoMessageBus>> buses;  // Outlive the vehicles.
    SerialLines lines;  // Outlive the racks, which speak on them.
    Stage stage(ports, options.seed, events, options.world);
    stage.on_quit = [&] { loop.stop(); };
    loop.on_stop_signal([&](int) { loop.stop(); });
    std::vector<Command> scene;
    if (!options.scene.empty()) {
        TALLY_TRY_ASSIGN(scene, read_scene(options.scene));
    }
    TALLY_TRY(add_readers(stage, options));
    TALLY_TRY(add_racks(stage, options, loop, lines));
    for (const PrinterWish& wish : options.printers) {
        TALLY_TRY(stage.add_printer(wish.name, wish.at));
    }
    for (const sim::agv::Setup& setup : options.agvs) {
        buses.push_back(std::make_unique<host::PahoMessageBus>(
            loop, host::MqttOptions{.broker = options.broker}));
        TALLY_TRY(stage.add_agv(setup, *buses.back()));
    }

    std::unique_ptr<ControlPort> control;
    if (options.control_port) {
        control = std::make_unique<ControlPort>(loop, stage);
        TALLY_TRY(control->listen(acceptor, {options.host, *options.control_port}));
    }
    std::unique_ptr<ControlInput> input;
    if (options.from_stdin) {
        if (!can_be_waited_for(STDIN_FILENO)) {
            return fail(ErrorKind::unsupported,
                        "--stdin takes a pipe or a terminal; give a file with --scene");
        }
        input = std::make_unique<ControlInput>(loop, STDIN_FILENO, stage, print_line,
                                               [&] { loop.stop(); });
    }
    announce(stage, lines, control.get());
    ScenePlayer player(ports, stage, std::move(scene), print_line);
    player.start(
        options.scene_when_reading ? ScenePlayer::Start::when_reading : ScenePlayer::Start::now,
        [&] {
            if (options.exit_after_scene) {
                loop.stop();
            }
        });
    loop.run();
    if (options.exit_after_scene && stage.refused() != 0) {
        return fail(ErrorKind::malformed,
                    fmt::format("{} commands of the scene were refused", stage.refused()));
    }
    return {};
}

}  // namespace
}  // namespace tally::emul

int main(int argc, char** argv) {
    const tally::emul::Parsed parsed = tally::emul::parse_options(argc, argv);
    if (!parsed.options) {
        return parsed.exit_code;
    }
    if (const tally::Result<void> outcome = tally::emul::run(*parsed.options); !outcome) {
        fmt::print(stderr, "tally-emul: {}\n", outcome.error().text);
        return 1;
    }
    return 0;
}
