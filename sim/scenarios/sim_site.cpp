#include "sim/scenarios/sim_site.hpp"

#include <utility>

#include "firmware/base/check.hpp"
#include "sim/checkers/ledger_checks.hpp"
#include "sim/scenarios/tags.hpp"

namespace tally::sim {

namespace {

GateLayout gate(const char* id, const char* edge, const char* outer, const char* inner) {
    GateLayout layout;
    layout.id = GateId(id);
    layout.edge = EdgeId(edge);
    layout.outer = PlaceId(outer);
    layout.inner = PlaceId(inner);
    layout.reader = DeviceId(std::string(id) + "-reader");
    layout.antennas = {{1, GateSide::outer}, {2, GateSide::inner}};
    layout.photo_eyes = {{1, GateSide::outer}, {2, GateSide::inner}};
    return layout;
}

std::string own_topics(const std::string& edge, const char* last) {
    return "tally/v1/pudong/" + edge + "/" + last;
}

BrokerRights rights_of_edge(const std::string& edge) {
    return {{own_topics(edge, "birth"), own_topics(edge, "death"), own_topics(edge, "delta"),
             own_topics(edge, "snapshot"), own_topics(edge, "out/orders")},
            {own_topics(edge, "ack"), own_topics(edge, "cmd"), own_topics(edge, "in/orders")}};
}

BrokerRights rights_of_bridge() {
    return {{own_topics("+", "ack"), own_topics("+", "cmd")},
            {own_topics("+", "birth"), own_topics("+", "death"), own_topics("+", "delta"),
             own_topics("+", "snapshot")}};
}

}  // namespace

SiteLayout example_site(Duration handover_limit) {
    SiteLayout site;
    site.id = SiteId("pudong");
    site.own_prefixes = {kOwnPrefix};
    site.handover_limit = handover_limit;
    site.edges = {EdgeId("back"), EdgeId("shop")};
    site.places = {{PlaceId("back.hall"), EdgeId("back")}, {PlaceId("shop.floor"), EdgeId("shop")}};
    site.gates = {gate("dock", "back", "SUPPLIER", "back.hall"),
                  gate("door", "back", "back.hall", "shop.floor"),
                  gate("exit", "shop", "CUSTOMER", "shop.floor")};
    return site;
}

SimSite::SimSite(SimSiteOptions options)
    : options_(std::move(options)),
      site_(options_.site.value_or(example_site(options_.handover_limit))),
      kernel_({.seed = options_.seed,
               .trace_entries_kept = options_.trace_entries_kept,
               .on_trace = options_.on_trace,
               .on_report = options_.on_report}),
      network_(kernel_, options_.link),
      streams_(kernel_, network_),
      broker_node_(kernel_.add_node({.name = "broker"})),
      broker_(kernel_, network_, broker_node_, options_.broker) {
    broker_.set_rights("bridge", rights_of_bridge());
    broker_.set_rights("witness", BrokerRights::everything());
    Node& scene = kernel_.add_node({.name = "scene"});
    world_ = std::make_unique<World>(scene, scene, kernel_.prng("world"), options_.world);
    devices_ = std::make_unique<DeviceYard>(kernel_, streams_, site_, options_.devices);
    for (const GateLayout& gate : site_.gates) {
        const auto added =
            world_->add_gate({gate.id, gate.outer, gate.inner}, devices_->heard(gate.reader.str()));
        TALLY_CHECK(added.has_value(), "gates have different names");
    }
    Node& watching = kernel_.add_node({.name = "witness"});
    witness_bus_ = broker_.client(watching, "witness");
    witness_ = std::make_unique<Witness>(
        *witness_bus_, watching,
        [this](const Witness::Identity& identity, const std::string& text) {
            return is_known_otherwise(identity, text);
        });
    if (options_.fleet) {
        Node& host = kernel_.add_node({.name = "floor-broker"});
        Node& desk = kernel_.add_node({.name = "floor-desk"});
        VehicleYard::Setup setup;
        setup.draws = options_.fleet->draws;
        setup.floor = options_.fleet->floor.layout;
        setup.vehicles = std::ssize(options_.fleet->carts);
        setup.box_user = site_.fleet_master.str();
        vehicles_ = std::make_unique<VehicleYard>(kernel_, network_, desk, host, std::move(setup));
        vehicles_->watch();
    }
    const auto drift = [this](const std::string& box) {
        const auto found = options_.drift_ppm.find(box);
        return found == options_.drift_ppm.end() ? 0 : found->second;
    };
    kernel_.add_node({.name = "bridge", .drift_ppm = drift("bridge")});
    start_bridge();
    for (const EdgeId& edge : site_.edges) {
        broker_.set_rights(edge.str(), rights_of_edge(edge.str()));
        Node& node = kernel_.add_node({.name = edge.str(), .drift_ppm = drift(edge.str())});
        edges_[edge.str()].identity = edge.str();
        if (options_.absent.contains(edge.str())) {
            node.kill(Death::power);
        } else {
            start_edge(edge.str());
        }
    }
}

SimSite::~SimSite() {
    // Everything that stands on the kernel goes before it, as if all power were cut.
    for (auto& [name, box] : edges_) {
        node(name).kill(Death::power);
        take_down(box);
    }
    node("bridge").kill(Death::power);
    take_down(bridge_);
    witness_.reset();
    witness_bus_.reset();
    world_.reset();
    devices_.reset();
    vehicles_.reset();
}

SimDisk& SimSite::drive(const std::string& box) {
    std::unique_ptr<SimDisk>& drive = drives_[box];
    if (!drive) {
        DiskOptions disk = options_.disk;
        if (options_.wrappers.disk) {
            options_.wrappers.disk(box, disk);
        }
        drive = std::make_unique<SimDisk>(kernel_.prng("disk:" + box), disk,
                                          [this] { return kernel_.now(); });
    }
    return *drive;
}

Result<std::unique_ptr<host::SqliteStore>> SimSite::open_disk(const std::string& box) {
    const bool is_bridge = box == "bridge";
    host::StoreOptions options =
        drive(box).store("journal", is_bridge ? host::StoreKind::bridge : host::StoreKind::edge);
    options.owner = host::StoreOwner{site_.id.str(), is_bridge ? "" : edges_.at(box).identity};
    return host::SqliteStore::open(options);
}

// A process that cannot open its journal says why and ends.
template <typename Site>
bool SimSite::make_ports(Box<Site>& box, Node& node) {
    SimDisk& disk = drive(node.name());
    if (!box.disk) {
        auto opened = open_disk(node.name());
        if (!opened) {
            node.kill(Death::process);
            if (disk.running()) {
                gave_up(node.name(), " did not start: ", opened.error());
            }
            return false;
        }
        box.disk = std::move(*opened);
    }
    box.journal = std::make_unique<host::InlineJournal>(std::move(box.disk), node,
                                                        [&disk] { return disk.busy_for(); });
    box.traced = std::make_unique<TracedJournal>(kernel_, node, *box.journal);
    box.bus = broker_.client(node, node.name());
    if (options_.wrappers.journal) {
        box.wrapped = options_.wrappers.journal(node.name(), node, *box.traced);
    }
    if (options_.wrappers.bounded_journal && node.name() != "bridge") {
        box.wrapped =
            options_.wrappers.bounded_journal(options_.commit.waiting_rows_max, *box.traced);
    }
    if (options_.wrappers.bus) {
        box.wrapped_bus = options_.wrappers.bus(node.name(), node, *box.bus);
    }
    if (options_.wrappers.scheduler) {
        box.wrapped_scheduler = options_.wrappers.scheduler(node.name(), node);
    }
    return true;
}

// What a failed sync or a full disk stops is no finding: somebody starts it again.
void SimSite::gave_up(const std::string& box, const std::string& said, const Error& why) {
    const auto stop = stops_.find(box);
    if (stop != stops_.end() && why.text.find("check the disk") != std::string::npos) {
        kernel_.after(Duration::zero(), std::move(stop->second));
        stops_.erase(stop);
        return;
    }
    if (!(is_full(box) && why.kind == ErrorKind::exhausted)) {
        fatal_.push_back(box + said + why.text);
    }
}

template <typename Site>
void SimSite::take_down(Box<Site>& box) {
    box.open = false;
    box.site.reset();
    box.wrapped_keeper.reset();
    box.wrapped_scheduler.reset();
    box.wrapped_bus.reset();
    box.bus.reset();
    box.wrapped_vehicle_bus.reset();
    box.vehicle_tap.reset();
    box.vehicle_bus.reset();
    box.wrapped.reset();
    box.traced.reset();
    box.journal.reset();
    box.disk.reset();
}

void SimSite::start_edge(const std::string& name) {
    Box<EdgeSite>& box = edges_.at(name);
    Node& at = node(name);
    LedgerOptions ledger;
    ledger.commit = options_.commit;
    if (options_.wrappers.limits) {
        options_.wrappers.limits(name, ledger.commit);
    }
    if (!make_ports(box, at)) {
        return;
    }
    EdgeConfig config;
    config.edge = EdgeId(box.identity);
    config.site = site_;
    devices_->tell(config);
    MessageBus* const vehicle_bus = connect_vehicles(box, at, config);
    Journal& journal = box.wrapped ? *box.wrapped : *box.traced;
    MessageBus& bus = box.wrapped_bus ? *box.wrapped_bus : *box.bus;
    Scheduler& scheduler = box.wrapped_scheduler ? *box.wrapped_scheduler : at;
    box.site = std::make_unique<EdgeSite>(
        config,
        EdgePorts{at, scheduler, at, at, journal, bus, streams_.of(at),
                  [this, &at](const BusConfig& wanted) { return open_bus(at, wanted); }, nullptr,
                  vehicle_bus},
        [this, name](const Error& why) { gave_up(name, ": ", why); }, ledger, options_.outbox);
    box.site->start([this, name, &box](Result<void> started) {
        if (!started) {
            gave_up(name, " did not start: ", started.error());
            return;
        }
        box.open = true;
        if (options_.wrappers.keeper) {
            box.wrapped_keeper = options_.wrappers.keeper(name, box.site->work().orders);
            box.site->ledger().keep(*box.wrapped_keeper);
        }
    });
}

/// Null: it drives none.
MessageBus* SimSite::connect_vehicles(Box<EdgeSite>& box, Node& at, EdgeConfig& config) {
    if (!vehicles_ || site_.fleet_master != config.edge || box.identity != at.name()) {
        return nullptr;
    }
    config.floor = options_.fleet->floor;
    for (std::size_t i = 0; i < vehicles_->size(); ++i) {
        VehicleConfig vehicle;
        vehicle.id = DeviceId(vehicles_->name(i));
        vehicle.maker = "tally";
        vehicle.serial = vehicles_->name(i);
        vehicle.version = VehicleYard::is_old(i) ? "2.0" : "2.1";
        vehicle.cart = PlaceId(options_.fleet->carts[i]);
        vehicle.start = vehicles_->start_node(i);
        vehicle.range_m = 10'000;
        vehicle.reserve_permille = 150;
        config.fleet.vehicles.push_back(std::move(vehicle));
    }
    config.fleet.clearance_mm = VehicleYard::kClearance_mm;
    if (options_.wrappers.floor) {
        options_.wrappers.floor(config.floor->layout, config.fleet.clearance_mm);
    }
    box.vehicle_bus = vehicles_->broker().client(at, at.name());
    box.vehicle_tap = vehicles_->tap(*box.vehicle_bus);
    vehicles_->judge().box_started();
    if (options_.wrappers.bus) {
        box.wrapped_vehicle_bus = options_.wrappers.bus("fleet", at, *box.vehicle_tap);
    }
    return box.wrapped_vehicle_bus ? box.wrapped_vehicle_bus.get() : box.vehicle_tap.get();
}

FleetWiring* SimSite::running_fleet() {
    const auto box = edges_.find(site_.fleet_master.str());
    return box != edges_.end() && box->second.open ? box->second.site->fleet() : nullptr;
}

std::unique_ptr<RegisterBus> SimSite::open_bus(Node& at, const BusConfig& config) {
    auto bus = std::make_unique<StreamBus>(streams_.of(at), at, Endpoint{config.host, config.port});
    if (options_.wrappers.register_bus) {
        return options_.wrappers.register_bus(at.name(), at, std::move(bus));
    }
    return bus;
}

void SimSite::start_bridge() {
    Node& at = node("bridge");
    if (!make_ports(bridge_, at)) {
        return;
    }
    BridgeConfig config;
    config.site = site_;
    Journal& journal = bridge_.wrapped ? *bridge_.wrapped : *bridge_.traced;
    MessageBus& bus = bridge_.wrapped_bus ? *bridge_.wrapped_bus : *bridge_.bus;
    Scheduler& scheduler = bridge_.wrapped_scheduler ? *bridge_.wrapped_scheduler : at;
    bridge_.site =
        std::make_unique<BridgeSite>(config, BridgePorts{at, scheduler, at, at, journal, bus},
                                     [this](const Error& why) { gave_up("bridge", ": ", why); });
    bridge_.site->start([this](Result<void> started) {
        if (!started) {
            gave_up("bridge", " did not start: ", started.error());
        }
        bridge_.open = started.has_value();
    });
}

bool SimSite::run_until(const std::function<bool()>& done, Duration limit) {
    return kernel_.run_until(done, kernel_.now() + limit);
}

bool SimSite::is_open(const std::string& box) const {
    return box == "bridge" ? bridge_.open : edges_.at(box).open;
}

bool SimSite::is_settled() {
    if (!bridge_.site || !bridge().connected()) {
        return false;
    }
    for (auto& [name, box] : edges_) {
        if (!box.site) {
            continue;
        }
        const Ledger& ledger = box.site->ledger();
        const EdgeLink& link = *bridge().edges().at(EdgeId(box.identity));
        const bool told = link.online &&
                          box.site->outbox().health().phase == OutboxHealth::Phase::streaming &&
                          link.stored.line().seq() == ledger.line().seq() &&
                          box.site->outbox().health().depth == 0;
        if (!told || !link.commands.empty() || ledger.queue().waiting_rows() > 0) {
            return false;
        }
    }
    return bridge().own().queue().waiting_rows() == 0;
}

bool SimSite::settle(Duration limit) {
    return run_until([this] { return is_settled(); }, limit);
}

void SimSite::kill(const std::string& box, Death death) {
    node(box).kill(death);
    if (box != "bridge" && !edges_.contains(box)) {
        return;
    }
    if (death == Death::power) {
        drive(box).cut_power();
    } else {
        drive(box).kill_process();
    }
    if (box == "bridge") {
        take_down(bridge_);
    } else {
        take_down(edges_.at(box));
    }
}

// The process dies inside a call of the store, which it has to return from before it is taken away.
void SimSite::kill_before(const std::string& box, std::uint64_t change, Death death,
                          std::function<void()> then) {
    SimDisk& disk = drive(box);
    const auto crashed = [this, box, death, then = std::move(then)] {
        node(box).kill(death);
        if (then) {
            then();
        }
        kernel_.after(Duration(0), [this, box, death] { kill(box, death); });
    };
    disk.crash_before(disk.counts().changes() + change, crashed);
}

void SimSite::fill_disk(const std::string& box, std::uint64_t room_bytes) {
    ++full_[box];
    DiskOptions options = drive(box).options();
    options.capacity_bytes = drive(box).used_bytes() + room_bytes;
    drive(box).set_options(options);
}

void SimSite::free_disk(const std::string& box) {
    if (--full_[box] == 0) {
        DiskOptions options = drive(box).options();
        options.capacity_bytes = options_.disk.capacity_bytes;
        drive(box).set_options(options);
    }
}

void SimSite::fail_sync(const std::string& box, std::uint64_t from_now,
                        std::function<void()> stopped) {
    stops_[box] = std::move(stopped);
    drive(box).fail_sync(from_now);
}

void SimSite::spare_syncs(const std::string& box) {
    stops_.erase(box);
    if (drives_.contains(box)) {
        drive(box).fail_sync(0);
    }
}

void SimSite::restart(const std::string& box) {
    TALLY_CHECK(!node(box).alive(), "who is up is not started again");
    node(box).restart();
    if (box == "bridge") {
        start_bridge();
    } else if (edges_.contains(box)) {
        start_edge(box);
    }
}

std::unique_ptr<host::SqliteStore>& SimSite::resting_disk(const std::string& box) {
    TALLY_CHECK(!node(box).alive(), "a disk is taken out of a box that is down");
    return box == "bridge" ? bridge_.disk : edges_.at(box).disk;
}

void SimSite::copy_disk(const std::string& box, const std::string& to) {
    resting_disk(box).reset();
    copies_[to] = drive(box).image();
}

void SimSite::insert_disk(const std::string& box, const std::string& from) {
    ++disks_exchanged_[box];
    resting_disk(box).reset();
    drive(box).insert(from.empty() ? DiskImage() : copies_.at(from));
}

void SimSite::add_copy(const std::string& box, const std::string& of_edge,
                       const std::string& from) {
    kernel_.add_node({.name = box}).kill(Death::power);
    broker_.set_rights(box, rights_of_edge(of_edge));
    edges_[box].identity = of_edge;
    insert_disk(box, from);
}

std::size_t SimSite::disks_exchanged(const std::string& box) const {
    const auto found = disks_exchanged_.find(box);
    return found == disks_exchanged_.end() ? 0 : found->second;
}

// An edge whose disk was never exchanged has forgotten nothing, so it always knows.
bool SimSite::is_known_otherwise(const Witness::Identity& identity, const std::string& text) {
    const std::string& edge = std::get<0>(identity);
    if (disks_exchanged(edge) == 0) {
        return true;
    }
    for (const std::string& box : {edge, std::string("bridge")}) {
        host::SqliteStore* const held = drive(box).running() ? find_disk(box) : nullptr;
        if (held != nullptr && holds_another(*held, identity, text)) {
            return true;
        }
    }
    return false;
}

host::SqliteStore* SimSite::find_disk(const std::string& box) {
    const auto of = [this, &box](auto& it) -> host::SqliteStore* {
        if (it.journal) {
            return &it.journal->store();
        }
        if (!it.disk) {
            auto opened = open_disk(box);
            it.disk = opened ? std::move(*opened) : nullptr;
        }
        return it.disk.get();
    };
    return box == "bridge" ? of(bridge_) : of(edges_.at(box));
}

host::SqliteStore& SimSite::disk(const std::string& box) {
    host::SqliteStore* const disk = find_disk(box);
    TALLY_CHECK(disk != nullptr, "a checker looks at a journal that opens");
    return *disk;
}

Result<void> SimSite::walk(std::vector<TagCode> units, const std::string& gate, Way way,
                           Walk::Course course) {
    bool over = false;
    TALLY_TRY(
        world_->walk({std::move(units), GateId(gate), way, course}, [&over] { over = true; }));
    TALLY_CHECK(run_until([&over] { return over; }), "every walk ends");
    return {};
}

}  // namespace tally::sim
