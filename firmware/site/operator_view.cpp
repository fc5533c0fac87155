#include "firmware/site/operator_view.hpp"

#include <utility>

namespace tally {

namespace {

std::string address_of(const EdgeConfig& config, const DeviceId& reader) {
    for (const ReaderConfig& known : config.readers) {
        if (known.id == reader) {
            return known.host + ":" + std::to_string(known.port);
        }
    }
    return {};
}

}  // namespace

EdgeView operator_view(EdgeSite& site, const EdgePorts& ports, std::function<BoxFacts()> box) {
    EdgeView view{site.config().site,
                  site.ledger(),
                  site.inventory(),
                  site.outbox(),
                  &site.shelves().service(),
                  &site.signals().service(),
                  ports.journal,
                  ports.clock,
                  ports.scheduler,
                  site.work(),
                  site.plans(),
                  site.printers().service(),
                  {},
                  std::move(box),
                  {}};
    if (FleetWiring* const fleet = site.fleet()) {
        const BrokerConfig& broker = vehicle_broker_of(site.config());
        view.fleet.emplace(FleetView{fleet->desk(), fleet->doors(), site.config().fleet,
                                     broker.host + ":" + std::to_string(broker.port),
                                     [fleet] { return fleet->connected(); }});
    }
    view.fleet_problem = site.fleet_problem();
    for (const ReaderUnit& unit : site.readers()) {
        view.readers.push_back({*unit.gates, address_of(site.config(), unit.gates->reader()),
                                [driver = unit.driver.get()] { return driver->status_text(); }});
    }
    return view;
}

BridgeView operator_view(BridgeSite& site, const BridgePorts& ports,
                         std::function<BoxFacts()> box) {
    return {site.service(), ports.journal, ports.clock, ports.scheduler, std::move(box)};
}

}  // namespace tally
