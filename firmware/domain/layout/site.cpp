#include "firmware/domain/layout/site.hpp"

#include <algorithm>
#include <iterator>

namespace tally {

std::string_view to_string(GateSide side) noexcept {
    switch (side) {
        case GateSide::outer:
            return "outer";
        case GateSide::inner:
            return "inner";
    }
    return "outer";
}

bool is_printable_id(std::string_view id) noexcept {
    static constexpr std::size_t kLengthMax = 64;
    const auto allowed = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    };
    return !id.empty() && id.size() <= kLengthMax && std::all_of(id.begin(), id.end(), allowed);
}

bool SiteLayout::has_edge(const EdgeId& edge) const {
    return std::find(edges.begin(), edges.end(), edge) != edges.end();
}

bool SiteLayout::has_place(const PlaceId& place) const {
    return owner_of(place).has_value();
}

std::optional<EdgeId> SiteLayout::owner_of(const PlaceId& place) const {
    const auto found = std::find_if(places.begin(), places.end(),
                                    [&](const PlaceLayout& each) { return each.id == place; });
    if (found == places.end()) {
        return std::nullopt;
    }
    return found->edge;
}

const GateLayout* SiteLayout::find_gate(const GateId& gate) const {
    const auto found = std::find_if(gates.begin(), gates.end(),
                                    [&](const GateLayout& each) { return each.id == gate; });
    return found == gates.end() ? nullptr : &*found;
}

std::vector<GateLayout> SiteLayout::gates_of(const EdgeId& edge) const {
    std::vector<GateLayout> mine;
    std::copy_if(gates.begin(), gates.end(), std::back_inserter(mine),
                 [&](const GateLayout& gate) { return gate.edge == edge; });
    return mine;
}

std::vector<PlaceId> SiteLayout::places_of(const EdgeId& edge) const {
    std::vector<PlaceId> mine;
    for (const PlaceLayout& place : places) {
        if (place.edge == edge) {
            mine.push_back(place.id);
        }
    }
    return mine;
}

std::vector<ShelfLayout> SiteLayout::shelves_of(const EdgeId& edge) const {
    std::vector<ShelfLayout> mine;
    std::copy_if(shelves.begin(), shelves.end(), std::back_inserter(mine),
                 [&](const ShelfLayout& shelf) { return shelf.edge == edge; });
    return mine;
}

std::optional<PlaceId> SiteLayout::around(const PlaceId& slot) const {
    for (const ShelfLayout& shelf : shelves) {
        for (const SlotLayout& each : shelf.slots) {
            if (each.place == slot) {
                return shelf.around;
            }
        }
    }
    return std::nullopt;
}

std::optional<PlaceId> near_side(const SiteLayout& site, const GateLayout& gate,
                                 const EdgeId& edge) {
    const bool is_inner_mine = site.owner_of(gate.inner) == edge;
    const bool is_outer_mine = site.owner_of(gate.outer) == edge;
    if (is_inner_mine == is_outer_mine) {
        return std::nullopt;
    }
    return is_inner_mine ? gate.inner : gate.outer;
}

std::optional<PlaceId> far_side(const SiteLayout& site, const PlaceId& place, const EdgeId& edge) {
    const auto owner = site.owner_of(place);
    std::optional<PlaceId> first;
    for (const GateLayout& gate : site.gates) {
        const auto near = near_side(site, gate, edge);
        const PlaceId& far = near == gate.inner ? gate.outer : gate.inner;
        if (!near || !owner || owner == edge || site.owner_of(far) != owner) {
            continue;
        }
        if (far == place) {
            return far;
        }
        first = first ? first : std::optional(far);
    }
    return first;
}

}  // namespace tally
