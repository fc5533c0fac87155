// Answers as tables: which members of which rows stand in which column, and how a cell is written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "tools/tally/catalogue.hpp"
#include "tools/tally/width.hpp"

namespace tally::cli {

struct Column {
    std::string_view key;    ///< member of a row; also the name in CSV
    std::string_view title;  ///< English; the key of its translation
    enum class Form {
        text,
        word,  ///< a name with a translation: kind, level, state
        number,
        quantity,  ///< thousandths, shown in units
        time,      ///< UTC milliseconds, shown as ISO 8601
        flag,
        list,  ///< texts, joined
    } form = Form::text;
    /// Member that people are shown instead, where the row has it; CSV keeps `key`.
    std::string_view for_people = {};
};

struct SheetSpec {
    std::string_view array;  ///< member of `data` that holds the rows
    std::vector<Column> columns;
};

/// Cells as texts, in the order of the columns.
struct Sheet {
    std::vector<std::vector<std::string>> rows;
};

/// Reads the rows out of an answer's text. CSV keeps numbers and names as they are on the wire.
enum class CellStyle { people, wire };
Result<Sheet> read_sheet(std::string_view answer, const SheetSpec& spec, CellStyle style,
                         const Catalogue& say);

/// Columns aligned by display width, with a line of titles; empty for no rows.
enum class Colour { none, ansi };
std::string as_table(const Sheet& sheet, const SheetSpec& spec, const Catalogue& say,
                     Colour colour);

/// RFC 4180 with a header of stable names.
std::string as_csv(const Sheet& sheet, const SheetSpec& spec);

/// "2026-11-22T20:31:49.125Z".
std::string iso_time(std::int64_t utc_ms);
/// "12" or "0.250".
std::string units_text(std::int64_t milli);

}  // namespace tally::cli
