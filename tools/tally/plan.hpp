// `tally plan` and `tally layout`: work on files, without a box.
#pragma once

#include <functional>
#include <string>

#include "firmware/base/result.hpp"
#include "tools/tally/arguments.hpp"

namespace tally::cli {

/// Reads a whole file, or stdin for "-".
using ReadInput = std::function<Result<std::string>(const std::string&)>;

/// Carries out a command whose path begins with "plan " or "layout ", and gives what goes to
/// stdout. An answer is checked by the independent judge before it is given. Writes the file that
/// --svg names.
Result<std::string> run_plan(const Invocation& invocation, const ReadInput& read);

}  // namespace tally::cli
