#include "firmware/services/inventory/inventory.hpp"

#include <algorithm>
#include <utility>

#include "firmware/base/check.hpp"
#include "firmware/domain/epc/scheme.hpp"
#include "firmware/domain/epc/text.hpp"
#include "firmware/domain/place.hpp"
#include "firmware/services/ledger/one_sided.hpp"

namespace tally {

namespace {

TagOwnership ownership_of(const SiteLayout& site) {
    OwnershipRules rules;
    rules.company_prefixes = site.own_prefixes;
    auto ownership = TagOwnership::make(rules);
    TALLY_CHECK(ownership.has_value(), "the config reader has checked the prefixes");
    return std::move(*ownership);
}

Event seen_in(const GateReport& report) {
    Event event;
    event.type = EventType::sighted;
    event.item = ItemId(report.epc.str());
    event.by = "device:" + report.evidence.device;
    event.evidence = encode(report.evidence);
    return event;
}

}  // namespace

Inventory::Inventory(const SiteLayout& site, Ledger& ledger, Scheduler& scheduler, Events& events)
    : site_(site),
      ledger_(ledger),
      events_(events),
      ownership_(ownership_of(site)),
      pallets_(
          scheduler, [this] { return !ledger_.full(); },
          [this](const PalletPassage& passage) { on_pallet_passed(passage); }) {
    for (GateLayout& gate : site.gates_of(ledger.edge())) {
        counts_[gate.id] = {};
        gates_.emplace(gate.id, std::move(gate));
    }
}

std::optional<Inventory::Known> Inventory::known(const std::string& item) const {
    Known known;
    known.item = item;
    known.custody = kFreeCustody;
    known.quality = kGoodQuality;
    if (const auto held = ledger_.book().item(item)) {
        known.sku = held->sku;
        known.lot = held->lot;
        known.custody = held->custody;
        known.quality = held->quality;
        known.parent = held->parent;
        known.place = PlaceId(held->place);
        known.seq = held->seq;
        return known;
    }
    const Registers& registers = ledger_.registers();
    if (const PalletRecord* pallet = registers.pallet_of(item)) {
        known.parent = pallet->sscc;
    }
    if (const BindingRecord* binding = registers.binding(item)) {
        known.sku = binding->sku;
        known.lot = binding->lot;
        return known;
    }
    const auto epc = Epc::parse(item);
    const Gs1Decode gs1 = epc ? decode_gs1(*epc) : Gs1Decode{};
    if (gs1.ok() && gs1.fields.scheme == EpcScheme::sgtin_96) {
        if (const ItemRecord* record = registers.sku_of_gtin(gs1_key(gs1.fields))) {
            known.sku = record->sku;
            known.lot = kDefaultLot;
            return known;
        }
    }
    return std::nullopt;
}

void Inventory::on_gate_report(const GateReport& report) {
    const GateLayout& gate = gates_.at(report.gate);
    GateCounts& counts = counts_.at(report.gate);
    const std::string item = report.epc.str();
    const Registers& registers = ledger_.registers();
    if (const RetiredTag* retired = registers.tags().retired(item)) {
        on_retired_tag(report, *retired);
        return;
    }
    const bool is_label = registers.pallet(item) != nullptr || registers.was_unpacked(item);
    std::optional<Known> unit = known(item);
    const bool bound = is_label || unit.has_value();
    const Ownership owner =
        ownership_.classify(report.epc, bound ? Binding::bound : Binding::unbound);
    if (owner == Ownership::foreign) {
        counts.foreign_tags += report.outcome ? 0 : 1;
        return;
    }
    if (!report.outcome) {
        ++counts.sightings;
        on_sighting(report, std::move(unit));
        return;
    }
    ++counts.passages;
    if (owner == Ownership::ours) {
        on_passage(gate, report);
    } else if (direction_of(*report.outcome)) {
        // It moves nothing in the book, but whoever looks for it wants to know which way it went.
        static_cast<void>(write(seen_in(report)));
    }
}

/// A tag that must not be met again moves nothing: what it is on is held and looked at.
void Inventory::on_retired_tag(const GateReport& report, const RetiredTag& tag) {
    const std::string item = report.epc.str();
    if (report.outcome) {
        ++counts_.at(report.gate).passages;
        if (direction_of(*report.outcome)) {
            static_cast<void>(write(seen_in(report)));
        }
        return;
    }
    ++counts_.at(report.gate).sightings;
    const Result<Seq> seq = write(seen_in(report));
    if (!seq) {
        return;
    }
    AnomalyData about;
    about.device = report.evidence.device;
    about.gate = report.gate.str();
    about.text = "gate " + report.gate.str();
    raise_retired(item, tag, about, *seq);
}

/// `about.text` is where it is; once while it is open.
void Inventory::raise_retired(const std::string& item, const RetiredTag& tag, AnomalyData about,
                              Seq seq) {
    if (!ledger_.registers().anomalies_of(item).empty()) {
        return;
    }
    about.text = "a tag that was retired (" + tag.text + ") is at " + about.text +
                 (tag.replaced_by.empty() ? std::string()
                                          : "; the unit carries " + tag.replaced_by + " now");
    raise(AnomalyKind::retired_tag, item, about,
          event_ref(ledger_.edge(), ledger_.line().epoch(), seq));
}

void Inventory::on_sighting(const GateReport& report, std::optional<Known> unit) {
    const std::string item = report.epc.str();
    Event event = seen_in(report);
    const bool left_shelf = shelf_watch_ != nullptr && unit && unit->place &&
                            !shelf_watch_->open_departure(*unit->place, unit->sku).empty();
    const Event source = left_shelf ? event : Event();
    const Result<Seq> seq = write(std::move(event));
    if (left_shelf) {
        const GateLayout& gate = gates_.at(report.gate);
        step_off_shelf(*unit, gate.outer, source);
        step_off_shelf(*unit, gate.inner, source);
    }
    const Registers& registers = ledger_.registers();
    const bool is_known =
        unit.has_value() || registers.pallet(item) != nullptr || registers.was_unpacked(item);
    if (!seq || is_known || !registers.anomalies_of(item).empty()) {
        return;
    }
    AnomalyData about;
    about.device = report.evidence.device;
    about.gate = report.gate.str();
    about.text =
        "a tag numbered as ours passed gate " + report.gate.str() + ", but nobody commissioned it";
    raise(AnomalyKind::unknown_tag, item, about,
          event_ref(ledger_.edge(), ledger_.line().epoch(), *seq));
}

MovementFacts Inventory::facts_of(const GateLayout& gate, Direction direction,
                                  const Known& item) const {
    MovementFacts facts;
    facts.self = ledger_.edge();
    facts.gate = gate.id;
    facts.origin = direction == Direction::inward ? gate.outer : gate.inner;
    facts.target = direction == Direction::inward ? gate.inner : gate.outer;
    facts.origin_edge = site_.owner_of(facts.origin).value_or(EdgeId());
    facts.target_edge = site_.owner_of(facts.target).value_or(EdgeId());
    facts.book_place = item.place;
    return facts;
}

Event Inventory::draft(EventType type, const Known& item) const {
    Event event;
    event.type = type;
    event.item = ItemId(item.item);
    event.parent = item.parent;
    return event;
}

void Inventory::on_passage(const GateLayout& gate, const GateReport& report) {
    const std::string item = report.epc.str();
    const std::string evidence = encode(report.evidence);
    const auto direction = direction_of(*report.outcome);
    if (!direction) {
        if (*report.outcome == PassageOutcome::undecided) {
            ++counts_.at(gate.id).undecided;
            seen_undecided(report);
        }
        return;
    }
    if (ledger_.registers().pallet(item) != nullptr) {
        pallets_.member(gate.id, *direction, item, item, evidence);
        return;
    }
    if (ledger_.registers().was_unpacked(item)) {
        return;  // An empty pallet's label.
    }
    auto unit = known(item);
    TALLY_CHECK(unit.has_value(), "only units whose SKU is known are booked");
    Event source;
    source.by = "device:" + report.evidence.device;
    source.evidence = evidence;
    if (moves_by_count(*unit)) {
        // Weights, scans and manifests move such goods; a read supports them (design 5).
        source.type = EventType::sighted;
        source.item = ItemId(item);
        static_cast<void>(write(std::move(source)));
        return;
    }
    step_off_shelf(*unit, *direction == Direction::inward ? gate.outer : gate.inner, source);
    MovementFacts facts = facts_of(gate, *direction, *unit);
    if (facts.origin == PlaceId(kSupplier) && unit->place != facts.target) {
        if (const std::string asn = ledger_.registers().advice_awaiting(item, unit->sku);
            !asn.empty()) {
            source.cause = asn_cause(asn);
        }
    }
    const ReceiptBook& receipts = ledger_.registers().work().receipts();
    const bool told = receipts.is_inferred(item) || receipts.is_inferred(one_sided(item));
    if (facts.origin == PlaceId(kSupplier) && unit->place == PlaceId(kCustomer) &&
        receipts.is_inferred(item)) {
        // Its pallet had come and gone with it, for all that was read. It comes only now: that
        // takes the inference back, and is no second receipt.
        facts.origin_edge = facts.self;
    }
    // A parcel that was handed to its carrier is booked out already, whichever door it takes.
    const bool is_sent = unit->place == PlaceId(kCustomer) && !unit->parent.empty() &&
                         ledger_.registers().pallet(unit->parent) == nullptr &&
                         is_virtual(facts.target);
    if ((unit->place == facts.target && told) || is_sent) {
        // Its pallet's label or a scan told it first: this is the gate's word on the same movement.
        source.type = EventType::sighted;
        source.item = ItemId(item);
        source.parent = unit->parent;
        static_cast<void>(write(std::move(source)));
    } else {
        book(*unit, facts, source);
    }
    watch_pallet(gate, *direction, *unit, evidence);
}

void Inventory::book(const Known& item, const MovementFacts& facts, const Event& source) {
    const Movement movement = decide_movement(facts);
    std::string cause = source.cause;
    for (const MovementStep& step : movement.steps) {
        Event event = draft(step.type, item);
        event.by = source.by;
        event.evidence = source.evidence;
        event.cause = cause;
        event.data = step.data.empty() ? source.data : step.data;
        if (!step.from.empty()) {
            event.sku = SkuId(item.sku);
            event.lot = LotId(item.lot);
            event.custody = item.custody;
            event.quality = item.quality;
            event.qty = Quantity::of_units(1);
            event.from = step.from;
            event.to = step.to;
        }
        const Result<Seq> seq = write(std::move(event));
        if (!seq) {
            return;
        }
        cause = event_ref(ledger_.edge(), ledger_.line().epoch(), *seq);
    }
    if (!movement.contradiction) {
        settle(item.item, "a later passage agrees with the book");
        return;
    }
    AnomalyData about;
    about.place = facts.book_place ? facts.book_place->str() : facts.origin.str();
    about.gate = facts.gate.str();
    about.text = movement.text;
    const std::string id = raise(*movement.contradiction, item.item, about, cause);
    if (const auto excuse = blind_excuse(item, facts); excuse && !id.empty()) {
        resolve(id, *excuse, "rule:blind");
    }
}

std::optional<std::string> Inventory::blind_excuse(const Known& item,
                                                   const MovementFacts& facts) const {
    if (!item.place) {
        return std::nullopt;  // Never booked here: no reader of mine has lost it.
    }
    for (const auto& [id, gate] : gates_) {
        // Named anew: clang 14 does not capture a structured binding.
        const auto touches = [&facing = gate](const PlaceId& place) {
            return facing.outer == place || facing.inner == place;
        };
        const bool between = touches(facts.origin) || touches(facts.target) ||
                             (facts.book_place && touches(*facts.book_place));
        if (!between) {
            continue;
        }
        if (const auto span = ledger_.registers().blind_since(gate.reader.str(), item.seq)) {
            return "explained: reader " + gate.reader.str() + " was blind (" + span->what.cause +
                   ") after the unit was last booked";
        }
    }
    return std::nullopt;
}

void Inventory::seen_undecided(const GateReport& report) {
    const std::string item = report.epc.str();
    AnomalyData about;
    about.device = report.evidence.device;
    about.place = gates_.at(report.gate).inner.str();
    about.gate = report.gate.str();
    about.text = "at gate " + report.gate.str() + ": " + report.evidence.why;
    raise(AnomalyKind::passage_undecided, item, about, {});
}

std::string Inventory::raise(AnomalyKind kind, const std::string& item, const AnomalyData& about,
                             const std::string& cause) {
    Event event;
    event.type = EventType::anomaly_raised;
    event.item = ItemId(item);
    event.by = "rule:inventory";
    event.cause = cause;
    AnomalyData data = about;
    data.kind = std::string(to_string(kind));
    if (data.next.empty()) {
        data.next = std::string(describe(kind).advice);
    }
    event.data = encode(data);
    const Result<Seq> seq = write(std::move(event));
    return seq ? event_ref(ledger_.edge(), ledger_.line().epoch(), *seq) : std::string();
}

void Inventory::resolve(const std::string& id, const std::string& how, const std::string& by) {
    Event event;
    event.type = EventType::anomaly_resolved;
    event.by = by;
    event.item = ItemId(ledger_.registers().anomalies().at(id).item);
    event.data = encode(ResolutionData{id, how});
    static_cast<void>(write(std::move(event)));
}

void Inventory::settle(const std::string& item, const std::string& how) {
    for (const std::string& id : ledger_.registers().anomalies_of(item)) {
        const auto kind = anomaly_kind_from(ledger_.registers().anomalies().at(id).what.kind);
        if (kind == AnomalyKind::missed_passage || kind == AnomalyKind::unknown_item ||
            kind == AnomalyKind::passage_undecided || kind == AnomalyKind::receipt_short) {
            resolve(id, how, "rule:inventory");
        }
    }
}

Result<Seq> Inventory::write(Event event, Written written) {
    const bool matters = !event.item.empty() || event.type == EventType::corrected;
    const bool touches_shelf =
        shelf_watch_ != nullptr && matters && (site_.around(event.from) || site_.around(event.to));
    const Event told = touches_shelf ? event : Event();
    const EventType type = event.type;
    const ItemId item = event.item;
    Result<Seq> seq = ledger_.write(std::move(event), std::move(written));
    if (seq && touches_shelf && told.item.empty()) {
        shelf_watch_->on_corrected(told);
    } else if (seq && touches_shelf) {
        shelf_watch_->on_item_moved(told);
    }
    if (!seq) {
        events_.report(Severity::error, "inventory",
                       "could not write " + std::string(to_string(type)) + " of " + item.str() +
                           ": " + seq.error().text);
    }
    return seq;
}

void Inventory::on_blind(const BlindData& blind) {
    if (ledger_.registers().blind().contains({blind.device, blind.antenna})) {
        return;  // The span that is open goes on, e.g. over a restart.
    }
    Event event;
    event.type = EventType::blind_began;
    event.by = "device:" + blind.device;
    event.data = encode(blind);
    static_cast<void>(write(std::move(event)));
}

void Inventory::on_sighted(const DeviceId& device, std::uint16_t antenna) {
    const auto& open = ledger_.registers().blind();
    const auto span = open.find({device.str(), antenna});
    if (span == open.end()) {
        return;
    }
    BlindData data = span->second.what;
    data.text.clear();
    Event event;
    event.type = EventType::blind_ended;
    event.by = "device:" + device.str();
    event.data = encode(data);
    static_cast<void>(write(std::move(event)));
}

}  // namespace tally
