// The conformance suites on the real loop and on real sockets.
#include <memory>

#include "firmware/host/loop/loop.hpp"
#include "firmware/host/net/tcp.hpp"
#include "firmware/host/plan_pool/threaded_plan_pool.hpp"
#include "tests/conformance/plan_pool_suite.hpp"
#include "tests/conformance/stream_suite.hpp"
#include "tests/conformance/time_suite.hpp"
#include "tests/support/loop_driver.hpp"

namespace tally::conformance {
namespace {

class LoopTime final : public TimeFixture {
 public:
    Clock& clock() override { return loop_; }
    Scheduler& scheduler() override { return loop_; }
    bool run_until(const std::function<bool()>& done, Duration limit) override {
        return test::turn_until(loop_, done, limit);
    }

 private:
    host::Loop loop_;
};

class LoopbackStreams final : public StreamFixture {
 public:
    StreamDialer& dialer() override { return dialer_; }
    StreamAcceptor& acceptor() override { return acceptor_; }
    Endpoint listen_at() override { return {"127.0.0.1", 0}; }
    bool run_until(const std::function<bool()>& done, Duration limit) override {
        return test::turn_until(loop_, done, limit);
    }

 private:
    host::Loop loop_;
    host::TcpDialer dialer_{loop_};
    host::TcpAcceptor acceptor_{loop_};
};

class TwoWorkers final : public PlanPoolFixture {
 public:
    PlanPool& pool() override { return *pool_; }
    void end_pool() override { pool_.reset(); }
    bool run_until(const std::function<bool()>& done, Duration limit) override {
        return test::turn_until(loop_, done, limit);
    }

 private:
    host::Loop loop_;
    std::unique_ptr<host::ThreadedPlanPool> pool_ = std::make_unique<host::ThreadedPlanPool>(loop_);
};

TEST_CASE("the event loop keeps the promises of Clock and Scheduler") {
    check_promises(time_promises(), [] { return std::make_unique<LoopTime>(); });
}

TEST_CASE("TCP keeps the promises of Stream") {
    check_promises(stream_promises(), [] { return std::make_unique<LoopbackStreams>(); });
}

TEST_CASE("two workers keep the promises of PlanPool") {
    check_promises(plan_pool_promises(), [] { return std::make_unique<TwoWorkers>(); });
}

// Only where time passes while a job runs; the suite shows that stepping it as often gives the
// same.
TEST_CASE("a deadline stops a job that would go on for ever, and says after how many slices") {
    TwoWorkers world;
    std::vector<PlanEnd> ends;
    world.pool().submit(endless_jobs(3), {.deadline = std::chrono::milliseconds(20)},
                        [&](std::vector<PlanEnd> back) { ends = std::move(back); });
    TALLY_SOON(world, ends.size() == 3);
    for (const PlanEnd& end : ends) {
        CHECK(end.stop == PlanStop::deadline);
        CHECK(end.slices > 0);
    }
}

}  // namespace
}  // namespace tally::conformance
