// The commands of orders: part of the tree of commands, with what each asks of the box and how its
// answer is laid out.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/tally/arguments.hpp"
#include "tools/tally/requests.hpp"

namespace tally::cli {

std::vector<CommandSpec> order_commands();

/// Nothing if the command is another. `file`: what the command's file says.
std::optional<Result<Asked>> order_request(const Invocation& invocation, const std::string& file);

const std::map<std::string_view, SheetSpec>& order_sheets();

/// One order for people: how far each line is, what it holds, parcels, history.
std::string shown_order(std::string_view answer, const std::string& lines, const Catalogue& say);

}  // namespace tally::cli
