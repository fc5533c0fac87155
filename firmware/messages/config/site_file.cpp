#include "firmware/messages/config/site_file.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "firmware/domain/order/due.hpp"
#include "firmware/domain/tag/serials.hpp"

namespace tally {
namespace {

/// The tables of the file by part, so that a problem of the layout is told at its line.
struct SiteTables {
    std::vector<ConfigTable> site;
    std::vector<ConfigTable> edges;
    std::vector<ConfigTable> places;
    std::vector<ConfigTable> gates;
    std::vector<ConfigTable> shelves;

    ConfigTable& of(const LayoutProblem& problem) {
        switch (problem.part) {
            case LayoutPart::site:
                return site.at(problem.index);
            case LayoutPart::edge:
                return edges.at(problem.index);
            case LayoutPart::place:
                return places.at(problem.index);
            case LayoutPart::gate:
                return gates.at(problem.index);
            case LayoutPart::shelf:
                return shelves.at(problem.index);
        }
        return site.front();
    }
};

void read_site_table(ConfigTable table, SiteLayout& layout, std::filesystem::path& floor_file) {
    layout.id = SiteId(table.text({"id", "short name of the site; stands in MQTT topics"}));
    layout.own_prefixes =
        table.texts({"own_prefixes", "GS1 company prefixes whose tags are ours, as digits"});
    layout.handover_limit = std::chrono::seconds(table.integer(
        {.name = "handover_limit_s",
         .meaning = "a hand-over between edges that is not received for this long is an anomaly",
         .min = 1,
         .max = 86400,
         .fallback = 120}));
    layout.pallet_quorum_percent = static_cast<int>(table.integer(
        {.name = "pallet_quorum_percent",
         .meaning = "share of a pallet's expected children that must be seen for the whole pallet",
         .min = 1,
         .max = 100,
         .fallback = 60}));
    const std::string offset = table.text(
        {.name = "utc_offset",
         .meaning = "the site's clocks east of UTC, e.g. +08:00: when a day ends that an order is "
                    "due on, and how times of orders are shown",
         .fallback = "+00:00"});
    const auto offset_min = utc_offset_of(offset);
    if (!offset_min || std::abs(*offset_min) > 14 * 60) {
        table.report("utc_offset", "an offset of -14:00 to +14:00 was expected, like +08:00");
    }
    layout.utc_offset_min = offset_min.value_or(0);
    layout.fleet_master = EdgeId(table.text(
        {.name = "fleet_master",
         .meaning = "the [[edge]] that drives the site's vehicles; no other may name any",
         .fallback = ""}));
    floor_file = table.path({.name = "floor_file",
                             .meaning = "the floor that plans are made on: TOML, LIF or grid map",
                             .fallback = ""});
}

std::vector<GatePort> read_ports(ConfigTable& gate, std::string_view name,
                                 std::string_view meaning) {
    std::vector<GatePort> ports;
    for (ConfigTable& table : gate.tables(
             {.name = name, .meaning = meaning, .id = "port", .count_min = 0, .count_max = 64})) {
        GatePort port;
        port.port = static_cast<std::uint16_t>(table.integer(
            {.name = "port", .meaning = "1-based port of the reader", .min = 1, .max = 64}));
        port.side = table.text({.name = "side",
                                .meaning = "the side of the gate it looks at",
                                .choices = {"outer", "inner"}}) == "inner"
                        ? GateSide::inner
                        : GateSide::outer;
        ports.push_back(port);
    }
    return ports;
}

/// A time in milliseconds whose default is the one of the rules.
std::int64_t read_ms(ConfigTable& table, std::string_view name, std::string_view meaning,
                     std::int64_t fallback) {
    return table.integer(
        {.name = name, .meaning = meaning, .min = 1, .max = 60000, .fallback = fallback});
}

PresenceOptions read_presence_rules(ConfigTable& table) {
    PresenceOptions rules;
    rules.absence_ms = table.integer(
        {.name = "absence_ms",
         .meaning = "a tag not seen for this long has left the gate, and its passage is decided",
         .min = 100,
         .max = 60000,
         .fallback = rules.absence_ms});
    rules.min_reads = static_cast<std::uint32_t>(
        table.integer({.name = "min_reads",
                       .meaning = "observations before a tag is believed to be there",
                       .min = 1,
                       .max = 100,
                       .fallback = rules.min_reads}));
    rules.confirm_window_ms =
        read_ms(table, "confirm_window_ms", "between two of these observations at most this long",
                rules.confirm_window_ms);
    rules.memory_ms = read_ms(
        table, "memory_ms", "a tag that left the gate is remembered for so long", rules.memory_ms);
    return rules;
}

EyeOptions read_eye_rules(ConfigTable& table) {
    EyeOptions rules;
    rules.broken_level = table.text({.name = "eye_broken_level",
                                     .meaning = "level of the input while the beam is broken",
                                     .fallback = "high",
                                     .choices = {"low", "high"}}) == "low"
                             ? InputChange::Level::low
                             : InputChange::Level::high;
    rules.debounce_ms = read_ms(table, "eye_debounce_ms", "a level counts once it held this long",
                                rules.debounce_ms);
    rules.gap_ms =
        read_ms(table, "eye_gap_ms", "both beams free this long ends a pass", rules.gap_ms);
    return rules;
}

std::int32_t read_db(ConfigTable& table, std::string_view key, std::string_view meaning,
                     std::int32_t fallback) {
    return static_cast<std::int32_t>(table.integer(
        {.name = key, .meaning = meaning, .min = 1, .max = 1000, .fallback = fallback}));
}

PassageOptions read_passage_rules(ConfigTable& table) {
    PassageOptions rules;
    rules.approach_ms =
        read_ms(table, "approach_ms", "a tag may change sides unheard so long from its reads",
                rules.approach_ms);
    rules.rest_ms =
        read_ms(table, "rest_ms", "on one side for so long: it lies there, and is not passing",
                rules.rest_ms);
    rules.settle_ms =
        read_ms(table, "settle_ms", "without photo-eyes: arrived so long ago is decided early",
                rules.settle_ms);
    rules.clear_db = read_db(table, "clear_db",
                             "what happened must fit what was heard better than anything else by "
                             "this; more makes fewer errors and more undecided passages",
                             rules.clear_db);
    rules.early_db =
        read_db(table, "early_db", "the same, while the tag is still heard", rules.early_db);
    return rules;
}

GateOptions read_gate_rules(ConfigTable& table) {
    GateOptions rules;
    rules.presence = read_presence_rules(table);
    rules.eyes = read_eye_rules(table);
    rules.passage = read_passage_rules(table);
    return rules;
}

GateLayout read_gate(ConfigTable& table) {
    GateLayout gate;
    gate.id = GateId(table.text({"id", "short name of the gate"}));
    gate.edge = EdgeId(table.text({"edge", "the edge box whose reader it is"}));
    gate.outer = PlaceId(table.text({"outer", "the place before the gate, real or virtual"}));
    gate.inner = PlaceId(table.text({"inner", "the place behind the gate, real or virtual"}));
    gate.reader = DeviceId(table.text({"reader", "a [[reader]] of the edge's own edge.toml"}));
    gate.options = read_gate_rules(table);
    gate.absence = std::chrono::milliseconds(gate.options.presence.absence_ms);
    gate.antennas = read_ports(table, "antennas", "the antennas that watch this gate");
    gate.photo_eyes =
        read_ports(table, "photo_eyes", "photo-eyes on general purpose inputs of the reader");
    return gate;
}

SlotLayout read_slot(ConfigTable& table) {
    SlotLayout slot;
    slot.place = PlaceId(table.text({"place", "a [[place]] of the shelf's edge"}));
    slot.skus = table.texts({"skus", "the SKUs that may stand here"});
    slot.capacity = Weight::of_grams(table.integer(
        {.name = "capacity_g", .meaning = "more is a fault", .min = 1, .max = 10'000'000}));
    slot.division.mg = table.integer({.name = "division_mg",
                                      .meaning = "smallest step of the scale",
                                      .min = 1,
                                      .max = 1'000'000'000});
    return slot;
}

ShelfLayout read_shelf(ConfigTable& table) {
    ShelfLayout shelf;
    shelf.id = table.text({"id", "short name of the shelf"});
    shelf.edge = EdgeId(table.text({"edge", "the edge box that reads it"}));
    shelf.around = PlaceId(table.text({"around", "the place in front of it"}));
    shelf.identify_limit = std::chrono::seconds(table.integer(
        {.name = "identify_limit_s",
         .meaning =
             "a weight change of tagged goods that no sighting explains so long is an anomaly",
         .min = 1,
         .max = 86400,
         .fallback = 60}));
    for (ConfigTable& slot : table.tables({.name = "slots",
                             .meaning = "the weighed places of the shelf",
                             .id = "place",
                             .count_min = 1,
                             .count_max = 256})) {
        shelf.slots.push_back(read_slot(slot));
    }
    return shelf;
}

Result<Loaded<SiteLayout>> read_and_finish(ConfigFile file, std::filesystem::path& floor_file) {
    SiteLayout layout = read_site(file.root(), floor_file);
    TALLY_TRY(file.finish());
    return Loaded<SiteLayout>{std::move(layout), file.effective()};
}

}  // namespace

SiteLayout read_site(ConfigTable root, std::filesystem::path& floor_file) {
    SiteLayout layout;
    SiteTables tables;
    tables.site.push_back(root.table({"site", "the building as a whole"}));
    read_site_table(tables.site.front(), layout, floor_file);
    tables.edges = root.tables(
        {.name = "edge", .meaning = "an edge box of the site", .count_min = 1, .count_max = 64});
    for (ConfigTable& table : tables.edges) {
        layout.edges.emplace_back(table.text({"id", "short name of the edge; in MQTT topics"}));
        const std::int64_t range =
            table.integer({.name = "serial_range",
                           .meaning = "number under which it gives out serials of tags; no other "
                                      "edge of the company, at any site, may have it or have had "
                                      "it; -1: it prints no tags",
                           .min = -1,
                           .max = kSerialRangeMax,
                           .fallback = -1});
        const auto same =
            std::find_if(layout.serial_ranges.begin(), layout.serial_ranges.end(),
                         [&](const auto& other) { return std::int64_t{other.second} == range; });
        if (same != layout.serial_ranges.end()) {
            table.report("serial_range", "edge '" + same->first.str() +
                                             "' has this range; two edges would give out the same "
                                             "serials");
        } else if (range >= 0) {
            layout.serial_ranges[layout.edges.back()] = static_cast<std::uint8_t>(range);
        }
    }
    tables.places = root.tables({.name = "place", .meaning = "a place where goods can be"});
    for (ConfigTable& table : tables.places) {
        PlaceLayout place;
        place.id = PlaceId(table.text({"id", "name of the place, for example back.hall"}));
        place.edge = EdgeId(table.text({"edge", "the edge box that owns the place"}));
        layout.places.push_back(std::move(place));
    }
    tables.gates = root.tables({.name = "gate", .meaning = "a doorway with antennas"});
    for (ConfigTable& table : tables.gates) {
        layout.gates.push_back(read_gate(table));
    }
    tables.shelves = root.tables({.name = "shelf", .meaning = "a shelf that weighs itself"});
    for (ConfigTable& table : tables.shelves) {
        layout.shelves.push_back(read_shelf(table));
    }
    for (const LayoutProblem& problem : check_layout(layout)) {
        tables.of(problem).report(problem.key, problem.text);
    }
    return layout;
}

Result<Loaded<SiteLayout>> load_site(const std::filesystem::path& path) {
    std::filesystem::path floor_file;
    return load_site(path, floor_file);
}

Result<Loaded<SiteLayout>> load_site(const std::filesystem::path& path,
                                     std::filesystem::path& floor_file) {
    TALLY_TRY_ASSIGN(ConfigFile file, ConfigFile::read(path));
    return read_and_finish(std::move(file), floor_file);
}

Result<Loaded<SiteLayout>> parse_site(std::string_view text, const std::filesystem::path& name) {
    TALLY_TRY_ASSIGN(ConfigFile file, ConfigFile::parse(text, name));
    std::filesystem::path floor_file;
    return read_and_finish(std::move(file), floor_file);
}

}  // namespace tally
