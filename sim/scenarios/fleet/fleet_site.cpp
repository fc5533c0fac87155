#include "sim/scenarios/fleet/fleet_site.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/scenarios/drawn_network.hpp"
#include "sim/scenarios/fleet/drawn_floor.hpp"

namespace tally::sim {

namespace {

constexpr Duration kLookEvery = std::chrono::milliseconds(50);
constexpr std::int32_t kCell_mm = 1'000;
constexpr std::int32_t kClearance_mm = 900;

FloorShape shape_of(const Draws& draws) {
    FloorShape shape;
    shape.columns = draws.at("floor.columns");
    shape.rows = draws.at("floor.rows");
    shape.spacing_mm = draws.at("floor.spacing_mm");
    shape.length_mm = draws.at("floor.length_mm");
    shape.narrow_percent = draws.at("floor.narrow_percent");
    shape.one_way_percent = draws.at("floor.one_way_percent");
    shape.missing_percent = draws.at("floor.missing_percent");
    shape.diagonal_percent = draws.at("floor.diagonal_percent");
    return shape;
}

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
                return std::hypot(node.x_mm - other.x_mm, node.y_mm - other.y_mm) < 2 * kCell_mm;
            });
        if (is_free) {
            starts.push_back(node);
        }
    }
    return starts;
}

}  // namespace

/// Hears what leaves the box, right before the broker does.
class FleetSite::Tap final : public PassingBus {
 public:
    Tap(MessageBus& inner, FleetSite& site) : PassingBus(inner), site_(site) {}

    Result<std::uint64_t> publish(BusMessage message) override {
        for (const std::string& name : site_.names_) {
            if (message.topic == "uagv/v2/tally/" + name + "/order") {
                site_.judge_.heard_order(site_.kernel_.now(), name, message.payload);
            } else if (message.topic == "uagv/v2/tally/" + name + "/instantActions") {
                site_.judge_.heard_instant(site_.kernel_.now(), name, message.payload);
            }
        }
        return PassingBus::publish(std::move(message));
    }

 private:
    FleetSite& site_;
};

/// Keeps what vehicles say, to say it again at a bad time.
class FleetSite::Hoarder final : private BusHandler {
 public:
    explicit Hoarder(FleetSite& site) : site_(site), bus_(site.broker_.client(site.desk_, "desk")) {
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
        site_.kernel_.after(std::chrono::seconds(1), [this] { connect(); });
    }
    void on_published(std::uint64_t, const Result<void>&) override {}

    FleetSite& site_;
    std::unique_ptr<MessageBus> bus_;
    std::map<std::string, std::string> states_;
};

FleetSite::FleetSite(FleetSiteOptions options)
    : options_(std::move(options)),
      kernel_({.seed = options_.seed,
               .trace_entries_kept = options_.trace_entries_kept,
               .on_trace = options_.on_trace,
               .on_report = options_.on_report}),
      network_(kernel_, drawn_link(options_.draws)),
      broker_(kernel_, network_, host_, drawn_broker(options_.draws)),
      floor_(draw_floor(shape_of(options_.draws), Prng(options_.seed).fork("floor"))),
      judge_(kClearance_mm) {
    for (const char* user : {"fleet", "desk", "agv"}) {
        broker_.set_rights(user, BrokerRights::everything());
    }
    Prng prng = kernel_.prng("cars");
    // With more than a third of the nodes taken a small floor is a puzzle, not a warehouse.
    const auto most = static_cast<std::size_t>(options_.draws.at("fleet.vehicles"));
    const auto count = std::min(most, std::max<std::size_t>(2, floor_.nodes.size() / 3));
    const std::vector<FloorNode> starts = starts_on(floor_, count, prng);
    for (std::size_t i = 0; i < starts.size(); ++i) {
        add_car(i, starts[i], prng);
    }
    hoarder_ = std::make_unique<Hoarder>(*this);
    start_box();
}

FleetSite::~FleetSite() {
    unit_.reset();
    wrapped_.reset();
    tap_.reset();
    bus_.reset();
    hoarder_.reset();
    cars_.clear();
}

