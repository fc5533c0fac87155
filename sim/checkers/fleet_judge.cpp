#include "sim/checkers/fleet_judge.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/devices/vda5050_agv/order_text.hpp"

namespace tally::sim {

namespace {

using planner::Seen;

constexpr double kOffTheWay_mm = 40;
constexpr std::size_t kWaysKept = 3;
constexpr std::size_t kFindingsMax = 30;
/// Two topics: what was on its way when the order was cancelled may be published just behind it.
constexpr Duration kOnItsWay = std::chrono::seconds(1);

double distance(Seen p, Seen a, Seen b) {
    const auto dx = static_cast<double>(b.x_mm - a.x_mm);
    const auto dy = static_cast<double>(b.y_mm - a.y_mm);
    const auto px = static_cast<double>(p.x_mm - a.x_mm);
    const auto py = static_cast<double>(p.y_mm - a.y_mm);
    const double square = dx * dx + dy * dy;
    const double along = square > 0 ? std::clamp((px * dx + py * dy) / square, 0.0, 1.0) : 0.0;
    return std::hypot(px - along * dx, py - along * dy);
}

}  // namespace

void FleetJudge::find(MonoTime now, const char* checker, const std::string& text) {
    if (findings_.size() < kFindingsMax) {
        findings_.push_back({checker, "at " + std::to_string(now.ns / 1'000'000) + " ms " + text});
    }
}

bool FleetJudge::may_be_at(const Vehicle& vehicle, Seen at) {
    for (const Seen stood : vehicle.stood) {
        if (distance(at, stood, stood) <= kOffTheWay_mm) {
            return true;
        }
    }
    for (const Way& way : vehicle.ways) {
        for (auto to = way.released.begin(); to != way.released.end(); ++to) {
            const auto from = to == way.released.begin() ? to : std::prev(to);
            if (distance(at, from->second, to->second) <= kOffTheWay_mm) {
                return true;
            }
        }
    }
    return false;
}

void FleetJudge::look(MonoTime now, const std::vector<std::string>& names,
                      const std::vector<Seen>& vehicles) {
    for (const std::string& problem : watch_.look(vehicles)) {
        find(now, "fleet.overlap", problem);
    }
    moved_at_.resize(vehicles.size());
    for (std::size_t i = 0; i < vehicles.size(); ++i) {
        const bool is_new = before_.size() != vehicles.size();
        Vehicle& vehicle = vehicles_[names[i]];
        if (is_new) {
            vehicle.stood = {vehicles[i]};
        }
        if (is_new || before_[i].x_mm != vehicles[i].x_mm || before_[i].y_mm != vehicles[i].y_mm) {
            moved_at_[i] = now;
            const bool is_beyond = !may_be_at(vehicle, vehicles[i]);
            if (is_beyond && !vehicle.is_beyond) {
                find(now, "fleet.beyond_base",
                     names[i] + " is at " + std::to_string(vehicles[i].x_mm) + ", " +
                         std::to_string(vehicles[i].y_mm) + ", where nothing is released to it");
            }
            vehicle.is_beyond = is_beyond;
        }
    }
    before_ = vehicles;
}

MonoTime FleetJudge::still_since() const {
    const auto latest = std::max_element(moved_at_.begin(), moved_at_.end());
    return latest == moved_at_.end() ? MonoTime{} : *latest;
}

MonoTime FleetJudge::still_since(std::size_t index) const {
    return index < moved_at_.size() ? moved_at_[index] : MonoTime{};
}

void FleetJudge::put_by_hand(std::size_t index, const std::string& vehicle, Seen to) {
    watch_.put(index, to);  // People drive around who stands in between.
    vehicles_[vehicle].ways.clear();
    vehicles_[vehicle].stood = {to};
}

void FleetJudge::heard_order(MonoTime now, const std::string& name, std::string_view payload) {
    const auto order = agv::read_order(payload);
    if (!order) {
        find(now, "fleet.order_form", name + ": " + order.error().text);
        return;
    }
    ++orders_;
    Vehicle& vehicle = vehicles_[name];
    const auto cancelled = vehicle.cancelled.find(order->id);
    if (cancelled != vehicle.cancelled.end() && now - cancelled->second > kOnItsWay) {
        find(now, "fleet.cancelled_order",
             name + " is sent update " + std::to_string(order->update) + " of order " + order->id +
                 ", which was cancelled");
    }
    if (vehicle.ways.empty() || vehicle.ways.back().order != order->id) {
        vehicle.ways.push_back({order->id, {}});
    }
    if (vehicle.ways.size() > kWaysKept) {
        vehicle.ways.pop_front();
    }
    for (const agv::Node& node : order->nodes) {
        const Seen place{std::lround(node.x * 1000), std::lround(node.y * 1000)};
        if (node.placed) {
            places_[node.id] = place;
        }
        if (node.placed && node.released) {
            vehicle.ways.back().released[node.sequence] = place;
        }
    }
}

void FleetJudge::heard_instant(MonoTime now, const std::string& name, std::string_view payload) {
    const auto actions = agv::read_instant_actions(payload);
    if (!actions) {
        find(now, "fleet.order_form", name + ": " + actions.error().text);
        return;
    }
    Vehicle& vehicle = vehicles_[name];
    for (const agv::Action& action : *actions) {
        if (action.type == "cancelOrder" && !vehicle.ways.empty()) {
            vehicle.cancelled.try_emplace(vehicle.ways.back().order, now);
        }
    }
}

void FleetJudge::believed(MonoTime now, const std::string& name, std::uint64_t state) {
    Vehicle& vehicle = vehicles_[name];
    if (state < vehicle.newest) {
        find(now, "fleet.stale_state",
             name + ": state " + std::to_string(state) + " is believed after " +
                 std::to_string(vehicle.newest));
    }
    vehicle.newest = std::max(vehicle.newest, state);
}

void FleetJudge::box_started() {
    for (auto& [name, vehicle] : vehicles_) {
        vehicle.newest = 0;
    }
}

Findings FleetJudge::take_findings() {
    return std::exchange(findings_, {});
}

}  // namespace tally::sim
