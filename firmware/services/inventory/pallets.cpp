// Inventory: pallets, whose unread children are inferred from those that were read.
#include <algorithm>
#include <utility>

#include "firmware/domain/place.hpp"
#include "firmware/services/inventory/inventory.hpp"

namespace tally {

void Inventory::watch_pallet(const GateLayout& gate, Direction direction, const Known& item,
                             const std::string& evidence) {
    if (item.parent.empty()) {
        pallets_.stranger(gate.id, direction, item.item);
    } else {
        pallets_.member(gate.id, direction, item.parent, item.item, evidence);
    }
}

std::vector<std::string> Inventory::expected_children(const std::string& sscc) const {
    std::vector<std::string> children;
    const PalletRecord* pallet = ledger_.registers().pallet(sscc);
    if (pallet == nullptr) {
        return children;
    }
    for (const std::string& child : pallet->children) {
        // A unit whose SKU nobody told, or of goods tracked by count, is never seen as one.
        const auto unit = known(child);
        const bool can_be_seen = unit && !moves_by_count(*unit);
        const auto held = ledger_.book().item(child);
        if (can_be_seen && (!held || held->parent == sscc)) {  // Not yet received, or still on it.
            children.push_back(child);
        }
    }
    return children;
}

void Inventory::on_pallet_passed(const PalletPassage& passage) {
    const std::vector<std::string> expected = expected_children(passage.sscc);
    std::vector<std::string> missing;
    const GateLayout& gate = gates_.at(passage.gate);
    const PlaceId& target = passage.direction == Direction::inward ? gate.inner : gate.outer;
    for (const std::string& child : expected) {
        // What a person scanned there meanwhile went through too, read or not.
        const auto held = ledger_.book().item(child);
        const bool is_there = held && held->place == target.str() && !is_virtual(target);
        if (!passage.children.contains(child) && !is_there) {
            missing.push_back(child);
        }
    }
    if (missing.empty()) {
        return;
    }
    const std::size_t seen = expected.size() - missing.size();
    const bool quorum =
        passage.label_seen ||
        seen * 100 >= expected.size() * static_cast<std::size_t>(site_.pallet_quorum_percent);
    AnomalyData about;
    about.place = gate.inner.str();
    about.gate = passage.gate.str();
    if (quorum && passage.strangers.empty()) {
        infer(passage, missing, expected.size());
    } else if (quorum) {
        about.text = "unit " + *passage.strangers.begin() + " passed gate " + passage.gate.str() +
                     " among the children of pallet " + passage.sscc + "; " +
                     std::to_string(missing.size()) + " unread children were not inferred";
        raise(AnomalyKind::pallet_mixed, passage.sscc, about, {});
    } else {
        const std::vector<std::string> left(passage.children.begin(), passage.children.end());
        for (const std::string& child : left) {
            about.text = "went through gate " + passage.gate.str() + " with only " +
                         std::to_string(seen) + " of " + std::to_string(expected.size()) +
                         " children of pallet " + passage.sscc;
            raise(AnomalyKind::aggregation_broken, child, about, {});
            Event event;
            event.type = EventType::unpacked;
            event.item = ItemId(child);
            event.by = "rule:pallet";
            static_cast<void>(write(std::move(event)));
        }
    }
}

void Inventory::infer(const PalletPassage& passage, const std::vector<std::string>& missing,
                      std::size_t expected) {
    const GateLayout& gate = gates_.at(passage.gate);
    GateEvidence evidence;
    evidence.device = gate.reader.str();
    evidence.gate = gate.id.str();
    evidence.direction = passage.direction == Direction::inward ? "in" : "out";
    evidence.rule = "pallet";
    evidence.why = "inferred: " + std::to_string(expected - missing.size()) + " of " +
                   std::to_string(expected) + " children" +
                   (passage.label_seen ? " and the label" : "") + " of " + passage.sscc +
                   " were read";
    MovementData remark;
    remark.inferred = true;
    Event source;
    source.by = "rule:pallet";
    source.evidence = encode(evidence);
    source.data = encode(remark);
    for (const std::string& child : missing) {
        const auto unit = known(child);
        if (!unit) {
            continue;  // Its SKU is not in the item master; nothing can be booked.
        }
        const MovementFacts facts = facts_of(gate, passage.direction, *unit);
        // Inference never overrules what the book knows from evidence, and takes nothing out of a
        // place of mine that never came there.
        const bool may_come = !unit->place && facts.origin_edge != facts.self;
        if (may_come || unit->place == facts.origin) {
            book(*unit, facts, source);
        }
    }
}

}  // namespace tally
