#include "firmware/services/ledger/registers.hpp"

#include <algorithm>
#include <utility>

#include "firmware/messages/canonical_scan.hpp"
#include "firmware/messages/register_rows.hpp"

namespace tally {

namespace {

std::string device_key(const Registers::DeviceKey& key) {
    return key.first + "/" + std::to_string(key.second);
}

AnomalyRow to_row(const OpenAnomaly& anomaly) {
    return {anomaly.item, anomaly.t_ms, anomaly.what};
}

BlindRow to_row(const BlindSpan& span) {
    return {span.began_seq, span.ended_seq, span.until_t_ms, span.what};
}

std::string span_key(const BlindSpan& span) {
    return std::to_string(span.ended_seq);
}

StateRow row(const Event& event, std::string_view kind, std::string key, std::string value) {
    return {event.edge.str(), std::string(kind), std::move(key), std::move(value)};
}

}  // namespace

Result<void> Registers::apply(const Event& event, std::vector<StateRow>& changed) {
    TALLY_TRY(work_.apply(event, changed));
    TALLY_TRY(orders_.apply(event, changed));
    TALLY_TRY(signals_.apply(event, changed));
    TALLY_TRY(tags_.apply(event, changed));
    TALLY_TRY(fleet_.apply(event, changed));
    switch (event.type) {
        case EventType::anomaly_raised: {
            const std::string id = event_ref(event.edge, event.epoch, event.seq);
            TALLY_TRY_ASSIGN(AnomalyData what, decode_anomaly_data(event.data));
            OpenAnomaly anomaly{id, event.item.str(), event.t_ms, std::move(what)};
            changed.push_back(row(event, kAnomalyRows, id, encode_row(to_row(anomaly))));
            anomalies_.insert_or_assign(id, std::move(anomaly));
            return {};
        }
        case EventType::anomaly_resolved: {
            TALLY_TRY_ASSIGN(const ResolutionData done, decode_resolution_data(event.data));
            if (anomalies_.erase(done.id) > 0) {
                changed.push_back(row(event, kAnomalyRows, done.id, {}));
            }
            return {};
        }
        case EventType::blind_began:
        case EventType::blind_ended:
            return apply_blind(event, changed);
        case EventType::master_changed:
        case EventType::bound:
        case EventType::unpacked:
            return apply_master(event, changed);
        case EventType::received:
        case EventType::handed_over:
            note_hand_over(event, changed);
            return {};
        case EventType::epoch_began:
        case EventType::sighted:
        case EventType::moved:
        case EventType::departed:
        case EventType::counted:
        case EventType::corrected:
        case EventType::shelf_changed:
        case EventType::custody_changed:
        case EventType::reserved:
        case EventType::released:
        case EventType::command_refused:
        case EventType::task_changed:
        case EventType::tag_changed:
        case EventType::order_changed:
        case EventType::barrier_ordered:
        case EventType::fleet_ordered:
            return {};
    }
    return {};
}

void Registers::Recent::put(const std::string& key, std::uint64_t seq) {
    const auto [at, is_new] = seqs.try_emplace(key, seq);
    if (!is_new) {
        keys.erase(at->second);
        at->second = seq;
    }
    keys[seq] = key;
}

std::optional<std::string> Registers::Recent::drop_above(std::size_t most) {
    if (keys.size() <= most) {
        return std::nullopt;
    }
    std::string oldest = std::move(keys.begin()->second);
    keys.erase(keys.begin());
    seqs.erase(oldest);
    return oldest;
}

/// The second half of a hand-over names the first, an event of another edge, as its cause.
void Registers::note_hand_over(const Event& event, std::vector<StateRow>& changed) {
    const auto edge_end = event.cause.find(':');
    const auto epoch_end = event.cause.rfind(':');
    const bool is_event_ref = edge_end != epoch_end && event.cause.rfind("cmd:", 0) != 0;
    if (!is_event_ref || event.cause.compare(0, edge_end, event.edge.str()) == 0) {
        return;
    }
    const std::uint64_t seq = event.seq.value();
    paired_.put(event.cause, seq);
    changed.push_back(row(event, kPairedRows, event.cause, std::to_string(seq)));
    if (auto oldest = paired_.drop_above(kPairedMax)) {
        changed.push_back(row(event, kPairedRows, std::move(*oldest), {}));
    }
}

void Registers::note_unpacked(const Event& event, const std::string& sscc,
                              std::vector<StateRow>& changed) {
    const std::uint64_t seq = event.seq.value();
    unpacked_.put(sscc, seq);
    changed.push_back(row(event, kUnpackedRows, sscc, std::to_string(seq)));
    if (auto oldest = unpacked_.drop_above(kUnpackedMax)) {
        changed.push_back(row(event, kUnpackedRows, std::move(*oldest), {}));
    }
}

Result<void> Registers::apply_blind(const Event& event, std::vector<StateRow>& changed) {
    TALLY_TRY_ASSIGN(BlindData what, decode_blind_data(event.data));
    const DeviceKey key{what.device, what.antenna};
    if (event.type == EventType::blind_began) {
        BlindSpan span{std::move(what), event.seq.value(), 0, 0};
        changed.push_back(row(event, kBlindRows, device_key(key), encode_row(to_row(span))));
        blind_.insert_or_assign(key, std::move(span));
        return {};
    }
    const auto open = blind_.find(key);
    if (open == blind_.end()) {
        return {};  // Its beginning lies before a restore; nothing to end.
    }
    BlindSpan span = std::move(open->second);
    blind_.erase(open);
    span.ended_seq = event.seq.value();
    span.until_t_ms = event.t_ms;
    changed.push_back(row(event, kBlindRows, device_key(key), {}));
    auto& ended = ended_[key.first];
    ended.push_back(std::move(span));
    changed.push_back(
        row(event, kEndedBlindRows, span_key(ended.back()), encode_row(to_row(ended.back()))));
    if (ended.size() > kEndedSpansMax) {
        changed.push_back(row(event, kEndedBlindRows, span_key(ended.front()), {}));
        ended.pop_front();
    }
    return {};
}

Result<void> Registers::apply_master(const Event& event, std::vector<StateRow>& changed) {
    if (event.type == EventType::unpacked) {
        const std::string& unpacked = event.item.str();
        if (pallets_.contains(unpacked)) {
            drop_pallet(unpacked);
            changed.push_back(row(event, kPalletRows, unpacked, {}));
            note_unpacked(event, unpacked, changed);
        } else if (const auto child = pallet_by_child_.find(unpacked);
                   child != pallet_by_child_.end()) {
            PalletRecord& pallet = pallets_.at(child->second);
            const std::string sscc = pallet.sscc;
            std::erase(pallet.children, unpacked);
            pallet_by_child_.erase(child);
            const bool is_empty = pallet.children.empty();  // No record may hold such a pallet.
            changed.push_back(row(event, kPalletRows, sscc, is_empty ? "" : encode(pallet)));
            if (is_empty) {
                drop_pallet(sscc);
                note_unpacked(event, sscc, changed);
            }
        }
        return {};
    }
    TALLY_TRY_ASSIGN(const MasterRecord record, decode_master_record(event.data));
    put(record);
    if (const auto* binding = std::get_if<BindingRecord>(&record)) {
        changed.push_back(row(event, kBindingRows, binding->item, event.data));
        return {};  // Its history is the unit's own; millions of them need no count.
    }
    if (const auto* pallet = std::get_if<PalletRecord>(&record)) {
        changed.push_back(row(event, kPalletRows, pallet->sscc, event.data));
        work_.expect(event.edge.str(), *pallet, changed);
    }
    master_.add_rows(event.edge.str(), record, changed);
    return {};
}

void Registers::put(const MasterRecord& record) {
    put_units(record);
    master_.put(record);
    if (!std::holds_alternative<BindingRecord>(record)) {
        master_.count_version(key_of(record));
    }
}

void Registers::put_units(const MasterRecord& record) {
    if (const auto* binding = std::get_if<BindingRecord>(&record)) {
        bindings_[binding->item] = *binding;
    } else if (const auto* pallet = std::get_if<PalletRecord>(&record)) {
        drop_pallet(pallet->sscc);
        for (const std::string& child : pallet->children) {
            pallet_by_child_[child] = pallet->sscc;
        }
        pallets_[pallet->sscc] = *pallet;
    }
}

void Registers::drop_pallet(const std::string& sscc) {
    const auto found = pallets_.find(sscc);
    if (found == pallets_.end()) {
        return;
    }
    for (const std::string& child : found->second.children) {
        pallet_by_child_.erase(child);
    }
    pallets_.erase(found);
}

Result<void> Registers::load(const StateRow& stored) {
    if (stored.kind == kAnomalyRows) {
        TALLY_TRY_ASSIGN(AnomalyRow row, decode_anomaly_row(stored.value));
        anomalies_[stored.key] = OpenAnomaly{stored.key, row.item, row.t_ms, std::move(row.what)};
    } else if (stored.kind == kBlindRows || stored.kind == kEndedBlindRows) {
        TALLY_TRY_ASSIGN(BlindRow row, decode_blind_row(stored.value));
        BlindSpan span{std::move(row.what), row.began_seq, row.ended_seq, row.until_t_ms};
        if (stored.kind == kBlindRows) {
            const DeviceKey key{span.what.device, span.what.antenna};
            blind_[key] = std::move(span);
        } else {
            auto& ended = ended_[span.what.device];
            const auto at = std::upper_bound(
                ended.begin(), ended.end(), span,
                [](const auto& a, const auto& b) { return a.ended_seq < b.ended_seq; });
            ended.insert(at, std::move(span));
        }
    } else if (stored.kind == kBindingRows || stored.kind == kPalletRows) {
        TALLY_TRY_ASSIGN(const MasterRecord record, decode_master_record(stored.value));
        put_units(record);
    } else if (MasterBook::owns(stored.kind)) {
        return master_.load(stored);
    } else if (WorkBook::owns(stored.kind)) {
        return work_.load(stored);
    } else if (OrderBook::owns(stored.kind)) {
        return orders_.load(stored);
    } else if (SignalBook::owns(stored.kind)) {
        return signals_.load(stored);
    } else if (TagBook::owns(stored.kind)) {
        return tags_.load(stored);
    } else if (FleetBook::owns(stored.kind)) {
        return fleet_.load(stored);
    } else if (stored.kind == kUnpackedRows || stored.kind == kPairedRows) {
        canonical::Cursor cursor(stored.value);
        std::uint64_t seq = 0;
        if (!cursor.number(seq) || !cursor.at_end()) {
            return fail(ErrorKind::corrupt, "the stored row of " + stored.kind + " " + stored.key +
                                                " is not a number; restore the database from its "
                                                "backup");
        }
        (stored.kind == kUnpackedRows ? unpacked_ : paired_).put(stored.key, seq);
    }
    return {};
}

std::vector<const BindingRecord*> Registers::sorted_bindings() const {
    std::vector<const BindingRecord*> bindings;
    bindings.reserve(bindings_.size());
    for (const auto& [item, record] : bindings_) {
        bindings.push_back(&record);
    }
    std::sort(bindings.begin(), bindings.end(),
              [](const auto* a, const auto* b) { return a->item < b->item; });
    return bindings;
}

std::vector<StateRow> Registers::rows(const EdgeId& edge) const {
    std::vector<StateRow> all;
    const auto add = [&](std::string_view kind, const std::string& key, std::string value) {
        all.push_back({edge.str(), std::string(kind), key, std::move(value)});
    };
    for (const auto& [id, anomaly] : anomalies_) {
        add(kAnomalyRows, id, encode_row(to_row(anomaly)));
    }
    for (const auto& [key, span] : blind_) {
        add(kBlindRows, device_key(key), encode_row(to_row(span)));
    }
    for (const auto& [device, spans] : ended_) {
        for (const BlindSpan& span : spans) {
            add(kEndedBlindRows, span_key(span), encode_row(to_row(span)));
        }
    }
    master_.add_rows(edge.str(), all);
    work_.add_rows(edge.str(), all);
    orders_.add_rows(edge.str(), all);
    signals_.add_rows(edge.str(), all);
    tags_.add_rows(edge.str(), all);
    fleet_.add_rows(edge.str(), all);
    for (const BindingRecord* record : sorted_bindings()) {
        add(kBindingRows, record->item, encode(*record));
    }
    for (const auto& [sscc, record] : pallets_) {
        add(kPalletRows, sscc, encode(record));
    }
    for (const auto& [sscc, seq] : unpacked_.seqs) {
        add(kUnpackedRows, sscc, std::to_string(seq));
    }
    for (const auto& [ref, seq] : paired_.seqs) {
        add(kPairedRows, ref, std::to_string(seq));
    }
    return all;
}

std::vector<std::string> Registers::anomalies_of(const std::string& item) const {
    std::vector<const OpenAnomaly*> found;
    for (const auto& [id, anomaly] : anomalies_) {
        if (anomaly.item == item) {
            found.push_back(&anomaly);
        }
    }
    std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
        return std::pair(a->t_ms, a->id) < std::pair(b->t_ms, b->id);
    });
    std::vector<std::string> ids;
    for (const OpenAnomaly* anomaly : found) {
        ids.push_back(anomaly->id);
    }
    return ids;
}

