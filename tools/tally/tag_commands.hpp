// The commands of labels, tags and printers: their tree, what they ask of the box, how answers are
// laid out.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "tools/tally/commands.hpp"
#include "tools/tally/requests.hpp"

namespace tally::cli {

std::vector<CommandSpec> tag_commands();

/// Nothing if the command is another.
std::optional<Result<Asked>> tag_request(const Invocation& invocation);

const std::map<std::string_view, SheetSpec>& tag_sheets();

}  // namespace tally::cli
