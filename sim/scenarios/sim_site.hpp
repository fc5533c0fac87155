// A whole site in virtual time: edge boxes, the bridge, a broker, readers and shelves, and the
// world that walks through them. Services and drivers are those of the daemons; only what they
// stand on is simulated. Boxes can be killed, restarted, and their disks copied and exchanged.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "firmware/host/store/inline_journal.hpp"
#include "firmware/site/bridge_site.hpp"
#include "firmware/site/edge_site.hpp"
#include "sim/checkers/witness.hpp"
#include "sim/devices/modbus/stream_bus.hpp"
#include "sim/disk/sim_disk.hpp"
#include "sim/kernel/broker.hpp"
#include "sim/kernel/streams.hpp"
#include "sim/kernel/traced_journal.hpp"
#include "sim/scenarios/device_yard.hpp"
#include "sim/scenarios/fleet/vehicle_yard.hpp"
#include "sim/scenarios/wrapped.hpp"
#include "sim/world/world.hpp"

namespace tally::sim {

/// Vehicles that one edge of a site drives, on a broker of their own.
struct SimFleet {
    FloorFile floor;
    std::vector<std::string> carts;  ///< places of that edge, one a vehicle
    Draws draws;
};

struct SimSiteOptions {
    std::uint64_t seed = 1;
    std::size_t trace_entries_kept = 0;
    std::function<void(const std::string&)> on_trace;  ///< hears every line; may be empty
    /// Hears what boxes and devices report; may be empty.
    std::function<void(MonoTime at, const std::string& text)> on_report;
    LinkOptions link;
    BrokerOptions broker;
    WorldModel world;
    DiskOptions disk;                ///< of every box with a ledger
    std::optional<SiteLayout> site;  ///< nothing: example_site()
    DeviceTraits devices;
    std::map<std::string, std::int32_t> drift_ppm;        ///< of boxes; 0 where none is named
    std::set<std::string> absent;                         ///< edges that are down until restart()
    Duration handover_limit = std::chrono::seconds(120);  ///< of the example
    OutboxOptions outbox;
    CommitLimits commit;            ///< of the edges
    std::optional<SimFleet> fleet;  ///< of `site`'s fleet master
    Wrappers wrappers;              ///< faults planted between services and ports
};

/// The site of deploy/example: `dock` SUPPLIER|back.hall and `door` back.hall|shop.floor of edge
/// back, `exit` CUSTOMER|shop.floor of edge shop.
SiteLayout example_site(Duration handover_limit);

/// Single-threaded. Everything starts with the constructor.
class SimSite {
 public:
    explicit SimSite(SimSiteOptions options);
    ~SimSite();
    SimSite(const SimSite&) = delete;
    SimSite& operator=(const SimSite&) = delete;

    // Time.
    void run_for(Duration span) { kernel_.run_for(span); }
    /// False if it did not come true within `limit`.
    bool run_until(const std::function<bool()>& done, Duration limit = std::chrono::minutes(5));
    /// Until every running edge streams and the bridge holds all that they have written.
    bool settle(Duration limit = std::chrono::minutes(5));
    [[nodiscard]] bool is_settled();

    // Boxes by name: each edge, "bridge", "broker".
    [[nodiscard]] bool is_up(const std::string& box) { return node(box).alive(); }
    /// It has read its journal and opens its doors. Edges and bridge.
    [[nodiscard]] bool is_open(const std::string& box) const;
    void kill(const std::string& box, Death death = Death::process);
    void restart(const std::string& box);
    /// The box dies right before its disk is changed for the `change`-th time from now; `then` is
    /// told in that very call of the disk, and may only take note. A death before that, or spare(),
    /// calls it off.
    void kill_before(const std::string& box, std::uint64_t change, Death death,
                     std::function<void()> then = {});
    void spare(const std::string& box) { drive(box).no_crash(); }
    /// Copies the disk of a box that is down.
    void copy_disk(const std::string& box, const std::string& to);
    /// Puts a copied disk into a box that is down; an empty name puts in an empty disk.
    void insert_disk(const std::string& box, const std::string& from);
    /// The disk of a box has so much room, and no more, until it is told otherwise as often. A box
    /// that starts meanwhile and finds no room stays down, and is no finding. Edges and bridge.
    void fill_disk(const std::string& box, std::uint64_t room_bytes);
    void free_disk(const std::string& box);
    [[nodiscard]] bool is_full(const std::string& box) { return full_[box] > 0; }
    /// A sync of its disk fails, the next (1), the one behind it (2), or so on. The box that meets
    /// it stops, or does not start; it stays down, and `stopped` hears of it in a turn of its own.
    void fail_sync(const std::string& box, std::uint64_t from_now, std::function<void()> stopped);
    void spare_syncs(const std::string& box);
    /// Another box with the identity of an edge and a copied disk (empty: an empty one), down until
    /// restart(). It goes by `box` everywhere but on the wire.
    void add_copy(const std::string& box, const std::string& of_edge, const std::string& from);
    /// How often insert_disk() was called for a box.
    [[nodiscard]] std::size_t disks_exchanged(const std::string& box) const;