std::optional<BlindSpan> Registers::blind_since(const std::string& device, Seq seq) const {
    for (const auto& [key, span] : blind_) {
        if (key.first == device) {
            return span;
        }
    }
    const auto ended = ended_.find(device);
    if (ended == ended_.end() || ended->second.empty() ||
        ended->second.back().ended_seq <= seq.value()) {
        return std::nullopt;
    }
    return ended->second.back();
}

const BindingRecord* Registers::binding(const std::string& item) const {
    const auto found = bindings_.find(item);
    return found == bindings_.end() ? nullptr : &found->second;
}

const PalletRecord* Registers::pallet(const std::string& sscc) const {
    const auto found = pallets_.find(sscc);
    return found == pallets_.end() ? nullptr : &found->second;
}

const PalletRecord* Registers::pallet_of(const std::string& item) const {
    const auto found = pallet_by_child_.find(item);
    return found == pallet_by_child_.end() ? nullptr : pallet(found->second);
}

std::string Registers::advice_awaiting(const std::string& item, const std::string& sku) const {
    const ReceiptBook& receipts = work_.receipts();
    if (receipts.expected_units().contains(item)) {
        return {};
    }
    std::string found;
    for (const auto& [asn, record] : master_.asns()) {
        std::int64_t awaited = 0;
        for (const AsnLine& line : record.lines) {
            awaited += line.sku == sku ? line.qty_milli : 0;
        }
        if (awaited == 0 || receipts.is_closed(asn)) {
            continue;
        }
        for (auto at = receipts.received().lower_bound({asn, {sku, {}}});
             at != receipts.received().end() && at->first.first == asn &&
             at->first.second.first == sku;
             ++at) {
            awaited -= at->second.good_milli + at->second.damaged_milli;
        }
        if (awaited <= 0) {
            continue;
        }
        if (!found.empty()) {
            return {};
        }
        found = asn;
    }
    return found;
}

