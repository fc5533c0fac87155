#include "tools/bench/bench_site.hpp"

#include "firmware/messages/master.hpp"

namespace tally::bench {

namespace {

constexpr const char* kGtin = "10614141073464";

}  // namespace

GateLayout bench_gate(Duration absence) {
    GateLayout gate;
    gate.id = GateId("dock");
    gate.edge = EdgeId("back");
    gate.outer = PlaceId("SUPPLIER");
    gate.inner = PlaceId("hall");
    gate.reader = DeviceId("dock-reader");
    gate.antennas = {{1, GateSide::outer}, {2, GateSide::inner}};
    gate.options.presence.min_reads = 1;
    gate.absence = absence;
    return gate;
}

SiteLayout bench_site() {
    SiteLayout site;
    site.id = SiteId("bench");
    site.own_prefixes = {"0614141"};
    site.edges = {EdgeId("back")};
    site.places = {{PlaceId("hall"), EdgeId("back")}};
    site.gates = {bench_gate(std::chrono::milliseconds(1500))};
    return site;
}

Result<std::unique_ptr<EdgeBox>> EdgeBox::open(const Options& options) {
    TALLY_TRY_ASSIGN(auto store, host::SqliteStore::open({.path = options.database}));
    std::unique_ptr<EdgeBox> box(new EdgeBox);
    EdgeBox& self = *box;
    self.store_ = std::make_unique<host::ThreadedJournal>(
        std::move(store),
        [&self](std::function<void()> task) { self.loop_.post(std::move(task)); });
    self.journal_ = std::make_unique<WatchedJournal>(
        *self.store_, JournalWatch{.edge = "back", .asked = options.on_commit});
    self.dialer_ = std::make_unique<host::TcpDialer>(self.loop_);
    host::MqttOptions mqtt;
    mqtt.broker = {"127.0.0.1", options.broker_port};
    self.bus_ = std::make_unique<host::PahoMessageBus>(self.loop_, mqtt);
    EdgeConfig config;
    config.edge = EdgeId("back");
    config.site = bench_site();
    self.site_ =
        std::make_unique<EdgeSite>(config,
                                   EdgePorts{self.loop_, self.loop_, self.entropy_, self.events_,
                                             *self.journal_, *self.bus_, *self.dialer_},
                                   [&self](const Error& error) {
                                       self.outcome_ = fail(error);
                                       self.loop_.stop();
                                   });
    self.gate_ = std::make_unique<GateService>(
        DeviceId("dock-reader"), std::vector<GateLayout>{bench_gate(options.absence)},
        self.site_->inventory(), self.site_->ledger(), self.loop_, self.loop_, self.events_);
    return box;
}

Result<void> EdgeBox::start() {
    site_->start([this](Result<void> started) {
        outcome_ = std::move(started);
        loop_.stop();
    });
    loop_.run();
    TALLY_TRY(outcome_);
    ItemRecord item;
    item.sku = "tea-500";
    item.gtin = kGtin;
    item.name = "Tea";
    TALLY_TRY(site_->inventory().import_master({item}, {"user:bench", {}}, {}));
    return {};
}

}  // namespace tally::bench