    [[nodiscard]] EdgeSite& edge(const std::string& name) { return *edges_.at(name).site; }
    [[nodiscard]] BridgeService& bridge() { return bridge_.site->service(); }
    /// Null while it is down.
    [[nodiscard]] BridgeService* running_bridge() {
        return bridge_.site ? &bridge_.site->service() : nullptr;
    }
    /// `each(name, EdgeSite&)` of those that are up.
    template <typename Each>
    void for_each_running_edge(const Each& each) {
        for (auto& [name, box] : edges_) {
            if (box.site) {
                each(name, *box.site);
            }
        }
    }
    /// Null: a site without vehicles.
    [[nodiscard]] VehicleYard* vehicles() { return vehicles_.get(); }
    /// Of the fleet master; null while it has not opened, or drives none.
    [[nodiscard]] FleetWiring* running_fleet();
    [[nodiscard]] DeviceYard& devices() { return *devices_; }
    [[nodiscard]] LlrpReader& reader(const std::string& name) { return devices_->reader(name); }
    [[nodiscard]] World& world() { return *world_; }
    [[nodiscard]] SimBroker& broker() { return broker_; }
    [[nodiscard]] Kernel& kernel() { return kernel_; }
    [[nodiscard]] Network& network() { return network_; }
    [[nodiscard]] Streams& streams() { return streams_; }
    [[nodiscard]] Node& node(const std::string& name) { return *kernel_.find_node(name); }
    [[nodiscard]] const Witness& witness() const { return *witness_; }
    [[nodiscard]] const SiteLayout& site() const { return site_; }
    /// The journal on the disk of a box, running or not, for checkers.
    [[nodiscard]] host::SqliteStore& disk(const std::string& box);
    /// Likewise; null if it does not open.
    [[nodiscard]] host::SqliteStore* find_disk(const std::string& box);
    /// The disk itself, for faults.
    [[nodiscard]] SimDisk& drive(const std::string& box);
    /// Reports of journals that refused for good, and of starts that failed.
    [[nodiscard]] const std::vector<std::string>& fatal() const { return fatal_; }

    /// Walks and waits until it is over; conflict if the world refuses it.
    Result<void> walk(std::vector<TagCode> units, const std::string& gate, Way way,
                      Walk::Course course = Walk::Course::through);

 private:
    /// A process and its disk. Destroyed from the bottom up.
    template <typename Site>
    struct Box {
        std::unique_ptr<host::SqliteStore> disk;  ///< while it is down and looked at
        std::unique_ptr<host::InlineJournal> journal;
        std::unique_ptr<TracedJournal> traced;
        std::unique_ptr<Journal> wrapped;
        std::unique_ptr<MessageBus> bus;
        std::unique_ptr<MessageBus> wrapped_bus;
        std::unique_ptr<Scheduler> wrapped_scheduler;
        std::unique_ptr<StockKeeper> wrapped_keeper;
        std::unique_ptr<MessageBus> vehicle_bus, vehicle_tap, wrapped_vehicle_bus;
        std::unique_ptr<Site> site;
        std::string identity;  ///< whose line it writes
        bool open = false;     ///< it has started, in this life
    };

    template <typename Site>
    [[nodiscard]] bool make_ports(Box<Site>& box, Node& node);
    template <typename Site>
    void take_down(Box<Site>& box);
    [[nodiscard]] bool is_known_otherwise(const Witness::Identity& identity,
                                          const std::string& text);
    std::unique_ptr<host::SqliteStore>& resting_disk(const std::string& box);
    Result<std::unique_ptr<host::SqliteStore>> open_disk(const std::string& box);
    MessageBus* connect_vehicles(Box<EdgeSite>& box, Node& at, EdgeConfig& config);
    std::unique_ptr<RegisterBus> open_bus(Node& at, const BusConfig& config);
    void gave_up(const std::string& box, const std::string& said, const Error& why);
    void start_edge(const std::string& name);
    void start_bridge();

    SimSiteOptions options_;
    SiteLayout site_;
    Kernel kernel_;
    Network network_;
    Streams streams_;
    Node& broker_node_;
    SimBroker broker_;
    std::vector<std::string> fatal_;
    std::map<std::string, std::unique_ptr<SimDisk>> drives_;
    std::map<std::string, DiskImage> copies_;
    std::map<std::string, std::size_t> disks_exchanged_;
    std::map<std::string, int> full_;                     ///< by box, how many causes fill its disk
    std::map<std::string, std::function<void()>> stops_;  ///< boxes that a failed sync may stop
    std::unique_ptr<VehicleYard> vehicles_;
    std::unique_ptr<DeviceYard> devices_;
    std::unique_ptr<World> world_;
    std::unique_ptr<MessageBus> witness_bus_;
    std::unique_ptr<Witness> witness_;
    std::map<std::string, Box<EdgeSite>> edges_;
    Box<BridgeSite> bridge_;
};

}  // namespace tally::sim
