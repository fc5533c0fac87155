// What a passage means for the book: a pure rule, one table (docs/adr/0003-data-model.md,
// "Contradictions" and "Hand-over between edges"). The evidence decides where the item is; where
// the book disagrees, the difference is booked too and an anomaly tells people.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "firmware/domain/ids.hpp"
#include "firmware/domain/ledger/anomaly.hpp"
#include "firmware/domain/ledger/event.hpp"

namespace tally {

/// One item going from one place to another, and what this edge knows about both.
struct MovementFacts {
    EdgeId self;
    PlaceId origin, target;             ///< what the evidence says; different
    EdgeId origin_edge, target_edge;    ///< who owns them; empty: virtual
    std::optional<PlaceId> book_place;  ///< where this edge's book has it; nothing: never met
    GateId gate{};                      ///< of a passage; decides nothing, an anomaly names it
};

/// One event to write. No `from` and `to`: nothing moves, the item was seen.
struct MovementStep {
    EventType type = EventType::sighted;
    PlaceId from, to;
    std::string data;
};

struct Movement {
    std::vector<MovementStep> steps;           ///< at least one
    std::optional<AnomalyKind> contradiction;  ///< how the book was wrong, if it was
    std::string text;                          ///< the contradiction in words
};

Movement decide_movement(const MovementFacts& facts);

}  // namespace tally
