#include "firmware/messages/plan/plan_json.hpp"

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

#include "firmware/messages/plan/plan_text.hpp"

namespace tally {

namespace {

using nlohmann::json;

Result<json> document_of(std::string_view text) {
    json document = json::parse(text.begin(), text.end(), nullptr, false);
    if (!document.is_object()) {
        return fail(ErrorKind::malformed, "the file begins like JSON but is none");
    }
    return document;
}

/// A key that means nothing is a mistyped one.
Result<void> check_keys(const json& object, std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : object.items()) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            std::string all;
            for (const std::string_view name : known) {
                all += (all.empty() ? "" : ", ") + std::string(name);
            }
            return fail(ErrorKind::malformed,
                        "the key " + shown(key) + " means nothing here; there are " + all);
        }
    }
    return {};
}

Result<std::vector<PlaceId>> places_in(const json& object, const char* name) {
    const auto list = object.find(name);
    if (list == object.end() || !list->is_array()) {
        return fail(ErrorKind::malformed, "the list '" + std::string(name) + "' is missing");
    }
    std::vector<PlaceId> places;
    for (const json& place : *list) {
        if (!place.is_string()) {
            return fail(ErrorKind::malformed,
                        "'" + std::string(name) + "' must be a list of place names");
        }
        TALLY_TRY_ASSIGN(PlaceId id, place_named(place.get<std::string>()));
        places.push_back(std::move(id));
    }
    return places;
}

Result<std::int32_t> whole_number(const json& object, const char* name, std::int64_t fallback) {
    const auto value = object.find(name);
    if (value == object.end()) {
        return static_cast<std::int32_t>(fallback);
    }
    const bool is_whole = value->is_number_integer();
    const std::int64_t number = is_whole ? value->get<std::int64_t>() : 0;
    if (!is_whole || number < 1 || number > std::numeric_limits<std::int32_t>::max()) {
        return fail(ErrorKind::malformed,
                    "'" + std::string(name) + "' must be a whole number of 1 or more");
    }
    return static_cast<std::int32_t>(number);
}

}  // namespace

Result<TourFile> tour_from_json(std::string_view text) {
    TALLY_TRY_ASSIGN(const json document, document_of(text));
    TALLY_TRY(check_keys(document, {"picks", "from", "to", "capacity", "stock"}));
    TourFile file;
    const auto picks = document.find("picks");
    if (picks == document.end() || !picks->is_array()) {
        return fail(ErrorKind::malformed, "the list 'picks' is missing");
    }
    for (const json& pick : *picks) {
        const bool is_object = pick.is_object() && pick.contains("place");
        const json& name = is_object ? pick["place"] : pick;
        if (!name.is_string()) {
            return fail(ErrorKind::malformed,
                        "'picks' must be a list of place names, or of objects with 'place'");
        }
        if (is_object) {
            TALLY_TRY(check_keys(pick, {"place", "rank", "weight"}));
        }
        TALLY_TRY_ASSIGN(PlaceId place, place_named(name.get<std::string>()));
        file.picks.push_back(std::move(place));
        for (const auto& [key, values, fallback] :
             {std::tuple{"rank", &file.ranks, 0}, {"weight", &file.weights, 1}}) {
            std::int32_t value = fallback;
            if (is_object && pick.contains(key)) {
                TALLY_TRY_ASSIGN(value, number_of(pick[key].dump(), key, fallback));
            }
            values->push_back(value);
        }
    }
    for (const auto& [name, place] : {std::pair{"from", &file.from}, {"to", &file.to}}) {
        if (const auto at = document.find(name); at != document.end()) {
            TALLY_TRY_ASSIGN(*place, place_named(at->is_string() ? at->get<std::string>() : ""));
        }
    }
    TALLY_TRY_ASSIGN(file.capacity, whole_number(document, "capacity", 0));
    if (const auto stock = document.find("stock"); stock != document.end()) {
        if (!stock->is_object()) {
            return fail(ErrorKind::malformed, "'stock' must name a list of places an article");
        }
        for (const auto& [article, places] : stock->items()) {
            TALLY_TRY(place_named(article));
            TALLY_TRY_ASSIGN(file.stock[article], places_in(*stock, article.c_str()));
        }
    }
    return file;
}

Result<OrderFile> orders_from_json(std::string_view text) {
    TALLY_TRY_ASSIGN(const json document, document_of(text));
    TALLY_TRY(check_keys(document, {"capacity", "orders"}));
    OrderFile file;
    std::set<std::string_view> ids;
    TALLY_TRY_ASSIGN(file.capacity, whole_number(document, "capacity", 0));
    const auto orders = document.find("orders");
    if (orders == document.end() || !orders->is_array()) {
        return fail(ErrorKind::malformed, "the list 'orders' is missing");
    }
    for (const json& order : *orders) {
        if (!order.is_object() || !order.contains("id") || !order["id"].is_string()) {
            return fail(ErrorKind::malformed, "an order needs 'id' and 'picks'");
        }
        TALLY_TRY(check_keys(order, {"id", "picks", "weight"}));
        const std::string& id = order["id"].get_ref<const std::string&>();
        if (!ids.insert(id).second) {
            return fail(
                ErrorKind::malformed,
                "the order " + shown(id) + " stands there twice; write all its picks in one");
        }
        OrderFile::Order& read = file.orders.emplace_back();
        read.id = id;
        TALLY_TRY_ASSIGN(read.picks, places_in(order, "picks"));
        TALLY_TRY_ASSIGN(read.weight, whole_number(order, "weight",
                                                   static_cast<std::int64_t>(read.picks.size())));
    }
    return file;
}

Result<CostFile> costs_from_json(std::string_view text) {
    TALLY_TRY_ASSIGN(const json document, document_of(text));
    TALLY_TRY(check_keys(document, {"rows", "columns", "cost"}));
    CostFile file;
    for (const auto& [name, names] : {std::pair{"rows", &file.rows}, {"columns", &file.columns}}) {
        TALLY_TRY_ASSIGN(const std::vector<PlaceId> ids, places_in(document, name));
        for (const PlaceId& id : ids) {
            names->push_back(id.str());
        }
    }
    const auto cost = document.find("cost");
    if (cost == document.end() || !cost->is_array() || cost->size() != file.rows.size()) {
        return fail(ErrorKind::malformed, "'cost' must be a list of one list a row");
    }
    for (const json& row : *cost) {
        if (!row.is_array() || row.size() != file.columns.size()) {
            return fail(ErrorKind::malformed, "each list in 'cost' needs one number a column");
        }
        for (const json& value : row) {
            if (!value.is_number() && !value.is_null()) {
                return fail(ErrorKind::malformed, "a cost must be a number or null");
            }
            file.cost.push_back(value.is_null() ? CostFile::kForbidden : value.get<double>());
        }
    }
    return file;
}

}  // namespace tally
