// EdgeApi: the weighed slots and what they can tell.
#include <algorithm>
#include <map>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/csv.hpp"
#include "firmware/services/api/edge_api.hpp"

namespace tally {

namespace {

std::string_view quality_of(const SlotHealth& health) {
    if (health.blind) {
        return "blind";
    }
    if (!health.last) {
        return "unread";
    }
    return health.last->quality == ReadingQuality::stable ? "stable" : "moving";
}

/// "12 bolts": units of different SKUs do not add up to anything.
std::vector<std::string> booked_at(const Book& book, const PlaceId& place) {
    std::map<std::string, std::int64_t> milli;
    for (const PositionView& row : book.positions()) {
        if (row.place == place.str() && row.quantity.milli != 0) {
            milli[std::string(row.sku)] += row.quantity.milli;
        }
    }
    std::vector<std::string> lines;
    for (const auto& [sku, quantity] : milli) {
        lines.push_back(format_units(quantity) + " " + sku);
    }
    return lines;
}

/// Of the SKUs that may stand there, the one that is hardest to count.
std::int64_t safe_max(const ShelfService& shelves, const PlaceId& slot) {
    std::int64_t least = kCountMax;
    const auto candidates = shelves.candidates(slot);
    for (const UnitWeight& unit : candidates) {
        least = std::min(least, safe_count_max(unit, shelves.layout(slot).division));
    }
    return candidates.empty() ? 0 : least;
}

}  // namespace

ApiReply EdgeApi::shelves() {
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("rows").begin_array();
    for (const PlaceId& slot : view_.shelves->slots()) {
        const SlotHealth& health = *view_.shelves->health(slot);
        w.begin_object().key("blind").boolean(health.blind.has_value());
        w.key("book").begin_array();
        for (const std::string& line : booked_at(view_.ledger.book(), slot)) {
            w.text(line);
        }
        w.end_array().key("edge").text(view_.ledger.edge().str()).key("odd").boolean(health.is_odd);
        w.key("open_changes").number(view_.shelves->open_changes(slot));
        w.key("quality").text(quality_of(health)).key("readings").number(health.readings);
        w.key("safe_max").integer(safe_max(*view_.shelves, slot)).key("skus").begin_array();
        for (const std::string& sku : view_.shelves->layout(slot).skus) {
            w.text(sku);
        }
        w.end_array().key("slot").text(slot.str());
        w.key("text").text(health.blind ? health.blind->text : std::string());
        if (health.last && !health.blind) {
            w.key("weight_mg").integer(health.last->weight.mg);
        }
        w.end_object();
    }
    w.end_array().end_object();
    return ok("shelves", data, "tally stock ls --place SLOT");
}

ApiReply EdgeApi::command_shelf(const ApiCall& call, ShelfCommand what) {
    return written(view_.shelves->command(PlaceId(call.arguments.at(0)), what, {call.by, {}}),
                   "tally shelf ls");
}

}  // namespace tally
