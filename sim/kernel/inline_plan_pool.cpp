#include "sim/kernel/inline_plan_pool.hpp"

#include <utility>

namespace tally::sim {

PlanTicket InlinePlanPool::submit(std::vector<std::unique_ptr<PlanJob>> jobs, PlanLimits limits,
                                  Done done) {
    const PlanTicket ticket = ++last_ticket_;
    waiting_.push_back({ticket, std::move(jobs), limits, std::move(done), false});
    arm();
    return ticket;
}

void InlinePlanPool::cancel(PlanTicket ticket) {
    if (Submission* submission = find(ticket)) {
        submission->is_cancelled = true;
    }
}

void InlinePlanPool::forget(PlanTicket ticket) {
    if (Submission* submission = find(ticket)) {
        submission->is_cancelled = true;
        submission->done = nullptr;
    }
}

InlinePlanPool::Submission* InlinePlanPool::find(PlanTicket ticket) {
    for (Submission& submission : waiting_) {
        if (submission.ticket == ticket) {
            return &submission;
        }
    }
    return nullptr;
}

void InlinePlanPool::arm() {
    if (!turn_.armed() && !waiting_.empty()) {
        turn_.arm(Duration::zero(), [this] { run_next(); });
    }
}

void InlinePlanPool::run_next() {
    Submission next = std::move(waiting_.front());
    waiting_.pop_front();
    arm();
    std::vector<PlanEnd> ends;
    for (std::unique_ptr<PlanJob>& job : next.jobs) {
        PlanEnd end{std::move(job), PlanStop::slices, 0};
        if (next.is_cancelled) {
            end.stop = PlanStop::cancelled;
        }
        while (!next.is_cancelled && end.slices < next.limits.slices) {
            ++end.slices;
            if (end.job->step(kSliceWork)) {
                end.stop = PlanStop::finished;
                break;
            }
        }
        end.job->finish();
        ends.push_back(std::move(end));
    }
    if (next.done) {
        next.done(std::move(ends));
    }
}

}  // namespace tally::sim
