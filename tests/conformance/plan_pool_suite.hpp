// What the port PlanPool promises.
#pragma once

#include <memory>
#include <vector>

#include "firmware/ports/plan_pool.hpp"
#include "tests/conformance/suite.hpp"

namespace tally::conformance {

class PlanPoolFixture : public Driver {
 public:
    [[nodiscard]] virtual PlanPool& pool() = 0;
    virtual void end_pool() = 0;
};

std::vector<Promise<PlanPoolFixture>> plan_pool_promises();

/// Jobs that only a limit ends.
std::vector<std::unique_ptr<PlanJob>> endless_jobs(std::size_t count);

}  // namespace tally::conformance
