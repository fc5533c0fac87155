#include "sim/scenarios/parameters.hpp"

namespace tally::sim {

namespace {

constexpr std::string_view kShape = "assumption: sites of 1 to 8 boxes";
constexpr std::string_view kLan = "assumption: a wired site network";
constexpr std::string_view kBroker = "mosquitto 2, sync-and-ledger.md 1.2 and 1.5";
constexpr std::string_view kCrash = "models.md A2: machines die at any moment";
constexpr std::string_view kReader = "devices.md 3.10, fault catalogue of readers";
constexpr std::string_view kBus = "devices.md 5, known bus failures";
constexpr std::string_view kScale = "assumption: a retail shelf with one cell";

constexpr std::string_view kAgv = "assumption: vehicles of a warehouse";
constexpr std::string_view kFloor = "assumption: aisles of a warehouse";
constexpr std::string_view kRadio = "VDA 5050: QoS 0, and radio with gaps";

constexpr Parameter kParameters[] = {
    // --- the site
    {"site", "edges", 1, 8, "2", "edge boxes, each with a hall", kShape},
    {"site", "gates", 2, 64, "3", "gates; at least one more than edges", kShape},
    {"site", "slots", 0, 256, "0", "weighed shelf slots, dealt to the edges in turn", kShape},
    {"site", "tagged_skus", 1, 1'000, "3", "SKUs tracked by item", kShape},
    {"site", "tags", 0, 100'000, "0", "tagged units there when the site opens", kShape},
    {"site", "slot_units", 0, 200, "20", "units in a slot when the site opens", kScale},
    // --- the work
    {"work", "minutes", 1, 10'080, "20", "safety phase: work and faults", "assumption"},
    {"work", "pallets_per_hour", 0, 600, "6", "pallets received", "assumption: 1 truck an hour"},
    {"work", "pallet_units", 1, 200, "6", "units on a pallet", "assumption"},
    {"work", "walks_per_hour", 0, 20'000, "90", "people who carry goods through gates",
     "assumption: one in 40 s, the pace of the demo"},
    {"work", "walk_units", 1, 20, "3", "most units of one walk", "assumption: a trolley"},
    {"work", "turn_back_percent", 0, 100, "20", "walks that turn back in the doorway",
     "assumption; Keller et al. 2010 name them the main cause of false passages"},
    {"work", "picks_per_hour", 0, 20'000, "0", "hands that take from or put into a slot",
     "assumption"},
    {"work", "pick_units", 1, 20, "3", "most units of one pick", "assumption"},
    {"work", "orders_per_hour", 0, 3'600, "0", "orders of customers", "assumption"},
    {"work", "till_orders_per_hour", 0, 3'600, "0",
     "orders that a till sends over the broker, again until they are answered", "assumption"},
    {"work", "order_hands_per_hour", 0, 20'000, "0",
     "hands on picks: taken, put back, an order cancelled", "assumption"},
    {"work", "masters_per_hour", 0, 600, "6", "item records that head office changes",
     "assumption"},
    {"work", "resyncs_per_hour", 0, 60, "0", "snapshots that the bridge asks for", "assumption"},
    // --- the world
    {"world", "shadowed_ppm", 0, 1'000'000, "50000", "tags that answer an eighth as often",
     "assumption; field read rates of 60 to 70 %: devices.md 4 (SMURF)"},
    {"world", "dead_ppm", 0, 1'000'000, "0", "tags that never answer",
     "devices.md 4.1: tagging faults 1 to 23 % of items a store"},
    {"world", "foreign_walk_ppm", 0, 1'000'000, "100000", "walks that bring a stranger's live tag",
     "assumption: clothes and bags"},
    {"world", "cross_read_per_second_ppm", 0, 1'000'000, "16000",
     "reads through the wall, chance a second and gate", "assumption: one a minute"},
    {"world", "ghost_read_per_second_ppm", 0, 1'000'000, "0",
     "reads of a code that no tag has, chance a second and gate",
     "assumption: a 16-bit CRC lets one in 65,536 broken answers pass"},
    {"world", "clone_walks_per_hour", 0, 600, "0", "copied tags carried through a gate",
     "assumption: counterfeits"},
    {"world", "unit_sigma_mg", 0, 5'000, "300", "standard deviation of a counted unit's weight",
     kScale},
    {"world", "leans_per_hour", 0, 600, "0", "customers who lean on a slot", kScale},
    {"world", "lean_s", 1, 600, "2..40", "longest time somebody leans", kScale},
    {"world", "vibrations_per_hour", 0, 600, "0", "trolleys that shake a rack", kScale},
    {"world", "creep_mg_per_hour", -50'000, 50'000, "0", "load cells that drift",
     "assumption: 0.03 % of 30 kg in 30 minutes is class C1 (OIML R 60)"},
    {"world", "drift_ppm", 0, 10'000, "0..100", "clock error of a box, either way",
     "assumption: quartz, 20 to 100 ppm"},
    // --- the boxes
    {"box", "waiting_rows_max", 8, 8'192, "8192",
     "rows that wait for an edge's disk above which it takes nothing more in",
     "design 9: 8,192; less, so that the bound is met"},
    // --- the links
    {"link", "latency_us", 50, 1'000'000, "100", "least one-way time of a segment", kLan},
    {"link", "jitter_us", 0, 1'000'000, "800", "most that is added to it", kLan},
    {"link", "loss_ppm", 0, 200'000, "0", "segments that are sent again", kLan},
    {"link", "segment_bytes", 1, 1'460, "1460", "most bytes of a segment", "RFC 879"},
    {"link", "split_ppm", 0, 1'000'000, "0", "segments cut at a random byte", kReader},
    {"link", "merge_ppm", 0, 1'000'000, "0", "segments handed over with what follows", kReader},
    {"link", "refuse_ppm", 0, 500'000, "0", "connections refused", kLan},
    {"link", "reset_ppm", 0, 10'000, "0", "segments that break their connection", kLan},
    {"link", "silence_ppm", 0, 10'000, "0", "segments after which nothing comes any more",
     "LLRP 1.1 ch. 21: half-open sockets"},
    // --- the broker
    {"broker", "retained_lost", 0, 1, "0", "1: retained messages die with it", kBroker},
    {"broker", "client_in_flight_max", 1, 256, "256", "receive maximum of a client", kBroker},
    {"broker", "queued_messages_max", 20, 10'000, "1000", "more to one client are dropped",
     kBroker},
    {"broker", "duplicate_ppm", 0, 500'000, "0", "deliveries made twice", kBroker},
    {"broker", "reorder_ppm", 0, 500'000, "0", "deliveries that other topics overtake", kBroker},
    {"broker", "refuse_ppm", 0, 500'000, "0", "connects turned away", kBroker},
    {"broker", "break_ppm", 0, 50'000, "0", "publishes at which the connection breaks", kBroker},
    {"broker", "late_will_ppm", 0, 1'000'000, "0", "wills that come late", kBroker},
    // --- faults of boxes and of what joins them
    {"fault", "lasts_s", 1, 7'200, "5..60", "longest time one fault lasts", kCrash},
    {"fault", "kills", 0, 200, "0", "processes of edges, bridge or broker that die", kCrash},
    {"fault", "power_cuts", 0, 200, "0", "boxes that lose power", kCrash},
    {"fault", "partitions", 0, 200, "0", "pairs that cannot reach each other", kCrash},
    {"fault", "half_opens", 0, 200, "0", "connections that go silent", kCrash},
    {"fault", "resets", 0, 200, "0", "connections that break", kCrash},
    {"fault", "wall_steps", 0, 200, "0", "wall clocks of boxes set by up to a day", kCrash},
    {"fault", "clocks_2000", 0, 200, "0", "boxes whose wall clock falls to the year 2000",
     "devices.md 3.10; a flat clock battery"},
    {"fault", "outages", 0, 10, "0", "long deaths of the broker",
     "issue: a day without head office"},
    {"fault", "outage_min", 1, 2'880, "10", "how long each of them lasts", "assumption"},
    {"fault", "site_power_cuts", 0, 20, "0", "edges, readers and shelves lose power together",
     "issue: power cut at dusk"},
    {"fault", "full_disks", 0, 50, "0", "disks of edges or bridge that are full for a while",
     "sync-and-ledger.md 2.1"},
    {"fault", "restores", 0, 20, "0", "edges that go back to a backup of a minute or more ago",
     "design 8"},
    {"fault", "bridge_restores", 0, 5, "0", "the bridge goes back to a backup", "design 8"},
    {"fault", "wipes", 0, 5, "0", "edges that get an empty disk", "design 8"},
    {"fault", "late_edges", 0, 7, "0", "edges that join while the others work", "issue: new site"},
    // --- faults of devices
    {"fault", "reader_reboots", 0, 2'000, "0", "readers that lose power", kReader},
    {"fault", "reader_silences", 0, 200, "0", "readers whose TCP stays and that say nothing",
     kReader},
    {"fault", "reader_resets", 0, 200, "0", "connections of readers that die in a frame", kReader},
    {"fault", "reader_thefts", 0, 200, "0", "second clients that take a reader", kReader},
    {"fault", "reader_overflows", 0, 200, "0", "report buffers that overflow", kReader},
    {"fault", "antenna_pulls", 0, 200, "0", "antenna cables pulled", kReader},
    {"fault", "reader_clock_jumps", 0, 200, "0", "reader clocks that jump", kReader},
    {"fault", "preemptions", 0, 200, "0", "ROSpecs preempted by another", kReader},
    {"fault", "rack_cables", 0, 200, "0", "cables of shelf racks pulled", kBus},
    {"fault", "rack_power_cuts", 0, 200, "0", "racks that lose power", kBus},
    {"fault", "slot_faults", 0, 500, "0", "instruments that lie, stall or answer out of turn",
     kBus},
    {"fault", "blind_slots_percent", 0, 100, "0", "slots that fall silent together for lasts_s",
     "issue: half the shelves blind"},
    // --- vehicles and their floor (docs/simulation.md, "A fleet")
    {"fleet", "vehicles", 0, 20, "0",
     "above 0: a run of so many vehicles, at most one for three nodes, and not of a site",
     "issue: 4 to 20"},
    {"fleet", "minutes", 1, 10'080, "10", "safety phase: goals without end, and faults", kAgv},
    {"fleet", "look_s", 1, 3'600, "20", "between two looks of a person at the floor", kAgv},
    {"fleet", "base_cells", 1, 16, "4", "cells released ahead of a vehicle", "docs/fleet.md"},
    {"fleet", "action_percent", 0, 100, "0", "goals with something to do there", kAgv},
    {"fleet", "stay_percent", 0, 100, "0", "goals where the vehicle stays until the next", kAgv},
    {"floor", "columns", 2, 40, "5", "aisles", kFloor},
    {"floor", "rows", 2, 40, "4", "cross aisles", kFloor},
    {"floor", "spacing_mm", 1'000, 20'000, "3000", "between aisles, half of it at least", kFloor},
    {"floor", "length_mm", 1'000, 50'000, "4000", "between cross aisles, likewise", kFloor},
    {"floor", "narrow_percent", 0, 100, "0", "aisles 600 to 1,100 mm from the one before", kFloor},
    {"floor", "one_way_percent", 0, 100, "0", "one-way lanes", kFloor},
    {"floor", "missing_percent", 0, 100, "0", "lanes that are not there", kFloor},
    {"floor", "diagonal_percent", 0, 100, "0", "fields with a lane across", kFloor},
    {"agv", "speed_mm_s", 100, 3'000, "1200", "top speed", "planner.md 5: 0.5 to 2 m/s"},
    {"agv", "spread_percent", 0, 80, "0", "of it that vehicles lack, at most", kAgv},
    {"agv", "acceleration_mm_s2", 100, 3'000, "600", "both ways", kAgv},
    {"agv", "turn_mrad_s", 100, 6'000, "1000", "turning on the spot", kAgv},
    {"agv", "late_ppm", 0, 1'000'000, "0", "states that come late, overtaken by others", kRadio},
    {"agv", "late_ms", 1, 60'000, "3000", "so late at most", kRadio},
    {"agv", "mute_ppm", 0, 900'000, "0", "states that are lost", kRadio},
    {"agv", "deaf_ppm", 0, 900'000, "0", "messages that a vehicle does not get", kRadio},
    {"agv", "twice_ppm", 0, 1'000'000, "0", "states that come twice", kRadio},
    {"fleet_fault", "lasts_s", 1, 3'600, "30", "longest time a fault lasts", kAgv},
    {"fleet_fault", "stalls", 0, 2'000, "0", "vehicles that stand without saying why", kAgv},
    {"fleet_fault", "slow", 0, 200, "0", "vehicles that lose half their speed", kAgv},
    {"fleet_fault", "lost", 0, 200, "0", "vehicles that do not know where they are", kAgv},
    {"fleet_fault", "wrong_nodes", 0, 200, "0", "vehicles that name a node nobody knows", kAgv},
    {"fleet_fault", "restarts", 0, 200, "0", "vehicles that lose power", kAgv},
    {"fleet_fault", "stops", 0, 200, "0", "emergency stops", kAgv},
    {"fleet_fault", "refusals", 0, 200, "0", "orders or updates refused", kAgv},
    {"fleet_fault", "cut_off", 0, 200, "0", "vehicles without radio", kRadio},
    {"fleet_fault", "old_states", 0, 200, "0", "old states that the broker keeps", kRadio},
    {"fleet_fault", "pauses", 0, 200, "0", "vehicles that people pause", kAgv},
    {"fleet_fault", "box_kills", 0, 50, "0", "kill -9 of the process that moves them", kCrash},
    {"fleet_fault", "broker_kills", 0, 50, "0", "kill -9 of their broker", kCrash},
    {"fleet_fault", "box_breaks", 0, 50, "0", "the box's connection breaks", kCrash},
    // --- what must hold
    {"expect", "converge_s", 30, 3'600, "300", "from the last fault until all is level", "I9"},
    {"expect", "check_every_min", 1, 1'440, "5", "books checked while work goes on", "design 4.2"},
    {"expect", "unsaid_percent_max", 0, 100, "10",
     "tagged units booked wrong in the evening that no box doubted, of those that moved",
     "devices.md 4: published gates decide 93 to 96 % right"},
};

}  // namespace

std::span<const Parameter> parameters() {
    return kParameters;
}

const Parameter* find_parameter(std::string_view key) {
    for (const Parameter& parameter : kParameters) {
        if (parameter.key() == key) {
            return &parameter;
        }
    }
    return nullptr;
}

}  // namespace tally::sim
