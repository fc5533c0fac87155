#include "firmware/site/bridge_site.hpp"

#include <utility>

namespace tally {

namespace {

BridgeOptions options_of(const BridgeConfig& config) {
    BridgeOptions options;
    options.keepalive = config.broker.keepalive;
    return options;
}

}  // namespace

BridgeSite::BridgeSite(const BridgeConfig& config, const BridgePorts& ports,
                       CommitQueue::Fatal fatal)
    : config_(config),
      service_(config_.site, options_of(config_), ports.journal, ports.bus, ports.clock,
               ports.scheduler, ports.entropy, ports.events, std::move(fatal)) {}

void BridgeSite::stop(std::function<void()> done) {
    service_.stop();
    service_.own().after_commit(std::move(done));
}

}  // namespace tally