std::vector<MasterVersion> Registers::master_records(std::string_view kind) const {
    std::vector<MasterVersion> found;
    const auto add = [&](std::string_view of_kind, const auto& map) {
        for (const auto& [key, known] : map) {
            if (kind == of_kind) {
                MasterRecord record(known);
                const std::uint64_t version = master_.version_of(key_of(record));
                found.push_back({std::move(record), version});
            }
        }
    };
    add("item", master_.skus());
    add("lot", master_.lots());
    add("alias", master_.aliases());
    add("plan", master_.plan());
    add("asn", master_.asns());
    add("pallet", pallets_);
    if (kind == "binding") {
        for (const BindingRecord* binding : sorted_bindings()) {
            found.push_back({*binding, 0});
        }
    }
    return found;
}

Result<Registers::MasterEffect> Registers::judge_pallet(const PalletRecord& wanted) const {
    for (const std::string& child : wanted.children) {
        const PalletRecord* other = pallet_of(child);
        if (other != nullptr && other->sscc != wanted.sscc) {
            return fail(ErrorKind::conflict, "unit " + child + " already belongs to pallet " +
                                                 other->sscc +
                                                 "; a unit is on one pallet: unpack "
                                                 "that one or correct the record");
        }
    }
    const PalletRecord* old = pallet(wanted.sscc);
    return old != nullptr && *old == wanted ? MasterEffect::none : MasterEffect::changes;
}

