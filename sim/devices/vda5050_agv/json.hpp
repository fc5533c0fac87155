// A JSON value of the emulator's own, so that emulated vehicles share no codec with the driver that
// they test (RFC 8259; numbers as doubles, the last of equal keys wins).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"

namespace tally::sim::agv {

struct Json {
    enum class Kind : std::uint8_t { null, boolean, number, text, list, object } kind = Kind::null;
    bool boolean = false;
    double number = 0;
    std::string text;
    std::vector<Json> list;
    std::map<std::string, Json> object;

    /// Null if there is none.
    [[nodiscard]] const Json* find(const std::string& key) const;
    [[nodiscard]] std::string text_of(const std::string& key) const;
    [[nodiscard]] double number_of(const std::string& key, double otherwise) const;
    [[nodiscard]] bool is_true(const std::string& key) const;
    /// Empty if there is none or it is no list.
    [[nodiscard]] const std::vector<Json>& list_of(const std::string& key) const;
};

/// At most 32 levels. Malformed with the byte where it breaks.
Result<Json> parse_json(std::string_view text);

/// With quotation marks.
std::string json_text(std::string_view text);

}  // namespace tally::sim::agv
