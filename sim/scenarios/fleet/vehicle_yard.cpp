#include "sim/scenarios/fleet/vehicle_yard.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "sim/scenarios/drawn_network.hpp"
#include "sim/scenarios/wrapped.hpp"

namespace tally::sim {

namespace {

constexpr double kStartsApart_mm = 2'000;

/// Nodes far enough from each other, at most so many, in chance order.
std::vector<FloorNode> starts_on(const FloorLayout& floor, std::size_t count, Prng& prng) {
    std::vector<FloorNode> starts;
    std::vector<FloorNode> left = floor.nodes;
    while (starts.size() < count && !left.empty()) {
        const std::size_t i = prng.below(left.size());
        const FloorNode node = left[i];
        left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
        const bool is_free =
            std::none_of(starts.begin(), starts.end(), [&](const FloorNode& other) {
                return std::hypot(node.x_mm - other.x_mm, node.y_mm - other.y_mm) < kStartsApart_mm;
            });
        if (is_free) {
            starts.push_back(node);
        }
    }
    return starts;
}

/// Where chargers stand on the floor, and what vehicles load at: as whoever built it measured it.
std::vector<agv::Spot> spots_of(const FloorLayout& floor) {
    std::vector<agv::Spot> spots;
    for (const FloorStop& stop : floor.stops) {
        const bool is_charger = stop.kind == StopKind::charger;
        if (!is_charger && stop.kind != StopKind::station && stop.kind != StopKind::slot) {
            continue;
        }
        const FloorLane& lane = floor.lanes[stop.lane];
        const FloorNode& from = floor.nodes[lane.from];
        const FloorNode& to = floor.nodes[lane.to];
        const double part = static_cast<double>(stop.offset_mm) / lane.length_mm;
        spots.push_back({is_charger ? agv::Spot::Kind::charger : agv::Spot::Kind::load,
                         (from.x_mm + (to.x_mm - from.x_mm) * part) / 1000,
                         (from.y_mm + (to.y_mm - from.y_mm) * part) / 1000});
    }
    return spots;
}

}  // namespace

/// Hears what leaves the box, right before the broker does.
class VehicleYard::Tap final : public PassingBus {
 public:
    Tap(MessageBus& inner, VehicleYard& yard) : PassingBus(inner), yard_(yard) {}

    Result<std::uint64_t> publish(BusMessage message) override {
        for (const std::string& name : yard_.names_) {
            if (message.topic == "uagv/v2/tally/" + name + "/order") {
                yard_.judge_.heard_order(yard_.kernel_.now(), name, message.payload);
            } else if (message.topic == "uagv/v2/tally/" + name + "/instantActions") {
                yard_.judge_.heard_instant(yard_.kernel_.now(), name, message.payload);
            }
        }
        return PassingBus::publish(std::move(message));
    }

 private:
    VehicleYard& yard_;
};

/// Keeps what vehicles say, to say it again at a bad time.
class VehicleYard::Hoarder final : private BusHandler {
 public:
    Hoarder(VehicleYard& yard, Node& desk)
        : kernel_(yard.kernel_), bus_(yard.broker_.client(desk, "desk")) {
        connect();
    }
    void retain(const std::string& vehicle) {
        const auto said = states_.find("uagv/v2/tally/" + vehicle + "/state");
        if (said != states_.end()) {
            static_cast<void>(bus_->publish({said->first, said->second, Retain::yes}));
        }
    }

 private:
    void connect() {
        bus_->connect({.client_id = "desk", .will = {}, .subscriptions = {"uagv/v2/tally/+/state"}},
                      *this);
    }
    void on_connected() override {}
    void on_message(const BusMessage& message) override {
        states_[message.topic] = message.payload;
    }
    void on_lost(const Error&) override {
        kernel_.after(std::chrono::seconds(1), [this] { connect(); });
    }
    void on_published(std::uint64_t, const Result<void>&) override {}

