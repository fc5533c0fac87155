#include "firmware/messages/plan/plan_file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <map>
#include <tuple>

#include <nlohmann/json.hpp>

#include "firmware/domain/layout/site.hpp"

namespace tally {

namespace {

using nlohmann::json;
using Cells = std::vector<std::string>;

constexpr std::size_t kRowsMax = 1'000'000;

std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\"");
    const std::size_t last = text.find_last_not_of(" \t\r\"");
    return first == std::string_view::npos ? std::string()
                                           : std::string(text.substr(first, last - first + 1));
}

/// Lines of cells; lines without any are left out.
Result<std::vector<Cells>> csv_lines(std::string_view text) {
    std::vector<Cells> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (trimmed(line).empty()) {
            continue;
        }
        Cells& cells = lines.emplace_back();
        for (;;) {
            const std::size_t comma = line.find(',');
            cells.push_back(trimmed(line.substr(0, comma)));
            if (comma == std::string_view::npos) {
                break;
            }
            line.remove_prefix(comma + 1);
        }
        if (lines.size() > kRowsMax) {
            return fail(ErrorKind::exhausted, "more than 1000000 lines; split the file");
        }
    }
    return lines;
}

bool is_json(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && text[first] == '{';
}

Result<void> check_size(std::string_view text) {
    if (text.size() > kPlanFileMax) {
        return fail(ErrorKind::exhausted, "a file of more than 16 MiB; split it");
    }
    return {};
}

Result<json> document_of(std::string_view text) {
    json document = json::parse(text.begin(), text.end(), nullptr, false);
    if (!document.is_object()) {
        return fail(ErrorKind::malformed, "the file begins like JSON but is none");
    }
    return document;
}

Result<PlaceId> place_named(const std::string& text) {
    if (!is_printable_id(text)) {
        return fail(ErrorKind::malformed,
                    "'" + text + "' is no place; use up to 64 of A-Z a-z 0-9 . _ -");
    }
    return PlaceId(text);
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

/// 0 or more; an empty cell is `fallback`.
Result<std::int32_t> number_of(const std::string& text, const char* what, std::int32_t fallback) {
    std::int32_t number = fallback;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!text.empty() && (error != std::errc() || end != text.data() + text.size() || number < 0)) {
        return fail(ErrorKind::malformed, "'" + text + "' is no " + what + "; write 0 or more");
    }
    return number;
}

Result<std::int32_t> weight_of(const std::string& text) {
    std::int32_t weight = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
    if (error != std::errc() || end != text.data() + text.size() || weight < 1) {
        return fail(ErrorKind::malformed, "'" + text + "' is no weight; write 1 or more");
    }
    return weight;
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

/// A finite number; NaN and infinity are refused.
Result<double> cost_of(const std::string& text) {
    if (text.empty() || text == "-") {
        return CostFile::kForbidden;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
        return fail(ErrorKind::malformed, "'" + text + "' is no cost; write a number or -");
    }
    return value;
}

Result<CostFile> cost_json(const json& document) {
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

Result<OrderFile> orders_json(const json& document) {
    OrderFile file;
    TALLY_TRY_ASSIGN(file.capacity, whole_number(document, "capacity", 0));
    const auto orders = document.find("orders");
    if (orders == document.end() || !orders->is_array()) {
        return fail(ErrorKind::malformed, "the list 'orders' is missing");
    }
    for (const json& order : *orders) {
        if (!order.is_object() || !order.contains("id") || !order["id"].is_string()) {
            return fail(ErrorKind::malformed, "an order needs 'id' and 'picks'");
        }
        OrderFile::Order& read = file.orders.emplace_back();
        read.id = order["id"].get<std::string>();
        TALLY_TRY_ASSIGN(read.picks, places_in(order, "picks"));
        TALLY_TRY_ASSIGN(read.weight, whole_number(order, "weight",
                                                   static_cast<std::int64_t>(read.picks.size())));
    }
    return file;
}

/// A column of ranks or weights that a file names twice is refused; one that says nothing is none.
Result<TourFile> tidied(TourFile file) {
    if (file.ranks.size() > file.picks.size() || file.weights.size() > file.picks.size()) {
        return fail(ErrorKind::malformed, "the columns rank and weight may stand there once each");
    }
    const auto is = [](std::int32_t value) {
        return [value](std::int32_t other) { return other == value; };
    };
    if (std::all_of(file.ranks.begin(), file.ranks.end(), is(0))) {
        file.ranks.clear();
    }
    if (std::all_of(file.weights.begin(), file.weights.end(), is(1))) {
        file.weights.clear();
    }
    return file;
}

Result<TourFile> tour_json(const json& document) {
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
    return tidied(std::move(file));
}

}  // namespace

Result<StockFile> read_stock_file(std::string_view text) {
    TALLY_TRY(check_size(text));
    TALLY_TRY_ASSIGN(const std::vector<Cells> lines, csv_lines(text));
    StockFile stock;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i == 0 && lines[i][0] == "article") {
            continue;
        }
        if (lines[i].size() < 2) {
            return fail(ErrorKind::malformed,
                        "line " + std::to_string(i + 1) + " needs an article and a place");
        }
        TALLY_TRY_ASSIGN(const PlaceId article, place_named(lines[i][0]));
        TALLY_TRY_ASSIGN(PlaceId place, place_named(lines[i][1]));
        stock[article.str()].push_back(std::move(place));
    }
    return stock;
}

