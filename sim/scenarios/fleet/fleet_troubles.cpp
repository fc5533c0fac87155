#include "sim/scenarios/fleet/fleet_troubles.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace tally::sim {

namespace {

using Kind = FleetTroubleKind;

constexpr std::pair<const char*, Kind> kKinds[] = {
    {"fleet_fault.stalls", Kind::stall},
    {"fleet_fault.slow", Kind::slow},
    {"fleet_fault.lost", Kind::lost},
    {"fleet_fault.wrong_nodes", Kind::wrong_node},
    {"fleet_fault.restarts", Kind::restart},
    {"fleet_fault.stops", Kind::stop},
    {"fleet_fault.refusals", Kind::refuse},
    {"fleet_fault.cut_off", Kind::cut_off},
    {"fleet_fault.old_states", Kind::old_state},
    {"fleet_fault.pauses", Kind::pause},
    {"fleet_fault.box_kills", Kind::box_kill},
    {"fleet_fault.broker_kills", Kind::broker_kill},
    {"fleet_fault.box_breaks", Kind::box_break},
    {"fleet_fault.closed_roads", Kind::closed_road},
};

}  // namespace

std::string_view to_string(FleetTroubleKind kind) noexcept {
    switch (kind) {
        case Kind::stall:
            return "stall";
        case Kind::slow:
            return "slow";
        case Kind::lost:
            return "lost";
        case Kind::wrong_node:
            return "wrong_node";
        case Kind::restart:
            return "restart";
        case Kind::stop:
            return "stop";
        case Kind::refuse:
            return "refuse";
        case Kind::cut_off:
            return "cut_off";
        case Kind::old_state:
            return "old_state";
        case Kind::pause:
            return "pause";
        case Kind::box_kill:
            return "box_kill";
        case Kind::broker_kill:
            return "broker_kill";
        case Kind::box_break:
            return "box_break";
        case Kind::closed_road:
            return "closed_road";
    }
    return "?";
}