void FleetSite::add_car(std::size_t i, const FloorNode& at, Prng& prng) {
    const Draws& draws = options_.draws;
    names_.push_back("v" + std::to_string(i));
    start_nodes_.push_back(at.id);
    auto car = std::make_unique<Car>();
    car->node = &kernel_.add_node({.name = names_.back()});
    car->bus = broker_.client(*car->node, "agv");
    agv::Setup setup;
    setup.manufacturer = "tally";
    setup.serial = names_.back();
    setup.version = i % 2 == 0 ? "2.0.0" : "2.1.0";
    setup.node = at.id;
    setup.x = at.x_mm / 1000.0;
    setup.y = at.y_mm / 1000.0;
    const std::int64_t missing = prng.between(0, draws.at("agv.spread_percent"));
    setup.speed =
        static_cast<double>(draws.at("agv.speed_mm_s")) * static_cast<double>(100 - missing) / 1e5;
    setup.acceleration = static_cast<double>(draws.at("agv.acceleration_mm_s2")) / 1000;
    setup.turn_rate = static_cast<double>(draws.at("agv.turn_mrad_s")) / 1000;
    setup.seed = prng.next();
    setup.number_states = true;
    car->agv =
        std::make_unique<agv::Agv>(agv::Agv::Ports{*car->bus, *car->node, *car->node}, setup);
    car->agv->power_on();
    cars_.push_back(std::move(car));
}

planner::Seen FleetSite::seen(std::size_t car) const {
    const agv::Truth truth = cars_[car]->agv->truth();
    return {std::lround(truth.x * 1000), std::lround(truth.y * 1000)};
}

void FleetSite::kill_box() {
    box_.kill(Death::process);
    unit_.reset();
    wrapped_.reset();
    tap_.reset();
    bus_.reset();
}

void FleetSite::start_box() {
    if (!box_.alive()) {
        box_.restart();
    }
    bus_ = broker_.client(box_, "fleet");
    tap_ = std::make_unique<Tap>(*bus_, *this);
    if (options_.wrappers.bus) {
        wrapped_ = options_.wrappers.bus("fleet", box_, *tap_);
    }
    FleetUnitOptions unit;
    for (std::size_t i = 0; i < cars_.size(); ++i) {
        const DeviceId id(names_[i]);
        const bool is_old = i % 2 == 0;
        unit.vehicles.push_back({id,
                                 {"uagv", "tally", names_[i]},
                                 is_old ? vda5050::Version::v2_0 : vda5050::Version::v2_1});
        // Of some the config says where they stand; what they say themselves wins.
        unit.fleet.vehicles.push_back({id, i % 3 == 0 ? start_nodes_[i] : std::string()});
    }
    unit.fleet.floor = floor_;
    if (options_.wrappers.floor) {
        options_.wrappers.floor(unit.fleet.floor, unit.fleet.cells.clearance_mm);
    }
    unit.fleet.run = "life" + std::to_string(++lives_);
    unit.fleet.base_max = static_cast<std::size_t>(options_.draws.at("fleet.base_cells"));
    MessageBus& bus = wrapped_ ? *wrapped_ : *tap_;
    auto made = FleetUnit::make(std::move(unit), {bus, box_, box_, box_, box_}, this);
    if (!made) {
        no_fleet_ = made.error().text;
        return;
    }
    unit_ = std::move(*made);
    judge_.box_started();
    unit_->fleet().listen(*this);
    unit_->start();
}

void FleetSite::retain_old_state(std::size_t car) {
    hoarder_->retain(names_[car]);
}

void FleetSite::run_for(Duration span) {
    for (Duration gone{0}; gone < span; gone += kLookEvery) {
        kernel_.run_for(kLookEvery);
        std::vector<planner::Seen> all;
        for (std::size_t i = 0; i < cars_.size(); ++i) {
            all.push_back(seen(i));
        }
        judge_.look(kernel_.now(), names_, all);
    }
}

void FleetSite::on_vehicle(const DeviceId& vehicle, const VehicleStatus& status) {
    constexpr std::string_view kMark = "state-";
    for (const std::string& load : status.loads) {
        if (load.starts_with(kMark)) {
            judge_.believed(kernel_.now(), vehicle.str(), std::stoull(load.substr(kMark.size())));
        }
    }
}

void FleetSite::on_order(const DeviceId& /*vehicle*/, const OrderStatus& /*order*/) {}
void FleetSite::on_action(const DeviceId& /*vehicle*/, const ActionReport& /*action*/) {}

void FleetSite::on_errand(const DeviceId& vehicle, const ErrandStatus& errand) {
    const auto car = std::find(names_.begin(), names_.end(), vehicle.str());
    if (on_errand_news) {
        on_errand_news(static_cast<std::size_t>(car - names_.begin()), errand);
    }
}

}  // namespace tally::sim
