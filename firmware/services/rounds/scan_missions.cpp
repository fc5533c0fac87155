// Slots into missions: a few at a time, for each look costs ways and each mission that waits costs
// the dispatcher a look a second. What there is no room for comes at the next look.
#include <algorithm>
#include <utility>

#include "firmware/services/rounds/scan_rounds.hpp"

namespace tally {

namespace {

constexpr std::int32_t kOrdered = 0;
constexpr std::size_t kNamedMax = 5;  // Slots in one event.

}  // namespace

void ScanRounds::look() {
    drop_without_way();
    list_asked();
    list_due();
}

void ScanRounds::list_asked() {
    const std::vector<std::string> slots = take(asked_, room(kOrdered));
    std::erase_if(asked_, [&](const std::string& slot) {
        return std::find(slots.begin(), slots.end(), slot) != slots.end();
    });
    list(slots, kOrdered, "ordered");
}

/// For so many slots more, beside those that wait for a vehicle and come first or are their like.
std::size_t ScanRounds::room(std::int32_t priority) const {
    std::size_t waiting = 0;
    for (const auto& [id, mission] : ports_.dispatch.missions()) {
        if (mission.kind == MissionKind::scan && mission.state == MissionState::listed &&
            mission.priority >= priority) {
            waiting += mission.stops.size();
        }
    }
    const std::size_t all = std::max(options_.waiting_max, options_.slots_max);
    return all - std::min(all, waiting);
}

/// The first so many, without those that no way leads to. These are said when they are found to be
/// so, and looked at again later, behind those that were never.
std::vector<std::string> ScanRounds::take(std::vector<std::string> wanted, std::size_t room) {
    const MonoTime now = ports_.clock.mono_now();
    std::erase_if(wanted, [&](const std::string& slot) {
        const auto blocked = no_way_.find(slot);
        return blocked != no_way_.end() && now < blocked->second;
    });
    std::stable_partition(wanted.begin(), wanted.end(),
                          [&](const std::string& slot) { return !no_way_.contains(slot); });
    wanted.resize(std::min(wanted.size(), room));  // Each costs a search.
    const std::vector<std::string> from = starts();
    std::vector<std::string> without;
    std::erase_if(wanted, [&](const std::string& slot) {
        if (has_way(from, slot)) {
            no_way_.erase(slot);
            return false;
        }
        if (no_way_.insert_or_assign(slot, now + options_.retry_after).second) {
            without.push_back(slot);
        }
        return true;
    });
    say_no_way(without);
    return wanted;
}

void ScanRounds::say_no_way(const std::vector<std::string>& slots) {
    if (slots.empty()) {
        return;
    }
    std::string names;
    for (std::size_t i = 0; i < std::min(slots.size(), kNamedMax); ++i) {
        names += (i == 0 ? "" : ", ") + slots[i];
    }
    if (slots.size() > kNamedMax) {
        names += " and " + std::to_string(slots.size() - kNamedMax) + " more slots";
    }
    ports_.events.report(Severity::warning, "scan",
                         "no vehicle with a reader has a way to " + names +
                             "; they are left out and tried again later; see which roads are "
                             "closed, and which vehicles stand in the way");
}

/// Where the vehicles with readers stand, as far as that is known.
std::vector<std::string> ScanRounds::starts() const {
    std::vector<std::string> nodes;
    for (const FleetRow& row : ports_.fleet.rows()) {
        const bool is_known = row.is_placed && !row.is_unknown && !row.is_off_floor &&
                              row.phase != FleetPhase::lost && row.phase != FleetPhase::held;
        if (is_known && options_.readers.contains(row.id)) {
            nodes.push_back(row.node);
        }
    }
    return nodes;
}

/// While nobody knows where to begin nothing speaks against it.
bool ScanRounds::has_way(const std::vector<std::string>& starts, const std::string& slot) const {
    return starts.empty() ||
           std::any_of(starts.begin(), starts.end(), [&](const std::string& start) {
               return ports_.fleet.way_mm(start, slot).has_value();
           });
}

bool ScanRounds::has_way(const std::vector<std::string>& starts, const Mission& mission) const {
    for (std::size_t i = 1; i < mission.stops.size(); ++i) {
        if (!ports_.fleet.way_mm(mission.stops[i - 1].place, mission.stops[i].place)) {
            return false;
        }
    }
    return has_way(starts, mission.stop().place);
}

/// Nobody would ever be given it, and it would keep its other slots out of other rounds.
void ScanRounds::drop_without_way() {
    const std::vector<std::string> from = starts();
    const std::map<std::string, Mission> missions = ports_.dispatch.missions();
    for (const auto& [id, mission] : missions) {
        const bool is_cut_off = mission.kind == MissionKind::scan &&
                                mission.state == MissionState::listed && !has_way(from, mission);
        if (!is_cut_off ||
            !ports_.dispatch.drop(id,
                                  "no way leads past all of its slots any more; those that "
                                  "can be reached get another mission")) {
            continue;
        }
        for (const MissionStop& stop : mission.stops) {
            if (mission.priority >= kOrdered) {
                asked_.push_back(stop.place);
            }
        }
    }
}

void ScanRounds::list(const std::vector<std::string>& slots, std::int32_t priority,
                      const std::string& why) {
    for (const std::vector<std::string>& tour : tours_over(slots)) {
        Mission mission;
        // Its events outlive this program: the number of a mission is not given twice.
        mission.id = "scan-" + std::to_string(ports_.ledger.line().seq().value()) + "-" +
                     std::to_string(++last_);
        mission.kind = MissionKind::scan;
        mission.priority = priority;
        mission.needs = "reader";
        mission.load =
            std::to_string(tour.size()) + (tour.size() == 1 ? " slot, " : " slots, ") + why;
        for (const std::string& slot : tour) {
            mission.stops.push_back({slot, {}, StopEnd::person, {}, "its reader listens"});
        }
        if (const auto listed = ports_.dispatch.list(std::move(mission)); !listed) {
            ports_.events.report(Severity::error, "scan", listed.error().text);
        }
    }
}

/// The nearest next, and another tour where one is full or no way leads on. Rounds are idle time,
/// so no search.
std::vector<std::vector<std::string>> ScanRounds::tours_over(std::vector<std::string> slots) const {
    std::vector<std::vector<std::string>> tours;
    while (!slots.empty()) {
        auto next = slots.begin();
        std::optional<std::int64_t> nearest_mm;
        for (auto slot = slots.begin(); !tours.empty() && slot != slots.end(); ++slot) {
            const auto way_mm = ports_.fleet.way_mm(tours.back().back(), *slot);
            if (way_mm && (!nearest_mm || *way_mm < *nearest_mm)) {
                nearest_mm = way_mm;
                next = slot;
            }
        }
        if (!nearest_mm || tours.back().size() == options_.slots_max) {
            tours.emplace_back();
        }
        tours.back().push_back(std::move(*next));
        slots.erase(next);
    }
    return tours;
}

}  // namespace tally