Result<void> Registers::check_version(const MasterRow& row) const {
    const std::uint64_t version = master_.version_of(key_of(row.record));
    if (row.version == 0 || row.version == version) {
        return {};
    }
    if (const auto effect = judge(row.record); effect && *effect == MasterEffect::none) {
        return {};
    }
    return fail(ErrorKind::conflict,
                key_of(row.record) + " is at version " + std::to_string(version) +
                    ", the file was made from version " + std::to_string(row.version) +
                    "; export it again and repeat the change");
}

Result<Registers::MasterEffect> Registers::judge(const MasterRecord& record) const {
    if (const auto* wanted = std::get_if<BindingRecord>(&record)) {
        if (sku(wanted->sku) == nullptr) {
            return fail(ErrorKind::conflict, "unit " + wanted->item + " is bound to SKU " +
                                                 wanted->sku +
                                                 ", which is not known; import the "
                                                 "item record first");
        }
        const BindingRecord* old = binding(wanted->item);
        return old != nullptr && *old == *wanted ? MasterEffect::none : MasterEffect::changes;
    }
    if (const auto* wanted = std::get_if<PalletRecord>(&record)) {
        return judge_pallet(*wanted);
    }
    TALLY_TRY(master_.judge(record));
    return master_.standing(record) == encode(record) ? MasterEffect::none : MasterEffect::changes;
}

}  // namespace tally
