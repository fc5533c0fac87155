// The conformance suites on the virtual world, kind and unkind.
#include <memory>

#include "sim/kernel/inline_plan_pool.hpp"
#include "sim/kernel/streams.hpp"
#include "tests/conformance/plan_pool_suite.hpp"
#include "tests/conformance/stream_suite.hpp"
#include "tests/conformance/time_suite.hpp"

namespace tally::conformance {
namespace {

class VirtualTime final : public TimeFixture {
 public:
    explicit VirtualTime(std::int32_t drift_ppm)
        : node_(kernel_.add_node({.name = "box", .drift_ppm = drift_ppm})) {}
    Clock& clock() override { return node_; }
    Scheduler& scheduler() override { return node_; }
    bool run_until(const std::function<bool()>& done, Duration limit) override {
        return kernel_.run_until(done, kernel_.now() + limit);
    }

 private:
    sim::Kernel kernel_{{}};
    sim::Node& node_;
};

// The box dials itself by the address it listens at, as the real suite does on loopback.
class VirtualStreams final : public StreamFixture {
 public:
    VirtualStreams(std::uint64_t seed, sim::LinkOptions link)
        : kernel_({.seed = seed}),
          node_(kernel_.add_node({.name = "box"})),
          network_(kernel_, link) {}
    StreamDialer& dialer() override { return streams_.of(node_); }
    StreamAcceptor& acceptor() override { return streams_.of(node_); }
    Endpoint listen_at() override { return {"127.0.0.1", 0}; }
    bool run_until(const std::function<bool()>& done, Duration limit) override {
        return kernel_.run_until(done, kernel_.now() + limit);
    }

 private:
    sim::Kernel kernel_;
    sim::Node& node_;
    sim::Network network_;
    sim::Streams streams_{kernel_, network_};
};

class InlinePool final : public PlanPoolFixture {
 public:
    PlanPool& pool() override { return *pool_; }
    void end_pool() override { pool_.reset(); }
    bool run_until(const std::function<bool()>& done, Duration limit) override {
        return kernel_.run_until(done, kernel_.now() + limit);
    }

 private:
    sim::Kernel kernel_{{}};
    sim::Node& node_ = kernel_.add_node({.name = "box"});
    std::unique_ptr<sim::InlinePlanPool> pool_ = std::make_unique<sim::InlinePlanPool>(node_);
};

TEST_CASE("planning inline keeps the promises of PlanPool") {
    check_promises(plan_pool_promises(), [] { return std::make_unique<InlinePool>(); });
}

TEST_CASE("a node of the virtual world keeps the promises of Clock and Scheduler") {
    const std::int32_t drift_ppm = GENERATE(0, 500, -500);
    check_promises(time_promises(), [&] { return std::make_unique<VirtualTime>(drift_ppm); });
}

TEST_CASE("streams of the virtual world keep the promises of Stream") {
    check_promises(stream_promises(),
                   [] { return std::make_unique<VirtualStreams>(1, sim::LinkOptions{}); });
}

TEST_CASE("streams over a link that splits, merges and delays keep the promises of Stream") {
    const std::uint64_t seed = GENERATE(1U, 2U, 3U);
    const sim::LinkOptions unkind{
        .latency_max = std::chrono::milliseconds(3), .split_ppm = 400'000, .merge_ppm = 400'000};
    check_promises(stream_promises(),
                   [&] { return std::make_unique<VirtualStreams>(seed, unkind); });
}

}  // namespace
}  // namespace tally::conformance
