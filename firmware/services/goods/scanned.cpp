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
        Carried carried{Seq(), {}, scanned.sku, left, true};
        std::vector<LotStock> lots;
        if (!is_virtual(what_.from)) {
            lots = lots_at(ledger_, what_.from, scanned.sku);
            std::stable_partition(lots.begin(), lots.end(),
                                  [](const LotStock& lot) { return lot.quality == kGoodQuality; });
        }
        for (const LotStock& lot : lots) {
            const std::int64_t part = std::min(left, lot.milli);
            if (part > 0) {
                TALLY_TRY_ASSIGN(carried.seq, write(part_of(what_, scanned.sku, lot, part)));
                left -= part;
            }
        }
        if (left > 0) {
            TALLY_TRY_ASSIGN(carried.seq, unexplained(scanned.sku, left));
        }
        return carried;
    }

 private:
    Result<Seq> write(Event event) {
        event.by = actor_.by;
        return inventory_.write(std::move(event));
    }

    /// The book has it here already: a gate or another scan told it first. Nothing moves.
    Result<Carried> there(const Inventory::Known& known) {
        Event seen;
        seen.type = EventType::sighted;
        seen.item = ItemId(known.item);
        seen.parent = known.parent;
        seen.cause = what_.cause;
        seen.evidence = scan_evidence(what_.code);
        Carried carried{Seq(), known.item, known.sku, 1'000, false};
        TALLY_TRY_ASSIGN(carried.seq, write(std::move(seen)));
        inventory_.settle(known.item, "scanned where the book has it");
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

    /// A person has it in hand, so it was there, whatever the book says.
    Result<Seq> unexplained(const std::string& sku, std::int64_t milli) {
        Carry from_nowhere = what_;
        from_nowhere.from = PlaceId(std::string(kUnexplained));
        TALLY_TRY_ASSIGN(const Seq seq,
                         write(part_of(from_nowhere, sku,
                                       {std::string(kDefaultLot), std::string(kFreeCustody),
                                        std::string(kGoodQuality), 0},
                                       milli)));
        AnomalyData about;
        about.place = what_.from.str();
        about.text = format_units(milli) + " more of SKU " + sku + " left " + what_.from.str() +
                     " than the book had there";
        inventory_.raise(AnomalyKind::count_differs, {}, about,
                         event_ref(ledger_.edge(), ledger_.line().epoch(), seq));
        return seq;
    }

    Inventory& inventory_;
    const Ledger& ledger_;
    const Carry& what_;
    const Actor& actor_;
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
    TALLY_TRY_ASSIGN(Scanned scanned, read_scan(what.code, inventory, ledger));
    const ItemRecord* record = ledger.registers().sku(scanned.sku);
    Carry told = what;
    if (record != nullptr && record->tracking == Tracking::by_count) {
        if (scanned.what ==
            Scanned::What::unit) {  // A tag of counted goods stands for one of them.
            scanned.what = Scanned::What::goods;
            scanned.units = 1;
        }
        // What goes into or out of a weighed slot is booked by its weight (design 5), so a scan
        // tells the way to and from the zone in front of it.
        told.from = inventory.site().around(told.from).value_or(told.from);
        told.to = inventory.site().around(told.to).value_or(told.to);
        if (told.from == told.to && what.from != what.to && !told.to.empty()) {
            const std::int64_t milli =
                what.qty_milli > 0 ? what.qty_milli : Quantity::of_units(scanned.units).milli;
            return Carried{ledger.line().seq(), {}, scanned.sku, milli, true};
        }
    }
    Carrying carrying(inventory, ledger, told, actor);
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
