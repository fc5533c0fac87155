#include "firmware/services/goods/scanned.hpp"

#include <algorithm>
#include <tuple>

#include "firmware/domain/epc/scanned_text.hpp"
#include "firmware/domain/ledger/event_form.hpp"
#include "firmware/domain/place.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/csv.hpp"

namespace tally {

namespace {

constexpr std::size_t kCodeBytesMax = 160;

/// The quantity side of an event out of one position.
Event part_of(const Carry& what, const std::string& sku, const LotStock& lot, std::int64_t milli) {
    Event event;
    event.type = EventType::moved;
    event.sku = SkuId(sku);
    event.lot = LotId(lot.lot);
    event.custody = lot.custody;
    event.quality = lot.quality;
    event.qty = Quantity{milli};
    event.from = what.from;
    event.to = what.to;
    if (!what.quality_to.empty() && what.quality_to != lot.quality) {
        event.quality_to = what.quality_to;
    }
    event.cause = what.cause;
    event.evidence = scan_evidence(what.code);
    return event;
}

class Carrying {
 public:
    Carrying(Inventory& inventory, const Ledger& ledger, const Carry& what, const Actor& actor)
        : inventory_(inventory), ledger_(ledger), what_(what), actor_(actor) {}

    Result<Carried> unit(const Scanned& scanned) {
        const auto known = inventory_.known(scanned.id);
        if (!known) {
            return fail(ErrorKind::conflict, "the SKU of unit " + scanned.id +
                                                 " is not known; bind it or import its item "
                                                 "record first");
        }
        if (known->place && *known->place == what_.to) {
            return there(*known);
        }
        MovementFacts facts;
        facts.self = ledger_.edge();
        facts.book_place = known->place;
        facts.target = what_.to;
        facts.target_edge = ledger_.edge();
        const bool is_mine = known->place && !is_virtual(*known->place);
        // Who carries a unit has it from where the book has it: that contradicts nothing.
        facts.origin = is_mine ? *known->place : what_.from;
        if (facts.origin.empty() || facts.origin == what_.to) {
            facts.origin = PlaceId(std::string(kUnexplained));
        }
        facts.origin_edge = inventory_.site().owner_of(facts.origin).value_or(EdgeId());
        if (facts.origin == PlaceId(std::string(kUnexplained))) {
            facts.origin_edge = ledger_.edge();
        }
        Event source;
        source.by = actor_.by;
        source.cause = what_.cause;
        source.evidence = scan_evidence(what_.code);
        inventory_.book(*known, facts, source);
        Carried carried{ledger_.line().seq(), scanned.id, known->sku, 1'000, true};
        if (!what_.quality_to.empty()) {
            TALLY_TRY_ASSIGN(carried.seq, requalify(scanned.id));
        }
        return carried;
    }

    Result<Carried> goods(const Scanned& scanned) {
        std::int64_t left =
            what_.qty_milli > 0 ? what_.qty_milli : scanned.units * Quantity::of_units(1).milli;
        const ItemRecord* sku = ledger_.registers().sku(scanned.sku);
        if (sku != nullptr && sku->tracking == Tracking::by_item) {
            return fail(ErrorKind::malformed, "SKU " + scanned.sku +
                                                  " is tracked by item; scan the tag of the unit, "
                                                  "not the barcode of the product");
        }
        if (what_.from.empty() || what_.from == what_.to) {
            return fail(ErrorKind::malformed, "say where SKU " + scanned.sku + " comes from");
        }
        Carried carried{ledger_.line().seq(), {}, scanned.sku, left, true};
        const CarryWay way = inventory_.carry_way(what_.from, what_.to, scanned.sku, left);
        for (const CarryWay::Share& source : way.sources) {
            TALLY_TRY(may_take(source, scanned.sku));
        }
        targets_ = way.targets;
        left = 0;
        for (const CarryWay::Share& target : targets_) {
            left += target.milli;
        }
        for (const CarryWay::Share& source : way.sources) {
            if (!is_virtual(source.place)) {
                TALLY_TRY_ASSIGN(const std::int64_t taken, take_from(source, scanned.sku));
                left -= taken;
            }
        }
        std::string lacking;
        if (left > 0) {
            TALLY_TRY_ASSIGN(lacking, unexplained(scanned.sku, left));
        }
        TALLY_TRY(inventory_.carried(way, lacking, left));
        carried.seq = ledger_.line().seq();
        return carried;
    }

 private:
    Result<Seq> write(Event event) {
        event.by = actor_.by;
        return inventory_.write(std::move(event));
    }

    /// Whether these may go where they are carried to. In front of a slot stands what its weight
    /// has told of, of whatever lot that was.
    [[nodiscard]] bool fits(const LotStock& lot, const PlaceId& place) const {
        const bool is_lot = what_.lot.empty() || lot.lot == what_.lot || place != what_.from;
        return !what_.for_order ||
               (is_lot && lot.custody == kFreeCustody && lot.quality == kGoodQuality);
    }

    /// An order gets what it was promised, and nothing that stands beside it.
    [[nodiscard]] Result<void> may_take(const CarryWay::Share& source,
                                        const std::string& sku) const {
        std::int64_t here = 0;
        std::int64_t fitting = 0;
        for (const LotStock& lot : lots_at(ledger_, source.place, sku)) {
            here += lot.milli;
            fitting += fits(lot, source.place) ? lot.milli : 0;
        }
        if (fitting >= std::min(here, source.milli)) {
            return {};
        }
        return fail(ErrorKind::refused,
                    "of SKU " + sku + " at " + source.place.str() + " only " +
                        format_units(fitting) + " are free of customs, good" +
                        (what_.lot.empty() ? std::string() : " and of lot " + what_.lot) +
                        ", not " + format_units(source.milli) +
                        "; take no others, and finish the task with less where they are not "
                        "there: tally task done " +
                        what_.cause);
    }

    /// As much of what a source was counted on for as stands there, good quality and early expiry
    /// first; gives how much that was.
    Result<std::int64_t> take_from(const CarryWay::Share& source, const std::string& sku) {
        std::vector<LotStock> lots = lots_at(ledger_, source.place, sku);
        std::erase_if(lots, [&](const LotStock& lot) { return !fits(lot, source.place); });
        std::stable_partition(lots.begin(), lots.end(),
                              [](const LotStock& lot) { return lot.quality == kGoodQuality; });
        std::stable_partition(lots.begin(), lots.end(), [&](const LotStock& lot) {
            return lot.quality == kGoodQuality && lot.lot == what_.lot;
        });
        std::int64_t taken = 0;
        for (const LotStock& lot : lots) {
            const std::int64_t part = std::min(source.milli - taken, lot.milli);
            TALLY_TRY(put({source.place, part}, sku, lot));
            taken += part;
        }
        return taken;
    }

    /// Writes a part of one position into what is left of the targets.
    Result<void> put(CarryWay::Share part, const std::string& sku, const LotStock& lot) {
        for (CarryWay::Share& target : targets_) {
            const std::int64_t milli = std::min(part.milli, target.milli);
            if (milli == 0) {
                continue;
            }
            part.milli -= milli;
            target.milli -= milli;
            Event event = part_of(what_, sku, lot, milli);
            event.from = part.place;
            event.to = target.place;
            if (event.from != event.to || !event.quality_to.empty()) {
                TALLY_TRY(write(std::move(event)));
            }
        }
        return {};
    }

    /// The book has it here already: a gate or another scan told it first. Nothing moves.
    Result<Carried> there(const Inventory::Known& known) {
        Event seen;
        seen.type = EventType::sighted;
        seen.item = ItemId(known.item);
        seen.parent = known.parent;
        seen.cause = what_.cause;
        seen.evidence = scan_evidence(what_.code);
        if (what_.cause.starts_with(asn_cause({}))) {
            seen.data = encode(ReceiptData{known.sku, known.lot, known.quality == "damaged"});
        }
        Carried carried{Seq(), known.item, known.sku, 1'000, false};
        TALLY_TRY_ASSIGN(carried.seq, write(std::move(seen)));
        inventory_.seen_in_place(known);
        if (!what_.quality_to.empty()) {
            TALLY_TRY_ASSIGN(carried.seq, requalify(known.item));
        }
        return carried;
    }

    Result<Seq> requalify(const std::string& item) {
        const auto held = ledger_.book().item(item);
        if (!held || held->quality == what_.quality_to) {
            return ledger_.line().seq();
        }
        Event event = part_of(
            what_, std::string(held->sku),
            {std::string(held->lot), std::string(held->custody), std::string(held->quality), 0},
            1'000);
        event.item = ItemId(item);
        event.parent = std::string(held->parent);
        event.from = what_.to;
        return write(std::move(event));
    }

    /// A person has it in hand, so it was there, whatever the book says. Gives the anomaly.
    Result<std::string> unexplained(const std::string& sku, std::int64_t milli) {
        TALLY_TRY(put(
            {PlaceId(std::string(kUnexplained)), milli}, sku,
            {std::string(kDefaultLot), std::string(kFreeCustody), std::string(kGoodQuality), 0}));
        AnomalyData about;
        about.place = what_.from.str();
        about.text = format_units(milli) + " more of SKU " + sku + " left " + what_.from.str() +
                     " than the book had there";
        return inventory_.raise(
            AnomalyKind::count_differs, {}, about,
            event_ref(ledger_.edge(), ledger_.line().epoch(), ledger_.line().seq()));
    }

    Inventory& inventory_;
    const Ledger& ledger_;
    const Carry& what_;
    const Actor& actor_;
    std::vector<CarryWay::Share> targets_;  ///< of counted goods: what is still to be put there
};

}  // namespace

std::string scan_evidence(const std::string& code) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("scan").text(code.substr(0, kCodeBytesMax)).end_object();
    return out;
}

Result<Scanned> read_scan(const std::string& code, const Inventory& inventory,
                          const Ledger& ledger) {
    Scanned scanned;
    if (code.empty() || code.size() > kCodeBytesMax || !is_ledger_text(code)) {
        return fail(ErrorKind::malformed,
                    "that is no code of ours: 1 to 160 plain characters; scan it again");
    }
    const Registers& registers = ledger.registers();
    if (inventory.site().has_place(PlaceId(code))) {
        scanned.what = Scanned::What::place;
        scanned.id = code;
        return scanned;
    }
    if (const CodeMeaning meaning = registers.master().meaning_of(code); !meaning.sku.empty()) {
        scanned.sku = meaning.sku;
        scanned.units = meaning.units;
        return scanned;
    }
    const auto epc = unit_of_code(code, inventory.site().own_prefixes);
    if (!epc) {
        if (code.starts_with("(01)")) {
            return fail(epc.error());
        }
        return fail(ErrorKind::malformed,
                    "'" + code +
                        "' is no tag, no code of a known SKU and no place; scan it again, or "
                        "import the code");
    }
    scanned.id = epc->str();
    if (registers.pallet(scanned.id) != nullptr || registers.was_unpacked(scanned.id)) {
        scanned.what = Scanned::What::pallet;
        return scanned;
    }
    if (const RetiredTag* old = registers.tags().retired(scanned.id)) {
        return fail(ErrorKind::conflict,
                    "tag " + scanned.id + " was retired (" + old->text + ")" +
                        (old->replaced_by.empty() ? std::string("; take it off")
                                                  : "; its unit carries " + old->replaced_by +
                                                        " now: take the old tag off and scan "
                                                        "that one"));
    }
    const auto known = inventory.known(scanned.id);
    if (!known) {
        return fail(ErrorKind::conflict, "tag " + scanned.id +
                                             " is bound to no SKU; put it aside, and bind it or "
                                             "import its item record");
    }
    scanned.what = Scanned::What::unit;
    scanned.sku = known->sku;
    return scanned;
}

Result<Scanned> read_goods(const std::string& code, const Inventory& inventory,
                           const Ledger& ledger) {
    TALLY_TRY_ASSIGN(Scanned scanned, read_scan(code, inventory, ledger));
    const ItemRecord* record = ledger.registers().sku(scanned.sku);
    const bool is_tagged = scanned.what == Scanned::What::unit;
    if (is_tagged && record != nullptr && record->tracking == Tracking::by_count) {
        scanned.what = Scanned::What::goods;
        scanned.units = 1;
    }
    return scanned;
}

std::vector<LotStock> lots_at(const Ledger& ledger, const PlaceId& place, const std::string& sku) {
    std::vector<LotStock> lots;
    for (const PositionView& position : ledger.book().positions()) {
        const std::int64_t milli = position.quantity.milli - position.items * 1'000LL;
        if (position.place == place.str() && position.sku == sku && milli > 0) {
            lots.push_back({std::string(position.lot), std::string(position.custody),
                            std::string(position.quality), milli});
        }
    }
    const auto& known = ledger.registers().master().lots();
    const auto expiry = [&](const LotStock& lot) {
        const auto found = known.find({sku, lot.lot});
        const bool dated = found != known.end() && !found->second.expiry.empty();
        return dated ? found->second.expiry : std::string("9999");
    };
    std::sort(lots.begin(), lots.end(), [&](const LotStock& a, const LotStock& b) {
        const std::string a_expiry = expiry(a);
        const std::string b_expiry = expiry(b);
        return std::tie(a_expiry, a.lot, a.custody, a.quality) <
               std::tie(b_expiry, b.lot, b.custody, b.quality);
    });
    return lots;
}

std::int64_t stock_at(const Book& book, std::string_view place, std::string_view sku,
                      std::string_view quality) {
    std::int64_t milli = 0;
    for (const PositionView& position : book.positions()) {
        if (position.place == place && position.sku == sku &&
            (quality.empty() || position.quality == quality)) {
            milli += position.quantity.milli;
        }
    }
    return milli;
}

Result<Carried> carry(Inventory& inventory, const Ledger& ledger, const Carry& what,
                      const Actor& actor) {
    if (inventory.site().owner_of(what.to) != ledger.edge()) {
        return fail(ErrorKind::refused, "place '" + what.to.str() + "' is not one of edge " +
                                            ledger.edge().str() +
                                            "; scan a place of this box, or ask the edge that "
                                            "owns it");
    }
    TALLY_TRY_ASSIGN(const Scanned scanned, read_goods(what.code, inventory, ledger));
    Carrying carrying(inventory, ledger, what, actor);
    switch (scanned.what) {
        case Scanned::What::unit:
            return carrying.unit(scanned);
        case Scanned::What::goods:
            return carrying.goods(scanned);
        case Scanned::What::pallet:
            return fail(ErrorKind::malformed, "pallet " + scanned.id +
                                                  " is moved by its units; scan them, or unpack "
                                                  "it");
        case Scanned::What::place:
            return fail(ErrorKind::malformed,
                        "'" + scanned.id + "' is a place; scan the goods first");
    }
    return fail(ErrorKind::malformed, "that is no goods");
}

}  // namespace tally
