#include "firmware/services/inventory/movement.hpp"

#include "firmware/domain/place.hpp"
#include "firmware/messages/event_data.hpp"

namespace tally {

namespace {

const PlaceId kTransit{kInTransit};
const PlaceId kUnknown{kUnexplained};

class Decision {
 public:
    explicit Decision(const MovementFacts& facts) : facts_(facts) {}

    Movement decide() {
        if (facts_.target_edge == facts_.self) {
            arrive();
        } else if (facts_.target_edge.empty()) {
            leave(EventType::departed, facts_.target, {});
        } else {
            HandOverData data;
            data.edge = facts_.target_edge.str();
            data.place = facts_.target.str();
            leave(EventType::handed_over, kTransit, data);
        }
        return std::move(movement_);
    }

 private:
    bool book_is(const PlaceId& place) const {
        return facts_.book_place && *facts_.book_place == place;
    }
    bool book_is_mine() const { return facts_.book_place && !is_virtual(*facts_.book_place); }
    std::string book_text() const {
        return facts_.book_place ? facts_.book_place->str() : std::string("nowhere");
    }

    void step(EventType type, PlaceId from, PlaceId to, std::string data) {
        movement_.steps.push_back({type, std::move(from), std::move(to), std::move(data)});
    }

    void contradicted(AnomalyKind kind) {
        movement_.contradiction = kind;
        movement_.text = "seen going from " + facts_.origin.str() + " to " + facts_.target.str() +
                         ", but the book had it at " + book_text();
    }

    /// Only the sighting is booked: the book already has the item where the evidence puts it.
    void already_there() {
        contradicted(AnomalyKind::missed_passage);
        MovementData data;
        data.book_place = book_text();
        step(EventType::sighted, {}, {}, encode(data));
    }

    MovementData remark() const {
        MovementData data;
        data.book_place = book_text();
        return data;
    }

    /// The item goes out of this edge's places.
    void leave(EventType type, const PlaceId& to, HandOverData hand_over) {
        const bool handing = type == EventType::handed_over;
        PlaceId from = facts_.origin;
        MovementData data;
        if (book_is(kTransit)) {  // It came back unseen before it left again.
            contradicted(AnomalyKind::missed_passage);
            step(EventType::received, kTransit, facts_.origin, encode(HandOverData{}));
        } else if (book_is(facts_.target)) {
            already_there();
            return;
        } else if (!book_is(facts_.origin)) {
            contradicted(book_is_mine() ? AnomalyKind::missed_passage : AnomalyKind::unknown_item);
            from = book_is_mine() ? *facts_.book_place : kUnknown;
            data.book_place = book_text();
            hand_over.book_place = book_text();
        }
        step(type, from, to, handing ? encode(hand_over) : encode(data));
    }

    /// The item comes into, or moves within, this edge's places.
    void arrive() {
        if (book_is(facts_.target)) {
            already_there();
        } else if (book_is_mine()) {
            const bool agrees = book_is(facts_.origin);
            if (!agrees) {
                contradicted(AnomalyKind::missed_passage);
            }
            step(EventType::moved, *facts_.book_place, facts_.target,
                 agrees ? std::string() : encode(remark()));
        } else if (facts_.origin_edge == facts_.self) {
            arrive_from_nowhere();
        } else if (!facts_.origin_edge.empty()) {
            HandOverData data;
            data.edge = facts_.origin_edge.str();
            data.place = facts_.origin.str();
            step(EventType::received, kTransit, facts_.target, encode(data));
        } else {
            arrive_from_outside();
        }
    }

    /// Seen inside my zones although the book has it outside or never met it.
    void arrive_from_nowhere() {
        if (book_is(kTransit)) {
            contradicted(AnomalyKind::missed_passage);
            step(EventType::received, kTransit, facts_.target, encode(HandOverData{}));
        } else if (!facts_.book_place) {
            contradicted(AnomalyKind::unknown_item);
            step(EventType::moved, kUnknown, facts_.target, encode(remark()));
        } else {
            contradicted(AnomalyKind::missed_passage);
            step(EventType::moved, *facts_.book_place, facts_.target, encode(remark()));
        }
    }

    void arrive_from_outside() {
        if (book_is(kTransit)) {
            contradicted(AnomalyKind::missed_passage);
            step(EventType::received, kTransit, facts_.target, encode(HandOverData{}));
            return;
        }
        MovementData data;
        const PlaceId from = facts_.book_place.value_or(facts_.origin);
        data.returned = from.str() == kCustomer;
        step(EventType::received, from, facts_.target, encode(data));
    }

    const MovementFacts& facts_;
    Movement movement_;
};

}  // namespace

Movement decide_movement(const MovementFacts& facts) {
    return Decision(facts).decide();
}

}  // namespace tally
