// The commands of goods and people: part of the tree of commands, with what each asks of the box
// and how its answer is laid out.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/tally/arguments.hpp"
#include "tools/tally/requests.hpp"

namespace tally::cli {

std::vector<CommandSpec> work_commands();

/// Nothing if the command is none of these.
std::optional<Result<Asked>> work_request(const Invocation& invocation, const std::string& file);

const std::map<std::string_view, SheetSpec>& work_sheets();

/// The command reads the file or stdin that its first argument names.
bool reads_file(const Invocation& invocation);

/// Tasks as a list for paper: a box to tick, what, from where to where, a line for the name.
std::string paper_list(std::string_view answer, const Catalogue& say);

}  // namespace tally::cli
