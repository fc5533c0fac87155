#include "firmware/services/plan/plan_service.hpp"

#include <algorithm>
#include <utility>

#include "firmware/base/sha256.hpp"

namespace tally {

namespace {

std::string id_of(const PlanAsked& asked) {
    const PlanQuestion& question = asked.question;
    std::string all(to_string(question.kind));
    for (const std::string& part :
         {question.from.str(), question.to.str(), question.closed,
          std::to_string(question.capacity), std::to_string(question.seed),
          std::to_string(question.work), std::to_string(asked.limits.slices),
          std::to_string(asked.limits.deadline.count()), std::to_string(asked.restarts)}) {
        all += '\n' + part;
    }
    all += '\n' + to_hex(sha256(as_bytes(question.text)));
    return to_hex(sha256(as_bytes(all))).substr(0, 16);
}

std::vector<std::unique_ptr<PlanJob>> jobs_of(PlanAsked asked,
                                              const std::optional<FloorFile>& floor) {
    std::vector<std::unique_ptr<PlanJob>> jobs;
    for (std::size_t i = 0; i < asked.restarts; ++i) {
        const bool is_last = i + 1 == asked.restarts;
        PlanQuestion question = is_last ? std::move(asked.question) : asked.question;
        question.seed += i;
        const bool needs_floor = question.kind != PlanKind::assign;
        jobs.push_back(std::make_unique<PlanSearch>(
            std::move(question), needs_floor ? floor : std::nullopt, PlanSearch::Keep::text));
    }
    return jobs;
}

}  // namespace

std::string_view to_string(PlanState state) noexcept {
    switch (state) {
        case PlanState::running:
            return "running";
        case PlanState::done:
            return "done";
        case PlanState::failed:
            return "failed";
    }
    return "failed";
}

std::string_view to_string(PlanStop stop) noexcept {
    switch (stop) {
        case PlanStop::finished:
            return "finished";
        case PlanStop::slices:
            return "slices";
        case PlanStop::deadline:
            return "deadline";
        case PlanStop::cancelled:
            return "cancelled";
    }
    return "cancelled";
}

PlanService::PlanService(std::optional<FloorFile> floor, Ports ports)
    : floor_(std::move(floor)), ports_(ports) {}

PlanService::~PlanService() {
    for (const Plan& plan : plans_) {
        if (plan.state == PlanState::running) {
            ports_.pool->forget(plan.ticket);
        }
    }
}

const Plan* PlanService::find(const std::string& id) const {
    const auto found =
        std::find_if(plans_.begin(), plans_.end(), [&](const Plan& plan) { return plan.id == id; });
    return found == plans_.end() ? nullptr : &*found;
}

Plan* PlanService::find_mutable(const std::string& id) {
    const auto found =
        std::find_if(plans_.begin(), plans_.end(), [&](const Plan& plan) { return plan.id == id; });
    return found == plans_.end() ? nullptr : &*found;
}

Result<const Plan*> PlanService::ask(PlanAsked asked) {
    if (ports_.pool == nullptr) {
        return fail(ErrorKind::unsupported, "this box plans nothing");
    }
    std::string id = id_of(asked);
    if (const Plan* known = find(id); known != nullptr) {
        const bool is_good =
            known->state == PlanState::running ||
            (known->state == PlanState::done && known->stop != PlanStop::cancelled);
        if (is_good) {
            return known;
        }
        std::erase_if(plans_, [&](const Plan& plan) { return plan.id == id; });
    }
    const auto running = std::count_if(plans_.begin(), plans_.end(), [](const Plan& plan) {
        return plan.state == PlanState::running;
    });
    if (static_cast<std::size_t>(running) >= kRunningMax) {
        return fail(ErrorKind::exhausted, "this box is busy with " + std::to_string(running) +
                                              " plans; wait for one, or cancel one");
    }
    Plan plan;
    plan.id = std::move(id);
    plan.kind = asked.question.kind;
    plan.by = asked.by;
    plan.asked_at = ports_.clock.wall_now();
    plan.restarts = asked.restarts;
    const PlanLimits limits = asked.limits;
    plan.ticket =
        ports_.pool->submit(jobs_of(std::move(asked), floor_), limits,
                            [this, id = plan.id](std::vector<PlanEnd> ends) { take_in(id, ends); });
    plans_.push_back(std::move(plan));
    forget_oldest();
    return &plans_.back();
}

Result<const Plan*> PlanService::cancel(const std::string& id) {
    const Plan* plan = find(id);
    if (plan == nullptr) {
        return fail(ErrorKind::refused, "there is no plan " + id);
    }
    if (plan->state == PlanState::running) {
        ports_.pool->cancel(plan->ticket);
    }
    return plan;
}

void PlanService::take_in(const std::string& id, const std::vector<PlanEnd>& ends) {
    Plan* plan = find_mutable(id);
    if (plan == nullptr || plan->state != PlanState::running) {
        return;
    }
    std::vector<const PlanSearch*> searches;
    for (const PlanEnd& end : ends) {
        searches.push_back(static_cast<const PlanSearch*>(end.job.get()));
    }
    const std::size_t best = best_of(searches);
    plan->found = searches[best]->found();
    plan->text = static_cast<PlanSearch*>(ends[best].job.get())->take_text();
    plan->stop = ends[best].stop;
    plan->slices = ends[best].slices;
    plan->state = plan->found ? PlanState::done : PlanState::failed;
    if (plan->stop == PlanStop::deadline) {
        ports_.events.report(Severity::info, "plan",
                             "plan " + id + " was stopped at its deadline after " +
                                 std::to_string(plan->slices) +
                                 " slices; stop_after of that number gives the same answer");
    }
    forget_oldest();
}

void PlanService::forget_oldest() {
    std::size_t done = 0;
    std::size_t bytes = 0;
    for (const Plan& plan : plans_) {
        done += plan.state == PlanState::running ? 0 : 1;
        bytes += plan.text.size();
    }
    for (auto plan = plans_.begin();
         plan != plans_.end() && (done > kKeptMax || bytes > kBytesKeptMax);) {
        if (plan->state == PlanState::running || (done == 1 && plan->text.size() == bytes)) {
            ++plan;
            continue;
        }
        --done;
        bytes -= plan->text.size();
        plan = plans_.erase(plan);
    }
}

}  // namespace tally
