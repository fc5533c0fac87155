#include "tools/bench/makers_bench.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "drivers/registry.hpp"
#include "firmware/host/entropy/os_entropy.hpp"
#include "firmware/host/loop/loop.hpp"
#include "firmware/host/mqtt/paho_message_bus.hpp"
#include "firmware/host/net/tcp.hpp"
#include "tools/bench/bench_events.hpp"
#include "tools/bench/broker.hpp"
#include "tools/bench/child.hpp"
#include "tools/bench/meter.hpp"
#include "tools/bench/table.hpp"

namespace tally::bench {

namespace {

constexpr Duration kPatience = std::chrono::minutes(3);
constexpr std::int64_t kWay_mm = 8'000;
constexpr std::int64_t kApart_mm = 10'000;  // As vehicles.js places them.

DeviceId name_of(int vehicle) {
    return DeviceId("v" + std::to_string(vehicle));
}

/// The foreign vehicles, all connected; null where npm cannot be reached.
std::unique_ptr<Child> foreign(int vehicles, std::uint16_t port) {
    const auto build = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path();
    std::vector<std::string> words{TALLY_SOURCE_DIR "/tests/integration/npm_run", build.string(),
                                   "vda5050_lib", "vehicles.js",
                                   "mqtt://127.0.0.1:" + std::to_string(port)};
    for (int i = 0; i < vehicles; ++i) {
        words.push_back(name_of(i).str());
    }
    auto child = std::make_unique<Child>(std::move(words));
    return child->read_line().starts_with("{\"ready\":") ? std::move(child) : nullptr;
}

/// Our side: the driver on a loop, and how each vehicle's order stands.
class Master final : private VehicleFeed {
 public:
    Master(int vehicles, std::uint16_t port)
        : bus_(loop_, {.broker = {"127.0.0.1", port}}), dialer_(loop_) {
        VehicleLineSpec line;
        line.client_id = "bench";
        for (int i = 0; i < vehicles; ++i) {
            line.vehicles.push_back({name_of(i), "siemens", name_of(i).str(), "2.0"});
        }
        driver_ = std::move(
            make_vehicle_driver(line, bus_, {dialer_, loop_, loop_, entropy_, events_}, *this)
                .value());
        driver_->start();
    }

    /// One order each, to the other end of its way; how many were taken for sending.
    int send(int vehicles) {
        const bool is_out = ++round_ % 2 == 1;
        int sent = 0;
        for (int i = 0; i < vehicles; ++i) {
            const auto node = [&](const char* id, std::int64_t x_mm) {
                return WayNode{id, WayPosition{x_mm, kApart_mm * i, "hall", {}, {}}, {}};
            };
            const WayNode a = node("a", 0);
            const WayNode b = node("b", kWay_mm);
            const DriveOrder order{fmt::format("r{}-{}", round_, i),
                                   is_out ? a : b,
                                   {WayLeg{is_out ? "to-b" : "to-a", {}, is_out ? b : a}},
                                   1};
            sent += driver_->order(name_of(i), order) ? 1 : 0;
        }
        return sent;
    }
    [[nodiscard]] int in_phase(OrderPhase phase) const {
        return static_cast<int>(
            std::count_if(phases_.begin(), phases_.end(), [&](const auto& order) {
                return order.second.phase == phase &&
                       order.second.id.starts_with(fmt::format("r{}-", round_));
            }));
    }
    bool until(const std::function<bool()>& holds) {
        const MonoTime end = loop_.mono_now() + kPatience;
        while (!holds() && loop_.mono_now() < end) {
            loop_.turn(std::chrono::milliseconds(5));
        }
        return holds();
    }
    [[nodiscard]] bool connected() const { return driver_->connected(); }
    [[nodiscard]] std::size_t heard() const { return online_.size(); }
    [[nodiscard]] MonoTime now() { return loop_.mono_now(); }

 private:
    void on_vehicle(const DeviceId& id, const VehicleStatus& status) override {
        if (status.reach == VehicleReach::online && status.heard_at != MonoTime{}) {
            online_[id] = true;
        }
    }
    void on_order(const DeviceId& id, const OrderStatus& order) override { phases_[id] = order; }
    void on_action(const DeviceId&, const ActionReport&) override {}

    host::Loop loop_;
    BenchEvents events_;
    host::OsEntropy entropy_;
    host::PahoMessageBus bus_;
    host::TcpDialer dialer_;
    std::unique_ptr<VehicleDriver> driver_;
    std::map<DeviceId, bool> online_;
    std::map<DeviceId, OrderStatus> phases_;
    int round_ = 0;
};

}  // namespace

int bench_makers(const MakersBenchOptions& options) {
    Broker broker(options.folder);
    Table table(fmt::format("{} vehicles of vda-5050-lib over a broker that is killed twice",
                            options.vehicles));
    const std::unique_ptr<Child> vehicles = foreign(options.vehicles, broker.port());
    if (!vehicles) {
        table.note("skipped: vda-5050-lib cannot be installed");
        return 0;
    }
    Master master(options.vehicles, broker.port());
    const auto all = static_cast<std::size_t>(options.vehicles);
    bool well = master.until([&] { return master.heard() == all; });
    const MonoTime began = master.now();
    int sent = 0;
    int finished = 0;
    for (const bool is_driving : {false, true}) {
        sent += master.send(options.vehicles);
        if (is_driving) {
            well = master.until([&] { return master.in_phase(OrderPhase::driving) > 0; }) && well;
        }
        broker.restart();
        well = master.until([&] {
            return master.in_phase(OrderPhase::finished) == options.vehicles;
        }) && well;
        finished += master.in_phase(OrderPhase::finished);
    }
    const double took_s = static_cast<double>((master.now() - began).count()) / 1e9;
    table.row("orders lost",
              {sample_of({static_cast<double>(2 * options.vehicles - finished)}), "", 0},
              at_most(0));
    table.row("orders finished", {sample_of({static_cast<double>(finished)}), "", 0});
    table.row("both rounds took", {sample_of({took_s}), "s", 1});
    return well && sent == 2 * options.vehicles ? 0 : 1;
}

}  // namespace tally::bench
