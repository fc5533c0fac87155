#include "tools/tally/sheet.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tally::cli {

namespace {

using Json = nlohmann::json;
using Form = Column::Form;

std::string list_text(const Json& value) {
    std::string text;
    for (const Json& part : value) {
        text +=
            (text.empty() ? "" : "; ") + (part.is_string() ? part.get<std::string>() : part.dump());
    }
    return text;
}

std::string plain(const Json& value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    return value.is_array() ? list_text(value) : value.dump();
}

std::string for_people(const Json& value, Form form, const Catalogue& say) {
    switch (form) {
        case Form::word:
            return std::string(say(plain(value)));
        case Form::quantity:
            return value.is_number_integer() ? units_text(value.get<std::int64_t>()) : plain(value);
        case Form::time:
            return value.is_number_integer() ? iso_time(value.get<std::int64_t>()) : plain(value);
        case Form::flag:
            return value.is_boolean() ? std::string(say(value.get<bool>() ? "yes" : "no"))
                                      : plain(value);
        case Form::text:
        case Form::number:
        case Form::list:
            return plain(value);
    }
    return plain(value);
}

bool is_right(Form form) {
    return form == Form::number || form == Form::quantity;
}

/// Lines that need somebody stand out.
std::string_view colour_of(const std::vector<std::string>& row, const SheetSpec& spec,
                           const Catalogue& say) {
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (spec.columns[i].form == Form::word &&
            (row[i] == say("error") || row[i] == say("blind"))) {
            return "\x1b[31m";
        }
        if (spec.columns[i].form == Form::word &&
            (row[i] == say("warning") || row[i] == say("unsure"))) {
            return "\x1b[33m";
        }
    }
    return {};
}

std::string line_of(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                    const SheetSpec& spec) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool last = i + 1 == cells.size();
        const Align align = is_right(spec.columns[i].form) ? Align::right : Align::left;
        line += last && align == Align::left ? cells[i] : padded(cells[i], widths[i], align);
        line += last ? "" : "  ";
    }
    while (line.ends_with(' ')) {
        line.pop_back();
    }
    return line;
}

std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + "\"";
}

}  // namespace

std::string iso_time(std::int64_t utc_ms) {
    const std::int64_t seconds = utc_ms >= 0 ? utc_ms / 1'000 : (utc_ms - 999) / 1'000;
    const std::chrono::sys_seconds at{std::chrono::seconds(seconds)};
    const std::time_t time = std::chrono::system_clock::to_time_t(at);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(time), utc_ms - seconds * 1'000);
}

std::string units_text(std::int64_t milli) {
    if (milli % 1'000 == 0) {
        return std::to_string(milli / 1'000);
    }
    return fmt::format("{}{}.{:03}", milli < 0 ? "-" : "", std::llabs(milli) / 1'000,
                       std::llabs(milli) % 1'000);
}

Result<Sheet> read_sheet(std::string_view answer, const SheetSpec& spec, CellStyle style,
                         const Catalogue& say) {
    const Json json = Json::parse(answer, nullptr, false);
    const Json::json_pointer at("/data/" + std::string(spec.array));
    if (json.is_discarded() || !json.contains(at) || !json[at].is_array()) {
        return fail(ErrorKind::malformed,
                    "the box answered in a form that this tool does not know");
    }
    Sheet sheet;
    for (const Json& row : json[at]) {
        std::vector<std::string>& cells = sheet.rows.emplace_back();
        for (const Column& column : spec.columns) {
            const bool is_wire = style == CellStyle::wire || column.for_people.empty() ||
                                 !row.contains(std::string(column.for_people));
            const auto found = row.find(std::string(is_wire ? column.key : column.for_people));
            if (found == row.end()) {
                cells.emplace_back();
            } else {
                cells.push_back(style == CellStyle::wire
                                    ? plain(*found)
                                    : printable(for_people(*found, column.form, say)));
            }
        }
    }
    return sheet;
}

std::string as_table(const Sheet& sheet, const SheetSpec& spec, const Catalogue& say,
                     Colour colour) {
    if (sheet.rows.empty()) {
        return {};
    }
    std::vector<std::string> titles;
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < spec.columns.size(); ++i) {
        titles.emplace_back(say(spec.columns[i].title));
        widths.push_back(display_width(titles.back()));
        for (const auto& row : sheet.rows) {
            widths[i] = std::max(widths[i], display_width(row[i]));
        }
    }
    const bool ansi = colour == Colour::ansi;
    std::string text =
        (ansi ? "\x1b[1m" : "") + line_of(titles, widths, spec) + (ansi ? "\x1b[0m\n" : "\n");
    for (const auto& row : sheet.rows) {
        const std::string_view shade = ansi ? colour_of(row, spec, say) : std::string_view();
        text +=
            std::string(shade) + line_of(row, widths, spec) + (shade.empty() ? "\n" : "\x1b[0m\n");
    }
    return text;
}

std::string as_csv(const Sheet& sheet, const SheetSpec& spec) {
    std::string text;
    for (const Column& column : spec.columns) {
        text += (text.empty() ? "" : ",") + std::string(column.key);
    }
    text += "\r\n";
    for (const auto& row : sheet.rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += (i == 0 ? "" : ",") + csv_field(row[i]);
        }
        text += "\r\n";
    }
    return text;
}

}  // namespace tally::cli
