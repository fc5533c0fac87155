#include "tools/bench/fleet_bench.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "drivers/registry.hpp"
#include "firmware/base/prng.hpp"
#include "firmware/domain/fleet/vehicle_relay.hpp"
#include "firmware/host/entropy/os_entropy.hpp"
#include "firmware/host/loop/loop.hpp"
#include "firmware/host/mqtt/paho_message_bus.hpp"
#include "firmware/host/net/tcp.hpp"
#include "firmware/services/fleet/fleet.hpp"
#include "tools/bench/bench_events.hpp"
#include "tools/bench/broker.hpp"
#include "tools/bench/child.hpp"
#include "tools/bench/meter.hpp"
#include "tools/bench/pick_crew.hpp"
#include "tools/bench/table.hpp"

namespace tally::bench {

namespace {

constexpr int kSide = 12;
constexpr std::int32_t kSpacing_mm = 4'000;

std::string node_name(int at) {
    return fmt::format("n{}-{}", at % kSide, at / kSide);
}

/// 144 crossings with lanes of 4 m between them, a slot in the middle of most lanes and a station
/// in that of every 40th.
FloorLayout streets() {
    FloorLayout floor;
    for (int at = 0; at < kSide * kSide; ++at) {
        floor.nodes.push_back({node_name(at), at % kSide * kSpacing_mm, at / kSide * kSpacing_mm});
    }
    const auto lane = [&](int from, int to) {
        const auto index = static_cast<std::uint32_t>(floor.lanes.size());
        floor.lanes.push_back({static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to),
                               kSpacing_mm, LaneDirection::both});
        const bool is_station = index % 40 == 0;
        floor.stops.push_back({PlaceId((is_station ? "station" : "slot") + std::to_string(index)),
                               is_station ? StopKind::station : StopKind::slot, index,
                               kSpacing_mm / 2});
    };
    for (int at = 0; at < kSide * kSide; ++at) {
        if (at % kSide + 1 < kSide) {
            lane(at, at + 1);
        }
        if (at + kSide < kSide * kSide) {
            lane(at, at + kSide);
        }
    }
    return floor;
}

/// Vehicles stand on every other crossing at first.
int start_of(int vehicle) {
    const int row = 2 * vehicle / kSide;
    return 2 * vehicle % kSide + row * kSide + row % 2;
}

std::unique_ptr<Child> emulated(int vehicles, std::uint16_t port) {
    const auto self = std::filesystem::read_symlink("/proc/self/exe");
    std::vector<std::string> words{(self.parent_path() / "tally-emul").string(), "--quiet",
                                   "--broker", "127.0.0.1:" + std::to_string(port)};
    for (int i = 0; i < vehicles; ++i) {
        const int at = start_of(i);
        words.emplace_back("--agv");
        words.push_back(fmt::format("v{}@{},{},{}", i, node_name(at),
                                    at % kSide * kSpacing_mm / 1'000,
                                    at / kSide * kSpacing_mm / 1'000));
    }
    return std::make_unique<Child>(std::move(words));
}

struct Figures {
    double worst_work_ms = 0, worst_turn_ms = 0, worst_late_ms = 0;
    double processor_share = 0;
    double arrivals = 0;  ///< or picks
    double away = 0;      ///< lost or held at the end
};

class Watched {
 public:
    /// `picks`: so many are open all the time; 0: vehicles are sent to and fro instead.
    Watched(const FleetBenchOptions& options, int picks, std::uint16_t port)
        : bus_(loop_, {.broker = {"127.0.0.1", port}}), dialer_(loop_) {
        FleetOptions fleet;
        fleet.floor = streets();
        fleet.run = "bench";
        VehicleLineSpec line;
        line.client_id = "bench";
        for (int i = 0; i < options.vehicles; ++i) {
            const std::string name = "v" + std::to_string(i);
            fleet.vehicles.push_back({DeviceId(name), node_name(start_of(i))});
            line.vehicles.push_back({DeviceId(name), "tally", name, "2.0"});
        }
        driver_ = std::move(
            make_vehicle_driver(line, bus_, {dialer_, loop_, loop_, entropy_, events_}, relay_)
                .value());
        fleet_ =
            std::move(Fleet::make(std::move(fleet), {*driver_, loop_, loop_, events_}).value());
        relay_.to = fleet_.get();
        driver_->start();
        fleet_->start();
        if (picks > 0) {
            begin_picking(options.vehicles, picks);
        }
    }

    Figures run(Duration span) {
        const MonoTime warm = loop_.mono_now() + std::chrono::seconds(8);  // They are all heard.
        while (loop_.mono_now() < warm) {
            loop_.turn(std::chrono::milliseconds(5));
        }
        tick();
        loop_.turn(Duration::zero());
        (void)loop_.take_figures();
        figures_ = {};
        const MonoTime begin = loop_.mono_now();
        const std::int64_t worked = thread_processor_ns();
        while (loop_.mono_now() < begin + span) {
            const std::int64_t turn = thread_processor_ns();
            loop_.turn(std::chrono::milliseconds(5));
            const auto work_ns = static_cast<double>(thread_processor_ns() - turn);
            figures_.worst_work_ms = std::max(figures_.worst_work_ms, work_ns / 1e6);
        }
        figures_.processor_share =
            static_cast<double>(thread_processor_ns() - worked) / static_cast<double>(span.count());
        figures_.worst_turn_ms = static_cast<double>(loop_.take_figures().worst_turn.count()) / 1e6;
        for (const FleetRow& row : fleet_->rows()) {
            const bool away = row.phase == FleetPhase::lost || row.phase == FleetPhase::held;
            figures_.away += away ? 1 : 0;
            if (away) {
                std::fprintf(stderr, "bench fleet: %s: %s\n", row.id.str().c_str(),
                             row.text.c_str());
            }
        }
        return figures_;
    }

 private:
    void begin_picking(int vehicles, int picks) {
        DispatchOptions dispatching;
        PickingOptions picking;
        for (int i = 0; i < vehicles; ++i) {
            const DeviceId id("v" + std::to_string(i));
            dispatching.vehicles.push_back({id, 1, {}, {"cart"}, {}});
            picking.carts[id] = "cart." + id.str();
        }
        picking.stations = stops_of(streets(), StopKind::station);
        carts_ = picking.carts;
        crew_.emplace(stops_of(streets(), StopKind::slot), picks);
        dispatch_.emplace(std::move(dispatching), Dispatch::Ports{*fleet_, loop_, loop_, events_});
        picking_.emplace(std::move(picking),
                         Picking::Ports{*crew_, *dispatch_, *fleet_, loop_, loop_, events_});
        crew_->work(*dispatch_, carts_);
        dispatch_->start();
        picking_->start();
    }

    void tick() {
        due_ = loop_.mono_now() + std::chrono::milliseconds(1);
        timer_.arm(std::chrono::milliseconds(1), [this] {
            const double late_ms = static_cast<double>((loop_.mono_now() - due_).count()) / 1e6;
            figures_.worst_late_ms = std::max(figures_.worst_late_ms, late_ms);
            tick();
            if (++ticks_ % 250 == 0 && !crew_) {
                send_on();
            } else if (ticks_ % 1'000 == 0 && crew_) {
                crew_->work(*dispatch_, carts_);
                figures_.arrivals = crew_->picked();
            }
        });
    }

    void send_on() {
        for (const FleetRow& row : fleet_->rows()) {
            if (!row.goal.empty() && row.errand.phase == ErrandPhase::driving) {
                continue;
            }
            figures_.arrivals += row.errand.phase == ErrandPhase::done ? 1 : 0;
            const auto goal = static_cast<int>(prng_.below(kSide * kSide));
            (void)fleet_->send(row.id, {node_name(goal), {}});
        }
    }

    host::Loop loop_;
    BenchEvents events_;
    host::OsEntropy entropy_;
    host::PahoMessageBus bus_;
    host::TcpDialer dialer_;
    VehicleRelay relay_;
    std::unique_ptr<VehicleDriver> driver_;
    std::unique_ptr<Fleet> fleet_;
    std::map<DeviceId, std::string> carts_;
    std::optional<PickCrew> crew_;
    std::optional<Dispatch> dispatch_;
    std::optional<Picking> picking_;
    Prng prng_{1};
    Timer timer_{loop_};
    MonoTime due_;
    std::uint64_t ticks_ = 0;
    Figures figures_;
};

/// A table of one run; false: nobody got anywhere, or somebody was lost.
bool run_table(const FleetBenchOptions& options, int picks, const std::string& title) {
    const Broker broker(options.folder);
    const std::unique_ptr<Child> vehicles = emulated(options.vehicles, broker.port());
    const Figures got =
        Watched(options, picks, broker.port()).run(std::chrono::seconds(options.seconds));
    Table table(title);
    table.row("most processor time of a turn of the loop",
              {sample_of({got.worst_work_ms}), "ms", 2}, at_most(20));
    table.row("longest turn of the loop", {sample_of({got.worst_turn_ms}), "ms", 2}, at_most(20));
    table.row("a timer of 1 ms at most so late", {sample_of({got.worst_late_ms}), "ms", 2});
    table.row("of one core", {sample_of({100 * got.processor_share}), "%", 1});
    table.row(picks > 0 ? "picks done" : "vehicles that arrived",
              {sample_of({got.arrivals}), "", 0});
    table.row("vehicles lost or held at the end", {sample_of({got.away}), "", 0}, at_most(0));
    return got.arrivals > 0 && got.away == 0;
}

}  // namespace

int bench_fleet(const FleetBenchOptions& options) {
    const std::string who = fmt::format("the loop while {} emulated vehicles", options.vehicles);
    const bool drive =
        run_table(options, 0, fmt::format("{} drive over mosquitto, {} s", who, options.seconds));
    const bool pick = run_table(options, options.picks,
                                fmt::format("{} pick, {} picks open and an order a second, {} s",
                                            who, options.picks, options.seconds));
    return drive && pick ? 0 : 1;
}

}  // namespace tally::bench
