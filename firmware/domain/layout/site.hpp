// What stands where in one building: edges, places and gates, as site.toml says it. Plain values,
// built and checked once at start-up, then only read. Edges, bridge and simulation share them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/time.hpp"
#include "firmware/domain/gate/options.hpp"
#include "firmware/domain/ids.hpp"
#include "firmware/domain/layout/shelf.hpp"

namespace tally {

/// The two sides of a doorway. A passage goes from one to the other.
enum class GateSide : std::uint8_t { outer, inner };

/// "outer" or "inner", as in site.toml.
std::string_view to_string(GateSide side) noexcept;

/// An antenna or a photo-eye of a gate: a 1-based port of the gate's reader, and where it looks.
struct GatePort {
    std::uint16_t port = 0;
    GateSide side = GateSide::outer;

    auto operator<=>(const GatePort&) const = default;
};

/// A real place. Exactly one edge owns it, and only that edge grants reservations on it.
struct PlaceLayout {
    PlaceId id;
    EdgeId edge;

    auto operator<=>(const PlaceLayout&) const = default;
};

/// A doorway between two places, and the reader ports that watch it.
struct GateLayout {
    GateId id;
    EdgeId edge;                       ///< the box whose reader it is
    PlaceId outer;                     ///< a place of any edge, or a virtual one
    PlaceId inner;                     ///< likewise; at least one of the two belongs to `edge`
    DeviceId reader;                   ///< named in the edge's own edge.toml
    std::vector<GatePort> antennas;    ///< at least one
    std::vector<GatePort> photo_eyes;  ///< general purpose inputs; may be empty

    GateOptions options;  ///< the numbers of its rules (docs/gates.md)

    /// A tag not seen for this long has left the gate, and its passage is decided.
    Duration absence = std::chrono::milliseconds(1500);

    bool operator==(const GateLayout&) const = default;
};

/// One building. The lookups are linear: a site has tens of places and gates, and services keep
/// their own index where they ask per read.
struct SiteLayout {
    SiteId id;
    std::vector<std::string> own_prefixes;  ///< GS1 company prefixes whose tags are ours, as digits
    Duration handover_limit = std::chrono::seconds(120);  ///< unmatched for longer is an anomaly
    std::int32_t utc_offset_min = 0;  ///< its clocks east of UTC: when a day ends there
    int pallet_quorum_percent = 60;   ///< expected children that must be seen for a whole pallet
    std::vector<EdgeId> edges;
    EdgeId fleet_master;  ///< the one edge that drives the site's vehicles; empty: none does
    std::map<EdgeId, std::uint8_t>
        serial_ranges;  ///< edges that give out serials (tag/serials.hpp)
    std::vector<PlaceLayout> places;
    std::vector<GateLayout> gates;
    std::vector<ShelfLayout> shelves;

    [[nodiscard]] bool has_edge(const EdgeId& edge) const;
    [[nodiscard]] bool has_place(const PlaceId& place) const;  ///< real places only

    /// Nothing for virtual and unknown places.
    [[nodiscard]] std::optional<EdgeId> owner_of(const PlaceId& place) const;

    /// Null if there is no such gate; valid as long as the layout.
    [[nodiscard]] const GateLayout* find_gate(const GateId& gate) const;

    /// In the order of the file.
    [[nodiscard]] std::vector<GateLayout> gates_of(const EdgeId& edge) const;
    [[nodiscard]] std::vector<PlaceId> places_of(const EdgeId& edge) const;
    [[nodiscard]] std::vector<ShelfLayout> shelves_of(const EdgeId& edge) const;

    /// The zone in front of a slot; nothing if the place is no slot.
    [[nodiscard]] std::optional<PlaceId> around(const PlaceId& slot) const;

    bool operator==(const SiteLayout&) const = default;
};

/// The place of `edge` that goods stand at before they go out through the gate: its side where the
/// other one is another edge's or virtual; nothing where neither is.
std::optional<PlaceId> near_side(const SiteLayout& site, const GateLayout& gate,
                                 const EdgeId& edge);

/// Where goods of `edge` come out that are for a place of another edge: that place, if a gate leads
/// there from a place of `edge`, else the far side of the first gate to that other edge; nothing
/// where none leads there.
std::optional<PlaceId> far_side(const SiteLayout& site, const PlaceId& place, const EdgeId& edge);

/// Which part of a layout a problem concerns; `index` counts within that part.
enum class LayoutPart : std::uint8_t { site, edge, place, gate, shelf };

/// A contradiction in a layout, and what to do about it.
struct LayoutProblem {
    LayoutPart part = LayoutPart::site;
    std::size_t index = 0;
    std::string key;   ///< the key of site.toml it hangs on
    std::string text;  ///< what is wrong and what to write instead
};

/// True for 1 to 64 characters out of [A-Za-z0-9._-]: ids stand in topics, file names and logs.
bool is_printable_id(std::string_view id) noexcept;

/// Everything that contradicts itself in a layout, in the order of the file. Empty means usable:
/// ids are printable and unique, every edge, place and port that is named exists once, and each
/// gate joins two different places of which its own edge has at least one.
std::vector<LayoutProblem> check_layout(const SiteLayout& layout);

}  // namespace tally
