#include "sim/scenarios/picking/picking_floor.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace tally::sim {

namespace {

constexpr Duration kSecond = std::chrono::seconds(1);
/// Nobody moves for so long although nothing hinders anybody and somebody has somewhere to go.
constexpr Duration kDeadlock = std::chrono::seconds(180);
const Actor kManager{"user:li.wei", ""};

std::vector<FleetTrouble> planned(const PickingFloor::Stage& stage) {
    return plan_fleet_troubles(
        stage.draws,
        {std::chrono::minutes(stage.draws.at("work.minutes")), stage.site.vehicles()->size(),
         stage.plan.floor.layout.lanes.size()},
        Prng(stage.seed).fork("fleet troubles"));
}

}  // namespace

PickingFloor::PickingFloor(const Stage& stage)
    : stage_(stage),
      site_(stage_.site),
      master_(site_.site().fleet_master.str()),
      troubles_(*this, planned(stage_), stage_.note),
      person_(*this, troubles_, stage_.note),
      crew_({site_, stage_.goods, stage_.plan, stage_.draws, stage_.note}) {}

void PickingFloor::begin() {
    began_ = site_.kernel().now();
    yard().spoil();
    site_.kernel().after(kSecond, [this] { second(); });
}

void PickingFloor::end_all() {
    troubles_.end_all();
    crew_.close_shop();
}

void PickingFloor::second() {
    site_.kernel().after(kSecond, [this] { second(); });
    troubles_.step(site_.kernel().now() - began_);
    if (running_fleet() != nullptr && site_.kernel().now() >= look_at_) {
        look_at_ = site_.kernel().now() + std::chrono::seconds(stage_.draws.at("picking.look_s"));
        person_.look();
    }
    crew_.second();
    watch_for_deadlock();
}

Fleet* PickingFloor::running_fleet() {
    FleetWiring* const wiring = site_.running_fleet();
    return wiring == nullptr ? nullptr : &wiring->fleet();
}

Result<void> PickingFloor::order(HandWish wish, const std::string& reason) {
    wish.reason = reason;
    const auto ordered = site_.running_fleet()->desk().order(wish, kManager);
    return ordered ? Result<void>() : Result<void>(fail(ordered.error()));
}

void PickingFloor::pause(std::size_t car) {
    HandWish wish;
    wish.act = HandAct::pause;
    wish.vehicle = DeviceId(yard().name(car));
    static_cast<void>(order(std::move(wish), "somebody is in the way"));
}

void PickingFloor::resume(std::size_t car) {
    HandWish wish;
    wish.act = HandAct::resume;
    wish.vehicle = DeviceId(yard().name(car));
    static_cast<void>(order(std::move(wish), "the way is free"));
}

Result<void> PickingFloor::release(std::size_t car, const std::string& node) {
    HandWish wish;
    wish.act = HandAct::release;
    wish.vehicle = DeviceId(yard().name(car));
    wish.place = node;
    return order(std::move(wish), "it was brought there by hand");
}

HandWish PickingFloor::road(HandAct act, std::size_t lane) {
    const FloorLayout& floor = yard().floor();
    HandWish wish;
    wish.act = act;
    wish.place = floor.nodes[floor.lanes.at(lane).from].id;
    wish.to = floor.nodes[floor.lanes.at(lane).to].id;
    return wish;
}

void PickingFloor::close_road(std::size_t lane, Duration span) {
    HandWish wish = road(HandAct::block, lane);
    wish.span = span;
    const auto closed = order(std::move(wish), "glass on the floor");
    if (!closed) {
        stage_.note("no road is closed: " + closed.error().text);
    }
}

void PickingFloor::open_road(std::size_t lane) {
    static_cast<void>(order(road(HandAct::unblock, lane), "it is swept"));
}

/// Hindered by something else than the fleet, or by people who are at work.
bool PickingFloor::is_anybody_hindered() {
    if (running_fleet() == nullptr || troubles_.is_any_open()) {
        return true;
    }
    const std::vector<FleetRow> rows = running_fleet()->rows();
    const bool is_out = std::any_of(rows.begin(), rows.end(), [](const FleetRow& row) {
        return row.phase == FleetPhase::lost || row.phase == FleetPhase::held || row.is_unknown ||
               row.status.paused;
    });
    const auto& missions = site_.running_fleet()->dispatch().missions();
    return is_out || std::any_of(missions.begin(), missions.end(), [](const auto& each) {
               return each.second.state == MissionState::waiting ||
                      each.second.state == MissionState::acting;
           });
}

bool PickingFloor::is_anybody_to_drive() {
    const auto& missions = site_.running_fleet()->dispatch().missions();
    return std::any_of(missions.begin(), missions.end(), [](const auto& each) {
        return each.second.state == MissionState::driving ||
               each.second.state == MissionState::assigned;
    });
}

void PickingFloor::say_who_stands() {
    const Dispatch& dispatch = site_.running_fleet()->dispatch();
    for (const FleetRow& row : running_fleet()->rows()) {
        std::string track;
        for (const std::string& cell : row.track) {
            track += " " + cell;
        }
        const Mission* const mission = dispatch.of_vehicle(row.id);
        stage_.note(fmt::format("{} {} at {}, goal {}, errand to {} {}, track{}, mission {}: {}",
                                row.id.str(), to_string(row.phase), row.node, row.goal,
                                row.errand.goal, to_string(row.errand.phase), track,
                                mission == nullptr
                                    ? std::string("none")
                                    : fmt::format("{} {} at {}", mission->id,
                                                  to_string(mission->state), mission->stop().place),
                                row.text));
    }
    for (const DispatchLine& line : dispatch.lines()) {
        stage_.note(fmt::format("{} {} {}: {}", to_string(line.phase), line.vehicle, line.mission,
                                line.text));
    }
}

void PickingFloor::watch_for_deadlock() {
    const MonoTime now = site_.kernel().now();
    if (is_anybody_hindered() || !is_anybody_to_drive()) {
        hindered_at_ = now;
        return;
    }
    const Duration still = now - std::max(yard().judge().still_since(), hindered_at_);
    longest_still_ = std::max(longest_still_, still);
    if (still > kDeadlock && !is_deadlock_found_) {
        is_deadlock_found_ = true;
        say_who_stands();
        findings_.push_back(
            {"fleet.deadlock", fmt::format("nobody has moved for {} s", still / kSecond)});
    }
}

Findings PickingFloor::take_findings() {
    Findings all = std::exchange(findings_, {});
    for (Finding& finding : yard().judge().take_findings()) {
        all.push_back(std::move(finding));
    }
    return all;
}

void PickingFloor::count(FleetCounts& counts) {
    counts.vehicle_seconds =
        static_cast<std::int64_t>(yard().size()) * ((site_.kernel().now() - MonoTime{0}) / kSecond);
    counts.messages = yard().judge().orders();
    counts.releases = person_.releases();
    counts.longest_still = longest_still_;
    counts.crew = crew_.counts();
}

}  // namespace tally::sim
