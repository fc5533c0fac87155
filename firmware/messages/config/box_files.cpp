#include "firmware/messages/config/box_files.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "firmware/base/near_name.hpp"
#include "firmware/messages/config/broker.hpp"
#include "firmware/messages/config/doors.hpp"
#include "firmware/messages/config/printers.hpp"
#include "firmware/messages/config/shelf_buses.hpp"
#include "firmware/messages/config/signals.hpp"
#include "firmware/messages/config/vehicles.hpp"

namespace tally {
namespace {

std::uint16_t read_port(ConfigTable& table, std::string_view meaning, std::int64_t min,
                        std::int64_t fallback) {
    return static_cast<std::uint16_t>(table.integer(
        {.name = "port", .meaning = meaning, .min = min, .max = 65535, .fallback = fallback}));
}

std::filesystem::path read_site_file(ConfigTable& root) {
    return root.path({"site_file", "the site.toml that all boxes of the site share"});
}

ApiConfig read_api(ConfigTable table) {
    ApiConfig api;
    api.host = table.text({.name = "host",
                           .meaning = "address the operators' API listens on",
                           .fallback = "127.0.0.1"});
    api.port = read_port(table, "TCP port of the API; 0 takes any free one", 0, 0);
    api.port_file = table.path(
        {.name = "port_file", .meaning = "file that receives the bound port", .fallback = ""});
    api.token_file = table.path({"token_file", "file with users, roles and tokens, mode 600"});
    if (api.port == 0 && api.port_file.empty()) {
        table.report("port", "nobody could find a free port; add 'port_file' or give a port");
    }
    return api;
}

RadioSettings read_radio(ConfigTable& table) {
    constexpr std::int64_t kOfTheReader = -1;
    const std::int64_t session = table.integer(
        {.name = "gen2_session",
         .meaning = "Gen2 session in which tags are asked; in 2 and 3 a tag is reported once while "
                    "it is in the field, so that min_reads above 1 never believes it; -1: as the "
                    "reader is set",
         .min = kOfTheReader,
         .max = 3,
         .fallback = kOfTheReader});
    const std::int64_t population =
        table.integer({.name = "tag_population",
                       .meaning = "tags in the field at once, told to the reader with gen2_session",
                       .min = 1,
                       .max = 65535,
                       .fallback = RadioSettings().tag_population});
    const std::int64_t power = table.integer(
        {.name = "tx_power_index",
         .meaning = "row of the reader's own table of power levels; 0: as the reader is set",
         .min = 0,
         .max = 65535,
         .fallback = 0});
    RadioSettings radio;
    radio.tag_population = static_cast<std::uint16_t>(population);
    if (session != kOfTheReader) {
        radio.gen2_session = static_cast<std::uint8_t>(session);
    } else if (radio.tag_population != RadioSettings().tag_population) {
        table.report("tag_population",
                     "the reader is told it together with the session only; add gen2_session");
    }
    if (power != 0) {
        radio.tx_power_index = static_cast<std::uint16_t>(power);
    }
    return radio;
}

std::vector<ReaderConfig> read_readers(ConfigTable& root, std::vector<ConfigTable>& tables) {
    tables = root.tables({.name = "reader", .meaning = "an RFID reader of this box (LLRP)"});
    std::vector<ReaderConfig> readers;
    for (ConfigTable& table : tables) {
        ReaderConfig reader;
        reader.id = DeviceId(table.text({"id", "the name that gates of site.toml use"}));
        reader.host = table.text({"host", "name or address of the reader"});
        reader.port = read_port(table, "TCP port of the reader", 1, 5084);
        reader.kind =
            table.text({.name = "kind", .meaning = "its driver: llrp", .fallback = "llrp"});
        reader.radio = read_radio(table);
        const bool twice =
            std::any_of(readers.begin(), readers.end(),
                        [&](const ReaderConfig& other) { return other.id == reader.id; });
        if (twice) {
            table.report("id", "there are two readers of this id; give each its own");
        }
        for (const ReaderConfig& other : readers) {
            if (!twice && other.host == reader.host && other.port == reader.port) {
                table.report("host", "reader '" + other.id.str() +
                                         "' has this host and port already, and a reader takes one "
                                         "client; give each its own address");
            }
        }
        readers.push_back(std::move(reader));
    }
    return readers;
}

/// Where the tables of an edge.toml stand, for problems that show only beside the site.
struct EdgeTables {
    std::vector<ConfigTable> edge;  ///< exactly one
    std::vector<ConfigTable> readers;
    std::vector<ConfigTable> shelf_buses;
    std::vector<ConfigTable> signals;
    std::vector<ConfigTable> printers;
    VehicleTables vehicles;
    std::vector<ConfigTable> doors;
};

EdgeConfig read_edge_tables(ConfigTable root, std::filesystem::path& site_file,
                            EdgeTables& tables) {
    EdgeConfig config;
    site_file = read_site_file(root);
    tables.edge.push_back(root.table({"edge", "this box"}));
    config.edge = EdgeId(tables.edge[0].text({"id", "an [[edge]] of the site file"}));
    config.database = tables.edge[0].path({"database", "the ledger's SQLite file"});
    config.broker = read_broker(root.table({"broker", "the MQTT broker of the bridge"}));
    config.api = read_api(root.table({"api", "the operators' API of this box"}));
    config.readers = read_readers(root, tables.readers);
    config.shelf_buses = read_shelf_buses(root, tables.shelf_buses);
    read_signals(root, config, tables.signals);
    config.printers = read_printers(root, tables.printers);
    config.fleet = read_vehicles(root, tables.vehicles);
    config.fleet.doors = read_doors(root, config, tables.doors);
    return config;
}

/// Two readers of one id are told where they are read.
void check_device_ids(const EdgeConfig& config, EdgeTables& tables) {
    std::set<std::string> ids;
    for (const ReaderConfig& reader : config.readers) {
        ids.insert(reader.id.str());
    }
    const auto check = [&ids](const auto& devices, std::vector<ConfigTable>& of) {
        for (std::size_t i = 0; i < devices.size(); ++i) {
            if (!ids.insert(devices[i].id.str()).second) {
                of.at(i).report("id", "another device of this box has this id; give each its own");
            }
        }
    };
    check(config.signals, tables.signals);
    check(config.printers, tables.printers);
    check(config.fleet.vehicles, tables.vehicles.vehicles);
    check(config.fleet.doors, tables.doors);
}

void check_against_site(const EdgeConfig& config, EdgeTables& tables) {
    if (!config.site.has_edge(config.edge)) {
        std::vector<std::string> names;
        for (const EdgeId& edge : config.site.edges) {
            names.push_back(edge.str());
        }
        const std::string near = near_name(config.edge.str(), names);
        tables.edge[0].report(
            "id", "the site file has no edge '" + config.edge.str() + "'" +
                      (near.empty() ? "; add it there" : "; did you mean '" + near + "'?"));
        return;
    }
    const std::vector<GateLayout> gates = config.site.gates_of(config.edge);
    for (const GateLayout& gate : gates) {
        const bool known =
            std::any_of(config.readers.begin(), config.readers.end(),
                        [&](const ReaderConfig& reader) { return reader.id == gate.reader; });
        if (!known) {
            tables.edge[0].report("id", "gate '" + gate.id.str() +
                                            "' of this edge needs a "
                                            "[[reader]] with id '" +
                                            gate.reader.str() + "'; add it");
        }
    }
    for (std::size_t i = 0; i < config.readers.size(); ++i) {
        const DeviceId& id = config.readers[i].id;
        const bool at_gate = std::any_of(gates.begin(), gates.end(),
                                         [&](const GateLayout& gate) { return gate.reader == id; });
        const bool verifies =
            std::any_of(config.printers.begin(), config.printers.end(),
                        [&](const PrinterConfig& printer) { return printer.verify_reader == id; });
        const bool is_carried =
            std::any_of(config.fleet.vehicles.begin(), config.fleet.vehicles.end(),
                        [&](const VehicleConfig& vehicle) { return vehicle.carries == id; });
        if (!at_gate && !verifies && !is_carried) {
            tables.readers.at(i).report(
                "id", "no gate of edge '" + config.edge.str() +
                          "' names this reader and no vehicle carries it; name it in a [[gate]] of "
                          "the site file or as 'carries' of a [[vehicle]], or remove it");
        }
    }
}

}  // namespace

Result<std::optional<FloorFile>> load_floor(const std::filesystem::path& name) {
    if (name.empty()) {
        return std::optional<FloorFile>();
    }
    std::ifstream stream(name, std::ios::binary);
    if (!stream) {
        return fail(ErrorKind::malformed,
                    "cannot read " + name.string() + "; check name and rights");
    }
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    TALLY_TRY_ASSIGN(FloorFile floor, read_floor(text, name.string()));
    return std::optional(std::move(floor));
}

EdgeConfig read_edge(ConfigTable root, std::filesystem::path& site_file) {
    EdgeTables tables;
    return read_edge_tables(root, site_file, tables);
}

BridgeConfig read_bridge(ConfigTable root, std::filesystem::path& site_file) {
    BridgeConfig config;
    site_file = read_site_file(root);
    config.database =
        root.table({"bridge", "this box"}).path({"database", "the bridge's SQLite file"});
    config.broker = read_broker(root.table({"broker", "the MQTT broker of the edges"}));
    config.api = read_api(root.table({"api", "the operators' API of the bridge"}));
    return config;
}

Result<Loaded<EdgeConfig>> load_edge(const std::filesystem::path& path) {
    TALLY_TRY_ASSIGN(ConfigFile file, ConfigFile::read(path));
    EdgeTables tables;
    std::filesystem::path site_file;
    EdgeConfig config = read_edge_tables(file.root(), site_file, tables);
    if (!site_file.empty()) {
        std::filesystem::path floor_file;
        Result<Loaded<SiteLayout>> site = load_site(site_file, floor_file);
        if (site) {
            config.site = std::move(site->value);
            check_against_site(config, tables);
            check_device_ids(config, tables);
            check_shelf_buses(config, tables.edge.front(), tables.shelf_buses);
            check_signals(config, tables.signals);
            check_printers(config, tables.printers);
            if (Result<std::optional<FloorFile>> floor = load_floor(floor_file)) {
                config.floor = std::move(*floor);
            } else {
                file.root().report("site_file", "its floor is unusable: " + floor.error().text);
            }
            check_vehicles(config, tables.vehicles);
            check_doors(config, tables.doors);
        } else {
            file.root().report("site_file", "the site file is unusable:\n" + site.error().text);
        }
    }
    TALLY_TRY(file.finish());
    return Loaded<EdgeConfig>{std::move(config), file.effective()};
}

Result<Loaded<BridgeConfig>> load_bridge(const std::filesystem::path& path) {
    TALLY_TRY_ASSIGN(ConfigFile file, ConfigFile::read(path));
    std::filesystem::path site_file;
    BridgeConfig config = read_bridge(file.root(), site_file);
    if (!site_file.empty()) {
        Result<Loaded<SiteLayout>> site = load_site(site_file);
        if (site) {
            config.site = std::move(site->value);
        } else {
            file.root().report("site_file", "the site file is unusable:\n" + site.error().text);
        }
    }
    TALLY_TRY(file.finish());
    return Loaded<BridgeConfig>{std::move(config), file.effective()};
}

}  // namespace tally
