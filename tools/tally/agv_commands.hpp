// The commands of vehicles: part of the tree of commands, with what each asks of the box and how
// its answer is laid out.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/tally/arguments.hpp"
#include "tools/tally/requests.hpp"

namespace tally::cli {

std::vector<CommandSpec> agv_commands();

/// Nothing if the command is none of these.
std::optional<Result<Asked>> agv_request(const Invocation& invocation);

const std::map<std::string_view, SheetSpec>& agv_sheets();

/// One vehicle, line by line.
std::string shown_agv(std::string_view answer, const Catalogue& say);

}  // namespace tally::cli
