#include "firmware/services/goods/receiving.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "firmware/domain/place.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/csv.hpp"
#include "firmware/messages/task_data.hpp"

namespace tally {

namespace {

/// Data of a receipt: which tag told of counted goods.
std::string tag_data(const std::string& tag) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("tag").text(tag).end_object();
    return out;
}

}  // namespace

std::string receive_key(const std::string& asn) {
    return "receive:" + asn;
}

std::string ReceiptLine::verdict() const {
    const std::int64_t came = good_milli + damaged_milli;
    if (expected_milli == 0) {
        return "wrong";
    }
    return came < expected_milli ? "short" : came > expected_milli ? "over" : "as_announced";
}

std::vector<std::string> Receiving::advices() const {
    std::set<std::string> names;
    for (const auto& [asn, record] : ledger_.registers().master().asns()) {
        names.insert(asn);
    }
    for (const auto& [item, unit] : ledger_.registers().work().receipts().expected_units()) {
        names.insert(unit.asn);
    }
    return {names.begin(), names.end()};
}

bool Receiving::is_known(const std::string& asn) const {
    const std::vector<std::string> all = advices();
    return std::binary_search(all.begin(), all.end(), asn);
}

bool Receiving::announces(const std::string& asn, const std::string& item,
                          const std::string& sku) const {
    const auto& units = ledger_.registers().work().receipts().expected_units();
    if (const auto unit = units.find(item); unit != units.end() && unit->second.asn == asn) {
        return true;
    }
    const auto& asns = ledger_.registers().master().asns();
    const auto record = asns.find(asn);
    return record != asns.end() &&
           std::any_of(record->second.lines.begin(), record->second.lines.end(),
                       [&](const AsnLine& line) { return line.sku == sku; });
}

Result<Carried> Receiving::scan(const ReceiptScan& scan, const Actor& actor) {
    if (!is_known(scan.asn)) {
        return fail(ErrorKind::conflict, "there is no advice " + scan.asn +
                                             "; `tally receipt ls` lists them, `tally master "
                                             "import` takes one in");
    }
    TALLY_TRY_ASSIGN(const Scanned scanned, read_scan(scan.code, inventory_, ledger_));
    if (scanned.what == Scanned::What::pallet) {
        return scan_pallet(scan, scanned.id, actor);
    }
    const auto unit =
        scanned.what == Scanned::What::unit ? inventory_.known(scanned.id) : std::nullopt;
    if (scanned.what == Scanned::What::goods || (unit && inventory_.moves_by_count(*unit))) {
        return scan_goods(scan, scanned, unit ? unit->lot : std::string(), actor);
    }
    Carry what;
    what.code = scan.code;
    what.from = PlaceId(std::string(kSupplier));
    what.to = scan.place;
    what.cause = asn_cause(scan.asn);
    what.quality_to = scan.condition == Condition::damaged ? "damaged" : "";
    TALLY_TRY_ASSIGN(const Carried carried, carry(inventory_, ledger_, what, actor));
    judge(scan, carried);
    return carried;
}

/// The label and no stranger is the whole pallet (design 5); each unit may still be scanned.
Result<Carried> Receiving::scan_pallet(const ReceiptScan& scan, const std::string& sscc,
                                       const Actor& actor) {
    if (scan.condition == Condition::damaged) {
        return fail(ErrorKind::malformed,
                    "a pallet is not damaged as a whole; scan each unit on it that is");
    }
    const PalletRecord* pallet = ledger_.registers().pallet(sscc);
    if (pallet == nullptr) {
        return fail(ErrorKind::conflict,
                    "pallet " + sscc + " has been unpacked; scan the goods that stood on it");
    }
    if (inventory_.site().owner_of(scan.place) != ledger_.edge()) {
        return fail(ErrorKind::refused,
                    "place '" + scan.place.str() + "' is not one of edge " + ledger_.edge().str());
    }
    Carried carried{ledger_.line().seq(), sscc, {}, 0, false};
    MovementData remark;
    remark.inferred = true;
    const std::vector<std::string> children = pallet->children;
    for (const std::string& child : children) {
        const auto unit = inventory_.known(child);
        const bool is_here = unit && unit->place && !is_virtual(*unit->place);
        if (!unit || is_here || inventory_.moves_by_count(*unit)) {
            continue;  // Inference never overrules what the book knows from evidence.
        }
        MovementFacts facts;
        facts.self = ledger_.edge();
        facts.origin = PlaceId(std::string(kSupplier));
        facts.target = scan.place;
        facts.target_edge = ledger_.edge();
        facts.book_place = unit->place;
        Event source;
        source.by = actor.by;
        source.cause = asn_cause(scan.asn);
        source.evidence = scan_evidence(scan.code);
        source.data = encode(remark);
        inventory_.book(*unit, facts, source);
        carried.qty_milli += 1'000;
        carried.moved = true;
    }
    carried.seq = ledger_.line().seq();
    if (pallet->asn != scan.asn) {
        raise(AnomalyKind::receipt_wrong, scan.asn, sscc,
              "pallet " + sscc + " came, which advice " + scan.asn + " does not announce");
    }
    return carried;
}

