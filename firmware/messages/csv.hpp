// CSV as spreadsheets write it (RFC 4180), one line at a time; and quantities as people write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"

namespace tally {

/// The fields of one line, without blanks around them; a quoted field may hold commas and doubled
/// quotes. malformed where a quote is not closed.
Result<std::vector<std::string>> split_csv(std::string_view line);

/// The field as it stands in a line, quoted where it must be.
std::string csv_field(std::string_view text);

/// Takes the next line off `text`: without its end, and without blanks around it. The byte order
/// mark that spreadsheets write is not part of the first line.
class CsvLines {
 public:
    explicit CsvLines(std::string_view text);
    /// False at the end. Lines that are empty or begin with '#' are passed over but counted.
    bool next(std::string_view& line);
    [[nodiscard]] std::size_t number() const { return number_; }  ///< of the last line; from 1

 private:
    std::string_view text_;
    std::size_t number_ = 0;
};

/// "12", "0.25", at most three places: thousandths. malformed for anything else, below 0 included.
Result<std::int64_t> parse_units(std::string_view text);

/// The other way: "12" or "0.25".
std::string format_units(std::int64_t milli);

}  // namespace tally
