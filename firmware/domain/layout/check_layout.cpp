// The checks of a site's layout, one small function a rule; check_layout runs them in file order.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "firmware/domain/layout/site.hpp"
#include "firmware/domain/place.hpp"

namespace tally {
namespace {

class LayoutChecker {
 public:
    explicit LayoutChecker(const SiteLayout& layout) : layout_(layout) {}

    std::vector<LayoutProblem> run() {
        check_site();
        for (std::size_t i = 0; i < layout_.edges.size(); ++i) {
            part_ = LayoutPart::edge;
            index_ = i;
            check_id(layout_.edges[i].str(), "edge");
        }
        for (std::size_t i = 0; i < layout_.places.size(); ++i) {
            part_ = LayoutPart::place;
            index_ = i;
            check_place(layout_.places[i]);
        }
        for (std::size_t i = 0; i < layout_.gates.size(); ++i) {
            part_ = LayoutPart::gate;
            index_ = i;
            check_gate(layout_.gates[i]);
        }
        for (std::size_t i = 0; i < layout_.shelves.size(); ++i) {
            part_ = LayoutPart::shelf;
            index_ = i;
            check_shelf(layout_.shelves[i]);
        }
        return std::move(problems_);
    }

 private:
    void report(std::string key, std::string text) {
        problems_.push_back({part_, index_, std::move(key), std::move(text)});
    }

    void check_site() {
        if (!is_printable_id(layout_.id.str())) {
            report("id", not_printable("site", layout_.id.str()));
        }
        for (const std::string& prefix : layout_.own_prefixes) {
            const bool digits = std::all_of(prefix.begin(), prefix.end(),
                                            [](char c) { return c >= '0' && c <= '9'; });
            if (!digits || prefix.size() < 6 || prefix.size() > 12) {
                report("own_prefixes",
                       "'" + prefix + "' is not a GS1 company prefix; write its 6 to 12 digits");
            }
        }
        if (!layout_.fleet_master.empty() && !layout_.has_edge(layout_.fleet_master)) {
            report("fleet_master", "there is no edge '" + layout_.fleet_master.str() +
                                       "'; write the id of an [[edge]] of this file");
        }
    }

    static std::string not_printable(const std::string& kind, const std::string& id) {
        return "'" + id + "' cannot name a " + kind +
               "; use 1 to 64 letters, digits, dots, dashes and underscores";
    }

    void check_id(const std::string& id, const std::string& kind) {
        if (!is_printable_id(id)) {
            report("id", not_printable(kind, id));
        }
        if (!seen_.insert({part_, id}).second) {
            report("id", "there are two " + kind + "s '" + id + "'; give each its own id");
        }
    }

    void check_edge(const EdgeId& edge) {
        if (!layout_.has_edge(edge)) {
            report("edge", "there is no edge '" + edge.str() + "'; add an [[edge]] with that id");
        }
    }

    void check_place(const PlaceLayout& place) {
        check_id(place.id.str(), "place");
        if (is_virtual(place.id)) {
            report("id", "'" + place.id.str() +
                             "' is a virtual place, which every site has; remove this [[place]]");
        }
        check_edge(place.edge);
    }

    void check_gate(const GateLayout& gate) {
        check_id(gate.id.str(), "gate");
        check_edge(gate.edge);
        check_end(gate.outer, "outer");
        check_end(gate.inner, "inner");
        check_joins_two_places(gate);
        if (gate.antennas.empty()) {
            report("antennas", "a gate without antennas sees nothing; list at least one");
        }
        check_ports(gate, gate.antennas, "antennas", antenna_owner_);
        check_ports(gate, gate.photo_eyes, "photo_eyes", eye_owner_);
    }

    void check_end(const PlaceId& place, const std::string& key) {
        if (!is_virtual(place) && !layout_.has_place(place)) {
            report(key, "there is no place '" + place.str() +
                            "'; add a [[place]] with that id, or name a virtual place such as "
                            "SUPPLIER or CUSTOMER");
        }
    }

    void check_joins_two_places(const GateLayout& gate) {
        if (gate.outer == gate.inner) {
            report("inner",
                   "both sides are '" + gate.inner.str() + "'; a gate joins two different places");
        }
        const bool known = layout_.has_edge(gate.edge);
        if (known && layout_.owner_of(gate.outer) != gate.edge &&
            layout_.owner_of(gate.inner) != gate.edge) {
            report("edge", "edge '" + gate.edge.str() +
                               "' owns neither side of this gate; give the gate to the edge of '" +
                               gate.outer.str() + "' or '" + gate.inner.str() + "'");
        }
    }

    /// A reader may serve several gates, but each of its ports watches only one.
    using PortOwners = std::map<std::pair<DeviceId, std::uint16_t>, GateId>;

    void check_ports(const GateLayout& gate, const std::vector<GatePort>& ports,
                     const std::string& key, PortOwners& owners) {
        for (const GatePort& each : ports) {
            const auto [owner, fresh] = owners.insert({{gate.reader, each.port}, gate.id});
            if (!fresh) {
                report(key, "port " + std::to_string(each.port) + " of reader '" +
                                gate.reader.str() + "' already serves gate '" +
                                owner->second.str() + "'; name each port once");
            }
        }
    }

    void check_shelf(const ShelfLayout& shelf) {
        check_id(shelf.id, "shelf");
        check_edge(shelf.edge);
        if (layout_.owner_of(shelf.around) != shelf.edge || layout_.around(shelf.around)) {
            report("around", "'" + shelf.around.str() + "' is no zone of edge '" +
                                 shelf.edge.str() +
                                 "'; name the [[place]] of that edge in front of the shelf");
        }
        for (const SlotLayout& slot : shelf.slots) {
            if (layout_.owner_of(slot.place) != shelf.edge) {
                report("slots", "edge '" + shelf.edge.str() + "' has no place '" +
                                    slot.place.str() + "'; add a [[place]] with that id");
            }
            if (!slots_.insert(slot.place).second) {
                report("slots", "place '" + slot.place.str() +
                                    "' is weighed twice; a place is one slot of one shelf");
            }
            if (slot.division.mg > slot.capacity.mg) {
                report("slots", "slot '" + slot.place.str() +
                                    "': a division above the capacity tells nothing");
            }
        }
    }

    const SiteLayout& layout_;
    LayoutPart part_ = LayoutPart::site;
    std::size_t index_ = 0;
    std::set<std::pair<LayoutPart, std::string>> seen_;
    std::set<PlaceId> slots_;
    PortOwners antenna_owner_;
    PortOwners eye_owner_;
    std::vector<LayoutProblem> problems_;
};

}  // namespace

std::vector<LayoutProblem> check_layout(const SiteLayout& layout) {
    return LayoutChecker(layout).run();
}

}  // namespace tally
