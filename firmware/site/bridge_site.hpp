// The wiring of the bridge.
#pragma once

#include <functional>

#include "firmware/messages/config/box_files.hpp"
#include "firmware/services/bridge/bridge_service.hpp"

namespace tally {

/// The seams a bridge stands on; all must outlive it.
struct BridgePorts {
    Clock& clock;
    Scheduler& scheduler;
    Entropy& entropy;
    Events& events;
    Journal& journal;
    MessageBus& bus;
};

/// Single-threaded, on the loop of its ports.
class BridgeSite {
 public:
    BridgeSite(const BridgeConfig& config, const BridgePorts& ports, CommitQueue::Fatal fatal);

    void start(BridgeService::Ready ready) { service_.start(std::move(ready)); }
    void stop(std::function<void()> done);

    [[nodiscard]] const BridgeConfig& config() const { return config_; }
    [[nodiscard]] BridgeService& service() { return service_; }

 private:
    BridgeConfig config_;
    BridgeService service_;
};

}  // namespace tally
