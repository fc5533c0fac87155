// The bus suite on Paho and a real mosquitto.
#include <map>
#include <memory>
#include <vector>

#include "firmware/host/mqtt/paho_message_bus.hpp"
#include "tests/conformance/bus_suite.hpp"
#include "tests/support/loop_driver.hpp"
#include "tests/support/mosquitto.hpp"
#include "tests/support/relay.hpp"

namespace tally::conformance {
namespace {

constexpr std::size_t kInFlightMax = 256;  // above the 100 that Paho buffers by default

/// Each client reaches the broker through a relay of its own, so that it can be cut alone.
class MosquittoBus final : public BusFixture {
 public:
    ~MosquittoBus() override {
        for (auto& client : clients_) {
            client->relay.cut();  // the bus's goodbye would wait for a relay that does not turn
        }
    }
    MosquittoBus() = default;
    MosquittoBus(const MosquittoBus&) = delete;
    MosquittoBus& operator=(const MosquittoBus&) = delete;

    MessageBus& add_client() override {
        clients_.push_back(std::make_unique<Client>(loop_, broker_.endpoint()));
        return clients_.back()->bus;
    }
    std::size_t in_flight_max() const override { return kInFlightMax; }
    void cut(MessageBus& cut_bus) override {
        for (auto& client : clients_) {
            if (&client->bus == &cut_bus) {
                client->relay.cut();
            }
        }
    }
    void kill_broker() override { broker_.kill9(); }
    void start_broker() override { broker_.start(); }
    bool run_until(const std::function<bool()>& done, Duration limit) override {
        return test::turn_until(loop_, done, limit);
    }

 private:
    struct Client {
        Client(host::Loop& loop, const Endpoint& broker)
            : relay(loop, broker),
              bus(loop, {.broker = relay.endpoint(), .in_flight_max = kInFlightMax}) {}
        test::Relay relay;
        host::PahoMessageBus bus;
    };

    test::Mosquitto broker_;
    host::Loop loop_;
    std::vector<std::unique_ptr<Client>> clients_;
};

TEST_CASE("Paho over mosquitto keeps the promises of MessageBus") {
    check_promises(bus_promises(), [] { return std::make_unique<MosquittoBus>(); });
}

}  // namespace
}  // namespace tally::conformance
