// Three emulated vehicles on one line of nodes each, a broker that misbehaves, and an owner that
// gives orders, continues, cancels and pauses them at random, while everything goes wrong. When the
// faults have stopped, every order that was ever taken by the driver has ended, and on the way
//  - no state older than one already believed is believed (each carries a number of its own),
//  - no update is sent for an order after its cancellation began,
//  - no vehicle drives beyond what was released to it,
//  - an order that is called finished was driven to its end.
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "drivers/vda5050/vehicle_line.hpp"
#include "sim/devices/vda5050_agv/agv.hpp"
#include "sim/kernel/broker.hpp"
#include "sim/kernel/kernel.hpp"
#include "tests/support/order_spy.hpp"

using namespace tally;
using tally::test::OrderSpy;
using namespace std::chrono_literals;

namespace {

constexpr int kNodes = 12;
constexpr int kVehicles = 3;
constexpr double kSpacing = 2.0;

std::string node_name(int index) {
    return "n" + std::to_string(index);
}

int node_index(const std::string& name) {
    return name.size() < 2 || name[0] != 'n' ? -1 : std::atoi(name.c_str() + 1);
}

class World final : public VehicleFeed {
 public:
    explicit World(std::uint64_t seed)
        : kernel({.seed = seed}),
          prng(kernel.prng("owner")),
          broker(kernel, network, host, broker_options(kernel.prng("broker options"))) {
        for (const char* user : {"fleet", "spy", "agv"}) {
            broker.set_rights(user, sim::BrokerRights::everything());
        }
        spy_bus = broker.client(desk, "spy");
        const auto listen = [this] {
            spy_bus->connect({.client_id = "spy", .will = {}, .subscriptions = {"#"}}, spy);
        };
        spy.on_order = [this](const std::string& payload) {
            const auto order = nlohmann::json::parse(payload);
            if (cancelled.contains(order.at("orderId").get<std::string>())) {
                after_cancel.push_back(payload);
            }
        };
        spy.come_again = [this, listen] { kernel.after(std::chrono::milliseconds(200), listen); };
        listen();
        fleet_bus = broker.client(box, "fleet");
        line = std::make_unique<vda5050::VehicleLine>(
            "fleet", vda5050::LinePorts{*fleet_bus, box, box, box, box}, *this);
        for (int i = 0; i < kVehicles; ++i) {
            add_vehicle(i, seed);
        }
        line->start();
    }
    ~World() override {
        line.reset();
        agvs.clear();
    }