std::vector<FleetTrouble> plan_fleet_troubles(const Draws& draws, const FleetTroubleSpan& span,
                                              Prng prng) {
    const std::int64_t until_ms = span.lasts / std::chrono::milliseconds(1);
    const std::int64_t lasts_ms = draws.at("fleet_fault.lasts_s") * 1'000;
    std::vector<FleetTrouble> plan;
    for (const auto& [key, kind] : kKinds) {
        Prng own = prng.fork(key);
        for (std::int64_t i = 0; i < draws.at(key); ++i) {
            FleetTrouble trouble;
            trouble.kind = kind;
            trouble.at = std::chrono::milliseconds(own.between(10'000, until_ms));
            trouble.car = own.below(kind == Kind::closed_road ? span.lanes : span.cars);
            trouble.lasts = std::chrono::milliseconds(own.between(1'000, lasts_ms));
            plan.push_back(trouble);
        }
    }
    std::stable_sort(plan.begin(), plan.end(),
                     [](const FleetTrouble& a, const FleetTrouble& b) { return a.at < b.at; });
    return plan;
}

std::string to_line(const FleetTrouble& trouble) {
    const auto ms = [](Duration span) { return span / std::chrono::milliseconds(1); };
    return fmt::format("fault={} at_ms={} {}{} lasts_ms={}", to_string(trouble.kind),
                       ms(trouble.at), trouble.kind == Kind::closed_road ? "lane=" : "car=v",
                       trouble.car, ms(trouble.lasts));
}

void FleetTroubles::step(Duration now) {
    for (std::size_t i = 0; i < open_.size();) {
        if (now >= open_[i].at + open_[i].lasts) {
            const FleetTrouble over = open_[i];
            open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
            end(over);
            if (over.kind == Kind::pause) {
                paused_.erase(over.car);
            }
            note_("over: " + to_line(over));
        } else {
            ++i;
        }
    }
    for (; next_ < plan_.size() && now >= plan_[next_].at; ++next_) {
        FleetTrouble trouble = plan_[next_];
        const bool is_on = std::any_of(open_.begin(), open_.end(), [&](const FleetTrouble& other) {
            return other.kind == trouble.kind &&
                   (other.car == trouble.car || trouble.kind >= Kind::box_kill);
        });
        if (is_on) {
            continue;
        }
        note_(to_line(trouble));
        trouble.at = now;
        begin(trouble);
        open_.push_back(trouble);
        if (trouble.kind == Kind::pause) {
            paused_.insert(trouble.car);
        }
    }
}

void FleetTroubles::end_all() {
    next_ = plan_.size();
    for (const FleetTrouble& trouble : std::exchange(open_, {})) {
        end(trouble);
    }
    paused_.clear();
    scene_.yard().mend();
}

bool FleetTroubles::is_hindered(std::size_t car) const {
    return std::any_of(open_.begin(), open_.end(), [&](const FleetTrouble& trouble) {
        return trouble.car == car && trouble.kind < Kind::box_kill;
    });
}

void FleetTroubles::begin(const FleetTrouble& trouble) {
    VehicleYard& yard = scene_.yard();
    agv::Agv& car = yard.car(trouble.car % yard.size());
    switch (trouble.kind) {
        case Kind::stall:
            car.faults().stuck = 1;
            return;
        case Kind::slow:
            car.faults().slow_percent = 50;
            return;
        case Kind::lost:
            car.faults().lost = 1;
            return;
        case Kind::wrong_node:
            car.faults().wrong_node = 1;
            return;
        case Kind::restart:
            car.power_off();
            return;
        case Kind::stop:
            car.set_emergency_stop(true);
            return;
        case Kind::refuse:
            car.faults().refuse_next = 1;
            return;
        case Kind::cut_off:
            scene_.network().partition(yard.car_node(trouble.car), yard.broker().node());
            return;
        case Kind::old_state:
            return;  // Said again at its end.
        case Kind::pause:
            if (scene_.running_fleet() != nullptr) {
                scene_.pause(trouble.car);
            }
            return;
        case Kind::box_kill:
            scene_.kill_box();
            return;
        case Kind::broker_kill:
            yard.broker().node().kill(Death::process);
            return;
        case Kind::box_break:
            yard.broker().break_connections(scene_.box());
            return;
        case Kind::closed_road:
            if (scene_.running_fleet() != nullptr) {
                scene_.close_road(trouble.car, trouble.lasts);
            }
            return;
    }
}

void FleetTroubles::end(const FleetTrouble& trouble) {
    VehicleYard& yard = scene_.yard();
    agv::Agv& car = yard.car(trouble.car % yard.size());
    switch (trouble.kind) {
        case Kind::stall:
            car.faults().stuck = 0;
            return;
        case Kind::slow:
            car.faults().slow_percent = 0;
            return;
        case Kind::lost:
            car.faults().lost = 0;
            return;
        case Kind::wrong_node:
            car.faults().wrong_node = 0;
            return;
        case Kind::restart:
            car.power_on();
            return;
        case Kind::stop:
            car.set_emergency_stop(false);
            return;
        case Kind::cut_off:
            scene_.network().heal(yard.car_node(trouble.car), yard.broker().node());
            return;
        case Kind::old_state:
            yard.retain_old_state(trouble.car);
            return;
        case Kind::pause:
            if (scene_.running_fleet() != nullptr) {
                scene_.resume(trouble.car);
            }
            return;
        case Kind::box_kill:
            scene_.start_box();
            return;
        case Kind::broker_kill:
            yard.broker().node().restart();
            return;
        case Kind::closed_road:
            if (scene_.running_fleet() != nullptr) {
                scene_.open_road(trouble.car);
            }
            return;
        case Kind::refuse:
        case Kind::box_break:
            return;
    }
}

}  // namespace tally::sim
