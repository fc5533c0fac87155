#include "sim/scenarios/fleet/fleet_site.hpp"

#include <algorithm>
#include <utility>

#include "sim/scenarios/drawn_network.hpp"
#include "sim/scenarios/fleet/drawn_floor.hpp"

namespace tally::sim {

namespace {

VehicleYard::Setup yard_of(const FleetSiteOptions& options) {
    VehicleYard::Setup setup;
    setup.draws = options.draws;
    setup.floor = draw_floor(drawn_shape(options.draws), Prng(options.seed).fork("floor"));
    setup.vehicles = options.draws.at("fleet.vehicles");
    setup.box_user = "fleet";
    setup.number_states = true;
    return setup;
}

}  // namespace

FleetSite::FleetSite(FleetSiteOptions options)
    : options_(std::move(options)),
      kernel_({.seed = options_.seed,
               .trace_entries_kept = options_.trace_entries_kept,
               .on_trace = options_.on_trace,
               .on_report = options_.on_report}),
      network_(kernel_, drawn_link(options_.draws)),
      yard_(kernel_, network_, desk_, host_, yard_of(options_)) {
    start_box();
}

FleetSite::~FleetSite() {
    unit_.reset();
    wrapped_.reset();
    tap_.reset();
    bus_.reset();
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
    bus_ = yard_.broker().client(box_, "fleet");
    tap_ = yard_.tap(*bus_);
    if (options_.wrappers.bus) {
        wrapped_ = options_.wrappers.bus("fleet", box_, *tap_);
    }
    FleetUnitOptions unit;
    for (std::size_t i = 0; i < yard_.size(); ++i) {
        const DeviceId id(yard_.name(i));
        unit.vehicles.push_back(
            {id,
             {"uagv", "tally", yard_.name(i)},
             VehicleYard::is_old(i) ? vda5050::Version::v2_0 : vda5050::Version::v2_1});
        // Of some the config says where they stand; what they say themselves wins.
        unit.fleet.vehicles.push_back({id, i % 3 == 0 ? yard_.start_node(i) : std::string()});
    }
    unit.fleet.floor = yard_.floor();
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
    judge().box_started();
    unit_->fleet().listen(*this);
    unit_->start();
}

void FleetSite::pause(std::size_t car) {
    static_cast<void>(fleet().pause(DeviceId(name(car))));
}

void FleetSite::resume(std::size_t car) {
    static_cast<void>(fleet().resume(DeviceId(name(car))));
}

Result<void> FleetSite::release(std::size_t car, const std::string& node) {
    return fleet().release(DeviceId(name(car)), node);
}

void FleetSite::close_road(std::size_t lane, Duration span) {
    const FloorLane& road = floor().lanes.at(lane);
    static_cast<void>(fleet().block({floor().nodes[road.from].id, floor().nodes[road.to].id,
                                     "a person closed it", span, RoadBlock::Inside::leaves}));
}

void FleetSite::open_road(std::size_t lane) {
    const FloorLane& road = floor().lanes.at(lane);
    static_cast<void>(fleet().unblock(floor().nodes[road.from].id, floor().nodes[road.to].id));
}

void FleetSite::run_for(Duration span) {
    for (Duration gone{0}; gone < span; gone += kJudgeLooksEvery) {
        kernel_.run_for(kJudgeLooksEvery);
        yard_.look();
    }
}

void FleetSite::on_vehicle(const DeviceId& vehicle, const VehicleStatus& status) {
    constexpr std::string_view kMark = "state-";
    for (const std::string& load : status.loads) {
        if (load.starts_with(kMark)) {
            judge().believed(kernel_.now(), vehicle.str(), std::stoull(load.substr(kMark.size())));
        }
    }
}

void FleetSite::on_order(const DeviceId& /*vehicle*/, const OrderStatus& /*order*/) {}
void FleetSite::on_action(const DeviceId& /*vehicle*/, const ActionReport& /*action*/) {}

void FleetSite::on_errand(const DeviceId& vehicle, const ErrandStatus& errand) {
    const auto car = std::find(yard_.names().begin(), yard_.names().end(), vehicle.str());
    if (on_errand_news) {
        on_errand_news(static_cast<std::size_t>(car - yard_.names().begin()), errand);
    }
}

}  // namespace tally::sim
