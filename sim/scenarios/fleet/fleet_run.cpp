#include "sim/scenarios/fleet/fleet_run.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace tally::sim {

namespace {

constexpr Duration kSecond = std::chrono::seconds(1);
/// Nobody moves for so long although nothing hinders anybody and somebody has somewhere to go.
constexpr Duration kDeadlock = std::chrono::seconds(180);
/// One with somewhere to go does not move for so long, although nothing hinders anybody and its
/// goal is free: a jam of a few among many that go on.
constexpr Duration kJam = std::chrono::seconds(240);
constexpr double kThere_mm = 20;

FleetSiteOptions site_options(const Draws& draws, const RunOptions& options, RunLog& log) {
    FleetSiteOptions site;
    site.seed = options.seed;
    site.draws = draws;
    site.on_report = [&log](MonoTime at, const std::string& text) { log.reported(at, text); };
    site.trace_entries_kept = options.trace_entries_kept;
    if (options.on_trace) {
        site.on_trace = [&log](const std::string& line) { log.traced(line); };
    }
    site.wrappers = options.wrappers;
    return site;
}

double apart(planner::Seen a, planner::Seen b) {
    return std::hypot(static_cast<double>(a.x_mm - b.x_mm), static_cast<double>(a.y_mm - b.y_mm));
}

}  // namespace

bool is_fleet(const Draws& draws) {
    return draws.at("fleet.vehicles") > 0;
}

FleetRun::FleetRun(const Draws& draws, const RunOptions& options)
    : draws_(draws),
      log_(options),
      site_(site_options(draws, options, log_)),
      prng_(site_.kernel().prng("goals")),
      troubles_(site_,
                plan_fleet_troubles(draws,
                                    {std::chrono::minutes(draws.at("fleet.minutes")), site_.size(),
                                     site_.floor().lanes.size()},
                                    Prng(options.seed).fork("fleet troubles")),
                [this](const std::string& text) { note(text); }),
      person_(site_, troubles_, [this](const std::string& text) { note(text); }),
      goals_(site_.size()) {
    site_.on_errand_news = [this](std::size_t car, const ErrandStatus& errand) {
        take_end(car, errand);
    };
}

void FleetRun::find(std::string checker, std::string text) {
    log_.find(site_.kernel().now(), {std::move(checker), std::move(text)}, site_.kernel().trace());
}

void FleetRun::print_options() {
    report_.faults = troubles_.plan().size();
    for (const std::string& line : describe(draws_)) {
        log_.option(line);
    }
    log_.option(fmt::format("vehicles={} nodes={} lanes={}", site_.size(),
                            site_.floor().nodes.size(), site_.floor().lanes.size()));
    for (const FleetTrouble& trouble : troubles_.plan()) {
        log_.option(to_line(trouble));
    }
}

RunReport FleetRun::run() {
    print_options();
    if (!site_.no_fleet().empty()) {
        find("fleet.opened", site_.no_fleet());
        log_.close(report_, site_.kernel().trace());
        return std::move(report_);
    }
    site_.yard().spoil();
    const MonoTime end = site_.kernel().now() + std::chrono::minutes(draws_.at("fleet.minutes"));
    while (site_.kernel().now() < end) {
        second();
    }
    note("no new goals and no more faults; every goal must end");
    is_calm_ = true;
    troubles_.end_all();
    site_.network().heal_all();
    site_.network().set_everywhere({});
    const MonoTime began = site_.kernel().now();
    const MonoTime limit = began + std::chrono::seconds(draws_.at("expect.converge_s"));
    while (site_.kernel().now() < limit && !is_all_done()) {
        second();
    }
    report_.converged_in = site_.kernel().now() - began;
    check_goals();
    take_findings();
    report_.ran = site_.kernel().now() - MonoTime{0};
    report_.fleet.vehicle_seconds =
        static_cast<std::int64_t>(site_.size()) * (report_.ran / kSecond);
    report_.fleet.releases = person_.releases();
    report_.fleet.messages = site_.judge().orders();
    report_.events = site_.kernel().events_run();
    log_.close(report_, site_.kernel().trace());
    return std::move(report_);
}

