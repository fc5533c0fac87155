#include "sim/world/world.hpp"

#include <algorithm>

namespace tally::sim {

World::World(Scheduler& scheduler, const Clock& clock, Prng prng, WorldModel model)
    : scheduler_(scheduler), clock_(clock), prng_(prng), model_(model), tick_timer_(scheduler) {}

World::~World() = default;

Result<void> World::add_gate(GateSetup setup, ReaderScene& reader) {
    const GateId id = setup.id;
    if (gates_.contains(id)) {
        return fail(ErrorKind::conflict, "gate " + id.str() + " exists already");
    }
    Gate& gate = gates_[id];
    gate.setup = std::move(setup);
    gate.reader = &reader;
    gate.prng = prng_.fork("gate " + id.str());
    gate.murmurs = std::make_unique<Timer>(scheduler_);
    murmur(gate);
    return {};
}

Result<void> World::add_unit(TagCode code, PlaceId place) {
    if (units_.contains(code)) {
        return fail(ErrorKind::conflict, "tag " + code.str() + " exists already");
    }
    Prng fate = prng_.fork("unit " + code.str());
    Unit& unit = units_[code];
    unit.place = std::move(place);
    unit.shadowed = fate.chance_ppm(model_.shadowed_ppm);
    unit.dead = fate.chance_ppm(model_.dead_ppm);
    stands(code, true);
    return {};
}

Result<void> World::add_pallet(TagCode code, PlaceId place, std::vector<TagCode> children) {
    for (const TagCode& child : children) {
        const auto found = units_.find(child);
        if (found == units_.end() || found->second.place != place || found->second.pallet) {
            return fail(ErrorKind::conflict, "tag " + child.str() + " does not stand free at " +
                                                 place.str() + ", so it cannot be packed there");
        }
    }
    TALLY_TRY(add_unit(code, std::move(place)));
    for (const TagCode& child : children) {
        units_[child].pallet = code;
    }
    units_[code].children = std::move(children);
    return {};
}

Result<void> World::unpack(const TagCode& pallet) {
    const auto found = units_.find(pallet);
    if (found == units_.end() || found->second.walking) {
        return fail(ErrorKind::conflict, "no pallet " + pallet.str() + " stands anywhere");
    }
    for (const TagCode& child : std::exchange(found->second.children, {})) {
        units_[child].pallet.reset();
    }
    return {};
}

Result<void> World::bring(const TagCode& unit, PlaceId to) {
    const auto found = units_.find(unit);
    if (found == units_.end() || found->second.walking || found->second.pallet) {
        return fail(ErrorKind::conflict, "tag " + unit.str() +
                                             " is on the move, packed or unknown; it cannot be "
                                             "carried now");
    }
    found->second.place = std::move(to);
    return {};
}

Result<std::vector<TagCode>> World::gather(const Walk& walk, const PlaceId& from) const {
    std::vector<TagCode> members;
    for (const TagCode& code : walk.units) {
        const auto found = units_.find(code);
        if (found == units_.end() || found->second.place != from || found->second.walking) {
            return fail(ErrorKind::conflict, "tag " + code.str() + " does not stand at " +
                                                 from.str() + ", so it cannot walk from there");
        }
        members.push_back(code);
        members.insert(members.end(), found->second.children.begin(), found->second.children.end());
    }
    for (const TagCode& code : members) {
        const std::optional<TagCode>& pallet = units_.at(code).pallet;
        if (pallet && std::find(members.begin(), members.end(), *pallet) == members.end()) {
            return fail(ErrorKind::conflict, "tag " + code.str() + " is packed on " +
                                                 pallet->str() + "; unpack it first");
        }
    }
    return members;
}

Result<void> World::walk(Walk walk, std::function<void()> on_done) {
    const auto gate = gates_.find(walk.gate);
    if (gate == gates_.end()) {
        return fail(ErrorKind::malformed, "there is no gate " + walk.gate.str());
    }
    const GateSetup& setup = gate->second.setup;
    Walking walking;
    TALLY_TRY_ASSIGN(walking.members,
                     gather(walk, walk.way == Way::in ? setup.outside : setup.inside));
    walking.walk = std::move(walk);
    walking.on_done = std::move(on_done);
    walking.began = clock_.mono_now();
    load(walking, gate->second);
    walks_.push_back(std::move(walking));
    if (!tick_timer_.armed()) {
        tick_timer_.arm(std::chrono::milliseconds(model_.tick_ms), [this] { tick(); });
    }
    return {};
}

void World::load(Walking& walking, Gate& gate) {
    const bool pallet = std::any_of(walking.members.begin(), walking.members.end(),
                                    [&](const TagCode& c) { return !units_[c].children.empty(); });
    walking.length_mm = pallet ? model_.pallet_length_mm : model_.unit_length_mm;
    walking.turn_mm = static_cast<std::int32_t>(gate.prng.between(0, model_.turn_past_mm));
    const std::int64_t half = walking.length_mm / 2;
    for (const TagCode& code : walking.members) {
        Unit& unit = units_[code];
        stands(code, false);
        unit.walking = true;
        const std::int64_t offset = gate.prng.between(-half, half);
        walking.cargo.push_back(
            {code, static_cast<std::int32_t>(offset), unit.shadowed, unit.dead});
    }
    for (const TagCode& copy : walking.walk.copies) {
        walking.cargo.push_back({copy, 0, false, false});
    }
    if (gate.prng.chance_ppm(model_.foreign_walk_ppm)) {
        walking.cargo.push_back({foreign_tag(gate.prng), 0, false, false});
    }
}

void World::finish(Walking& walking) {
    const GateSetup& setup = gates_.at(walking.walk.gate).setup;
    const bool through = walking.walk.course == Walk::Course::through;
    for (const TagCode& code : walking.members) {
        Unit& unit = units_[code];
        unit.walking = false;
        if (through) {
            unit.place = walking.walk.way == Way::in ? setup.inside : setup.outside;
        }
        stands(code, true);
    }
}

/// Keeps who a reader next door may hear; the dead are not among them.
void World::stands(const TagCode& code, bool now) {
    const auto unit = units_.find(code);
    if (unit->second.dead) {
        return;
    }
    if (now) {
        Standing& standing = standing_[unit->second.place];
        standing.codes.push_back(&unit->first);
        standing.is_sorted = false;
        return;
    }
    std::vector<const TagCode*>& codes = standing_at(unit->second.place);
    codes.erase(std::lower_bound(codes.begin(), codes.end(), code,
                                 [](const TagCode* each, const TagCode& c) { return *each < c; }));
}

std::vector<const TagCode*>& World::standing_at(const PlaceId& place) {
    Standing& standing = standing_[place];
    if (!standing.is_sorted) {
        std::sort(standing.codes.begin(), standing.codes.end(),
                  [](const TagCode* a, const TagCode* b) { return *a < *b; });
        standing.is_sorted = true;
    }
    return standing.codes;
}

std::vector<Truth> World::truth() const {
    std::vector<Truth> all;
    for (const auto& [code, unit] : units_) {
        all.push_back({code, unit.place, unit.pallet, unit.walking});
    }
    return all;
}

}  // namespace tally::sim
