#include "tests/conformance/plan_pool_suite.hpp"

#include <limits>

namespace tally::conformance {
namespace {

/// Folds its step numbers, so that how often it was stepped can be told from its value.
class Folding final : public PlanJob {
 public:
    Folding(std::uint64_t seed, std::int64_t steps) : value_(seed), steps_(steps) {}

    bool step(std::int64_t work) override {
        for (std::int64_t i = 0; i < work / 1000; ++i) {
            value_ = value_ * 6364136223846793005U + 1442695040888963407U;
        }
        return ++made_ >= steps_;
    }
    void finish() override { written_ = value_ + (written_ == 0 ? 0 : 1); }

    [[nodiscard]] std::uint64_t written() const { return written_; }

 private:
    std::uint64_t value_;
    std::int64_t steps_;
    std::int64_t made_ = 0;
    std::uint64_t written_ = 0;
};

std::uint64_t folded(std::uint64_t seed, std::int64_t steps) {
    Folding job(seed, steps);
    while (!job.step(PlanPool::kSliceWork)) {
    }
    job.finish();
    return job.written();
}

std::uint64_t written(const PlanEnd& end) {
    return dynamic_cast<const Folding&>(*end.job).written();
}

std::vector<std::unique_ptr<PlanJob>> jobs_of(const std::vector<std::int64_t>& steps) {
    std::vector<std::unique_ptr<PlanJob>> jobs;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        jobs.push_back(std::make_unique<Folding>(i + 1, steps[i]));
    }
    return jobs;
}

void jobs_come_back_by_index(PlanPoolFixture& world) {
    const std::vector<std::int64_t> steps{400, 1, 90, 2, 30, 3};
    std::vector<PlanEnd> ends;
    world.pool().submit(jobs_of(steps), {},
                        [&](std::vector<PlanEnd> back) { ends = std::move(back); });
    CHECK(ends.empty());
    TALLY_SOON(world, !ends.empty());
    REQUIRE(ends.size() == steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        CHECK(ends[i].stop == PlanStop::finished);
        CHECK(ends[i].slices == steps[i]);
        CHECK(written(ends[i]) == folded(i + 1, steps[i]));
    }
}

void slices_end_a_job_where_they_say(PlanPoolFixture& world) {
    std::vector<PlanEnd> ends;
    world.pool().submit(jobs_of({1'000'000, 5}), {.slices = 17},
                        [&](std::vector<PlanEnd> back) { ends = std::move(back); });
    TALLY_SOON(world, ends.size() == 2);
    CHECK(ends[0].stop == PlanStop::slices);
    CHECK(ends[0].slices == 17);
    CHECK(written(ends[0]) == folded(1, 17));
    CHECK(ends[1].stop == PlanStop::finished);
    CHECK(written(ends[1]) == folded(2, 5));
}

void no_slice_is_no_step(PlanPoolFixture& world) {
    std::vector<PlanEnd> ends;
    world.pool().submit(jobs_of({3}), {.slices = 0},
                        [&](std::vector<PlanEnd> back) { ends = std::move(back); });
    TALLY_SOON(world, ends.size() == 1);
    CHECK(ends[0].slices == 0);
    CHECK(written(ends[0]) == 1);
}

void nothing_comes_back_too(PlanPoolFixture& world) {
    int heard = 0;
    world.pool().submit({}, {},
                        [&](const std::vector<PlanEnd>& ends) { heard += ends.empty() ? 1 : 100; });
    CHECK(heard == 0);
    TALLY_SOON(world, heard > 0);
    let_a_moment_pass(world);
    CHECK(heard == 1);
}

void a_cancelled_job_comes_back(PlanPoolFixture& world) {
    int heard = 0;
    std::vector<PlanEnd> ends;
    const PlanTicket ticket = world.pool().submit(
        endless_jobs(4), {}, [&](std::vector<PlanEnd> back) { ends = std::move(back), ++heard; });
    world.pool().cancel(ticket);
    world.pool().cancel(ticket);
    world.pool().cancel(ticket + 100);
    CHECK(heard == 0);
    TALLY_SOON(world, heard > 0);
    let_a_moment_pass(world);
    CHECK(heard == 1);
    REQUIRE(ends.size() == 4);
    for (const PlanEnd& end : ends) {
        CHECK(end.stop == PlanStop::cancelled);
        CHECK(written(end) != 0);
    }
    world.pool().cancel(ticket);
}

void others_go_on_after_a_cancel(PlanPoolFixture& world) {
    std::vector<PlanEnd> ends;
    const PlanTicket ticket = world.pool().submit(endless_jobs(3), {}, [](auto) {});
    world.pool().submit(jobs_of({4}), {},
                        [&](std::vector<PlanEnd> back) { ends = std::move(back); });
    world.pool().cancel(ticket);
    TALLY_SOON(world, ends.size() == 1);
    CHECK(written(ends[0]) == folded(1, 4));
}

void what_is_forgotten_is_not_heard_of(PlanPoolFixture& world) {
    bool heard = false;
    bool other = false;
    const PlanTicket ticket = world.pool().submit(endless_jobs(2), {}, [&](auto) { heard = true; });
    world.pool().submit(jobs_of({2}), {}, [&](auto) { other = true; });
    world.pool().forget(ticket);
    TALLY_SOON(world, other);
    let_a_moment_pass(world);
    CHECK_FALSE(heard);
}

void nobody_hears_after_the_end(PlanPoolFixture& world) {
    bool heard = false;
    world.pool().submit(jobs_of({50, 50, 50}), {}, [&](auto) { heard = true; });
    world.end_pool();
    let_a_moment_pass(world);
    CHECK_FALSE(heard);
}

void an_answer_may_ask_again(PlanPoolFixture& world) {
    int heard = 0;
    std::function<void(std::vector<PlanEnd>)> again = [&](auto) {
        if (++heard < 5) {
            world.pool().submit(jobs_of({2, 2}), {}, again);
        }
    };
    world.pool().submit(jobs_of({2, 2}), {}, again);
    TALLY_SOON(world, heard == 5);
}

}  // namespace

std::vector<std::unique_ptr<PlanJob>> endless_jobs(std::size_t count) {
    return jobs_of(std::vector<std::int64_t>(count, std::numeric_limits<std::int64_t>::max()));
}

std::vector<Promise<PlanPoolFixture>> plan_pool_promises() {
    return {
        {"jobs come back on the loop in the order they were given in", jobs_come_back_by_index},
        {"a limit of slices stops a job exactly there", slices_end_a_job_where_they_say},
        {"without a slice a job is finished without a step", no_slice_is_no_step},
        {"a submission without jobs comes back too", nothing_comes_back_too},
        {"a cancelled submission comes back once, with what it has", a_cancelled_job_comes_back},
        {"others go on after a cancel", others_go_on_after_a_cancel},
        {"what is forgotten is not heard of", what_is_forgotten_is_not_heard_of},
        {"nobody hears after the end of the pool", nobody_hears_after_the_end},
        {"an answer may ask again", an_answer_may_ask_again},
    };
}

}  // namespace tally::conformance
