// What each command asks of the box, and how the answer is laid out. Pure.
#pragma once

#include <optional>
#include <string>

#include "firmware/base/result.hpp"
#include "tools/tally/arguments.hpp"
#include "tools/tally/sheet.hpp"

namespace tally::cli {

struct Asked {
    std::string method = "GET";
    std::string target;
    std::string body;
    enum class Effect { reads, writes, watches } effect = Effect::reads;
};

/// malformed where an option that is needed is missing. `file` is the text of the FILE argument.
Result<Asked> request_of(const Invocation& invocation, const std::string& file);

/// The rows of the answer; nullptr for commands whose answer is no table.
const SheetSpec* sheet_of(const CommandSpec& command);

/// Percent-encoding of RFC 3986 for one segment or value.
std::string encoded(std::string_view text);

}  // namespace tally::cli
