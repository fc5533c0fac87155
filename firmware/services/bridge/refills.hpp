// Places of one edge that run low on what only another edge has: who brings how much.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "firmware/domain/layout/site.hpp"
#include "firmware/messages/refill.hpp"
#include "firmware/services/bridge/edge_link.hpp"
#include "firmware/services/bridge/hand_overs.hpp"

namespace tally {

/// Single-threaded value. What it asks for follows from what the edges have told, the commands that
/// are on their way and the hand-overs that are open, so a restart of any box asks for nothing
/// twice. An edge refills its own places from its own stock (Tasks); this is for those where it has
/// none elsewhere.
///
/// Rule: a planned place below min, counting what is on its way there, and nothing of the SKU at a
/// place of its edge that is not planned for it: the edge with most to spare, and a gate to that
/// edge, is asked for as much as fits, as a transfer to the gate. What it has not taken in hand is
/// taken back when the place is no longer below min. Only of goods tracked by item: no gate tells
/// of others, so nothing would show that they have come. Edges that are away, or whose stock here
/// is not theirs, are neither asked nor judged.
class Refills {
 public:
    static constexpr Duration kLook = std::chrono::seconds(5);
    static constexpr Duration kAgain = std::chrono::minutes(10);  ///< what led to no task

    using Edges = std::map<EdgeId, std::unique_ptr<EdgeLink>>;
    struct Send {
        EdgeId edge;
        Refill refill;
    };
    /// At most every kLook; costs a look at every position of every edge where there is a
    /// planogram, else nothing.
    std::vector<Send> look(const SiteLayout& site, const Edges& edges, const HandOvers& hand_overs,
                           MonoTime now);

 private:
    std::map<std::string, MonoTime> asked_;  ///< by key, and no task has come of it
    MonoTime next_;
};

}  // namespace tally
