// A small CSV table with a header line, whose problems name file, line and column: what people
// bring from a spreadsheet or another system.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"

namespace tally {

struct CsvRow {
    std::size_t line = 0;
    std::map<std::string, std::string, std::less<>> fields;

    /// The field, or `fallback` where it is empty or not there.
    [[nodiscard]] std::string text(std::string_view column, std::string_view fallback = {}) const;
};

struct CsvShape {
    std::vector<std::string_view> needed, optional;  ///< columns, in any order
};

/// A table that was read, and what is wrong with it.
class CsvTable {
 public:
    /// malformed: no header, a column that is missing or unknown, a line with too few or too many
    /// fields. All such problems at once, one a line of text.
    static Result<CsvTable> read(std::string_view text, const std::string& file,
                                 const CsvShape& shape);

    [[nodiscard]] const std::vector<CsvRow>& rows() const { return rows_; }

    /// Notes that a field of a row is wrong: "<file>: line 3, column 2: <text>".
    void note(const CsvRow& row, std::string_view column, const std::string& text);
    /// Everything noted, or nothing.
    [[nodiscard]] Result<void> finish() const;

 private:
    void read_header(std::string_view line, std::size_t number, const CsvShape& shape);
    void read_row(std::string_view line, std::size_t number);

    std::string file_;
    std::vector<std::string> columns_;
    std::vector<CsvRow> rows_;
    std::string problems_;
};

}  // namespace tally
