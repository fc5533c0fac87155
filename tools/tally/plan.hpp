// `tally plan` and `tally layout`: work on files, without a box, or with --on-box by the plan pool
// of one.
#pragma once

#include <functional>
#include <string>

#include "firmware/base/result.hpp"
#include "firmware/messages/plan/plan_file.hpp"
#include "tools/tally/arguments.hpp"
#include "tools/tally/requests.hpp"

namespace tally::cli {

/// Reads a whole file, or stdin for "-".
using ReadInput = std::function<Result<std::string>(const std::string&)>;

/// Carries out a command whose path begins with "plan " or "layout ", and gives what goes to
/// stdout. An answer is checked by the independent judge before it is given. Writes the file that
/// --svg names.
Result<std::string> run_plan(const Invocation& invocation, const ReadInput& read);

/// Rows and proof in the format that was asked for.
std::string written(const PlanAnswer& answer, OutputFormat format);

/// What a box is asked with instead, where --on-box stands. `read` gives the files.
Result<Asked> plan_request(const Invocation& invocation, const ReadInput& read);

/// A plan as a box tells it.
struct BoxPlan {
    std::string id, state, stopped, refused;
    std::int64_t slices = 0;
    PlanAnswer answer;
};
Result<BoxPlan> read_box_plan(std::string_view answer);

}  // namespace tally::cli
