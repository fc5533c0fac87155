// The plan pool of a daemon: two threads below the loop in priority, so that planning never holds
// it up (design 8, "Planning off the loop").
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "firmware/host/loop/loop.hpp"
#include "firmware/host/loop/worker.hpp"
#include "firmware/ports/plan_pool.hpp"

namespace tally::host {

/// Belongs to the loop's thread. A worker has one job at a time; what waits stays here, so that a
/// cancelled job never begins. The end of the pool waits for the step under way.
class ThreadedPlanPool final : public PlanPool {
 public:
    static constexpr std::size_t kWorkers = 2;

    explicit ThreadedPlanPool(Loop& loop);
    ~ThreadedPlanPool() override;
    ThreadedPlanPool(const ThreadedPlanPool&) = delete;
    ThreadedPlanPool& operator=(const ThreadedPlanPool&) = delete;

    PlanTicket submit(std::vector<std::unique_ptr<PlanJob>> jobs, PlanLimits limits,
                      Done done) override;
    void cancel(PlanTicket ticket) override;
    void forget(PlanTicket ticket) override;

 private:
    struct Stopper;
    struct Submission {
        std::shared_ptr<Stopper> stopper;  ///< workers keep it while they look at it
        PlanLimits limits;
        Done done;
        std::vector<PlanEnd> ends;
        std::size_t out = 0;  ///< jobs that have not come back
    };
    struct Waiting {
        PlanTicket ticket = 0;
        std::size_t index = 0;
    };

    using Self = std::shared_ptr<ThreadedPlanPool*>;  ///< to nothing once the pool has ended

    static PlanEnd run(std::unique_ptr<PlanJob> job, std::int64_t slices_max,
                       const Stopper& stopper, const Loop& loop);
    void hand_out();
    void take_back(const Waiting& which, PlanEnd end);
    void end_if_whole(PlanTicket ticket);

    Loop& loop_;
    PlanTicket last_ticket_ = 0;
    std::map<PlanTicket, Submission> submissions_;
    std::deque<Waiting> waiting_;
    std::array<bool, kWorkers> is_busy_{};
    Self self_;
    std::array<std::unique_ptr<Worker>, kWorkers> workers_;
};

}  // namespace tally::host
