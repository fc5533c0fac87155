// Commissioning: what people ask for.
#include <algorithm>
#include <utility>

#include "firmware/domain/epc/scheme.hpp"
#include "firmware/domain/place.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/tag_data.hpp"
#include "firmware/services/inventory/retag.hpp"
#include "firmware/services/tags/commissioning.hpp"

namespace tally {

Result<Commissioning::Printer*> Commissioning::printer_of(const DeviceId& wanted) {
    if (printers_.empty()) {
        return fail(ErrorKind::refused,
                    "this box has no label printer; add a [[printer]] to its "
                    "edge.toml");
    }
    if (wanted.empty() && printers_.size() == 1) {
        return &printers_.front();
    }
    if (Printer* const found = find(wanted)) {
        return found;
    }
    std::string names;
    for (const Printer& printer : printers_) {
        names += (names.empty() ? "" : ", ") + printer.setup.id.str();
    }
    return fail(ErrorKind::conflict, (wanted.empty() ? "this box has several printers"
                                                     : "this box has no printer " + wanted.str()) +
                                         "; say one of: " + names);
}

/// How many digits of the GTIN are our company prefix.
Result<unsigned> Commissioning::company_digits(const ItemRecord& sku) const {
    if (sku.gtin.empty()) {
        return fail(ErrorKind::conflict, "SKU " + sku.sku +
                                             " has no GTIN, and a tag carries one; import its item "
                                             "record with a GTIN of yours");
    }
    for (const std::string& prefix : inventory_.site().own_prefixes) {
        if (sku.gtin.size() == 14 && sku.gtin.compare(1, prefix.size(), prefix) == 0) {
            return static_cast<unsigned>(prefix.size());
        }
    }
    return fail(ErrorKind::conflict, "GTIN " + sku.gtin + " of SKU " + sku.sku +
                                         " is another company's, which alone numbers its units; "
                                         "bind the tags they come with, or give the SKU a GTIN of "
                                         "yours");
}

Result<std::string> Commissioning::next_item(const ItemRecord& sku, unsigned company_digits) {
    const auto range = inventory_.site().serial_ranges.at(ledger_.edge());
    for (Block& block : blocks_) {
        while (block.confirmed && block.used < kSerialBlockSize) {
            const auto serial = serial_of(range, block.block, block.used++);
            has_given_ = true;
            TALLY_TRY_ASSIGN(const Gs1Epc fields,
                             sgtin_from_gtin({sku.gtin, company_digits, 1, *serial}));
            TALLY_TRY_ASSIGN(const Epc epc, encode_gs1(fields));
            std::string item = epc.str();
            // A tag that came from elsewhere with a number of ours is left alone.
            if (check_fresh(ledger_, item)) {
                return item;
            }
        }
    }
    return fail(ErrorKind::exhausted, "no serial is left");
}

Error Commissioning::no_serial() const {
    if (is_used_up_) {
        return {ErrorKind::exhausted,
                "edge " + ledger_.edge().str() +
                    " has given out every serial of this epoch of its ledger; give it another "
                    "'serial_range' in site.toml that no other edge of the company has"};
    }
    return {ErrorKind::offline,
            "the bridge has not yet confirmed the serials that this box reserved since it "
            "started; see `tally sync status`, and try again once it is streaming"};
}

Result<std::uint64_t> Commissioning::take_serial() {
    if (!inventory_.site().serial_ranges.contains(ledger_.edge())) {
        return fail(ErrorKind::refused, "edge " + ledger_.edge().str() +
                                            " gives out no serials; give it a 'serial_range' in "
                                            "site.toml that no other edge of the company has");
    }
    keep_ready();
    keep_serials();  // The bridge may have confirmed some just now.
    const auto range = inventory_.site().serial_ranges.at(ledger_.edge());
    for (Block& block : blocks_) {
        if (block.confirmed && block.used < kSerialBlockSize) {
            has_given_ = true;
            return *serial_of(range, block.block, block.used++);
        }
    }
    return fail(no_serial());
}

Result<std::vector<std::string>> Commissioning::print(const PrintWish& wish, const Actor& actor) {
    TALLY_TRY_ASSIGN(Printer* const printer, printer_of(wish.printer));
    const ItemRecord* sku = ledger_.registers().sku(wish.sku);
    if (sku == nullptr) {
        return fail(ErrorKind::conflict,
                    "SKU " + wish.sku + " is not known; import its item record first");
    }
    TALLY_TRY_ASSIGN(const unsigned digits, company_digits(*sku));
    if (wish.units < 1 || wish.units > kUnitsMax) {
        return fail(ErrorKind::malformed,
                    "one order is for 1 to " + std::to_string(kUnitsMax) + " labels");
    }
    if (!inventory_.site().serial_ranges.contains(ledger_.edge())) {
        return fail(ErrorKind::refused, "edge " + ledger_.edge().str() +
                                            " gives out no serials; give it a 'serial_range' in "
                                            "site.toml that no other edge of the company has");
    }
    if (serials_left() == 0) {
        return fail(no_serial());
    }
    if (serials_left() < wish.units) {
        return fail(ErrorKind::exhausted, "only " + std::to_string(serials_left()) +
                                              " serials are confirmed now; print so many, the "
                                              "next are being reserved");
    }
    std::vector<std::string> items;
    Result<void> all;
    ledger_.together([&] {
        for (std::uint64_t i = 0; all && i < wish.units; ++i) {
            auto item = next_item(*sku, digits);
            if (!item) {
                all = fail(std::move(item).error());
                return;
            }
            TagData data;
            data.act = TagAct::allocate;
            data.sku = wish.sku;
            data.lot = wish.lot.empty() ? std::string(kDefaultLot) : wish.lot;
            data.printer = printer->setup.id.str();
            data.replaces = wish.replaces;
            Event event;
            event.type = EventType::tag_changed;
            event.item = ItemId(*item);
            event.by = actor.by;
            event.cause = actor.cause;
            event.data = encode(data);
            if (auto seq = inventory_.write(std::move(event)); !seq) {
                all = fail(std::move(seq).error());
                return;
            }
            items.push_back(std::move(*item));
        }
    });
    TALLY_TRY(all);
    return items;
}

Result<Seq> Commissioning::bind(const BindWish& wish, const Actor& actor) {
    std::string evidence;
    CanonicalWriter w(evidence);
    w.begin_object().key("scan").text(wish.code).optional_text("tid", wish.tid).end_object();
    if (const Label* found = ledger_.registers().tags().label(wish.item)) {
        const Label label = *found;
        if (label.state == LabelState::waiting) {
            return fail(ErrorKind::conflict, "label " + wish.item + " waits for printer " +
                                                 label.printer +
                                                 " and cannot be in a hand; see `tally tag ls`");
        }
        if ((!wish.sku.empty() && wish.sku != label.sku) ||
            (!wish.lot.empty() && wish.lot != label.lot)) {
            return fail(ErrorKind::conflict, "label " + wish.item + " was printed for SKU " +
                                                 label.sku + ", lot " + label.lot +
                                                 "; void it and print another");
        }
        printed_at_.erase(wish.item);
        return finish(label, actor, evidence);
    }
    const BindingRecord* bound_to = ledger_.registers().binding(wish.item);
    if (wish.sku.empty() && bound_to != nullptr) {
        return fail(ErrorKind::conflict,
                    "tag " + wish.item + " is bound already, to SKU " + bound_to->sku + ", lot " +
                        bound_to->lot +
                        "; nothing is to be done, or give the unit another tag: "
                        "tally tag replace " +
                        wish.item + " NEW");
    }
    if (wish.sku.empty()) {
        return fail(ErrorKind::malformed,
                    "say what SKU tag " + wish.item + " stands for; it is no label of this box");
    }
    TALLY_TRY(check_fresh(ledger_, wish.item));
    const BindingRecord binding{wish.item, wish.sku,
                                wish.lot.empty() ? std::string(kDefaultLot) : wish.lot};
    TALLY_TRY(check_master_record(binding));
    TALLY_TRY(ledger_.registers().judge(binding));
    Event bound;
    bound.type = EventType::bound;
    bound.item = ItemId(wish.item);
    bound.by = actor.by;
    bound.cause = actor.cause;
    bound.evidence = evidence;
    bound.data = encode(MasterRecord(binding));
    return inventory_.write(std::move(bound));
}

Result<Seq> Commissioning::replace(const std::string& old_item, const std::string& new_item,
                                   const std::string& reason, const Actor& actor) {
    if (ledger_.registers().tags().label(new_item) != nullptr) {
        return fail(ErrorKind::conflict, "tag " + new_item +
                                             " is a label for other goods on its way; see `tally "
                                             "tag ls`");
    }
    Result<Seq> done = Seq();
    ledger_.together([&] {
        done = retag(inventory_, ledger_, {old_item, new_item, reason}, actor, {});
    });
    return done;
}

Result<Seq> Commissioning::retire(const std::string& item, const std::string& reason,
                                  const Actor& actor) {
    if (ledger_.registers().tags().label(item) != nullptr) {
        return fail(ErrorKind::conflict, item + " is a label on its way; void it: tally tag void " +
                                             item + " --reason TEXT");
    }
    if (ledger_.registers().tags().retired(item) != nullptr) {
        return fail(ErrorKind::conflict, "tag " + item + " is retired already");
    }
    const auto held = ledger_.book().item(item);
    if (held && !is_virtual(PlaceId(held->place))) {
        return fail(ErrorKind::refused, "unit " + item + " stands at " + std::string(held->place) +
                                            "; give it another tag (tally tag replace " + item +
                                            " NEW), or book it out first");
    }
    return step(item, TagAct::retire, reason, actor);
}

Result<Seq> Commissioning::discard(const std::string& item, const std::string& reason,
                                   const Actor& actor) {
    const Label* label = ledger_.registers().tags().label(item);
    if (label == nullptr) {
        return fail(ErrorKind::conflict, item +
                                             " is no label on its way; `tally tag ls` lists "
                                             "those that are");
    }
    printed_at_.erase(item);
    return step(item, TagAct::discard, reason, actor);
}

}  // namespace tally
