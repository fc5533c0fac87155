// The bus suite on the broker model. Chances stay off: the suite also looks across topics.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/kernel/broker.hpp"
#include "tests/conformance/bus_suite.hpp"

namespace tally::conformance {
namespace {

/// Each client stands on a node of its own, so that it can be cut alone.
class VirtualBus final : public BusFixture {
 public:
    explicit VirtualBus(std::uint64_t seed)
        : kernel_({.seed = seed}),
          host_(kernel_.add_node({.name = "broker"})),
          network_(kernel_, {}),
          broker_(kernel_, network_, host_, {.retained_on_restart = sim::RetainedOnRestart::lost}) {
        broker_.set_rights("anyone", sim::BrokerRights::everything());
    }
    MessageBus& add_client() override {
        sim::Node& node = kernel_.add_node({.name = "box" + std::to_string(clients_.size())});
        clients_.push_back(broker_.client(node, "anyone"));
        nodes_.emplace(clients_.back().get(), &node);
        return *clients_.back();
    }
    std::size_t in_flight_max() const override { return sim::BrokerOptions().client_in_flight_max; }
    void cut(MessageBus& client) override { broker_.break_connections(*nodes_.at(&client)); }
    void kill_broker() override { host_.kill(sim::Death::process); }
    void start_broker() override { host_.restart(); }
    bool run_until(const std::function<bool()>& done, Duration limit) override {
        return kernel_.run_until(done, kernel_.now() + limit);
    }

 private:
    sim::Kernel kernel_;
    sim::Node& host_;
    sim::Network network_;
    sim::SimBroker broker_;
    std::vector<std::unique_ptr<MessageBus>> clients_;
    std::map<const MessageBus*, sim::Node*> nodes_;
};

TEST_CASE("the broker model keeps the promises of MessageBus") {
    const std::uint64_t seed = GENERATE(1U, 2U, 3U);
    check_promises(bus_promises(), [&] { return std::make_unique<VirtualBus>(seed); });
}

}  // namespace
}  // namespace tally::conformance
