#include <algorithm>

#include <nlohmann/json.hpp>

#include "firmware/messages/plan/plan_file.hpp"
#include "firmware/messages/plan/plan_json.hpp"
#include "firmware/messages/plan/plan_text.hpp"

namespace tally {

namespace {

using nlohmann::json;

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
        TALLY_TRY_ASSIGN(TourFile file, tour_from_json(text));
        return tidied(std::move(file));
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

}  // namespace tally
