// Which slots a vehicle with a reader is to be sent past: those that are due, and those asked for.
#include <algorithm>
#include <charconv>
#include <utility>

#include "firmware/services/rounds/scan_rounds.hpp"

namespace tally {

namespace {

constexpr std::string_view kDoubts = "doubts";
constexpr std::int32_t kBehindGoods = -1;  // What goods wait for comes first.

}  // namespace

/// UTC, annotation; 0: never.
std::int64_t ScanRounds::seen_ms(const std::string& slot) const {
    const std::string row = ports_.ledger.state_row(std::string(kSlotScanRows), slot);
    std::int64_t ms = 0;
    std::from_chars(row.data(), row.data() + row.size(), ms);
    return ms;
}

/// Something said since it was last listened at that the book may be wrong there.
bool ScanRounds::is_in_doubt(const std::string& slot) const {
    const std::int64_t since = seen_ms(slot);
    const Registers& registers = ports_.ledger.registers();
    const auto& tasks = registers.work().tasks();
    const auto& anomalies = registers.anomalies();
    return std::any_of(tasks.begin(), tasks.end(),
                       [&](const auto& entry) {
                           const Task& task = entry.second;
                           return task.kind == TaskKind::count && !task.finished() &&
                                  task.to == slot && task.t_ms > since;
                       }) ||
           std::any_of(anomalies.begin(), anomalies.end(), [&](const auto& entry) {
               return entry.second.what.place == slot && entry.second.t_ms > since;
           });
}

std::set<std::string> ScanRounds::tagged_slots() const {
    std::set<std::string> places;
    for (const ItemView& item : ports_.ledger.book().items()) {
        places.insert(std::string(item.place));
    }
    return places;
}

/// Those asked for, and stops of missions: those to come, or also those passed in a round that was
/// not evaluated yet.
std::set<std::string> ScanRounds::covered(Stops stops) const {
    std::set<std::string> slots(asked_.begin(), asked_.end());
    for (const auto& [id, mission] : ports_.dispatch.missions()) {
        const bool is_open = !mission.is_over() || (stops == Stops::all && rounds_.contains(id));
        if (mission.kind != MissionKind::scan || !is_open) {
            continue;
        }
        for (std::size_t i = stops == Stops::all ? 0 : mission.at; i < mission.stops.size(); ++i) {
            slots.insert(mission.stops[i].place);
        }
    }
    return slots;
}

void ScanRounds::list_due() {
    if (options_.every == Duration(0)) {
        return;
    }
    const std::int64_t now_ms = ports_.ledger.wall_now().ms();
    const std::int64_t every_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(options_.every).count();
    const std::set<std::string> tagged = tagged_slots();
    const std::set<std::string> listed = covered(Stops::all);
    std::vector<std::string> due;
    for (const std::string& slot : options_.slots) {
        const auto rests = not_before_.find(slot);
        const bool is_resting =
            rests != not_before_.end() && ports_.clock.mono_now() < rests->second;
        if (listed.contains(slot) || !tagged.contains(slot) || is_resting) {
            continue;
        }
        if (now_ms - seen_ms(slot) >= every_ms || is_in_doubt(slot)) {
            due.push_back(slot);
        }
    }
    list(take(std::move(due), room(kBehindGoods)), kBehindGoods, "due");
}

std::vector<std::string> ScanRounds::slots_of(const std::string& places) const {
    std::vector<std::string> found;
    for (const std::string& slot : options_.slots) {
        const auto zone = ports_.inventory.site().around(PlaceId(slot));
        const bool begins_so = places.size() > 1 && places.back() == '*' &&
                               slot.starts_with(places.substr(0, places.size() - 1));
        if (slot == places || (zone && zone->str() == places) || begins_so ||
            (places == kDoubts && is_in_doubt(slot))) {
            found.push_back(slot);
        }
    }
    return found;
}

Result<void> ScanRounds::may_ask(const std::string& places) const {
    if (options_.readers.empty()) {
        return fail(ErrorKind::conflict,
                    "no vehicle carries a reader; name it as 'carries' in its [[vehicle]]");
    }
    const std::vector<std::string> slots = slots_of(places);
    if (slots.empty()) {
        return fail(ErrorKind::conflict,
                    places == kDoubts
                        ? std::string("no slot is in doubt; name one, or the zone it stands in")
                        : "no slot with a stop on the floor is called '" + places +
                              "', stands in such a zone or begins so; `tally layout draw` shows "
                              "the slots");
    }
    const std::set<std::string> listed = covered(Stops::to_come);
    const bool is_new = std::any_of(slots.begin(), slots.end(), [&](const std::string& slot) {
        return !listed.contains(slot);
    });
    return is_new ? Result<void>()
                  : fail(ErrorKind::conflict,
                         "a vehicle is sent past all of them already, or will be when others "
                         "are done and a way leads there; `tally mission ls` shows it");
}

Result<void> ScanRounds::ask(const std::string& places) {
    TALLY_TRY(may_ask(places));
    const std::set<std::string> listed = covered(Stops::to_come);
    for (const std::string& slot : slots_of(places)) {
        if (!listed.contains(slot)) {
            asked_.push_back(slot);
            if (const auto blocked = no_way_.find(slot); blocked != no_way_.end()) {
                blocked->second = ports_.clock.mono_now();
            }
        }
    }
    list_asked();
    return {};
}

}  // namespace tally
