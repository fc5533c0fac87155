// Which edge serves an order of head office, from what the edges have told of their stock.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "firmware/services/bridge/bridge_service.hpp"
#include "firmware/services/orders/availability.hpp"

namespace tally {

/// Rule (docs/life-of-an-order.md): the edge where all lines can be promised now, as that edge
/// itself would promise (availability.hpp): an order is not split. Among several the one whose
/// goods for it expire first, then the one that needs fewer picks, then the first one of the site
/// file. Edges that are away, or whose stock here is not theirs, are passed over.
///
/// A picture of one moment, made for one request; what one order of it takes the next one does not
/// find. Single-threaded; the service must outlive it.
class EdgeChoice {
 public:
    /// Costs a look at every position of every edge.
    EdgeChoice(const BridgeService& service, const std::vector<Order>& orders);

    /// What an order that is on its way to an edge will be promised there.
    void take(const EdgeId& edge, const Order& order);

    struct Choice {
        EdgeId edge;
        std::string why;  ///< for people
    };
    /// `refused` where no edge has all of it, saying of each what it lacks.
    Result<Choice> choose(const Order& order);

 private:
    struct Taken {
        std::string sku;
        Offer offer;
        std::int64_t milli = 0;
    };
    /// How an edge would serve an order; `lacks` says why it does not.
    struct Plan {
        EdgeId edge;
        std::vector<Taken> taken;
        std::string lacks;
        std::string expiry;  ///< of what expires first; "9999": nothing does
    };
    Plan plan(const EdgeId& edge, const Order& order);
    void undo(const Plan& plan);

    const BridgeService& service_;
    std::map<EdgeId, Availability> stock_;
};

}  // namespace tally
