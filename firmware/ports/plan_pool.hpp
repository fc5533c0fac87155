// Port: searches that take longer than a turn of the loop may. Real: two worker threads
// (firmware/host/plan_pool). Virtual time: inline (sim/kernel/inline_plan_pool.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "firmware/base/time.hpp"

namespace tally {

/// A search that owns everything it touches: its snapshot of the world came with it, and nobody
/// else looks at either until it comes back.
class PlanJob {
 public:
    virtual ~PlanJob() = default;

    /// Goes on for about `work` units. True when nothing is left to do.
    virtual bool step(std::int64_t work) = 0;

    /// Once, after the last step, wherever that was made: writes down the best there is.
    virtual void finish() = 0;
};

/// Why a job was not stepped any further.
enum class PlanStop : std::uint8_t { finished, slices, deadline, cancelled };

struct PlanLimits {
    std::int64_t slices = std::numeric_limits<std::int64_t>::max();  ///< most steps of a job
    Duration deadline = Duration::zero();  ///< from submit() on; 0: none. Live time only: virtual
                                           ///< time stands still while a job runs
};

/// A job that came back. The same job stepped `slices` times is the same job, on every machine:
/// where the clock stopped it, this number is the input to record.
struct PlanEnd {
    std::unique_ptr<PlanJob> job;
    PlanStop stop = PlanStop::finished;
    std::int64_t slices = 0;
};

/// Names one submission; 0 is never given out.
using PlanTicket = std::uint64_t;

/// All calls from the loop. `done` comes on the loop, once, never inside submit() or cancel(), with
/// the jobs in the order they were given in, whatever order they ended in; never after forget() or
/// the end of the pool. Submissions are begun in their order. Unbounded by itself: the caller
/// bounds what waits.
class PlanPool {
 public:
    using Done = std::function<void(std::vector<PlanEnd>)>;

    /// What each step is given: some milliseconds, after which a stop is noticed.
    static constexpr std::int64_t kSliceWork = 100'000;

    virtual ~PlanPool() = default;
    virtual PlanTicket submit(std::vector<std::unique_ptr<PlanJob>> jobs, PlanLimits limits,
                              Done done) = 0;

    /// Its jobs come back soon with what they have; harmless for a ticket that is done.
    virtual void cancel(PlanTicket ticket) = 0;
    /// Cancels, and nobody hears of it.
    virtual void forget(PlanTicket ticket) = 0;
};

}  // namespace tally
