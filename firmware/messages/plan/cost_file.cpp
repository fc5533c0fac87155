#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include "firmware/messages/plan/plan_file.hpp"
#include "firmware/messages/plan/plan_text.hpp"

namespace tally {

namespace {

using nlohmann::json;

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

}  // namespace

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
