#include "firmware/host/plan_pool/threaded_plan_pool.hpp"

#include <atomic>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

namespace tally::host {

namespace {

constexpr int kNiceness = 10;  ///< the loop gets the processor first

}  // namespace

/// The only memory that loop and workers share.
struct ThreadedPlanPool::Stopper {
    std::atomic<bool> is_cancelled{false};
    MonoTime deadline{INT64_MAX};  ///< set before any worker sees it
};

ThreadedPlanPool::ThreadedPlanPool(Loop& loop)
    : loop_(loop), self_(std::make_shared<ThreadedPlanPool*>(this)) {
    for (std::size_t i = 0; i < kWorkers; ++i) {
        workers_[i] = std::make_unique<Worker>("tally-plan-" + std::to_string(i + 1));
        workers_[i]->submit(
            [] { ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness); });
    }
}

ThreadedPlanPool::~ThreadedPlanPool() {
    *self_ = nullptr;
    for (auto& [ticket, submission] : submissions_) {
        submission.stopper->is_cancelled = true;
    }
    for (std::unique_ptr<Worker>& worker : workers_) {
        worker.reset();
    }
}

PlanTicket ThreadedPlanPool::submit(std::vector<std::unique_ptr<PlanJob>> jobs, PlanLimits limits,
                                    Done done) {
    const PlanTicket ticket = ++last_ticket_;
    Submission& submission = submissions_[ticket];
    submission.stopper = std::make_shared<Stopper>();
    if (limits.deadline > Duration::zero()) {
        submission.stopper->deadline = loop_.mono_now() + limits.deadline;
    }
    submission.limits = limits;
    submission.done = std::move(done);
    submission.out = jobs.size();
    for (std::size_t index = 0; index < jobs.size(); ++index) {
        submission.ends.push_back({std::move(jobs[index]), PlanStop::cancelled, 0});
        waiting_.push_back({ticket, index});
    }
    loop_.post([self = self_, ticket] {  // A submission without jobs comes back on the loop too.
        if (*self != nullptr) {
            (*self)->end_if_whole(ticket);
        }
    });
    hand_out();
    return ticket;
}

void ThreadedPlanPool::cancel(PlanTicket ticket) {
    const auto found = submissions_.find(ticket);
    if (found == submissions_.end()) {
        return;
    }
    found->second.stopper->is_cancelled = true;
    for (const Waiting& waiting : waiting_) {
        if (waiting.ticket == ticket) {
            found->second.ends[waiting.index].job->finish();
            --found->second.out;
        }
    }
    std::erase_if(waiting_, [&](const Waiting& waiting) { return waiting.ticket == ticket; });
    loop_.post([self = self_, ticket] {
        if (*self != nullptr) {
            (*self)->end_if_whole(ticket);
        }
    });
}

void ThreadedPlanPool::forget(PlanTicket ticket) {
    const auto found = submissions_.find(ticket);
    if (found != submissions_.end()) {
        found->second.done = nullptr;
        cancel(ticket);
    }
}

/// On a worker.
PlanEnd ThreadedPlanPool::run(std::unique_ptr<PlanJob> job, std::int64_t slices_max,
                              const Stopper& stopper, const Loop& loop) {
    PlanEnd end{std::move(job), PlanStop::slices, 0};
    while (end.slices < slices_max) {
        if (stopper.is_cancelled) {
            end.stop = PlanStop::cancelled;
            break;
        }
        if (end.slices > 0 && loop.mono_now() >= stopper.deadline) {
            end.stop = PlanStop::deadline;
            break;
        }
        ++end.slices;
        if (end.job->step(kSliceWork)) {
            end.stop = PlanStop::finished;
            break;
        }
    }
    end.job->finish();
    return end;
}

void ThreadedPlanPool::hand_out() {
    for (std::size_t worker = 0; worker < kWorkers && !waiting_.empty(); ++worker) {
        if (is_busy_[worker]) {
            continue;
        }
        const Waiting next = waiting_.front();
        waiting_.pop_front();
        const Submission& submission = submissions_.at(next.ticket);
        is_busy_[worker] = true;
        // A std::function is copied, a job is not: it travels in a box.
        auto box = std::make_shared<PlanEnd>();
        box->job = std::move(submissions_.at(next.ticket).ends[next.index].job);
        workers_[worker]->submit([self = self_, loop = &loop_, next, worker, box,
                                  slices_max = submission.limits.slices,
                                  stopper = submission.stopper] {
            *box = run(std::move(box->job), slices_max, *stopper, *loop);
            loop->post([self, next, worker, box] {
                if (*self != nullptr) {
                    (*self)->is_busy_[worker] = false;
                    (*self)->take_back(next, std::move(*box));
                }
            });
        });
    }
}

void ThreadedPlanPool::take_back(const Waiting& which, PlanEnd end) {
    Submission& submission = submissions_.at(which.ticket);
    submission.ends[which.index] = std::move(end);
    --submission.out;
    hand_out();
    end_if_whole(which.ticket);
}

void ThreadedPlanPool::end_if_whole(PlanTicket ticket) {
    const auto found = submissions_.find(ticket);
    if (found == submissions_.end() || found->second.out > 0) {
        return;
    }
    Submission whole = std::move(found->second);
    submissions_.erase(found);
    if (whole.done) {
        whole.done(std::move(whole.ends));
    }
}

}  // namespace tally::host