void FleetRun::second() {
    troubles_.step(site_.kernel().now() - MonoTime{0});
    site_.run_for(kSecond);
    for (std::size_t car = 0; car < site_.size(); ++car) {
        own(car);
    }
    if (site_.is_up() && site_.kernel().now() >= look_at_) {
        look_at_ = site_.kernel().now() + std::chrono::seconds(draws_.at("fleet.look_s"));
        person_.look();
    }
    watch_for_deadlock();
    take_findings();
}

void FleetRun::take_findings() {
    for (const Finding& finding : site_.judge().take_findings()) {
        log_.find(site_.kernel().now(), finding, site_.kernel().trace());
    }
}

bool FleetRun::is_there(std::size_t car, const std::string& node) const {
    for (const FloorNode& each : site_.floor().nodes) {
        if (each.id == node) {
            return apart(site_.seen(car), {each.x_mm, each.y_mm}) <= kThere_mm;
        }
    }
    return false;
}

/// A new goal a while after the one before has ended; told again to a box that was started anew.
void FleetRun::own(std::size_t car) {
    Goal& goal = goals_[car];
    if (!site_.is_up() || site_.kernel().now() < goal.next_at) {
        return;
    }
    if (goal.node.empty() && is_calm_) {
        static_cast<void>(std::exchange(goal.stays, false)
                              ? site_.fleet().dismiss(DeviceId(site_.name(car)))
                              : Result<void>());
    } else if (goal.node.empty()) {
        goal.node = site_.floor().nodes[prng_.below(site_.floor().nodes.size())].id;
        goal.has_actions = prng_.between(0, 99) < draws_.at("fleet.action_percent");
        goal.stays = prng_.between(0, 99) < draws_.at("fleet.stay_percent");
        send(car);
        if (goal.errand.empty()) {
            goal.node.clear();  // It was not taken; the reason stands in its row.
        } else {
            ++report_.fleet.goals;
        }
    } else if (goal.errand.empty() || site_.fleet().rows()[car].errand.id != goal.errand) {
        send(car);
    }
}

void FleetRun::send(std::size_t car) {
    Goal& goal = goals_[car];
    Errand errand;
    errand.goal = goal.node;
    if (goal.has_actions) {
        errand.actions.push_back({{},
                                  "pick",
                                  Blocking::hard,
                                  {{"stationType", std::string("floor")},
                                   {"loadType", std::string("EPAL")},
                                   {"duration", 3.0}}});
    }
    errand.after = goal.stays ? Errand::After::stays : Errand::After::makes_way;
    const auto sent = site_.fleet().send(DeviceId(site_.name(car)), std::move(errand));
    goal.errand = sent ? *sent : std::string();
    note(fmt::format("{} is sent to {}: {}", site_.name(car), goal.node,
                     sent ? *sent : sent.error().text));
    goal.refusal = sent ? std::string() : sent.error().text;
}

void FleetRun::take_end(std::size_t car, const ErrandStatus& errand) {
    Goal& goal = goals_[car];
    const bool is_over = errand.phase == ErrandPhase::done || errand.phase == ErrandPhase::failed;
    if (!is_over || goal.node.empty() || errand.id != goal.errand) {
        return;
    }
    if (!is_there(car, goal.node)) {
        find("fleet.false_end",
             fmt::format("{} is said to be done at {}, and stands at {}, {}", site_.name(car),
                         goal.node, site_.seen(car).x_mm, site_.seen(car).y_mm));
    }
    ++(errand.phase == ErrandPhase::done ? report_.fleet.arrivals : report_.fleet.failed);
    goal.node.clear();
    goal.errand.clear();
    goal.next_at = site_.kernel().now() + std::chrono::seconds(prng_.between(0, 10));
}

