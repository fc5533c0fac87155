#include "sim/scenarios/picking/picking_plan.hpp"

#include <algorithm>
#include <utility>

#include "firmware/base/check.hpp"
#include "sim/scenarios/fleet/drawn_floor.hpp"

namespace tally::sim {

namespace {

constexpr std::int32_t kLongLane_mm = 2'000;  // room for a stop between its nodes

/// A point on a lane.
struct Spot {
    std::uint32_t lane = 0;
    std::int32_t offset_mm = 0;
};

class Planner {
 public:
    Planner(const Draws& draws, SiteLayout& site, const Prng& prng)
        : draws_(draws), site_(site), edge_(site.edges.front()) {
        plan_.floor.layout = draw_floor(drawn_shape(draws), prng.fork("floor"));
        Prng places = prng.fork("stops");
        nodes_ = node_spots();
        lanes_ = lane_spots();
        shuffle(nodes_, places);
        shuffle(lanes_, places);
    }

    PickingPlan plan() {
        site_.fleet_master = edge_;
        site_.serial_ranges[edge_] = 1;
        // A third of the nodes stays free: who waits at a stop is in everybody's way.
        std::int64_t left = std::ssize(nodes_) * 2 / 3;
        const auto take = [&](const char* key, StopKind kind) {
            const std::int64_t count = std::min(draws_.at(key), left);
            left -= count;
            return add_at_nodes(count, kind);
        };
        plan_.stations = take("picking.stations", StopKind::station);
        take("picking.chargers", StopKind::charger);
        take("picking.parking", StopKind::parking);
        for (const ShelfLayout& shelf : site_.shelves_of(edge_)) {
            for (const SlotLayout& slot : shelf.slots) {
                add_along(slot.place.str());
            }
        }
        for (std::int64_t i = 1; i <= draws_.at("picking.bays"); ++i) {
            plan_.bays.push_back(add_place("bay", i));
            add_along(plan_.bays.back());
        }
        for (std::int64_t i = 1; i <= draws_.at("picking.vehicles"); ++i) {
            plan_.carts.push_back(add_place("cart", i));
        }
        TALLY_CHECK(check_layout(site_).empty(), "a planned site contradicts nothing");
        TALLY_CHECK(check_floor_layout(plan_.floor.layout).empty(), "nor does its floor");
        return std::move(plan_);
    }

 private:
    [[nodiscard]] std::vector<Spot> node_spots() const {
        const FloorLayout& floor = plan_.floor.layout;
        std::vector<Spot> spots;
        for (std::uint32_t node = 0; node < floor.nodes.size(); ++node) {
            const auto lane = std::find_if(
                floor.lanes.begin(), floor.lanes.end(),
                [&](const FloorLane& each) { return each.from == node || each.to == node; });
            const auto index = static_cast<std::uint32_t>(lane - floor.lanes.begin());
            spots.push_back({index, lane->from == node ? 0 : lane->length_mm});
        }
        return spots;
    }

    /// In the middle of those that are long enough.
    [[nodiscard]] std::vector<Spot> lane_spots() const {
        std::vector<Spot> spots;
        const std::vector<FloorLane>& lanes = plan_.floor.layout.lanes;
        for (std::uint32_t i = 0; i < lanes.size(); ++i) {
            if (lanes[i].length_mm >= kLongLane_mm) {
                spots.push_back({i, lanes[i].length_mm / 2});
            }
        }
        return spots;
    }

    static void shuffle(std::vector<Spot>& spots, Prng& prng) {
        for (std::size_t i = spots.size(); i > 1; --i) {
            std::swap(spots[i - 1], spots[prng.below(i)]);
        }
    }

    std::string add_place(const char* kind, std::int64_t number) {
        std::string name = edge_.str() + "." + kind + std::to_string(number);
        site_.places.push_back({PlaceId(name), edge_});
        return name;
    }

    void add_stop(const std::string& place, StopKind kind, const Spot& at) {
        plan_.floor.layout.stops.push_back({PlaceId(place), kind, at.lane, at.offset_mm});
    }

    std::vector<std::string> add_at_nodes(std::int64_t count, StopKind kind) {
        const char* const word = kind == StopKind::station   ? "pack"
                                 : kind == StopKind::charger ? "charger"
                                                             : "park";
        std::vector<std::string> names;
        for (std::int64_t i = 1; i <= count; ++i) {
            names.push_back(add_place(word, i));
            add_stop(names.back(), kind, nodes_.back());
            nodes_.pop_back();
        }
        return names;
    }

    /// Several share a spot where there are more of them than lanes.
    void add_along(const std::string& place) {
        const std::vector<Spot>& spots = lanes_.empty() ? nodes_ : lanes_;
        add_stop(place, StopKind::slot, spots[along_++ % spots.size()]);
    }

    const Draws& draws_;
    SiteLayout& site_;
    EdgeId edge_;
    PickingPlan plan_;
    std::vector<Spot> nodes_, lanes_;
    std::size_t along_ = 0;
};

}  // namespace

bool is_picking(const Draws& draws) {
    return draws.at("fleet.vehicles") == 0 && draws.at("picking.vehicles") > 0;
}

PickingPlan plan_picking(const Draws& draws, SiteLayout& site, const Prng& prng) {
    return Planner(draws, site, prng).plan();
}

}  // namespace tally::sim
