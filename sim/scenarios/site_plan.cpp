#include "sim/scenarios/site_plan.hpp"

#include <algorithm>
#include <map>

#include "firmware/base/check.hpp"
#include "sim/scenarios/tags.hpp"

namespace tally::sim {

namespace {

std::string numbered(const std::string& word, std::int64_t number) {
    return word + std::to_string(number);
}

std::string hall(std::int64_t edge) {
    return numbered("e", edge) + ".hall";
}

class Plan {
 public:
    explicit Plan(const SitePlan& plan) : plan_(plan) {
        site_.id = SiteId("pudong");
        site_.own_prefixes = {kOwnPrefix};
        site_.handover_limit = plan.handover_limit;
    }

    SiteLayout make() {
        for (std::int64_t edge = 1; edge <= plan_.edges; ++edge) {
            site_.edges.emplace_back(numbered("e", edge));
            site_.places.push_back({PlaceId(hall(edge)), site_.edges.back()});
        }
        add_gate("dock-", 1, "SUPPLIER", hall(1));
        for (std::int64_t edge = 1; edge < plan_.edges; ++edge) {
            add_gate("door-", edge, hall(edge), hall(edge + 1));
        }
        add_gate("exit-", plan_.edges, "CUSTOMER", hall(plan_.edges));
        for (std::int64_t extra = 0; std::ssize(site_.gates) < plan_.gates; ++extra) {
            const std::int64_t edge = 1 + (plan_.edges - 1 + extra / 2) % plan_.edges;
            extra % 2 == 0 ? add_gate("exit-", edge, "CUSTOMER", hall(edge))
                           : add_gate("dock-", edge, "SUPPLIER", hall(edge));
        }
        for (std::int64_t slot = 0; slot < plan_.slots; ++slot) {
            add_slot(slot);
        }
        TALLY_CHECK(check_layout(site_).empty(), "a planned site contradicts nothing");
        return std::move(site_);
    }

 private:
    void add_gate(const std::string& kind, std::int64_t edge, const std::string& outer,
                  const std::string& inner) {
        GateLayout gate;
        gate.id = GateId(numbered(kind, ++named_[kind]));
        gate.edge = EdgeId(numbered("e", edge));
        gate.outer = PlaceId(outer);
        gate.inner = PlaceId(inner);
        gate.reader = DeviceId(gate.id.str() + "-reader");
        gate.antennas = {{1, GateSide::outer}, {2, GateSide::inner}};
        gate.photo_eyes = {{1, GateSide::outer}, {2, GateSide::inner}};
        site_.gates.push_back(std::move(gate));
    }

    void add_slot(std::int64_t index) {
        const std::int64_t edge = 1 + index % plan_.edges;
        const std::int64_t of_edge = index / plan_.edges;
        const std::string rack = numbered(numbered("e", edge) + ".rack", 1 + of_edge / kRackSlots);
        auto shelf = std::find_if(site_.shelves.begin(), site_.shelves.end(),
                                  [&](const ShelfLayout& each) { return each.id == rack; });
        if (shelf == site_.shelves.end()) {
            site_.shelves.push_back({rack, EdgeId(numbered("e", edge)), PlaceId(hall(edge)), {}});
            shelf = site_.shelves.end() - 1;
        }
        const PlaceId place(numbered(rack + ".s", 1 + of_edge % kRackSlots));
        site_.places.push_back({place, shelf->edge});
        shelf->slots.push_back({place,
                                {counted_sku(index % kCountedSkus)},
                                Weight::of_grams(30'000),
                                Weight::of_grams(1)});
    }

    SitePlan plan_;
    SiteLayout site_;
    std::map<std::string, std::int64_t> named_;
};

}  // namespace

SiteLayout plan_site(const SitePlan& plan) {
    return Plan(plan).make();
}

std::string counted_sku(std::int64_t index) {
    return numbered("bolt-", index + 1);
}

}  // namespace tally::sim
