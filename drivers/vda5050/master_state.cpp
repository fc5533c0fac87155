// What a vehicle says, and what of it counts.
#include <algorithm>
#include <utility>

#include "drivers/vda5050/advice.hpp"
#include "drivers/vda5050/master.hpp"

namespace tally::vda5050 {

namespace {

bool open(ActionPhase phase) {
    return phase != ActionPhase::finished && phase != ActionPhase::failed;
}

}  // namespace

void Master::on_message(Moment now, Topic topic, std::string_view payload, Kept kept) {
    const auto is_ours = [&](const Header& header) {
        return (header.serial.empty() || header.serial == options_.address.serial) &&
               (header.manufacturer.empty() ||
                header.manufacturer == options_.address.manufacturer);
    };
    const auto take = [&](auto message, auto use) {
        if (!message) {
            note_refused(message.error());
        } else if (!is_ours(message->header)) {
            note_refused({ErrorKind::conflict,
                          "a message on the topic of " + options_.address.serial + " is from '" +
                              message->header.serial.substr(0, 40) +
                              "'; two vehicles share a topic: set each its own serial number"});
        } else {
            use(*message);
        }
    };
    switch (topic) {
        case Topic::state:
            take(read_state(payload), [&](const State& state) {
                const auto kept_so =
                    kept == Kept::no ? FreshnessJudge::Kept::no : FreshnessJudge::Kept::by_broker;
                switch (freshness_.judge(state.header, kept_so, now.mono)) {
                    case Freshness::repeated:
                        ++counts_.repeated;
                        return;
                    case Freshness::stale:
                        ++counts_.stale;
                        return;
                    case Freshness::retained:
                        ++counts_.retained;
                        return;
                    case Freshness::restarted:
                        ++counts_.restarts;
                        break;
                    case Freshness::fresh:
                        break;
                }
                take_state(now, state);
            });
            return;
        case Topic::connection:
            take(read_connection(payload),
                 [&](const Connection& connection) { take_connection(now, connection); });
            return;
        case Topic::factsheet:
            take(read_factsheet(payload), [&](const Factsheet& sheet) {
                factsheet_ = sheet;
                judge_sheet();
                tell_vehicle();
            });
            return;
        case Topic::visualization:
            // Nothing depends on it: what counts stands in states.
            take(read_visualization(payload), [](const Visualization&) {});
            return;
        case Topic::order:
        case Topic::instant_actions:
            return;  // Our own.
    }
}

/// The will carries the headerId and time of when it was laid down, so neither is looked at.
void Master::take_connection(Moment now, const Connection& connection) {
    switch (connection.state) {
        case ConnectionState::online:
            said_ = VehicleReach::online;
            reached_at_ = now.mono;
            repeat_at_ = MonoTime{};  // What was sent before it joined is lost.
            told_.repeat_now();
            expect_sheet(now);
            set_reach(said_);
            if (status_.heard_at == MonoTime{}) {
                ask_for_state(now);
            }
            send_due(now);
            return;
        case ConnectionState::offline:
            said_ = VehicleReach::offline;
            break;
        case ConnectionState::broken:
            said_ = VehicleReach::broken;
            break;
    }
    set_reach(said_);
}

void Master::take_state(Moment now, const State& state) {
    ++counts_.states;
    refusal_.clear();
    status_.heard_at = now.mono;
    // One that speaks is there, whatever a late will or an ONLINE that never came says of it.
    said_ = VehicleReach::online;
    status_.reach = VehicleReach::online;
    show(state);
    const bool moved = run_ && run_->take(state);
    if (run_) {
        status_.order = run_->status();
        if (run_->over() && moved) {
            told_.forget(run_->cancel_action());
            if (run_->status().phase == OrderPhase::cancelled) {
                withdrawn_ = run_->status().id;
            }
        }
        if (!status_.order.contradiction.empty()) {
            add_trouble(VehicleTrouble::Weight::stops, "contradiction",
                        "vehicle " + options_.vehicle.str() + ": " + status_.order.contradiction);
        }
    }
    look_for_strangers(now, state);
    std::vector<ActionReport> actions = news_of_actions(state);
    for (ActionReport& report : told_.take(state, now.mono)) {
        actions.push_back(std::move(report));
    }
    if (told_.is_answered(unanswered_cancel_, state)) {
        unanswered_cancel_.clear();
    }
    if (!status_.busy && !(run_ && run_->status().phase == OrderPhase::cancelling)) {
        // Nothing is left to cancel; repeated, it would end the order that comes next.
        told_.forget_type("cancelOrder");
    }
    // All of it is known before the first word, for the feed may give the next order from within.
    if (moved) {
        tell_order();
    }
    for (const ActionReport& report : actions) {
        feed_.on_action(options_.vehicle, report);
    }
    tell_vehicle();
    send_due(now);
}

void Master::show(const State& state) {
    status_.order_shown = state.order_id;
    status_.busy = !state.nodes.empty() || !state.edges.empty();
    status_.last_node = state.last_node;
    status_.base.clear();
    for (const PartState& node : state.nodes) {
        if (node.released) {
            status_.base.push_back(node.id);
        }
    }
    status_.pose = state.pose;
    status_.is_unlocalized = state.is_unlocalized;
    status_.mode = state.mode;
    status_.driving = state.driving;
    status_.paused = state.paused;
    status_.wants_base = state.wants_base;
    status_.charging = state.charging;
    status_.battery_permille = state.battery_permille;
    status_.emergency_stop = state.emergency_stop;
    status_.field_violated = state.field_violated;
    status_.loads = state.loads;
    status_.troubles.clear();
    for (const VehicleError& error : state.errors) {
        status_.troubles.push_back(advice_of(error));
    }
    if (state.emergency_stop) {
        add_trouble(VehicleTrouble::Weight::stops, "emergency_stop",
                    "emergency stop is pressed; see why, then release it at the vehicle");
    }
    if (state.field_violated) {
        add_trouble(VehicleTrouble::Weight::stops, "field_violated",
                    "something stands in the vehicle's protective field; clear it");
    }
    if (state.mode != VehicleMode::automatic && state.mode != VehicleMode::semiautomatic) {
        add_trouble(VehicleTrouble::Weight::stops, "mode",
                    "the vehicle is in mode " + std::string(to_string(state.mode)) +
                        "; it takes no orders before it is switched to automatic");
    }
    show_sheet_advice();
}

/// Anew with each factsheet, and when more is sent than before.
void Master::judge_sheet() {
    if (factsheet_) {
        sheet_advice_ = contradictions(*factsheet_,
                                       {options_.address, options_.version, options_.needs, sent_});
        show_sheet_advice();
    }
}

void Master::show_sheet_advice() {
    std::erase_if(status_.troubles,
                  [](const VehicleTrouble& trouble) { return trouble.kind == "factsheet"; });
    for (const std::string& text : sheet_advice_) {
        add_trouble(VehicleTrouble::Weight::warning, "factsheet", text);
    }
}

/// An order that the vehicle works on and that is not ours now.
void Master::look_for_strangers(Moment now, const State& state) {
    const bool ours = run_ && !run_->over() && state.order_id == run_->status().id;
    if (!status_.busy || ours || state.order_id.empty()) {
        return;
    }
    if (state.order_id == withdrawn_) {
        // Our own message came to it after our cancellation.
        add_trouble(VehicleTrouble::Weight::stops, "cancelled_order",
                    "the vehicle drives order " + state.order_id +
                        ", which was cancelled; it is told again to stop");
        if (!told_.has(last_action_id()) || now.mono - cancel_at_ >= ToldActions::kRepeat) {
            cancel_at_ = now.mono;
            told_.add({next_action_id(), "cancelOrder", Blocking::hard},
                      ToldActions::Patience::limited, now.mono);
        }
        return;
    }
    add_trouble(VehicleTrouble::Weight::stops, "foreign_order",
                "the vehicle works on order '" + state.order_id +
                    "', which is not ours now; let it end, or cancel it");
}

std::vector<ActionReport> Master::news_of_actions(const State& state) {
    std::vector<ActionReport> news;
    if (!run_ || state.order_id != run_->status().id) {
        return news;
    }
    for (const ActionReport& action : state.actions) {
        if (!run_->has_action(action.id)) {
            continue;
        }
        auto [at, is_new] = order_actions_.try_emplace(action.id, action);
        if (!is_new && (at->second == action || !open(at->second.phase))) {
            continue;  // What has ended does not begin again.
        }
        at->second = action;
        news.push_back(action);
    }
    return news;
}

void Master::note_refused(const Error& why) {
    ++counts_.refused;
    if (refusal_ == why.text) {
        return;
    }
    refusal_ = why.text;
    std::erase_if(status_.troubles,
                  [](const VehicleTrouble& trouble) { return trouble.kind == "message"; });
    add_trouble(VehicleTrouble::Weight::warning, "message", why.text);
    tell_vehicle();
}

void Master::add_trouble(VehicleTrouble::Weight weight, std::string kind, std::string text) {
    status_.troubles.push_back({weight, std::move(kind), std::move(text)});
}

}  // namespace tally::vda5050
