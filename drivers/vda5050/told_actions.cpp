#include "drivers/vda5050/told_actions.hpp"

#include <algorithm>
#include <utility>

#include "drivers/vda5050/advice.hpp"

namespace tally::vda5050 {

namespace {

constexpr const char* kNeverSpoken =
    "the vehicle never spoke of it, and it is told no more; see whether it is on and offers this "
    "action, then tell it again";

}  // namespace

void ToldActions::add(VehicleAction action, Patience patience, MonoTime now) {
    Told told;
    told.told_at = now;
    told.report = {action.id, action.type, ActionPhase::waiting, {}};
    told.action = std::move(action);
    told.patience = patience;
    told_.push_back(std::move(told));
}

void ToldActions::forget(const std::string& id) {
    std::erase_if(told_, [&](const Told& told) { return told.action.id == id; });
}

void ToldActions::forget_type(const std::string& type) {
    std::erase_if(told_, [&](const Told& told) { return told.action.type == type; });
}

void ToldActions::repeat_now() {
    for (Told& told : told_) {
        told.next = MonoTime{};
    }
}

bool ToldActions::has(const std::string& id) const {
    return std::any_of(told_.begin(), told_.end(),
                       [&](const Told& told) { return told.action.id == id; });
}

bool ToldActions::is_answered(const std::string& id, const State& state) {
    return std::any_of(state.actions.begin(), state.actions.end(),
                       [&](const ActionReport& action) { return action.id == id; }) ||
           std::any_of(state.errors.begin(), state.errors.end(), [&](const VehicleError& error) {
               return error.reference("actionId") == id;
           });
}

std::vector<ActionReport> ToldActions::expire(MonoTime now) {
    std::vector<ActionReport> changed;
    for (Told& told : told_) {
        if (told.is_too_old(now)) {
            told.report.phase = ActionPhase::failed;
            told.report.text = kNeverSpoken;
            changed.push_back(told.report);
        }
    }
    drop_ended();
    return changed;
}

std::vector<VehicleAction> ToldActions::due(MonoTime now) {
    std::vector<VehicleAction> actions;
    for (Told& told : told_) {
        if (told.seen || told.is_too_old(now) || (told.sent && now < told.next)) {
            continue;
        }
        told.sent = true;
        told.next = now + kRepeat;
        actions.push_back(told.action);
    }
    return actions;
}

std::vector<ActionReport> ToldActions::take(const State& state, MonoTime now) {
    std::vector<ActionReport> changed;
    for (Told& told : told_) {
        const auto found =
            std::find_if(state.actions.begin(), state.actions.end(),
                         [&](const ActionReport& action) { return action.id == told.action.id; });
        const auto refused =
            std::find_if(state.errors.begin(), state.errors.end(), [&](const VehicleError& error) {
                return error.reference("actionId") == told.action.id;
            });
        ActionReport report = told.report;
        if (found != state.actions.end()) {
            told.seen = true;
            report.phase = found->phase;
            report.text = found->text;
        } else if (told.seen) {
            report.phase = ActionPhase::unknown;
            report.text = "the vehicle took it and speaks of it no more; see its state";
        } else if (refused != state.errors.end()) {
            report.phase = ActionPhase::failed;
            report.text = advice_of(*refused).text;
        } else if (told.is_too_old(now)) {
            report.phase = ActionPhase::failed;
            report.text = kNeverSpoken;
        }
        if (!(report == told.report)) {
            told.report = report;
            changed.push_back(std::move(report));
        }
    }
    drop_ended();
    return changed;
}

void ToldActions::drop_ended() {
    std::erase_if(told_, [](const Told& told) {
        const ActionPhase phase = told.report.phase;
        return told.patience == Patience::limited &&
               (phase == ActionPhase::finished || phase == ActionPhase::failed ||
                phase == ActionPhase::unknown);
    });
}

}  // namespace tally::vda5050
