// What the ports Clock and Scheduler promise.
#pragma once

#include "firmware/ports/clock.hpp"
#include "firmware/ports/scheduler.hpp"
#include "tests/conformance/suite.hpp"

namespace tally::conformance {

class TimeFixture : public Driver {
 public:
    [[nodiscard]] virtual Clock& clock() = 0;
    [[nodiscard]] virtual Scheduler& scheduler() = 0;
};

std::vector<Promise<TimeFixture>> time_promises();

}  // namespace tally::conformance