    Kernel& kernel_;
    std::unique_ptr<MessageBus> bus_;
    std::map<std::string, std::string> states_;
};

VehicleYard::VehicleYard(Kernel& kernel, Network& network, Node& desk, Node& host, Setup setup)
    : setup_(std::move(setup)),
      kernel_(kernel),
      broker_(kernel, network, host, drawn_broker(setup_.draws)) {
    for (const std::string& user : {setup_.box_user, std::string("desk"), std::string("agv")}) {
        broker_.set_rights(user, BrokerRights::everything());
    }
    Prng prng = kernel_.prng("cars");
    // With more than a third of the nodes taken a small floor is a puzzle, not a warehouse.
    const auto most = static_cast<std::size_t>(setup_.vehicles);
    const auto count = std::min(most, std::max<std::size_t>(2, floor().nodes.size() / 3));
    for (const FloorNode& start : starts_on(floor(), count, prng)) {
        add_car(start, prng);
    }
    hoarder_ = std::make_unique<Hoarder>(*this, desk);
}

VehicleYard::~VehicleYard() = default;

void VehicleYard::add_car(const FloorNode& at, Prng& prng) {
    const Draws& draws = setup_.draws;
    const std::size_t i = cars_.size();
    names_.push_back("v" + std::to_string(i));
    starts_.push_back(at.id);
    auto car = std::make_unique<Car>();
    car->node = &kernel_.add_node({.name = names_.back()});
    car->bus = broker_.client(*car->node, "agv");
    agv::Setup setup;
    setup.manufacturer = "tally";
    setup.serial = names_.back();
    setup.version = is_old(i) ? "2.0.0" : "2.1.0";
    setup.node = at.id;
    setup.x = at.x_mm / 1000.0;
    setup.y = at.y_mm / 1000.0;
    const std::int64_t missing = prng.between(0, draws.at("agv.spread_percent"));
    setup.speed =
        static_cast<double>(draws.at("agv.speed_mm_s")) * static_cast<double>(100 - missing) / 1e5;
    setup.acceleration = static_cast<double>(draws.at("agv.acceleration_mm_s2")) / 1000;
    setup.turn_rate = static_cast<double>(draws.at("agv.turn_mrad_s")) / 1000;
    setup.spots = spots_of(floor());
    setup.seed = prng.next();
    setup.number_states = setup_.number_states;
    setup.charge = static_cast<double>(
        kernel_.prng("charge " + names_.back()).between(draws.at("agv.charge_percent"), 90));
    car->agv =
        std::make_unique<agv::Agv>(agv::Agv::Ports{*car->bus, *car->node, *car->node}, setup);
    car->agv->power_on();
    cars_.push_back(std::move(car));
}

planner::Seen VehicleYard::seen(std::size_t car) const {
    const agv::Truth truth = cars_[car]->agv->truth();
    return {std::lround(truth.x * 1000), std::lround(truth.y * 1000)};
}

std::unique_ptr<MessageBus> VehicleYard::tap(MessageBus& inner) {
    return std::make_unique<Tap>(inner, *this);
}

void VehicleYard::retain_old_state(std::size_t car) {
    hoarder_->retain(names_[car]);
}

void VehicleYard::spoil() {
    for (const auto& car : cars_) {
        agv::Faults& faults = car->agv->faults();
        faults.late_ppm = setup_.draws.at("agv.late_ppm");
        faults.late_ms = setup_.draws.at("agv.late_ms");
        faults.mute_ppm = setup_.draws.at("agv.mute_ppm");
        faults.deaf_ppm = setup_.draws.at("agv.deaf_ppm");
        faults.twice_ppm = setup_.draws.at("agv.twice_ppm");
        faults.noise_mm = setup_.draws.at("agv.noise_mm");
    }
}

void VehicleYard::mend() {
    for (const auto& car : cars_) {
        car->agv->faults() = {};
    }
    broker_.set_options({});
}

void VehicleYard::look() {
    std::vector<planner::Seen> all;
    for (std::size_t i = 0; i < cars_.size(); ++i) {
        all.push_back(seen(i));
    }
    judge_.look(kernel_.now(), names_, all);
}

void VehicleYard::watch() {
    kernel_.after(kJudgeLooksEvery, [this] {
        look();
        watch();
    });
}

}  // namespace tally::sim
