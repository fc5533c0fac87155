// What the command line of tally-emul asks for.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "firmware/ports/stream.hpp"
#include "sim/devices/llrp_reader.hpp"
#include "sim/devices/shelf_rack.hpp"
#include "sim/devices/vda5050_agv/agv.hpp"
#include "sim/world/model.hpp"

namespace tally::emul {

struct ReaderWish {
    sim::LlrpReaderSetup setup;
    Endpoint at;
    std::string replay;  ///< path; empty: none
};

/// A rack of weighing instruments behind one Modbus TCP gateway, or on a serial line (RTU).
struct RackWish {
    std::string name;
    Endpoint at;
    bool serial = false;
    std::vector<std::pair<std::uint8_t, sim::ShelfMake>> units;
    std::vector<std::uint8_t> relays;  ///< units that are relay modules
};

struct PrinterWish {
    std::string name;
    Endpoint at;
};

struct Options {
    std::vector<ReaderWish> readers;
    std::vector<RackWish> racks;
    std::vector<PrinterWish> printers;
    std::vector<sim::agv::Setup> agvs;
    Endpoint broker{"127.0.0.1", 1883};  ///< of the vehicles
    std::string scene;
    bool scene_when_reading = false;
    bool exit_after_scene = false;
    bool from_stdin = false;
    std::optional<std::uint16_t> control_port;
    std::string host = "127.0.0.1";
    std::uint64_t seed = 1;
    sim::WorldModel world;
    bool quiet = false;
    sim::llrp::Playlist::Mode replay_mode = sim::llrp::Playlist::Mode::session;
    std::int64_t replay_gap_ms = 5;
    int replay_rounds = 1;
};

/// Either what to do, or with which exit code to leave (help and lists: 0, bad usage: 2; the text
/// is already printed).
struct Parsed {
    std::optional<Options> options;
    int exit_code = 0;
};

Parsed parse_options(int argc, const char* const* argv);

}  // namespace tally::emul
