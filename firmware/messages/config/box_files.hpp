// edge.toml and bridge.toml: what one box is (docs/adr/0007, keys in docs/config.md). Secrets stand
// in files of their own; these configs hold their paths only.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/config_reader.hpp"
#include "firmware/domain/layout/site.hpp"
#include "firmware/domain/printer/printer.hpp"
#include "firmware/domain/radio_settings.hpp"
#include "firmware/domain/shelf/register_map.hpp"
#include "firmware/domain/signal/rules.hpp"
#include "firmware/messages/config/site_file.hpp"
#include "firmware/messages/layout/floor_file.hpp"

namespace tally {

/// Where a box finds its MQTT broker.
struct BrokerConfig {
    std::string host;
    std::uint16_t port = 1883;
    std::string user;                     ///< empty: anonymous
    std::filesystem::path password_file;  ///< empty: none; read it with read_secret_file()
    std::filesystem::path ca_file;  ///< empty: no TLS; else whom the broker must prove itself to
    std::chrono::seconds keepalive{15};  ///< at most 20 s, so that a will comes within 30
};

/// Where a box answers operators.
struct ApiConfig {
    std::string host;
    std::uint16_t port = 0;            ///< 0: any free port
    std::filesystem::path port_file;   ///< empty: none; else the bound port is written there
    std::filesystem::path token_file;  ///< users, roles and tokens (tokens_file.hpp)
};

/// A reader and its address.
struct ReaderConfig {
    DeviceId id;
    std::string host;
    std::uint16_t port = 5084;
    std::string kind = "llrp";  ///< of its driver
    RadioSettings radio;
};

/// The instrument of one slot on its bus.
struct SlotConfig {
    PlaceId place;
    std::uint8_t unit = 1;
    std::uint16_t channel = 0;
    RegisterMap map;          ///< with the slot's own count_ug, if it has one
    std::int64_t offset = 0;  ///< counts of the empty slot
};

/// A Modbus bus: TCP, or a serial line.
struct BusConfig {
    std::string id;
    std::string host;  ///< empty: serial
    std::uint16_t port = 502;
    std::string device;  ///< empty: TCP
    int baud = 9600;
    char parity = 'N';
    int stop_bits = 1;
};

/// A bus with shelves on it.
struct ShelfBusConfig : BusConfig {
    std::chrono::milliseconds period{1000};  ///< each slot is read once in so long
    std::chrono::milliseconds timeout{250};  ///< at most a quarter of the period
    std::vector<SlotConfig> slots;
};

/// What stands on coils of one Modbus unit.
struct CoilUnitConfig {
    DeviceId id;
    std::string kind;  ///< of its driver
    std::string bus;   ///< id of a shelf_bus or a signal_bus
    std::uint8_t unit = 1;
    SignalWiring wiring;
    std::chrono::milliseconds period{500};  ///< it is looked at once in so long
    std::chrono::milliseconds timeout{250};
};

/// The light stack and the barrier of one gate.
struct SignalConfig : CoilUnitConfig {
    GateId gate;
    std::optional<BarrierPolicy> barrier;  ///< what its barrier does when
};

/// A door, lift or lock that vehicles come through.
struct DoorConfig : CoilUnitConfig {
    PlaceId place;  ///< with a stop of kind door on the floor
    std::chrono::milliseconds close_after{5000};
};

/// A label printer.
struct PrinterConfig {
    DeviceId id;
    std::string kind;  ///< of its driver
    std::string host;
    std::uint16_t port = 9100;
    LabelStock stock;
    bool encodes_tags = true;
    DeviceId verify_reader;            ///< a reader of this file; empty: fresh tags are scanned
    std::uint16_t verify_antenna = 0;  ///< 0: any
    std::chrono::seconds verify_limit{30};
};

/// How goods come to their order (docs/fleet.md).
enum class WayOfWorking : std::uint8_t {
    cart,     ///< the vehicle carries a cart to slots, and a person there picks onto it
    station,  ///< the vehicle brings goods to a person at a station
};
std::string_view to_string(WayOfWorking way) noexcept;

/// A vehicle.
struct VehicleConfig {
    DeviceId id;
    std::string maker;            ///< VDA 5050: manufacturer
    std::string serial;           ///< VDA 5050: serialNumber
    std::string version = "2.0";  ///< of VDA 5050: "2.0" or "2.1"
    WayOfWorking way = WayOfWorking::cart;
    std::string start;  ///< a node of the floor; empty: where it says that it stands
    PlaceId cart;       ///< a place of this edge that it carries; empty: way is station
    std::int64_t range_m = 0;
    std::int32_t reserve_permille = 0;  ///< of its battery, kept for the way to a charger
    DeviceId carries;  ///< a reader of this file that it takes past slots; empty: none
};

/// The vehicles that an edge drives, and how it speaks with them.
struct FleetConfig {
    std::string kind = "vda5050";         ///< of their driver
    std::optional<BrokerConfig> broker;   ///< none: the box's own
    std::string interface = "uagv";       ///< first part of every topic
    std::string map = "floor";            ///< what vehicles call the floor
    std::int32_t clearance_mm = 900;      ///< centres of two vehicles are never nearer
    std::int32_t pose_tolerance_mm = 50;  ///< one that stands may be so far from its node
    std::chrono::seconds lost_after{60};
    std::int32_t picks_max = 12;         ///< pick tasks that a cart has room for
    std::vector<std::string> carriers;   ///< slots whose carrier a vehicle brings to a station
    std::string station_type = "floor";  ///< of pick and drop, VDA 5050: stationType; may be empty
    std::string load_type = "EPAL";      ///< likewise, loadType
    GateId parcels_to;                   ///< gate of the carrier's lorries; empty: none named
    std::chrono::hours scan_every{0};    ///< a slot with tagged units is read so often; 0: on order
    std::chrono::seconds scan_dwell{5};  ///< a vehicle with a reader stands so long at each
    std::int32_t scan_slots_max = 20;    ///< of one mission
    std::vector<VehicleConfig> vehicles;
    std::vector<DoorConfig> doors;  ///< those of the floor that stand open have none
};

/// One edge box, with the site it stands in.
struct EdgeConfig {
    EdgeId edge;
    std::filesystem::path database;
    BrokerConfig broker;
    ApiConfig api;
    std::vector<ReaderConfig> readers;        ///< every reader that a gate of this edge names, once
    std::vector<ShelfBusConfig> shelf_buses;  ///< every slot of this edge's shelves, once
    std::vector<BusConfig> signal_buses;      ///< those without shelves
    std::vector<SignalConfig> signals;        ///< at most one a gate of this edge
    std::vector<PrinterConfig> printers;
    FleetConfig fleet;  ///< without vehicles: this box drives none
    SiteLayout site;
    std::optional<FloorFile> floor;  ///< of site.toml's floor_file, if it names one
};

/// The bridge, with the site it serves.
struct BridgeConfig {
    std::filesystem::path database;
    BrokerConfig broker;
    ApiConfig api;
    SiteLayout site;
};

/// Reads a box's file and the site file it names, and checks one against the other. The error holds
/// one line a problem, of both files. `effective` is the box's own file; load_site()
/// gives the other.
Result<Loaded<EdgeConfig>> load_edge(const std::filesystem::path& path);
Result<Loaded<BridgeConfig>> load_bridge(const std::filesystem::path& path);

/// The broker that an edge speaks with its vehicles on.
const BrokerConfig& vehicle_broker_of(const EdgeConfig& config);

/// The floor plan that a site file names; nothing for an empty name.
Result<std::optional<FloorFile>> load_floor(const std::filesystem::path& name);

/// Ask `root` for every key of their file; `site` stays empty. `site_file` receives the path.
EdgeConfig read_edge(ConfigTable root, std::filesystem::path& site_file);
BridgeConfig read_bridge(ConfigTable root, std::filesystem::path& site_file);

}  // namespace tally