/// The lot of goods whose person and tag say nothing: the advice's, if it is one.
Result<std::string> Receiving::announced_lot(const std::string& asn, const std::string& sku) const {
    std::set<std::string> lots;
    const auto& asns = ledger_.registers().master().asns();
    if (const auto record = asns.find(asn); record != asns.end()) {
        for (const AsnLine& line : record->second.lines) {
            if (line.sku == sku) {
                lots.insert(line.lot);
            }
        }
    }
    if (lots.size() <= 1) {
        return lots.empty() ? std::string(kDefaultLot) : *lots.begin();
    }
    std::string names;
    for (const std::string& lot : lots) {
        names += (names.empty() ? "" : ", ") + lot;
    }
    return fail(ErrorKind::malformed, "advice " + asn + " announces SKU " + sku + " in lots " +
                                          names + "; say which this is, e.g. --lot " +
                                          *lots.begin());
}

/// `tag_lot` is what the tag of one such unit is bound to; empty where it was no tag.
Result<Carried> Receiving::scan_goods(const ReceiptScan& scan, const Scanned& goods,
                                      const std::string& tag_lot, const Actor& actor) {
    if (ledger_.registers().work().receipts().is_closed(scan.asn)) {
        return fail(ErrorKind::conflict, "advice " + scan.asn +
                                             " is closed; book what came later by an advice of "
                                             "its own, or count the place");
    }
    const ItemRecord* sku = ledger_.registers().sku(goods.sku);
    if (sku != nullptr && sku->tracking == Tracking::by_item) {
        return fail(ErrorKind::malformed,
                    "SKU " + goods.sku + " is tracked by item; scan the tag of each unit");
    }
    if (inventory_.site().owner_of(scan.place) != ledger_.edge()) {
        return fail(ErrorKind::refused,
                    "place '" + scan.place.str() + "' is not one of edge " + ledger_.edge().str());
    }
    const bool is_tag = goods.what == Scanned::What::unit;
    if (is_tag && scan.qty_milli > 0 && scan.qty_milli != 1'000) {
        return fail(ErrorKind::malformed,
                    "a tag is one unit; scan each tag, or the product's barcode with the number");
    }
    if (is_tag && ledger_.registers().work().receipts().has_come(scan.asn, goods.id)) {
        return Carried{ledger_.line().seq(), goods.id, goods.sku, 1'000, false};
    }
    Event event;
    event.type = EventType::received;
    event.by = actor.by;
    event.cause = asn_cause(scan.asn);
    event.sku = SkuId(goods.sku);
    std::string lot = !scan.lot.empty() ? scan.lot : tag_lot == kDefaultLot ? "" : tag_lot;
    if (lot.empty()) {
        TALLY_TRY_ASSIGN(lot, announced_lot(scan.asn, goods.sku));
    }
    event.lot = LotId(lot);
    event.qty =
        scan.qty_milli > 0 && !is_tag ? Quantity{scan.qty_milli} : Quantity::of_units(goods.units);
    event.from = PlaceId(std::string(kSupplier));
    event.quality_to = scan.condition == Condition::damaged ? "damaged" : "";
    event.evidence = scan_evidence(scan.code);
    if (is_tag) {
        event.data = tag_data(goods.id);
    }
    Carried carried{ledger_.line().seq(), goods.id, goods.sku, event.qty.milli, true};
    const CarryWay way = inventory_.carry_way(event.from, scan.place, goods.sku, carried.qty_milli);
    for (const CarryWay::Share& target : way.targets) {
        event.to = target.place;
        event.qty = Quantity{target.milli};
        TALLY_TRY_ASSIGN(carried.seq, inventory_.write(event));
    }
    TALLY_TRY(inventory_.carried(way, {}, 0));
    judge(scan, carried);
    return carried;
}

void Receiving::raise(AnomalyKind kind, const std::string& asn, const std::string& item,
                      const std::string& text) {
    AnomalyData about;
    about.text = text;
    inventory_.raise(kind, item, about, asn_cause(asn));
}

void Receiving::judge(const ReceiptScan& scan, const Carried& carried) {
    const std::string what = carried.item.empty()
                                 ? format_units(carried.qty_milli) + " of SKU " + carried.sku
                                 : "unit " + carried.item + " (SKU " + carried.sku + ")";
    const auto open = [&](AnomalyKind kind) {  // A second scan of one unit says nothing new.
        for (const std::string& id : ledger_.registers().anomalies_of(carried.item)) {
            if (ledger_.registers().anomalies().at(id).what.kind == to_string(kind)) {
                return !carried.item.empty();
            }
        }
        return false;
    };
    if (!announces(scan.asn, carried.item, carried.sku) && !open(AnomalyKind::receipt_wrong)) {
        raise(AnomalyKind::receipt_wrong, scan.asn, carried.item,
              what + " came, which advice " + scan.asn + " does not announce");
    }
    if (scan.condition == Condition::damaged && !open(AnomalyKind::receipt_damaged)) {
        raise(AnomalyKind::receipt_damaged, scan.asn, carried.item,
              what + " of advice " + scan.asn + " came damaged");
    }
}

namespace {

/// The line of the advice that such goods count for. Tags carry no lot: a unit whose lot nobody
/// told is of the one that the advice names, if that is one.
std::pair<std::string, std::string> announced_line(
    const std::map<std::pair<std::string, std::string>, ReceiptLine>& announced,
    const std::pair<std::string, std::string>& came) {
    const auto first = announced.lower_bound({came.first, {}});
    const bool is_known = announced.contains(came) || came.second != kDefaultLot ||
                          first == announced.end() || first->first.first != came.first;
    if (is_known) {
        return came;
    }
    const auto second = std::next(first);
    const bool is_only = second == announced.end() || second->first.first != came.first;
    return is_only ? first->first : came;
}

}  // namespace

Result<ReceiptReport> Receiving::report(const std::string& asn) const {
    if (!is_known(asn)) {
        return fail(ErrorKind::conflict,
                    "there is no advice " + asn + "; `tally receipt ls` lists them");
    }
    const ReceiptBook& book = ledger_.registers().work().receipts();
    ReceiptReport report{asn, {}, {}, book.is_closed(asn), {}};
    std::map<std::string, ReceiptLine> pallets;
    for (const auto& [item, unit] : book.expected_units()) {
        if (unit.asn != asn) {
            continue;
        }
        ReceiptLine& line = pallets[unit.sscc];
        line.sscc = unit.sscc;
        line.expected_milli += 1'000;
        line.inferred += unit.inferred ? 1 : 0;
        if (unit.state == ExpectedUnit::State::awaited) {
            line.missing.push_back(item);
        } else {
            (unit.state == ExpectedUnit::State::came ? line.good_milli : line.damaged_milli) +=
                1'000;
        }
    }
    std::map<std::pair<std::string, std::string>, ReceiptLine> goods;
    const auto& asns = ledger_.registers().master().asns();
    if (const auto record = asns.find(asn); record != asns.end()) {
        report.supplier = record->second.supplier;
        report.due = record->second.due;
        for (const AsnLine& line : record->second.lines) {
            goods[{line.sku, line.lot}].expected_milli = line.qty_milli;
        }
    }
    const auto announced = goods;
    for (const auto& [key, came] : book.received()) {
        if (key.first == asn) {
            ReceiptLine& line = goods[announced_line(announced, key.second)];
            line.good_milli += came.good_milli;
            line.damaged_milli += came.damaged_milli;
        }
    }
    for (auto& [sscc, line] : pallets) {
        report.lines.push_back(std::move(line));
    }
    for (auto& [key, line] : goods) {
        line.sku = key.first;
        line.lot = key.second;
        report.lines.push_back(std::move(line));
    }
    return report;
}

/// What only its pallet vouched for and nobody found leaves the book again.
void Receiving::take_back_inferred(const std::string& asn, const Actor& actor) {
    std::vector<std::string> gone;
    const ReceiptBook& book = ledger_.registers().work().receipts();
    for (const auto& [item, unit] : book.expected_units()) {
        if (unit.asn == asn && unit.state != ExpectedUnit::State::awaited && unit.inferred) {
            gone.push_back(item);
        }
    }
    for (const std::string& item : gone) {
        const auto held = ledger_.book().item(item);
        if (!held || is_virtual(PlaceId(held->place))) {
            continue;
        }
        Event event;
        event.type = EventType::corrected;
        event.item = ItemId(item);
        event.by = actor.by;
        event.cause = asn_cause(asn);
        event.sku = SkuId(held->sku);
        event.lot = LotId(held->lot);
        event.custody = std::string(held->custody);
        event.quality = std::string(held->quality);
        event.qty = Quantity::of_units(1);
        event.from = PlaceId(held->place);
        event.to = PlaceId(std::string(kUnexplained));
        event.data = encode(CorrectionData{"inferred from its pallet, not found on it", {}});
        static_cast<void>(inventory_.write(std::move(event)));
    }
}

Result<Seq> Receiving::close(const std::string& asn, Closing how, const Actor& actor) {
    TALLY_TRY_ASSIGN(ReceiptReport found, report(asn));
    if (found.closed) {
        return fail(ErrorKind::conflict, "advice " + asn + " is closed already");
    }
    const Task* task = ledger_.registers().work().task_of_key(receive_key(asn));
    if (task != nullptr && task->state == TaskState::taken && task->who != actor.by) {
        return fail(ErrorKind::refused, "task " + task->id + " is in the hands of " + task->who +
                                            "; ask them to finish it or put it back");
    }
    if (how == Closing::scanned) {
        take_back_inferred(asn, actor);
        TALLY_TRY_ASSIGN(found, report(asn));
    }
    TALLY_TRY_ASSIGN(const Seq seq, finish_task(asn, actor));
    for (const ReceiptLine& line : found.lines) {
        for (const std::string& item : line.missing) {
            raise(AnomalyKind::receipt_short, asn, item,
                  "unit " + item + " of pallet " + line.sscc + " did not come with advice " + asn);
        }
        const std::int64_t came = line.good_milli + line.damaged_milli;
        const std::string what = " of SKU " + line.sku + ", lot " + line.lot + ", advice " + asn +
                                 ": " + format_units(line.expected_milli) + " announced, " +
                                 format_units(came) + " came";
        if (line.sscc.empty() && line.verdict() == "short") {
            raise(AnomalyKind::receipt_short, asn, {},
                  format_units(line.expected_milli - came) + " short" + what);
        } else if (line.sscc.empty() && line.verdict() == "over") {
            raise(AnomalyKind::receipt_over, asn, {},
                  format_units(came - line.expected_milli) + " over" + what);
        }
    }
    return seq;
}

Result<Seq> Receiving::finish_task(const std::string& asn, const Actor& actor) {
    const auto write = [&](const TaskData& data) {
        Event event;
        event.type = EventType::task_changed;
        event.by = actor.by;
        event.cause = asn_cause(asn);
        event.data = encode(data);
        return inventory_.write(std::move(event));
    };
    const Task* task = ledger_.registers().work().task_of_key(receive_key(asn));
    std::string id = task == nullptr ? std::string() : task->id;
    bool taken = task != nullptr && task->state == TaskState::taken;
    if (task == nullptr) {
        TaskData opening;
        opening.opened.kind = TaskKind::receive;
        opening.opened.key = receive_key(asn);
        opening.opened.document = asn;
        TALLY_TRY_ASSIGN(const Seq seq, write(opening));
        id = event_ref(ledger_.edge(), ledger_.line().epoch(), seq);
    }
    if (!taken) {
        TALLY_TRY(write(TaskData{id, {}, TaskAct::take, 0, {}, {}}));
    }
    return write(TaskData{id, {}, TaskAct::finish, 0, {}, {}});
}

}  // namespace tally
