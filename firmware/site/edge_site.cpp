#include "firmware/site/edge_site.hpp"

#include <algorithm>
#include <utility>

#include "firmware/base/check.hpp"

namespace tally {

namespace {

LedgerOptions for_edge(LedgerOptions options, const EdgeConfig& config) {
    options.edge = config.edge;
    return options;
}

OutboxOptions for_site(OutboxOptions options, const EdgeConfig& config) {
    options.site = config.site.id;
    options.keepalive = config.broker.keepalive;
    return options;
}

DriverPorts driver_ports(const EdgePorts& ports) {
    return {ports.dialer, ports.scheduler, ports.clock, ports.entropy, ports.events};
}

ReaderSpec spec_of(const ReaderConfig& reader, const std::vector<GateLayout>& gates) {
    ReaderSpec spec;
    spec.id = reader.id;
    spec.kind = reader.kind;
    spec.endpoint = {reader.host, reader.port};
    spec.radio = reader.radio;
    for (const GateLayout& gate : gates) {
        for (const GatePort& antenna : gate.antennas) {
            spec.antennas.push_back(antenna.port);
        }
        for (const GatePort& eye : gate.photo_eyes) {
            spec.inputs.push_back(eye.port);
        }
    }
    return spec;
}

/// Null for a box without vehicles. Vehicles that cannot be driven as the config says keep nothing
/// else from starting.
Result<std::unique_ptr<FleetWiring>> fleet_of(const EdgeConfig& config, const EdgePorts& ports,
                                              const FleetWiring::Services& services) {
    if (config.fleet.vehicles.empty()) {
        return nullptr;
    }
    TALLY_CHECK(ports.vehicle_bus != nullptr, "who names vehicles has a bus for them");
    auto made = FleetWiring::make(config, *ports.vehicle_bus, driver_ports(ports), services);
    if (!made) {
        ports.events.report(Severity::error, "fleet", "no vehicle is driven: " + made.error().text);
    }
    return made;
}

/// In front of the gate that the config names; check_vehicles() has seen to it that it is ours.
PlaceId parcels_to(const EdgeConfig& config) {
    const GateLayout* const gate = config.site.find_gate(config.fleet.parcels_to);
    return gate == nullptr ? PlaceId()
                           : near_side(config.site, *gate, config.edge).value_or(PlaceId());
}

/// Antennas that look at fresh tags; a reader without any named reads with all it has.
void add_verifying(const EdgeConfig& config, ReaderSpec& spec) {
    for (const PrinterConfig& printer : config.printers) {
        const std::uint16_t antenna = printer.verify_antenna;
        const bool is_new =
            std::find(spec.antennas.begin(), spec.antennas.end(), antenna) == spec.antennas.end();
        if (printer.verify_reader == spec.id && antenna != 0 && is_new) {
            spec.antennas.push_back(antenna);
        }
    }
}

}  // namespace

EdgeSite::EdgeSite(const EdgeConfig& config, const EdgePorts& ports, CommitQueue::Fatal fatal,
                   LedgerOptions ledger, OutboxOptions outbox)
    : config_(config),
      ledger_(for_edge(std::move(ledger), config_), ports.journal, ports.scheduler, ports.clock,
              ports.events, std::move(fatal)),
      inventory_(config_.site, ledger_, ports.scheduler, ports.events),
      receiving_(inventory_, ledger_),
      tasks_(inventory_, ledger_, receiving_, ports.scheduler),
      counting_(inventory_, ledger_, tasks_),
      returns_(inventory_, ledger_, tasks_, counting_),
      orders_(inventory_, ledger_, tasks_, ports.scheduler, ports.clock),
      order_inbox_(orders_, ledger_, ports.scheduler, ports.events),
      commands_(inventory_, ledger_, orders_, tasks_),
      outbox_(for_site(std::move(outbox), config_), ledger_, ports.bus, commands_, ports.clock,
              ports.scheduler, ports.entropy, ports.events),
      buses_(config_, ports.open_bus),
      shelves_(config_, buses_, driver_ports(ports), inventory_, ledger_),
      plans_(config_.floor, {ports.plan_pool, ports.clock, ports.events}),
      signals_(config_, buses_, driver_ports(ports), inventory_, ledger_,
               [this](const DeviceId& reader) { return sees(reader); }),
      printers_(config_, driver_ports(ports), inventory_, ledger_,
                [this](Seq seq) { return confirmed(seq); }),
      packing_(inventory_, ledger_, orders_, printers_.service()),
      transfers_(inventory_, ledger_, tasks_, packing_, ports.scheduler, parcels_to(config_)),
      fleet_(fleet_of(config_, ports,
                      {buses_, inventory_, ledger_, tasks_,
                       [this](const DeviceId& reader) { return sees(reader); }})) {
    for (const ReaderConfig& reader : config_.readers) {
        std::vector<GateLayout> gates;
        for (GateLayout& gate : config_.site.gates_of(config_.edge)) {
            if (gate.reader == reader.id) {
                gates.push_back(std::move(gate));
            }
        }
        ReaderUnit unit;
        ReaderSpec spec = spec_of(reader, gates);
        add_verifying(config_, spec);
        unit.gates = std::make_unique<GateService>(reader.id, std::move(gates), inventory_, ledger_,
                                                   ports.clock, ports.scheduler, ports.events);
        unit.driver = make_reader_driver(spec, driver_ports(ports), *unit.gates);
        unit.gates->on_tap([this, id = reader.id](std::span<const TagRead> reads) {
            printers_.service().on_reads(id, reads);
            if (FleetWiring* const vehicles = fleet()) {
                vehicles->on_reads(id, reads);
            }
        });
        unit.gates->on_hold([driver = unit.driver.get()](bool hold) {
            driver->set_reading(hold ? Stream::Reading::paused : Stream::Reading::running);
        });
        readers_.push_back(std::move(unit));
    }
}

EdgeSite::~EdgeSite() = default;

void EdgeSite::start(Ready ready) {
    ledger_.start([this, ready = std::move(ready)](Result<void> started) {
        if (started) {
            for (const ReaderUnit& reader : readers_) {
                reader.driver->start();
            }
            shelves_.start();
            signals_.start();
            printers_.start();
            tasks_.start();
            transfers_.start();
            if (FleetWiring* const vehicles = fleet()) {
                vehicles->start();
            }
            orders_.start();
            order_inbox_.on_answer([this](std::string answer) {
                outbox_.tell(TopicKind::out_orders, std::move(answer));
            });
            outbox_.listen(TopicKind::in_orders,
                           [this](std::string payload) { order_inbox_.take(std::move(payload)); });
            outbox_.start();
            // Not only once an order comes: the line to the bridge, which must have confirmed the
            // number of a parcel, may be gone by then.
            printers_.service().keep_ready();
        }
        ready(std::move(started));
    });
}

void EdgeSite::stop(std::function<void()> done) {
    for (const ReaderUnit& reader : readers_) {
        reader.driver->stop();
    }
    shelves_.stop();
    printers_.stop();
    if (FleetWiring* const vehicles = fleet()) {
        vehicles->stop();
    }
    signals_.stop([this, done = std::move(done)] {
        ledger_.checkpoint();
        ledger_.after_commit([this, done] {
            outbox_.stop();
            done();
        });
    });
}

bool EdgeSite::confirmed(Seq seq) const {
    const OutboxHealth health = outbox_.health();
    return health.phase == OutboxHealth::Phase::streaming && health.acknowledged >= seq;
}

bool EdgeSite::sees(const DeviceId& reader) const {
    return std::any_of(readers_.begin(), readers_.end(), [&](const ReaderUnit& unit) {
        return unit.gates->reader() == reader && unit.gates->sees();
    });
}

}  // namespace tally
