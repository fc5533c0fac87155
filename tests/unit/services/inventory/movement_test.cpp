// What a passage means for the book: every kind of origin and target against every place at which
// the book may have the item.
#include "firmware/services/inventory/movement.hpp"

#include <catch2/catch.hpp>

#include "firmware/domain/place.hpp"
#include "firmware/messages/event_data.hpp"

using namespace tally;

namespace {

/// Places: "dock", "aisle", "attic" are mine, "till" is the shop's, capitals are virtual.
struct Case {
    const char* origin;
    const char* target;
    const char* book;           ///< empty: never met
    std::string steps;          ///< "type from>to", several joined by " + "
    const char* contradiction;  ///< empty: none
};

EdgeId owner_of(const std::string& place) {
    if (is_virtual(PlaceId(place))) {
        return EdgeId();
    }
    return EdgeId(place == "till" ? "shop" : "back");
}

MovementFacts facts_of(const Case& row) {
    MovementFacts facts;
    facts.self = EdgeId("back");
    facts.origin = PlaceId(row.origin);
    facts.target = PlaceId(row.target);
    facts.origin_edge = owner_of(row.origin);
    facts.target_edge = owner_of(row.target);
    if (std::string(row.book) != "") {
        facts.book_place = PlaceId(row.book);
    }
    return facts;
}

std::string text_of(const Movement& movement) {
    std::string text;
    for (const MovementStep& step : movement.steps) {
        text += text.empty() ? "" : " + ";
        text += std::string(to_string(step.type));
        if (!step.from.empty()) {
            text += " " + step.from.str() + ">" + step.to.str();
        }
    }
    return text;
}

const std::vector<Case>& table() {
    static const std::vector<Case> kTable = {
        // Within my places.
        {"dock", "aisle", "dock", "moved dock>aisle", ""},
        {"dock", "aisle", "aisle", "sighted", "missed_passage"},
        {"dock", "aisle", "attic", "moved attic>aisle", "missed_passage"},
        {"dock", "aisle", "IN_TRANSIT", "received IN_TRANSIT>aisle", "missed_passage"},
        {"dock", "aisle", "CUSTOMER", "moved CUSTOMER>aisle", "missed_passage"},
        {"dock", "aisle", "SUPPLIER", "moved SUPPLIER>aisle", "missed_passage"},
        {"dock", "aisle", "", "moved UNEXPLAINED>aisle", "unknown_item"},
        // Out to another edge.
        {"aisle", "till", "aisle", "handed_over aisle>IN_TRANSIT", ""},
        {"aisle", "till", "attic", "handed_over attic>IN_TRANSIT", "missed_passage"},
        {"aisle", "till", "IN_TRANSIT", "received IN_TRANSIT>aisle + handed_over aisle>IN_TRANSIT",
         "missed_passage"},
        {"aisle", "till", "CUSTOMER", "handed_over UNEXPLAINED>IN_TRANSIT", "unknown_item"},
        {"aisle", "till", "SUPPLIER", "handed_over UNEXPLAINED>IN_TRANSIT", "unknown_item"},
        {"aisle", "till", "", "handed_over UNEXPLAINED>IN_TRANSIT", "unknown_item"},
        // In from another edge.
        {"till", "aisle", "aisle", "sighted", "missed_passage"},
        {"till", "aisle", "attic", "moved attic>aisle", "missed_passage"},
        {"till", "aisle", "IN_TRANSIT", "received IN_TRANSIT>aisle", ""},
        {"till", "aisle", "CUSTOMER", "received IN_TRANSIT>aisle", ""},
        {"till", "aisle", "SUPPLIER", "received IN_TRANSIT>aisle", ""},
        {"till", "aisle", "", "received IN_TRANSIT>aisle", ""},
        // Out of the house.
        {"aisle", "CUSTOMER", "aisle", "departed aisle>CUSTOMER", ""},
        {"aisle", "CUSTOMER", "attic", "departed attic>CUSTOMER", "missed_passage"},
        {"aisle", "CUSTOMER", "CUSTOMER", "sighted", "missed_passage"},
        {"aisle", "CUSTOMER", "IN_TRANSIT", "received IN_TRANSIT>aisle + departed aisle>CUSTOMER",
         "missed_passage"},
        {"aisle", "CUSTOMER", "SUPPLIER", "departed UNEXPLAINED>CUSTOMER", "unknown_item"},
        {"aisle", "CUSTOMER", "", "departed UNEXPLAINED>CUSTOMER", "unknown_item"},
        // Into the house.
        {"SUPPLIER", "dock", "", "received SUPPLIER>dock", ""},
        {"SUPPLIER", "dock", "SUPPLIER", "received SUPPLIER>dock", ""},
        {"SUPPLIER", "dock", "CUSTOMER", "received CUSTOMER>dock", ""},
        {"SUPPLIER", "dock", "IN_TRANSIT", "received IN_TRANSIT>dock", "missed_passage"},
        {"SUPPLIER", "dock", "dock", "sighted", "missed_passage"},
        {"SUPPLIER", "dock", "aisle", "moved aisle>dock", "missed_passage"},
    };
    return kTable;
}

}  // namespace

TEST_CASE("every passage becomes the steps that the book needs, and says how the book was wrong") {
    for (const Case& row : table()) {
        INFO(row.origin << " to " << row.target << ", book: " << row.book);
        const Movement movement = decide_movement(facts_of(row));
        CHECK(text_of(movement) == row.steps);
        const std::string kind =
            movement.contradiction ? std::string(to_string(*movement.contradiction)) : "";
        CHECK(kind == row.contradiction);
        CHECK(movement.text.empty() == !movement.contradiction);
        if (movement.contradiction) {
            CHECK(movement.text.find(row.origin) != std::string::npos);
            CHECK(movement.text.find(*row.book == '\0' ? "nowhere" : row.book) !=
                  std::string::npos);
        }
    }
}

TEST_CASE("a hand-over says to whom and from whom, where the evidence knows") {
    const auto data = [](const Case& row) {
        return decode_hand_over_data(decide_movement(facts_of(row)).steps.back().data).value();
    };
    CHECK(data({"aisle", "till", "aisle", "", ""}).edge == "shop");
    CHECK(data({"aisle", "till", "aisle", "", ""}).place == "till");
    CHECK(data({"aisle", "till", "aisle", "", ""}).book_place.empty());
    CHECK(data({"aisle", "till", "attic", "", ""}).book_place == "attic");
    CHECK(data({"till", "aisle", "", "", ""}).edge == "shop");
    CHECK(data({"dock", "aisle", "IN_TRANSIT", "", ""}).edge.empty());
}

TEST_CASE("what comes back from a customer is marked as returned") {
    const auto data = [](const char* book) {
        const Case row{"SUPPLIER", "dock", book, "", ""};
        return decode_movement_data(decide_movement(facts_of(row)).steps.back().data).value();
    };
    CHECK(data("CUSTOMER").returned);
    CHECK_FALSE(data("SUPPLIER").returned);
    CHECK_FALSE(data("").returned);
}