/// Hindered by something else than the fleet: then it is no deadlock.
bool FleetRun::is_anybody_hindered() {
    if (!site_.is_up() || troubles_.is_any_open()) {
        return true;
    }
    const std::vector<FleetRow> rows = site_.fleet().rows();
    return std::any_of(rows.begin(), rows.end(), [](const FleetRow& row) {
        return row.phase == FleetPhase::lost || row.phase == FleetPhase::held || row.status.paused;
    });
}

void FleetRun::watch_for_deadlock() {
    const MonoTime now = site_.kernel().now();
    if (is_anybody_hindered()) {
        hindered_at_ = now;
    } else {
        report_.fleet.watched_seconds += static_cast<std::int64_t>(site_.size());
    }
    watch_for_jams();
    const Duration still = now - std::max(site_.judge().still_since(), hindered_at_);
    const bool has_goal = std::any_of(goals_.begin(), goals_.end(),
                                      [](const Goal& goal) { return !goal.node.empty(); });
    if (!has_goal) {
        return;
    }
    report_.fleet.longest_still = std::max(report_.fleet.longest_still, still);
    if (still > kDeadlock && !is_deadlock_found_) {
        is_deadlock_found_ = true;
        find("fleet.deadlock", fmt::format("at {} s nobody has moved for {} s",
                                           now.ns / 1'000'000'000, still / kSecond));
    }
}

/// Somebody stays there until he has another goal.
bool FleetRun::is_taken(const std::string& node) const {
    for (std::size_t car = 0; car < site_.size(); ++car) {
        if (goals_[car].stays && is_there(car, node)) {
            return true;
        }
    }
    return false;
}

void FleetRun::watch_for_jams() {
    const MonoTime now = site_.kernel().now();
    for (std::size_t car = 0; !is_jam_found_ && car < site_.size(); ++car) {
        const Duration still = now - std::max(site_.judge().still_since(car), hindered_at_);
        if (!goals_[car].node.empty() && still > kJam && !is_taken(goals_[car].node)) {
            is_jam_found_ = true;
            find("fleet.jam", fmt::format("{} has not moved for {} s on its way to {}",
                                          site_.name(car), still / kSecond, goals_[car].node));
        }
    }
}

bool FleetRun::is_all_done() const {
    return std::all_of(goals_.begin(), goals_.end(),
                       [](const Goal& goal) { return goal.node.empty(); });
}

void FleetRun::check_goals() {
    if (report_.fleet.arrivals < site_.size()) {
        find("fleet.idle", fmt::format("{} vehicles have arrived {} times in all: the fleet does "
                                       "not work, so nothing else here shows anything",
                                       site_.size(), report_.fleet.arrivals));
    }
    for (std::size_t car = 0; site_.is_up() && car < site_.size(); ++car) {
        const FleetRow row = site_.fleet().rows()[car];
        std::string track;
        for (const std::string& cell : row.track) {
            track += " " + cell;
        }
        note(fmt::format("{} {} at {}, errand {} to {} {}, track{}, order {} {}: {}",
                         site_.name(car), to_string(row.phase), row.node, row.errand.id,
                         row.errand.goal, to_string(row.errand.phase), track, row.status.order.id,
                         to_string(row.status.order.phase), row.text));
    }
    for (std::size_t car = 0; car < site_.size(); ++car) {
        if (goals_[car].node.empty()) {
            continue;
        }
        std::string state = "the box is down";
        if (site_.is_up()) {
            const FleetRow row = site_.fleet().rows()[car];
            state = fmt::format("{} at {}, errand {} to {} {}: {} {}", to_string(row.phase),
                                row.node, row.errand.id, row.errand.goal,
                                to_string(row.errand.phase), row.text, goals_[car].refusal);
        }
        find("fleet.goal_open",
             fmt::format("{} was to go to {} and is not there {} s after the last fault: {}",
                         site_.name(car), goals_[car].node, report_.converged_in / kSecond, state));
    }
}

}  // namespace tally::sim
