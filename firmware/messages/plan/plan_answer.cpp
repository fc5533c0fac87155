#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "firmware/messages/plan/plan_file.hpp"

namespace tally {

namespace {

std::string csv_cell(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + "\"";
}

std::string csv_line(const std::vector<std::string>& cells) {
    std::string line;
    for (const std::string& cell : cells) {
        line += (line.empty() ? "" : ",") + csv_cell(cell);
    }
    return line + "\n";
}

/// Whole millimetres as such; costs with their fractions, but not the last digits of a double.
std::string number_text(double value) {
    return value == std::round(value) ? fmt::format("{:.0f}", value)
                                      : fmt::format("{:.12g}", value);
}

}  // namespace

double PlanAnswer::gap_percent() const {
    if (total <= lower_bound) {
        return 0;
    }
    return lower_bound > 0 ? 100 * (total - lower_bound) / lower_bound : 100;
}

std::string plan_as_json(const PlanAnswer& answer) {
    nlohmann::ordered_json document;
    document["schema"] = "tally.plan.v1";
    document["method"] = answer.method;
    document["total"] = answer.total;
    document["lower_bound"] = answer.lower_bound;
    document["gap_percent"] = std::round(answer.gap_percent() * 1000) / 1000;
    document["rows"] = nlohmann::ordered_json::array();
    for (const std::vector<std::string>& row : answer.rows) {
        nlohmann::ordered_json object;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string& title = answer.columns[i];
            const bool is_number = std::find(answer.numbers.begin(), answer.numbers.end(), title) !=
                                   answer.numbers.end();
            object[title] = is_number ? nlohmann::ordered_json::parse(row[i], nullptr, false)
                                      : nlohmann::ordered_json(row[i]);
            if (object[title].is_discarded()) {
                object[title] = nullptr;
            }
        }
        document["rows"].push_back(std::move(object));
    }
    return document.dump(1) + "\n";
}

std::string plan_as_csv(const PlanAnswer& answer) {
    std::string text = csv_line(answer.columns);
    for (const std::vector<std::string>& row : answer.rows) {
        text += csv_line(row);
    }
    return text;
}

std::string plan_as_table(const PlanAnswer& answer) {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < answer.columns.size(); ++i) {
        std::size_t width = answer.columns[i].size();
        for (const std::vector<std::string>& row : answer.rows) {
            width = std::max(width, row[i].size());
        }
        widths.push_back(width);
    }
    std::string text;
    const auto line = [&](const std::vector<std::string>& cells) {
        std::string row;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            row += fmt::format("{:<{}}  ", cells[i], widths[i]);
        }
        row.erase(row.find_last_not_of(' ') + 1);
        text += row + "\n";
    };
    line(answer.columns);
    std::for_each(answer.rows.begin(), answer.rows.end(), line);
    return text + fmt::format("total {}, at least {} ({}), {}\n", number_text(answer.total),
                              number_text(answer.lower_bound),
                              answer.gap_percent() == 0
                                  ? std::string("proven optimal")
                                  : fmt::format("gap at most {:.2f} %", answer.gap_percent()),
                              answer.method);
}

}  // namespace tally
