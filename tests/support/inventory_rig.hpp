// An inventory on a real ledger in virtual time, at a small site: SUPPLIER | dock | aisle | shop's
// till, and a door from the aisle to the CUSTOMER.
#pragma once

#include "firmware/domain/epc/scheme.hpp"
#include "firmware/messages/event_json.hpp"
#include "firmware/services/inventory/inventory.hpp"
#include "tests/support/ledger_rig.hpp"

namespace tally::test {

inline GateLayout gate(const std::string& id, const std::string& outer, const std::string& inner) {
    GateLayout layout;
    layout.id = GateId(id);
    layout.edge = EdgeId("back");
    layout.outer = PlaceId(outer);
    layout.inner = PlaceId(inner);
    layout.reader = DeviceId("reader-" + id);
    layout.antennas = {{1, GateSide::outer}, {2, GateSide::inner}};
    return layout;
}

inline SiteLayout small_site() {
    SiteLayout site;
    site.id = SiteId("pudong");
    site.own_prefixes = {"0614141"};
    site.edges = {EdgeId("back"), EdgeId("shop")};
    site.places = {{PlaceId("dock"), EdgeId("back")},
                   {PlaceId("aisle"), EdgeId("back")},
                   {PlaceId("attic"), EdgeId("back")},
                   {PlaceId("till"), EdgeId("shop")}};
    site.gates = {gate("dock-door", "SUPPLIER", "dock"), gate("aisle-door", "dock", "aisle"),
                  gate("shop-door", "aisle", "till"), gate("exit", "aisle", "CUSTOMER")};
    return site;
}

/// SGTIN-96 3.0614141.812345 with a serial: ours, GTIN 80614141123458.
inline std::string tea(int serial) {
    const auto fields = sgtin_from_gtin({.gtin = "80614141123458",
                                         .company_digits = 7,
                                         .filter = 1,
                                         .serial = static_cast<std::uint64_t>(serial)});
    REQUIRE(fields);
    return encode_gs1(*fields)->str();
}

struct InventoryRig {
    InventoryRig() {
        const Result<Inventory::ImportOutcome> done = inventory.import_master(
            {ItemRecord{"tea", "80614141123458", "Tea", Tracking::by_item, 0}}, user, {});
        REQUIRE(done);
    }

    void pass(const std::string& gate_id, PassageOutcome outcome, const std::string& item) {
        GateReport report = report_of(gate_id, item);
        report.outcome = outcome;
        report.evidence.direction = std::string(to_string(outcome));
        inventory.on_gate_report(report);
    }
    void in(const std::string& gate_id, const std::string& item) {
        pass(gate_id, PassageOutcome::in, item);
    }
    void out(const std::string& gate_id, const std::string& item) {
        pass(gate_id, PassageOutcome::out, item);
    }
    void sight(const std::string& gate_id, const std::string& item) {
        inventory.on_gate_report(report_of(gate_id, item));
    }
    [[nodiscard]] std::string place_of(const std::string& item) const {
        const auto held = ledger.book().item(item);
        return held ? std::string(held->place) : std::string();
    }
    /// Kinds of the open anomalies, in the order of their events.
    [[nodiscard]] std::vector<std::string> open(const std::string& item) const {
        std::vector<std::string> kinds;
        for (const std::string& id : ledger.registers().anomalies_of(item)) {
            kinds.push_back(ledger.registers().anomalies().at(id).what.kind);
        }
        return kinds;
    }
    std::vector<Event> events(EventType type) {
        rig.run();
        std::vector<Event> found;
        for (const JournalRow& row : rig.stored()) {
            Event event = *decode_event(row.canonical);
            if (event.type == type) {
                found.push_back(std::move(event));
            }
        }
        return found;
    }
    static GateReport report_of(const std::string& gate_id, const std::string& item) {
        GateReport report;
        report.gate = GateId(gate_id);
        report.epc = *Epc::parse(item);
        report.evidence.device = "reader-" + gate_id;
        report.evidence.gate = gate_id;
        report.evidence.n = 9;
        return report;
    }

    LedgerRig rig;
    Ledger& ledger = *rig.ledger;
    SiteLayout site = small_site();
    Inventory inventory{site, ledger, rig.node, rig.node};
    Actor user{"user:li.wei", {}};
};

}  // namespace tally::test