Result<TourFile> read_tour_file(std::string_view text) {
    TALLY_TRY(check_size(text));
    if (is_json(text)) {
        TALLY_TRY_ASSIGN(const json document, document_of(text));
        return tour_json(document);
    }
    TALLY_TRY_ASSIGN(const std::vector<Cells> lines, csv_lines(text));
    TourFile file;
    Cells titles;
    if (!lines.empty() && lines[0][0] == "place") {
        titles = lines[0];
    }
    for (std::size_t i = titles.empty() ? 0 : 1; i < lines.size(); ++i) {
        TALLY_TRY_ASSIGN(PlaceId place, place_named(lines[i][0]));
        file.picks.push_back(std::move(place));
        for (std::size_t k = 1; k < titles.size(); ++k) {
            const std::string cell = k < lines[i].size() ? lines[i][k] : "";
            if (titles[k] == "rank") {
                TALLY_TRY_ASSIGN(const std::int32_t rank, number_of(cell, "rank", 0));
                file.ranks.push_back(rank);
            } else if (titles[k] == "weight") {
                TALLY_TRY_ASSIGN(const std::int32_t weight, number_of(cell, "weight", 1));
                file.weights.push_back(weight);
            }
        }
    }
    return tidied(std::move(file));
}

std::string tour_as_json(const TourFile& file) {
    json document = {{"picks", json::array()}};
    for (std::size_t i = 0; i < file.picks.size(); ++i) {
        json pick = {{"place", file.picks[i].str()}};
        if (!file.ranks.empty()) {
            pick["rank"] = file.ranks[i];
        }
        if (!file.weights.empty()) {
            pick["weight"] = file.weights[i];
        }
        document["picks"].push_back(pick.size() == 1 ? json(file.picks[i].str()) : pick);
    }
    for (const auto& [name, place] : {std::pair{"from", &file.from}, {"to", &file.to}}) {
        if (!place->empty()) {
            document[name] = place->str();
        }
    }
    if (file.capacity > 0) {
        document["capacity"] = file.capacity;
    }
    for (const auto& [article, places] : file.stock) {
        for (const PlaceId& place : places) {
            document["stock"][article].push_back(place.str());
        }
    }
    return document.dump();
}

Result<OrderFile> read_order_file(std::string_view text) {
    TALLY_TRY(check_size(text));
    if (is_json(text)) {
        TALLY_TRY_ASSIGN(const json document, document_of(text));
        return orders_json(document);
    }
    OrderFile file;
    std::map<std::string, std::size_t> index;
    TALLY_TRY_ASSIGN(const std::vector<Cells> lines, csv_lines(text));
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const Cells& cells = lines[i];
        if (i == 0 && cells[0] == "order") {
            continue;
        }
        if (cells.size() < 2 || cells[0].empty()) {
            return fail(ErrorKind::malformed, "line " + std::to_string(i + 1) +
                                                  " needs an order, a place and maybe a weight");
        }
        const auto [at, is_new] = index.try_emplace(cells[0], file.orders.size());
        if (is_new) {
            file.orders.push_back({cells[0], {}, 0});
        }
        OrderFile::Order& order = file.orders[at->second];
        TALLY_TRY_ASSIGN(PlaceId place, place_named(cells[1]));
        order.picks.push_back(std::move(place));
        TALLY_TRY_ASSIGN(const std::int32_t weight,
                         weight_of(cells.size() > 2 && !cells[2].empty() ? cells[2] : "1"));
        if (order.weight > std::numeric_limits<std::int32_t>::max() - weight) {
            return fail(ErrorKind::malformed, "order '" + order.id + "' weighs too much");
        }
        order.weight += weight;
    }
    return file;
}

Result<CostFile> read_cost_file(std::string_view text) {
    TALLY_TRY(check_size(text));
    if (is_json(text)) {
        TALLY_TRY_ASSIGN(const json document, document_of(text));
        return cost_json(document);
    }
    CostFile file;
    TALLY_TRY_ASSIGN(const std::vector<Cells> lines, csv_lines(text));
    if (lines.size() < 2 || lines[0].size() < 2) {
        return fail(ErrorKind::malformed, "a cost table needs a line of names and a row of costs");
    }
    file.columns.assign(lines[0].begin() + 1, lines[0].end());
    for (std::size_t i = 1; i < lines.size(); ++i) {
        if (lines[i].size() != lines[0].size()) {
            return fail(ErrorKind::malformed, "row '" + lines[i][0] + "' has " +
                                                  std::to_string(lines[i].size() - 1) + " of " +
                                                  std::to_string(file.columns.size()) + " costs");
        }
        file.rows.push_back(lines[i][0]);
        for (std::size_t k = 1; k < lines[i].size(); ++k) {
            TALLY_TRY_ASSIGN(const double cost, cost_of(lines[i][k]));
            file.cost.push_back(cost);
        }
    }
    return file;
}

}  // namespace tally
