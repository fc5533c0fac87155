// How the vehicle moves, acts and uses up its battery.
#include <algorithm>
#include <cmath>

#include "sim/devices/vda5050_agv/agv.hpp"

namespace tally::sim::agv {

namespace {

constexpr Duration kTick = std::chrono::milliseconds(100);
constexpr double kPi = 3.14159265358979323846;
constexpr double kNear = 0.005;      // m: it is there
constexpr double kStraight = 0.001;  // rad

double turned(double angle) {
    return std::remainder(angle, 2 * kPi);
}

}  // namespace

bool Agv::held_by_actions() const {
    for (const std::string& id : here_) {
        for (const Action& action : actions_) {
            if (action.id == id && !action.ended() && action.blocking != "NONE") {
                return true;
            }
        }
    }
    return false;
}

bool Agv::may_move() const {
    return !nodes_.empty() && nodes_.front().released && !paused_ && !emergency_ &&
           faults_.stuck == 0 && faults_.lost == 0 && charge_ > 1 && !held_by_actions() &&
           mode_ != "MANUAL";
}

void Agv::tick() {
    tick_timer_.arm(kTick, [this] { tick(); });
    const double seconds = std::chrono::duration<double>(kTick).count();
    const bool was_driving = driving_;
    charge(seconds);
    act(seconds);
    if (may_move()) {
        move(seconds);
    } else {
        speed_ = 0;
        driving_ = false;
    }
    if (was_driving != driving_) {
        changed_ = true;
    }
    if (changed_) {
        say_state();
    }
}

void Agv::move(double seconds) {
    const Node& to = nodes_.front();
    if (!to.placed) {
        arrive();  // It knows its nodes; here they are all where it stands.
        return;
    }
    const double dx = to.x - x_;
    const double dy = to.y - y_;
    const double way = std::sqrt(dx * dx + dy * dy);
    if (way <= kNear) {
        x_ = to.x;
        y_ = to.y;
        arrive();
        return;
    }
    driving_ = true;
    const double wanted = std::atan2(dy, dx);
    if (std::abs(turned(wanted - heading_)) > kStraight && speed_ == 0) {
        turn(seconds, wanted);
        return;
    }
    heading_ = wanted;
    double top = setup_.speed * static_cast<double>(100 - faults_.slow_percent) / 100;
    if (edges_.front().speed_max > 0) {
        top = std::min(top, edges_.front().speed_max);
    }
    // It must be able to stop at the node, whatever comes after it.
    top = std::min(top, std::sqrt(2 * setup_.acceleration * way));
    speed_ = std::min(speed_ + setup_.acceleration * seconds, std::max(top, 0.02));
    const double step = std::min(speed_ * seconds, way);
    x_ += dx / way * step;
    y_ += dy / way * step;
    charge_ = std::max(0.0, charge_ - step * setup_.charge_per_metre);
}

void Agv::turn(double seconds, double wanted) {
    const double left = turned(wanted - heading_);
    const double step = setup_.turn_rate * seconds;
    heading_ = std::abs(left) <= step ? wanted : turned(heading_ + (left > 0 ? step : -step));
}

void Agv::arrive() {
    const Node node = nodes_.front();
    truth_.past_base = truth_.past_base || !node.released;
    nodes_.pop_front();
    edges_.pop_front();
    speed_ = 0;
    if (nodes_.empty() || !nodes_.front().released) {
        driving_ = false;
    }
    const bool cancelled = !cancelling_.empty();
    last_ = node;
    changed_ = true;
    if (cancelled) {
        driving_ = false;
        finish_cancel();
    } else {
        enter_node(node);
    }
}

/// What blocks nothing may still be running from the nodes before.
void Agv::enter_node(const Node& node) {
    for (const Action& action : node.actions) {
        here_.push_back(action.id);
    }
    changed_ = true;
}

/// HARD alone; SOFT and NONE beside each other, up to the next HARD.
void Agv::act(double seconds) {
    if (paused_ || emergency_ || here_.empty()) {
        return;
    }
    bool others = false;
    bool open = false;
    for (const std::string& id : here_) {
        const auto found = std::find_if(actions_.begin(), actions_.end(),
                                        [&](const Action& action) { return action.id == id; });
        if (found == actions_.end() || found->ended()) {
            continue;
        }
        open = true;
        const bool hard = found->blocking == "HARD";
        if (hard && others) {
            break;
        }
        others = true;
        if (found->status == Status::waiting) {
            found->status = Status::running;
            changed_ = true;
        } else if ((found->seconds -= seconds) <= 0) {
            const bool fails = faults_.fail_actions > 0;
            faults_.fail_actions -= fails ? 1 : 0;
            found->status = fails ? Status::failed : Status::finished;
            changed_ = true;
            if (!fails && found->type == "pick") {
                load_ = "load-" + found->id;
            } else if (!fails && found->type == "drop") {
                load_.clear();
            } else if (!fails && found->type == "startCharging") {
                charging_ = true;
            }
        }
        if (hard) {
            break;
        }
    }
    if (!open) {
        here_.clear();
    }
}

void Agv::charge(double seconds) {
    if (charging_) {
        charge_ = std::min(100.0, charge_ + seconds * setup_.charge_per_second);
    }
    const auto has = [&](const char* type) {
        return std::any_of(errors_.begin(), errors_.end(),
                           [&](const Error& error) { return error.type == type; });
    };
    const auto keep = [&](const char* type, bool is, const char* text) {
        if (is && !has(type)) {
            errors_.push_back({type, "FATAL", text, {}});
            changed_ = true;
        } else if (!is && has(type)) {
            std::erase_if(errors_, [&](const Error& error) { return error.type == type; });
            changed_ = true;
        }
    };
    keep("batteryLowError", charge_ <= 1, "it stands with an empty battery");
    keep("localizationError", faults_.lost != 0, "it does not know where it is");
}

}  // namespace tally::sim::agv
