// The `data` and `evidence` objects of ledger events: one struct a kind, canonical JSON both ways.
// Decoding is strict: an unknown key or a wrong type is `malformed`, with the key named.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"

namespace tally {

/// epoch_began: the last event that edge and bridge had in common, and why a new epoch was needed.
struct EpochData {
    std::uint64_t last_common_seq = 0;
    std::string why;
};

/// handed_over (the other edge receives) and received out of IN_TRANSIT (the other edge gave).
struct HandOverData {
    std::string edge;   ///< the other edge; empty: not known here, the bridge finds out
    std::string place;  ///< its place; may be empty likewise
    std::string item;   ///< the unit, where the event moves its quantity but not the unit itself
    std::string book_place;  ///< where the book had the item, if not where the evidence says
};

/// moved, received, departed: remarks on the movement; all may be empty.
struct MovementData {
    std::string book_place;  ///< where the book had the item, if not where the evidence says
    bool inferred = false;   ///< a pallet's child that was not read itself
    bool returned = false;   ///< came back from a customer

    [[nodiscard]] bool empty() const { return book_place.empty() && !inferred && !returned; }
};

/// sighted with cause asn: a unit that is here already, scanned against its advice.
struct ReceiptData {
    std::string sku, lot;
    bool damaged = false;
};

/// blind_began and blind_ended. `antenna` 0 is the whole device.
struct BlindData {
    std::string device;
    std::uint16_t antenna = 0;
    std::string cause;            ///< BlindCause by name
    std::int64_t since_t_ms = 0;  ///< last moment it was known to see
    std::string text;             ///< for a person; empty in blind_ended
};

/// anomaly_raised. The id of an anomaly is the reference of the event that raised it.
struct AnomalyData {
    std::string kind;       ///< AnomalyKind by name
    std::string place;      ///< where stock is unsure because of it; may be empty
    std::string device;     ///< may be empty
    std::string text;       ///< what happened and why, one sentence
    std::string next;       ///< what to do
    std::string gate = {};  ///< where goods should be held for it; may be empty
};

/// anomaly_resolved.
struct ResolutionData {
    std::string id;
    std::string how;
};

/// corrected.
struct CorrectionData {
    std::string reason;
    std::string second = {};  ///< the second person, where two must agree (a write-off)
};

/// counted. Quantities in thousandths.
struct CountData {
    std::uint64_t base_seq = 0;   ///< the event as of which the book is compared
    std::int64_t book_milli = 0;  ///< as of then
    std::int64_t counted_milli = 0;
    std::int64_t difference_milli = 0;
    std::string place;
    std::string reason;
    std::uint64_t round = 0;  ///< 1, 2 for the recount
    std::string sku;
};

/// command_refused.
struct RefusalData {
    std::string command;  ///< its type
    std::string reason;
    std::string next;
};

/// What the evidence of a gate says, in at most 512 bytes. Times are the box's monotonic clock
/// relative to the first read, so that they mean something without a synchronised clock.
struct GateEvidence {
    std::string device;
    std::string gate;
    std::uint16_t antenna = 0;  ///< of the strongest read; 0: not known
    std::optional<std::int32_t> rssi_cdbm;
    std::uint32_t n = 0;       ///< reads
    std::int64_t span_us = 0;  ///< from first to last read
    std::string direction;     ///< in, out, crossed_back, undecided; empty for a sighting
    std::string rule;          ///< which rule decided; empty for a sighting
    std::string why;           ///< in words, cut to fit
};

/// A tag at a place that a vehicle with a reader has stood at.
struct PlaceEvidence {
    std::string device;   ///< the reader
    std::string vehicle;  ///< that carries it
    std::string place;
    std::uint16_t antenna = 0;  ///< of the strongest read; 0: not known
    std::optional<std::int32_t> rssi_cdbm;
    std::uint32_t n = 0;       ///< reads there
    std::int64_t span_us = 0;  ///< from first to last read there
};

std::string encode(const EpochData& data);
std::string encode(const HandOverData& data);
std::string encode(const MovementData& data);  ///< empty text if there is nothing to remark
std::string encode(const ReceiptData& data);
std::string encode(const BlindData& data);
std::string encode(const AnomalyData& data);
std::string encode(const ResolutionData& data);
std::string encode(const CorrectionData& data);
std::string encode(const CountData& data);
std::string encode(const RefusalData& data);
std::string encode(const GateEvidence& evidence);
std::string encode(const PlaceEvidence& evidence);

Result<EpochData> decode_epoch_data(std::string_view json);
Result<HandOverData> decode_hand_over_data(std::string_view json);
Result<MovementData> decode_movement_data(std::string_view json);
Result<ReceiptData> decode_receipt_data(std::string_view json);
Result<BlindData> decode_blind_data(std::string_view json);
Result<AnomalyData> decode_anomaly_data(std::string_view json);
Result<ResolutionData> decode_resolution_data(std::string_view json);
Result<CorrectionData> decode_correction_data(std::string_view json);
Result<CountData> decode_count_data(std::string_view json);
Result<RefusalData> decode_refusal_data(std::string_view json);
Result<GateEvidence> decode_gate_evidence(std::string_view json);

}  // namespace tally