    static sim::BrokerOptions broker_options(Prng draw) {
        sim::BrokerOptions options;
        options.duplicate_ppm = static_cast<std::uint32_t>(draw.below(50'000));
        options.reorder_ppm = static_cast<std::uint32_t>(draw.below(200'000));
        options.reorder_hold_max = std::chrono::milliseconds(draw.between(1, 500));
        options.break_ppm = static_cast<std::uint32_t>(draw.below(3'000));
        return options;
    }

    void add_vehicle(int i, std::uint64_t seed) {
        const std::string name = "v" + std::to_string(i);
        sim::Node& node = kernel.add_node({.name = name});
        buses.push_back(broker.client(node, "agv"));
        sim::agv::Setup setup;
        setup.serial = name;
        setup.version = i % 2 == 0 ? "2.0.0" : "2.1.0";
        setup.node = node_name(0);
        setup.y = i * 10.0;
        setup.seed = seed * 16 + static_cast<std::uint64_t>(i);
        setup.number_states = true;
        setup.charge_per_metre = 0;
        agvs.push_back(std::make_unique<sim::agv::Agv>(
            sim::agv::Agv::Ports{*buses.back(), node, node}, setup));
        REQUIRE(line->add({DeviceId(name),
                           {"uagv", "tally", name},
                           i % 2 == 0 ? vda5050::Version::v2_0 : vda5050::Version::v2_1}));
        agvs.back()->power_on();
    }

    // --- what the driver tells ------------------------------------------------------------------
    void on_vehicle(const DeviceId& id, const VehicleStatus& status) override {
        for (const std::string& load : status.loads) {
            if (load.starts_with("state-")) {
                const auto number = std::stoull(load.substr(6));
                if (number < newest[id]) {
                    problems.push_back("a stale state was believed: " + load + " after " +
                                       std::to_string(newest[id]));
                }
                newest[id] = std::max<std::uint64_t>(newest[id], number);
            }
        }
    }
    void on_order(const DeviceId& id, const OrderStatus& order) override {
        if (order.phase == OrderPhase::cancelling) {
            kernel.after(1s, [this, name = order.id] { cancelled.insert(name); });
        }
        if (!is_over(order.phase) || !open.erase(order.id)) {
            return;
        }
        ++ended[order.phase];
        const int index = id.str()[1] - '0';
        if (order.phase == OrderPhase::finished) {
            const sim::agv::Truth truth = agvs[static_cast<std::size_t>(index)]->truth();
            if (truth.busy && truth.order == order.id) {
                problems.push_back("order " + order.id + " is called finished, and is driven");
            }
            const auto [from, step] = ways.at(order.id);
            const std::string end = node_name(from + step * static_cast<int>(order.base_end));
            if (truth.order == order.id && truth.last_node != end) {
                problems.push_back("order " + order.id + " to " + end + " is called finished at " +
                                   truth.last_node);
            }
        }
    }
    void on_action(const DeviceId&, const ActionReport&) override {}

    // --- the owner ------------------------------------------------------------------------------
    void own(int index) {
        const DeviceId id("v" + std::to_string(index));
        const vda5050::Master& master = *line->find(id);
        const VehicleStatus& status = master.status();
        if (status.busy && is_over(status.order.phase)) {
            static_cast<void>(line->cancel(id));
        } else if (is_over(status.order.phase)) {
            start_order(id, status);
        } else if (status.order.phase == OrderPhase::driving && status.order.acknowledged) {
            continue_order(id, status.order);
        }
        if (!calm && prng.below(60) == 0) {
            static_cast<void>(line->cancel(id));
        }
        if (calm ? status.paused : prng.below(60) == 0) {
            static_cast<void>(line->act(id, status.paused ? "stopPause" : "startPause"));
        }
    }
    void start_order(const DeviceId& id, const VehicleStatus& status) {
        const int from = node_index(status.last_node);
        if (calm || from < 0) {
            return;
        }
        const bool right = from == 0 || (from < kNodes - 1 && prng.below(2) == 0);
        const int legs = static_cast<int>(prng.between(0, right ? kNodes - 1 - from : from));
        DriveOrder order{"order-" + std::to_string(++orders), {node_name(from), {}, {}}, {}, 0};
        add_legs(id, from, right ? 1 : -1, legs, order.legs);
        order.released = static_cast<std::size_t>(prng.between(0, legs));
        if (line->order(id, order)) {
            open.insert(order.id);
            ways[order.id] = {from, right ? 1 : -1};
        }
    }
    void continue_order(const DeviceId& id, const OrderStatus& order) {
        const auto [from, step] = ways.at(order.id);
        const std::size_t planned = order.nodes - 1 - order.base_end;
        if (planned == 0 || (!calm && prng.below(4) == 0)) {
            return;
        }
        // Mostly the same way on; sometimes the end is cut off.
        const std::size_t legs =
            prng.below(5) == 0
                ? static_cast<std::size_t>(prng.between(1, static_cast<std::int64_t>(planned)))
                : planned;
        std::vector<WayLeg> onward;
        add_legs(id, from + step * static_cast<int>(order.base_end), step, static_cast<int>(legs),
                 onward);
        const auto least = static_cast<std::int64_t>(calm ? legs : 0);
        const auto released =
            static_cast<std::size_t>(prng.between(least, static_cast<std::int64_t>(legs)));
        static_cast<void>(line->update(id, std::move(onward), released));
    }
    void add_legs(const DeviceId& id, int from, int step, int count, std::vector<WayLeg>& out) {
        const std::int64_t y_mm = (id.str()[1] - '0') * 10'000;
        for (int i = 1; i <= count; ++i) {
            const int at = from + step * i;
            WayLeg leg;
            leg.edge_id = node_name(at - step) + "-" + node_name(at);
            leg.node.id = node_name(at);
            leg.node.position =
                WayPosition{static_cast<std::int64_t>(at * kSpacing * 1000), y_mm, "floor", {}, {}};
            if (prng.below(6) == 0) {
                leg.node.actions.push_back(
                    {"act-" + std::to_string(++actions),
                     "pick",
                     prng.below(2) == 0 ? Blocking::hard : Blocking::none,
                     {{"stationType", std::string("floor")}, {"loadType", std::string("EPAL")}}});
            }
            out.push_back(std::move(leg));
        }
    }

    // --- what goes wrong ------------------------------------------------------------------------
    void disturb() {
        sim::agv::Agv& agv = *agvs[prng.below(kVehicles)];
        sim::agv::Faults& faults = agv.faults();
        switch (prng.below(13)) {
            case 0:
                agv.power_off();
                kernel.after(std::chrono::seconds(prng.between(1, 20)), [&agv] { agv.power_on(); });
                break;
            case 1:
                broker.node().kill(sim::Death::process);
                kernel.after(std::chrono::seconds(prng.between(1, 10)),
                             [this] { broker.node().restart(); });
                break;
            case 2:
                broker.break_connections(box);
                break;
            case 3:
                faults.deaf_ppm = prng.between(0, 400'000);
                break;
            case 4:
                faults.mute_ppm = prng.between(0, 400'000);
                break;
            case 5:
                faults.late_ppm = prng.between(0, 500'000);
                break;
            case 6:
                faults.twice_ppm = prng.between(0, 300'000);
                break;
            case 7:
                faults.stuck = faults.stuck == 0 ? 1 : 0;
                break;
            case 8:
                faults.slow_percent = prng.between(0, 80);
                break;
            case 9:
                faults.lost = faults.lost == 0 ? 1 : 0;
                break;
            case 10:
                faults.wrong_node = faults.wrong_node == 0 ? 1 : 0;
                break;
            case 11:
                faults.refuse_next = 1;
                break;
            default:
                faults.fail_actions = 1;
                faults.no_online = prng.between(0, 1);
                break;
        }
    }

    void run() {
        for (int second = 0; second < 600; ++second) {
            step(second);
            if (prng.below(8) == 0 && broker.node().alive()) {
                disturb();
            }
        }
        calm = true;
        broker.set_options({});
        for (int second = 0; second < 30; ++second) {
            step(second);  // Whoever is off or away comes back meanwhile.
        }
        for (const auto& agv : agvs) {
            agv->faults() = {};
        }
        for (int second = 0; second < 600 && !open.empty(); ++second) {
            step(second);
        }
        for (const auto& agv : agvs) {
            if (agv->truth().past_base) {
                problems.push_back(agv->setup().serial + " drove beyond its base");
            }
        }
    }
    void step(int second) {
        kernel.run_for(1s);
        if (second % 2 == 0) {
            for (int i = 0; i < kVehicles; ++i) {
                own(i);
            }
        }
    }

    sim::Kernel kernel;
    Prng prng;
    sim::Node& box = kernel.add_node({.name = "box"});
    sim::Node& desk = kernel.add_node({.name = "desk"});
    sim::Node& host = kernel.add_node({.name = "broker"});
    sim::Network network{kernel, {}};
    sim::SimBroker broker;
    OrderSpy spy;
    std::set<std::string> cancelled;  ///< a while ago: nothing more may come
    std::vector<std::string> after_cancel;
    std::unique_ptr<MessageBus> spy_bus, fleet_bus;
    std::vector<std::unique_ptr<MessageBus>> buses;
    std::unique_ptr<vda5050::VehicleLine> line;
    std::vector<std::unique_ptr<sim::agv::Agv>> agvs;
    std::map<DeviceId, std::uint64_t> newest;
    std::set<std::string> open;
    std::map<std::string, std::pair<int, int>> ways;
    std::map<OrderPhase, int> ended;
    std::vector<std::string> problems;
    int orders = 0, actions = 0;
    bool calm = false;
};

}  // namespace

TEST_CASE("whatever goes wrong, every order ends, and nothing stale or cancelled comes back") {
    std::map<OrderPhase, int> ended;
    std::uint64_t stale = 0;
    std::uint64_t restarts = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        INFO("seed " << seed);
        World world(seed);
        world.run();
        for (const std::string& problem : world.problems) {
            UNSCOPED_INFO(problem);
        }
        CHECK(world.problems.empty());
        for (const std::string& order : world.open) {
            UNSCOPED_INFO("never ended: " << order);
        }
        for (int i = 0; i < kVehicles; ++i) {
            const auto& master = *world.line->find(DeviceId("v" + std::to_string(i)));
            stale += master.counts().stale;
            restarts += master.counts().restarts;
            const OrderStatus& order = master.status().order;
            UNSCOPED_INFO("v" << i << " " << to_string(master.status().reach) << " order "
                              << order.id << " " << to_string(order.phase) << " update "
                              << order.update << " acknowledged " << order.acknowledged
                              << " passed " << order.passed << "/" << order.base_end << "/"
                              << order.nodes << "; truth busy "
                              << world.agvs[static_cast<std::size_t>(i)]->truth().busy);
        }
        CHECK(world.open.empty());
        CHECK(world.spy.connected);
        CHECK(world.after_cancel.empty());
        CHECK(world.orders > 20);
        for (const auto& [phase, count] : world.ended) {
            ended[phase] += count;
        }
    }
    // A world in which nothing of this happened would show nothing.
    CHECK(ended[OrderPhase::finished] > 50);
    CHECK(ended[OrderPhase::cancelled] > 50);
    CHECK(ended[OrderPhase::refused] > 5);
    CHECK(ended[OrderPhase::lost] > 5);
    CHECK(stale > 50);
    CHECK(restarts > 5);
}
