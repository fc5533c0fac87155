#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "firmware/messages/plan/plan_file.hpp"
#include "firmware/messages/plan/plan_json.hpp"
#include "firmware/messages/plan/plan_text.hpp"

namespace tally {

namespace {

/// A finite number; NaN and infinity are refused.
Result<double> cost_of(const std::string& text) {
    if (text.empty() || text == "-") {
        return CostFile::kForbidden;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
        return fail(ErrorKind::malformed, shown(text) + " is no cost; write a number or -");
    }
    return value;
}

/// One name twice would leave open which of them an answer means.
Result<CostFile> named_once(CostFile file) {
    for (const auto& [what, names] : {std::pair{"row", &file.rows}, {"column", &file.columns}}) {
        std::set<std::string_view> seen;
        for (const std::string& name : *names) {
            if (!seen.insert(name).second) {
                return fail(ErrorKind::malformed, "two " + std::string(what) + "s are called " +
                                                      shown(name) + "; give each its own name");
            }
        }
    }
    return file;
}

}  // namespace

Result<CostFile> read_cost_file(std::string_view text) {
    TALLY_TRY(check_size(text));
    if (is_json(text)) {
        TALLY_TRY_ASSIGN(CostFile file, costs_from_json(text));
        return named_once(std::move(file));
    }
    CostFile file;
    TALLY_TRY_ASSIGN(const std::vector<Cells> lines, csv_lines(text));
    if (lines.size() < 2 || lines[0].size() < 2) {
        return fail(ErrorKind::malformed, "a cost table needs a line of names and a row of costs");
    }
    file.columns.assign(lines[0].begin() + 1, lines[0].end());
    for (std::size_t i = 1; i < lines.size(); ++i) {
        if (lines[i].size() != lines[0].size()) {
            return fail(ErrorKind::malformed, "row " + shown(lines[i][0]) + " has " +
                                                  std::to_string(lines[i].size() - 1) + " of " +
                                                  std::to_string(file.columns.size()) + " costs");
        }
        file.rows.push_back(lines[i][0]);
        for (std::size_t k = 1; k < lines[i].size(); ++k) {
            const Result<double> cost = cost_of(lines[i][k]);
            if (!cost) {
                return fail("row " + shown(lines[i][0]) + ", column " + shown(lines[0][k]),
                            cost.error());
            }
            file.cost.push_back(*cost);
        }
    }
    return named_once(std::move(file));
}

}  // namespace tally
