#include "firmware/services/dispatch/assignment_judge.hpp"

#include <string>
#include <vector>

#include "planner/check/assignment_check.hpp"

namespace tally {

Result<planner::Assignment> judged(const planner::CostMatrix& cost,
                                   Result<planner::Assignment> assignment) {
    if (!assignment) {
        return assignment;
    }
    const std::vector<std::string> wrong = planner::check_assignment(cost, *assignment);
    if (wrong.empty()) {
        return assignment;
    }
    return fail(ErrorKind::corrupt,
                "an assignment of vehicles was not used, for it is wrong: " + wrong.front() +
                    "; all stay with what they have; report this");
}

}  // namespace tally
