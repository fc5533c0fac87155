// The stage of tally-emul: emulated readers by name, the world that walks through them, and one
// place where commands are carried out, wherever they come from.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "sim/devices/llrp_reader.hpp"
#include "sim/devices/shelf_rack.hpp"
#include "sim/devices/vda5050_agv/agv.hpp"
#include "sim/devices/zpl_printer/printer.hpp"
#include "sim/world/world.hpp"
#include "tools/emul/command.hpp"

namespace tally::emul {

/// Takes one JSON text, without its line end.
using LineSink = std::function<void(const std::string& line)>;

/// Single-threaded, on the loop. The ports must outlive it.
class Stage final : public Events {
 public:
    struct Ports {
        Scheduler& scheduler;
        const Clock& clock;
        StreamAcceptor& acceptor;
    };
    /// `events` hears what happens by itself: clients, reboots, walks that end.
    Stage(Ports ports, std::uint64_t seed, LineSink events, sim::WorldModel model = {});
    ~Stage() override;

    Result<void> add_reader(const sim::LlrpReaderSetup& setup, const Endpoint& at);
    /// The rack must get its units before a client asks for them.
    Result<sim::ShelfRack*> add_rack(const std::string& name, const Endpoint& at);
    /// One that listens nowhere: the caller gives it a serial line.
    Result<sim::ShelfRack*> add_serial_rack(const std::string& name);
    [[nodiscard]] const std::map<std::string, std::unique_ptr<sim::ShelfRack>>& racks() const {
        return racks_;
    }
    Result<void> add_printer(const std::string& name, const Endpoint& at);
    [[nodiscard]] const std::map<std::string, std::unique_ptr<sim::zpl::Printer>>& printers()
        const {
        return printers_;
    }
    /// Switched on at once; the bus must outlive the stage.
    Result<void> add_agv(const sim::agv::Setup& setup, MessageBus& bus);
    [[nodiscard]] const std::map<std::string, std::unique_ptr<sim::agv::Agv>>& agvs() const {
        return agvs_;
    }
    [[nodiscard]] sim::LlrpReader* reader(const std::string& name);
    [[nodiscard]] const std::map<std::string, std::unique_ptr<sim::LlrpReader>>& readers() const {
        return readers_;
    }

    /// Carries a command out and returns the answer, one JSON text. Never throws, never blocks.
    std::string carry_out(const Command& command);

    [[nodiscard]] bool anybody_walking() const { return world_->anybody_walking(); }

    /// Told of a "quit" command.
    std::function<void()> on_quit;
    /// Commands that were refused so far.
    [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

    void report(Severity severity, std::string_view source, std::string_view text) override;

 private:
    Result<std::string> apply(const Command& command);
    Result<std::string> add_gate(const Command& command);
    Result<std::string> apply_to_rack(const sim::Verb& verb);
    Result<std::string> apply_to_printer(const sim::Verb& verb);
    Result<std::string> apply_to_agv(const sim::Verb& verb);
    [[nodiscard]] std::int64_t now_ms() const;
    [[nodiscard]] std::string truth() const;
    [[nodiscard]] std::string status() const;

    Ports ports_;
    LineSink events_;
    MonoTime began_;
    std::map<std::string, std::unique_ptr<sim::LlrpReader>> readers_;
    std::map<std::string, std::unique_ptr<sim::ShelfRack>> racks_;
    std::map<std::string, std::unique_ptr<sim::zpl::Printer>> printers_;
    std::map<std::string, std::unique_ptr<sim::agv::Agv>> agvs_;
    std::unique_ptr<sim::World> world_;
    std::uint64_t refused_ = 0;
};

}  // namespace tally::emul
