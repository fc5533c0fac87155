// The conformance suites on the real loop and on real sockets.
#include <memory>

#include "firmware/host/loop/loop.hpp"
#include "firmware/host/net/tcp.hpp"
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

TEST_CASE("the event loop keeps the promises of Clock and Scheduler") {
    check_promises(time_promises(), [] { return std::make_unique<LoopTime>(); });
}

TEST_CASE("TCP keeps the promises of Stream") {
    check_promises(stream_promises(), [] { return std::make_unique<LoopbackStreams>(); });
}

}  // namespace
}  // namespace tally::conformance
