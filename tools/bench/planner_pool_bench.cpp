// The loop while the pool plans: how long everybody else stands still. A real loop with a timer of
// one millisecond, the real pool with both workers at heavy jobs all the time. On a machine that
// others use, only the processor time of a turn says what planning adds.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "firmware/host/loop/loop.hpp"
#include "firmware/host/plan_pool/threaded_plan_pool.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/services/plan/plan_service.hpp"
#include "tools/bench/planner_floor.hpp"
#include "tools/bench/planner_parts.hpp"
#include "tools/bench/table.hpp"

namespace tally::bench {

namespace {

class Silent final : public Events {
 public:
    void report(Severity, std::string_view, std::string_view) override {}
};

struct Stall {
    double worst_work_ms = 0;  ///< most processor time of a turn: what others run is not in it
    double worst_turn_ms = 0;  ///< longest time between two waits of the loop
    double worst_late_ms = 0;  ///< of the timer: what the operating system adds is in it
    double plans = 0;
    double failed = 0;
    std::string why;  // the newest refusal
};

/// A hundred orders of ten picks.
std::string order_text() {
    std::string text = "order,place\n";
    for (int i = 0; i < 1'000; ++i) {
        text += "o" + std::to_string(i / 10) + "," + std::to_string(i * 37 % 50) + "-" +
                std::to_string((i % 199) * (i % 199) % 199 + 1) + "\n";
    }
    return text;
}

std::string pick_text(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += std::to_string(i * 37 % 50) + "-" +
                std::to_string((i % 199) * (i % 199) % 199 + 1) + "\n";
    }
    return text;
}

std::string cost_text(int side) {
    std::string text;
    for (int i = 0; i < side; ++i) {
        text += ",t" + std::to_string(i);
    }
    for (int row = 0; row < side; ++row) {
        text += "\nv" + std::to_string(row);
        for (int i = 0; i < side; ++i) {
            text += "," + std::to_string((row * 7919 + i * 104'729) % 10'007);
        }
    }
    return text + "\n";
}

std::vector<PlanQuestion> heavy_questions() {
    std::vector<PlanQuestion> questions(4);
    questions[0].kind = PlanKind::batch;
    questions[0].text = order_text();
    questions[0].capacity = 60;
    questions[1].text = pick_text(1'900);
    questions[1].capacity = 100;  // Over the graph: a matrix of 1,901 x 1,901 ways.
    questions[2].kind = PlanKind::assign;
    questions[2].text = cost_text(600);
    questions[3].text = pick_text(100'000);
    for (PlanQuestion& question : questions) {
        question.from = PlaceId("0-0");
    }
    return questions;
}

class Watched {
 public:
    explicit Watched(bool plans)
        : service_(*read_floor(floor_text(), "floor.toml"), {&pool_, loop_, events_}),
          questions_(plans ? heavy_questions() : std::vector<PlanQuestion>()) {}

    Stall run(Duration span) {
        const MonoTime end = loop_.mono_now() + span;
        tick();
        loop_.turn(Duration::zero());
        (void)loop_.take_figures();
        while (loop_.mono_now() < end) {
            keep_busy();
            const std::int64_t begin = thread_processor_ns();
            loop_.turn(std::chrono::milliseconds(5));
            const auto work_ns = static_cast<double>(thread_processor_ns() - begin);
            stall_.worst_work_ms = std::max(stall_.worst_work_ms, work_ns / 1e6);
        }
        stall_.worst_turn_ms = static_cast<double>(loop_.take_figures().worst_turn.count()) / 1e6;
        return stall_;
    }

 private:
    void tick() {
        due_ = loop_.mono_now() + std::chrono::milliseconds(1);
        timer_.arm(std::chrono::milliseconds(1), [this] {
            const double late_ms = static_cast<double>((loop_.mono_now() - due_).count()) / 1e6;
            stall_.worst_late_ms = std::max(stall_.worst_late_ms, late_ms);
            tick();
            ask();
        });
    }

    /// Inside a timer, so that the loop's own figures count what asking costs.
    void ask() {
        std::size_t running = 0;
        for (const Plan& plan : service_.plans()) {
            running += plan.state == PlanState::running ? 1 : 0;
        }
        if (questions_.empty() || running >= PlanService::kRunningMax / 2) {
            return;
        }
        PlanAsked asked;
        asked.question = questions_[asked_ % questions_.size()];
        asked.question.seed = ++asked_;
        asked.limits.deadline = std::chrono::seconds(2);  // waiting for a worker is in it
        (void)service_.ask(std::move(asked));
    }

    void keep_busy() {
        stall_.plans = 0;
        stall_.failed = 0;
        for (const Plan& plan : service_.plans()) {
            stall_.plans += plan.state == PlanState::done ? 1 : 0;
            if (plan.state == PlanState::failed) {
                ++stall_.failed;
                stall_.why = plan.found ? std::string() : plan.found.error().text;
            }
        }
    }

    host::Loop loop_;
    host::ThreadedPlanPool pool_{loop_};
    Silent events_;
    PlanService service_;
    std::vector<PlanQuestion> questions_;
    std::uint64_t asked_ = 0;
    Timer timer_{loop_};
    MonoTime due_;
    Stall stall_;
};

}  // namespace

int bench_planner_pool(const PlannerBenchOptions& options) {
    const Duration span = std::chrono::seconds(options.is_quick ? 3 : 15);
    const Stall idle = Watched(false).run(span);
    const Stall busy = Watched(true).run(span);
    Table table("the loop while two workers plan (batches, trips, tours of 100,000, assignments)");
    table.row("plans done meanwhile", {sample_of({busy.plans}), "", 0});
    table.row("most processor time of a turn of the loop, planning",
              {sample_of({busy.worst_work_ms}), "ms", 2}, at_most(20));
    table.row("  without planning", {sample_of({idle.worst_work_ms}), "ms", 2});
    table.row("longest turn of the loop, planning", {sample_of({busy.worst_turn_ms}), "ms", 2},
              at_most(20));
    table.row("  without planning", {sample_of({idle.worst_turn_ms}), "ms", 2});
    table.row("a timer of 1 ms at most so late, planning",
              {sample_of({busy.worst_late_ms}), "ms", 2}, at_most(20));
    table.row("  without planning", {sample_of({idle.worst_late_ms}), "ms", 2});
    if (busy.plans == 0 || busy.failed > 0) {
        std::fprintf(stderr, "bench_planner: %g plans were done and %g failed: %s\n", busy.plans,
                     busy.failed, busy.why.c_str());
        return 1;
    }
    return 0;
}

}  // namespace tally::bench
