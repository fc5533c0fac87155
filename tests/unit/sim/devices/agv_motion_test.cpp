// How the emulated vehicle drives: through what is released to it without a stop, and never so fast
// that it could not stand where it has to. And what it does not take: work that it cannot do, or is
// not told enough for.
#include <cmath>

#include <catch2/catch.hpp>

#include "drivers/vda5050/vehicle_line.hpp"
#include "sim/devices/vda5050_agv/agv.hpp"
#include "sim/kernel/broker.hpp"
#include "sim/kernel/kernel.hpp"

using namespace tally;
using namespace std::chrono_literals;

namespace {

const DeviceId kCar("v1");

/// One vehicle of 1.2 m/s and 0.6 m/s^2 at (0, 0), heading along x.
struct Track final : VehicleFeed {
    Track() {
        for (const char* user : {"fleet", "agv"}) {
            broker.set_rights(user, sim::BrokerRights::everything());
        }
        sim::agv::Setup setup;
        setup.serial = kCar.str();
        setup.node = "n0";
        agv = std::make_unique<sim::agv::Agv>(sim::agv::Agv::Ports{*car_bus, car, car}, setup);
        agv->power_on();
        REQUIRE(line.add({kCar, {"uagv", "tally", kCar.str()}}));
        line.start();
        kernel.run_for(3s);
    }
    void on_vehicle(const DeviceId&, const VehicleStatus&) override {}
    void on_order(const DeviceId&, const OrderStatus& status) override { heard = status; }
    void on_action(const DeviceId&, const ActionReport&) override {}

    /// Through nodes n1, n2, ... at these places in millimetres, so many of them released.
    void drive(const std::vector<std::pair<std::int64_t, std::int64_t>>& way,
               std::size_t released) {
        DriveOrder order{"o1", {"n0", {}, {}}, {}, released};
        for (std::size_t i = 0; i < way.size(); ++i) {
            const std::string id = "n" + std::to_string(i + 1);
            order.legs.push_back(
                {"to-" + id,
                 {},
                 {id, WayPosition{way[i].first, way[i].second, "floor", {}, {}}, {}}});
        }
        REQUIRE(line.order(kCar, std::move(order)));
    }
    [[nodiscard]] bool is_at(double x, double y) const {
        const sim::agv::Truth truth = agv->truth();
        return std::hypot(truth.x - x, truth.y - y) < 0.006;
    }
    /// Until it stands there, looking every 50 ms; seconds, from the first movement on.
    double seconds_to(double x, double y) {
        const auto begin = agv->truth();
        Duration moving{0};
        for (Duration gone{0}; gone < 60s && !is_at(x, y); gone += 50ms) {
            kernel.run_for(50ms);
            const sim::agv::Truth now = agv->truth();
            farthest_x = std::max(farthest_x, now.x);
            if (std::hypot(now.x - begin.x, now.y - begin.y) > 0) {
                moving += 50ms;
            }
        }
        REQUIRE(is_at(x, y));
        return std::chrono::duration<double>(moving).count();
    }

    sim::Kernel kernel{{}};
    sim::Node& box = kernel.add_node({.name = "box"});
    sim::Node& car = kernel.add_node({.name = "car"});
    sim::Node& host = kernel.add_node({.name = "broker"});
    sim::Network network{kernel, {}};
    sim::SimBroker broker{kernel, network, host, {}};
    std::unique_ptr<MessageBus> bus = broker.client(box, "fleet");
    std::unique_ptr<MessageBus> car_bus = broker.client(car, "agv");
    std::unique_ptr<sim::agv::Agv> agv;
    vda5050::VehicleLine line{"fleet", {*bus, box, box, box, box}, *this};
    double farthest_x = 0;
    OrderStatus heard;
};

std::vector<std::pair<std::int64_t, std::int64_t>> straight(int metres) {
    std::vector<std::pair<std::int64_t, std::int64_t>> way;
    for (int i = 1; i <= metres; ++i) {
        way.emplace_back(1000 * i, 0);
    }
    return way;
}

}  // namespace

TEST_CASE("a vehicle drives through released nodes without a stop", "[agv]") {
    Track track;
    track.drive(straight(12), 12);
    // 12 m at 1.2 m/s, and 2 s to be as fast and to stand again. Stopping at each node takes 31 s.
    const double seconds = track.seconds_to(12, 0);
    CHECK(seconds > 11.5);
    CHECK(seconds < 13);
    CHECK_FALSE(track.agv->truth().past_base);
}

TEST_CASE("a vehicle stands where its base ends, however fast it was", "[agv]") {
    Track track;
    track.drive(straight(12), 5);
    track.seconds_to(5, 0);
    track.kernel.run_for(10s);
    CHECK(track.is_at(5, 0));
    CHECK(track.farthest_x < 5.0001);
    CHECK_FALSE(track.agv->truth().past_base);
}

TEST_CASE("a vehicle turns where its way bends, and nowhere else", "[agv]") {
    Track track;
    track.drive({{1000, 0}, {2000, 0}, {3000, 0}, {3000, 1000}, {3000, 2000}, {3000, 3000}}, 6);
    // Twice 3 m from standing to standing (4.5 s each), and a quarter turn at 1 rad/s.
    const double seconds = track.seconds_to(3, 3);
    CHECK(seconds > 9.5);
    CHECK(seconds < 11.5);
    CHECK(track.farthest_x < 3.0001);
}

TEST_CASE("a cancelled vehicle ends at the next node where it can stand", "[agv]") {
    Track track;
    track.drive(straight(12), 12);
    while (track.agv->truth().x < 4.2) {  // As fast as it gets: it needs 1.2 m to stand.
        track.kernel.run_for(50ms);
    }
    REQUIRE(track.line.cancel(kCar));
    track.kernel.run_for(10s);
    const sim::agv::Truth truth = track.agv->truth();
    CHECK(truth.cancelled == 1);
    CHECK(truth.last_node == "n6");
    CHECK(track.is_at(6, 0));
}

TEST_CASE("it refuses work that is not in its factsheet, and a pick without what that asks for") {
    const auto text = [](const char* word) { return ActionParameter{word, std::string("floor")}; };
    struct Row {
        const char* type;
        std::vector<ActionParameter> parameters;
        const char* refusal;  // empty: it does it
    };
    const Row rows[] = {
        {"dance", {}, "it cannot do dance"},
        {"pick", {}, "pick without parameter stationType"},
        {"drop", {text("stationType")}, "drop without parameter loadType"},
        {"pick", {text("stationType"), text("loadType"), text("stationName")}, ""},
        {"wait", {}, ""},
    };
    for (const Row& row : rows) {
        INFO(row.type);
        Track track;
        DriveOrder order{"o1", {"n0", {}, {}}, {}, 0};
        order.start.actions = {{"w1", row.type, Blocking::hard, row.parameters}};
        REQUIRE(track.line.order(kCar, std::move(order)));
        track.kernel.run_for(10s);
        const bool is_refused = *row.refusal != 0;
        CHECK(track.heard.phase == (is_refused ? OrderPhase::refused : OrderPhase::finished));
        CHECK(track.heard.text.find(row.refusal) != std::string::npos);
        CHECK(track.agv->truth().refused == (is_refused ? 1 : 0));
    }
}
