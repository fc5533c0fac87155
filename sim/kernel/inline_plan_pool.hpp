// The plan pool of virtual time: jobs run to their end on the loop, in the order they came, in no
// time at all.
#pragma once

#include <deque>

#include "firmware/ports/plan_pool.hpp"
#include "firmware/ports/scheduler.hpp"

namespace tally::sim {

/// Single-threaded; `scheduler` must outlive it. Deadlines never come here. Each submission runs
/// in a turn of its own, so that a cancel can come before it: such jobs make no step.
class InlinePlanPool final : public PlanPool {
 public:
    explicit InlinePlanPool(Scheduler& scheduler) : turn_(scheduler) {}

    PlanTicket submit(std::vector<std::unique_ptr<PlanJob>> jobs, PlanLimits limits,
                      Done done) override;
    void cancel(PlanTicket ticket) override;
    void forget(PlanTicket ticket) override;

 private:
    struct Submission {
        PlanTicket ticket = 0;
        std::vector<std::unique_ptr<PlanJob>> jobs;
        PlanLimits limits;
        Done done;
        bool is_cancelled = false;
    };

    void arm();
    void run_next();
    [[nodiscard]] Submission* find(PlanTicket ticket);

    Timer turn_;
    PlanTicket last_ticket_ = 0;
    std::deque<Submission> waiting_;
};

}  // namespace tally::sim
