// How the vehicle moves, acts and uses up its battery.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/devices/vda5050_agv/agv.hpp"

namespace tally::sim::agv {

namespace {

constexpr Duration kTick = std::chrono::milliseconds(100);
constexpr double kPi = 3.14159265358979323846;
constexpr double kNear = 0.005;      // m: it is there
constexpr double kStraight = 0.001;  // rad
constexpr double kCreep = 0.02;      // m/s

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

/// Drives what the time is enough for, through as many nodes as that is.
void Agv::move(double seconds) {
    double top = 0;
    while (may_move()) {
        const Node& to = nodes_.front();
        const double way = to.placed ? std::hypot(to.x - x_, to.y - y_) : 0;
        if (way <= kNear) {
            // Of a node without a place it knows itself where that is: here.
            x_ = to.placed ? to.x : x_;
            y_ = to.placed ? to.y : y_;
            arrive();
            continue;
        }
        driving_ = true;
        const double wanted = std::atan2(to.y - y_, to.x - x_);
        if (speed_ == 0 && std::abs(turned(wanted - heading_)) > kStraight) {
            turn(seconds, wanted);
            return;
        }
        if (top == 0) {
            top = std::max(speed_max(), kCreep);
            speed_ = std::min(speed_ + setup_.acceleration * seconds, top);
        }
        const double step = std::min(speed_ * seconds, way);
        if (step <= 0) {
            return;
        }
        heading_ = wanted;
        x_ += (to.x - x_) / way * step;
        y_ += (to.y - y_) / way * step;
        charge_ = std::max(0.0, charge_ - step * setup_.charge_per_metre);
        seconds -= step / speed_;
    }
}

bool Agv::stops_at(std::size_t node) const {
    const Node& at = nodes_[node];
    if (node + 1 >= nodes_.size() || !at.placed || !nodes_[node + 1].placed ||
        !nodes_[node + 1].released) {
        return true;
    }
    if (std::any_of(at.actions.begin(), at.actions.end(),
                    [](const Action& action) { return action.blocking != "NONE"; })) {
        return true;
    }
    const double before = node == 0
                              ? std::atan2(at.y - y_, at.x - x_)
                              : std::atan2(at.y - nodes_[node - 1].y, at.x - nodes_[node - 1].x);
    const double after = std::atan2(nodes_[node + 1].y - at.y, nodes_[node + 1].x - at.x);
    const bool is_here = node == 0 && std::hypot(at.x - x_, at.y - y_) <= kNear;
    return std::abs(turned(after - (is_here ? heading_ : before))) > kStraight;
}

/// So that it can stand where it has to, and is slow enough where an edge asks for that.
double Agv::speed_max() const {
    double top = setup_.speed * static_cast<double>(100 - faults_.slow_percent) / 100;
    const auto allow = [&](double then, double way) {
        top = std::min(top, std::sqrt(then * then + 2 * setup_.acceleration * way));
    };
    double way = 0;
    double x = x_;
    double y = y_;
    for (std::size_t node = 0; node < nodes_.size() && way < way_to_stand(setup_.speed); ++node) {
        if (edges_[node].speed_max > 0) {
            allow(edges_[node].speed_max, way);
        }
        way += std::hypot(nodes_[node].x - x, nodes_[node].y - y);
        x = nodes_[node].x;
        y = nodes_[node].y;
        if (stops_at(node)) {
            allow(0, way);
            break;
        }
    }
    return top;
}

double Agv::way_to_stand(double speed) const {
    return speed * speed / (2 * setup_.acceleration);
}

/// Of what is before it, only as far as it needs to stand: to the next node, if it is slow enough.
void Agv::cut_way() {
    double way = 0;
    std::size_t kept = 0;
    double x = x_;
    double y = y_;
    const double least = way_to_stand(speed_) - kNear;
    while (kept < nodes_.size() && nodes_[kept].released && (kept == 0 || way < least)) {
        way += std::hypot(nodes_[kept].x - x, nodes_[kept].y - y);
        x = nodes_[kept].x;
        y = nodes_[kept].y;
        ++kept;
    }
    nodes_.resize(kept);
    edges_.resize(kept);
}

void Agv::turn(double seconds, double wanted) {
    const double left = turned(wanted - heading_);
    const double step = setup_.turn_rate * seconds;
    heading_ = std::abs(left) <= step ? wanted : turned(heading_ + (left > 0 ? step : -step));
}

void Agv::arrive() {
    const Node node = nodes_.front();
    truth_.past_base = truth_.past_base || !node.released;
    if (stops_at(0)) {
        speed_ = 0;
    }
    nodes_.pop_front();
    edges_.pop_front();
    if (nodes_.empty() || !nodes_.front().released) {
        driving_ = false;
    }
    last_ = node;
    changed_ = true;
    if (!cancelling_.empty() && nodes_.empty()) {
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

/// What the action needs is not where it stands; empty: it is, or nobody told it of such places.
std::string Agv::why_out_of_reach(std::string_view action) const {
    const bool is_charger = action == "startCharging";
    if (!is_charger && action != "pick" && action != "drop") {
        return {};
    }
    const Spot::Kind kind = is_charger ? Spot::Kind::charger : Spot::Kind::load;
    double nearest = -1;
    for (const Spot& spot : setup_.spots) {
        const double way = std::hypot(spot.x - x_, spot.y - y_);
        if (spot.kind == kind && (nearest < 0 || way < nearest)) {
            nearest = way;
        }
    }
    if (nearest <= setup_.reach) {
        return {};
    }
    return fmt::format("the nearest {} is {:.0f} mm from where it stands, and it reaches {:.0f}",
                       is_charger ? "charger" : "place for a load", nearest * 1000,
                       setup_.reach * 1000);
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
            found->result = why_out_of_reach(found->type);
            const bool is_faulty = faults_.fail_actions > 0;
            faults_.fail_actions -= is_faulty ? 1 : 0;
            const bool fails = is_faulty || !found->result.empty();
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
