#include "firmware/services/goods/opening.hpp"

#include <set>
#include <tuple>
#include <vector>

#include "firmware/domain/epc/epc.hpp"
#include "firmware/domain/ledger/event_form.hpp"
#include "firmware/domain/place.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/csv.hpp"
#include "firmware/messages/csv_table.hpp"

namespace tally {

namespace {

/// Judges the rows one by one and turns them into events.
class Opening {
 public:
    Opening(const Inventory& inventory, const Ledger& ledger, CsvTable& table)
        : inventory_(inventory), ledger_(ledger), table_(table) {}

    void take(const CsvRow& row) {
        Event event;
        event.type = EventType::corrected;
        event.from = PlaceId(std::string(kFound));
        event.to = PlaceId(row.text("place"));
        event.sku = SkuId(row.text("sku"));
        event.lot = LotId(row.text("lot", kDefaultLot));
        event.custody = row.text("custody", kFreeCustody);
        event.quality = row.text("quality", kGoodQuality);
        const ItemRecord* sku = ledger_.registers().sku(event.sku.str());
        if (inventory_.site().owner_of(event.to) != ledger_.edge()) {
            table_.note(row, "place",
                        "place '" + event.to.str() + "' is not one of edge " +
                            ledger_.edge().str() + "; take the file to the edge that owns it");
        }
        if (sku == nullptr) {
            table_.note(row, "sku",
                        "SKU '" + event.sku.str() + "' is not known; import the item record first");
            return;
        }
        for (const char* column : {"lot", "custody", "quality"}) {
            if (!is_ledger_text(row.text(column))) {
                table_.note(row, column, "use plain letters and digits without quotes");
            }
        }
        const bool fits =
            sku->tracking == Tracking::by_item ? take_unit(row, event) : take_count(row, event);
        if (fits) {
            events.push_back(std::move(event));
            lines.push_back(row.line);
        }
    }

    std::vector<Event> events;
    std::vector<std::size_t> lines;

 private:
    bool take_unit(const CsvRow& row, Event& event) {
        const auto epc = Epc::parse(row.text("item"));
        if (!epc || row.text("item").empty()) {
            table_.note(
                row, "item",
                "SKU " + event.sku.str() + " is tracked by item; write the EPC of every unit");
            return false;
        }
        event.item = ItemId(epc->str());
        event.qty = Quantity::of_units(1);
        if (row.text("units", "1") != "1") {
            table_.note(row, "units", "a unit is 1; write a row for each");
        }
        const auto held = ledger_.book().item(epc->str());
        if (held && !is_virtual(PlaceId(held->place))) {
            table_.note(row, "item",
                        "unit " + epc->str() + " is at " + std::string(held->place) +
                            " already; take the row out, or use tally item correct");
            return false;
        }
        if (!items_.insert(epc->str()).second) {
            table_.note(row, "item", "unit " + epc->str() + " stands twice in the file");
            return false;
        }
        if (const PalletRecord* pallet = ledger_.registers().pallet_of(epc->str())) {
            event.parent = pallet->sscc;
        }
        return true;
    }

    bool take_count(const CsvRow& row, Event& event) {
        if (!row.text("item").empty()) {
            table_.note(row, "item",
                        "SKU " + event.sku.str() + " is tracked by count; leave the item empty");
            return false;
        }
        const Result<std::int64_t> qty = parse_units(row.text("units"));
        if (!qty || *qty == 0) {
            table_.note(
                row, "units",
                qty ? "nothing is no opening balance; leave the row out" : qty.error().text);
            return false;
        }
        event.qty = Quantity{*qty};
        const PositionView key{.place = event.to.str(),
                               .sku = event.sku.str(),
                               .lot = event.lot.str(),
                               .custody = event.custody,
                               .quality = event.quality};
        if (const Quantity there = ledger_.book().quantity(key); there.milli != 0) {
            table_.note(row, "units",
                        "the book has " + format_units(there.milli) + " of SKU " + event.sku.str() +
                            " at " + event.to.str() +
                            " already; an opening balance begins with nothing, use tally count");
            return false;
        }
        const auto id = std::tuple(event.to.str(), event.sku.str(), event.lot.str(), event.custody,
                                   event.quality);
        if (!positions_.insert(id).second) {
            table_.note(row, "sku",
                        "SKU " + event.sku.str() + ", lot " + event.lot.str() +
                            " stands twice at " + event.to.str() + "; write one row with the sum");
            return false;
        }
        return true;
    }

    const Inventory& inventory_;
    const Ledger& ledger_;
    CsvTable& table_;
    std::set<std::string> items_;
    std::set<std::tuple<std::string, std::string, std::string, std::string, std::string>>
        positions_;
};

std::string evidence_of(const OpeningFile& file, std::size_t line) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("document").text(file.document).key("line").number(line).end_object();
    return out;
}

}  // namespace

Result<OpeningOutcome> book_opening(Inventory& inventory, const Ledger& ledger,
                                    const OpeningFile& file, const Actor& actor) {
    TALLY_TRY_ASSIGN(
        CsvTable table,
        CsvTable::read(file.text, file.name,
                       {{"place", "sku"}, {"lot", "units", "item", "custody", "quality"}}));
    Opening opening(inventory, ledger, table);
    for (const CsvRow& row : table.rows()) {
        opening.take(row);
    }
    TALLY_TRY(table.finish());
    if (opening.events.empty()) {
        return fail(ErrorKind::malformed, "the file holds no rows; write one a position");
    }
    OpeningOutcome outcome;
    for (std::size_t i = 0; i < opening.events.size(); ++i) {
        Event event = opening.events[i];
        event.by = actor.by;
        event.cause = actor.cause;
        event.evidence = evidence_of(file, opening.lines[i]);
        event.data = encode(CorrectionData{"opening balance " + file.document, {}});
        TALLY_TRY_ASSIGN(outcome.seq, inventory.write(std::move(event)));
        ++outcome.rows;
    }
    return outcome;
}

}  // namespace tally
