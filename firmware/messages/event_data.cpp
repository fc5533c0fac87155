#include "firmware/messages/event_data.hpp"

#include <algorithm>

#include "firmware/base/plain_text.hpp"
#include "firmware/domain/ledger/event.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"

namespace tally {

namespace {

constexpr std::size_t kUsualEvidenceBytes = 256;

/// `true` or left out; false is never written, so that one fact has one text.
void flag(CanonicalWriter& writer, std::string_view name, bool value) {
    if (value) {
        writer.key(name).boolean(true);
    }
}

/// The longest beginning of `text`, in whole characters, whose JSON text without its quotation
/// marks takes at most `room` bytes.
std::string_view cut_to_fit(std::string_view text, std::size_t room) {
    std::size_t taken = std::min(plain_prefix(text), room);  // one byte each: as a rule, all
    room -= taken;
    while (taken < text.size()) {
        std::size_t next = taken + 1;
        while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0U) == 0x80U) {
            ++next;
        }
        std::string written;
        append_canonical_text(written, text.substr(taken, next - taken));
        if (written.size() - 2 > room) {
            break;
        }
        room -= written.size() - 2;
        taken = next;
    }
    return text.substr(0, taken);
}

/// An antenna by its number; 0 is none, which is said by leaving it out.
std::uint16_t read_antenna(ObjectReader& reader) {
    std::uint64_t antenna = 0;
    if (reader.optional_number("antenna", antenna) && (antenna == 0 || antenna > UINT16_MAX)) {
        reader.refuse("antenna", "a number from 1 to 65535");
        return 0;
    }
    return static_cast<std::uint16_t>(antenna);
}

}  // namespace

std::string encode(const EpochData& data) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object().key("last_common_seq").number(data.last_common_seq);
    writer.key("why").text(data.why).end_object();
    return out;
}

Result<EpochData> decode_epoch_data(std::string_view json) {
    EpochData data;
    ObjectReader reader(json, "data of epoch_began");
    reader.number("last_common_seq", data.last_common_seq);
    reader.text("why", data.why);
    TALLY_TRY(reader.finish());
    return data;
}

std::string encode(const HandOverData& data) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object().optional_text("book_place", data.book_place);
    writer.optional_text("edge", data.edge).optional_text("item", data.item);
    writer.optional_text("place", data.place).end_object();
    return out;
}

Result<HandOverData> decode_hand_over_data(std::string_view json) {
    HandOverData data;
    ObjectReader reader(json, "data of a hand-over");
    reader.optional_text("book_place", data.book_place);
    reader.optional_text("edge", data.edge);
    reader.optional_text("item", data.item);
    reader.optional_text("place", data.place);
    TALLY_TRY(reader.finish());
    return data;
}

std::string encode(const MovementData& data) {
    std::string out;
    if (data.empty()) {
        return out;
    }
    CanonicalWriter writer(out);
    writer.begin_object().optional_text("book_place", data.book_place);
    flag(writer, "inferred", data.inferred);
    flag(writer, "returned", data.returned);
    writer.end_object();
    return out;
}

Result<MovementData> decode_movement_data(std::string_view json) {
    MovementData data;
    if (json.empty()) {
        return data;
    }
    ObjectReader reader(json, "data of a movement");
    reader.optional_text("book_place", data.book_place);
    reader.optional_boolean("inferred", data.inferred);
    reader.optional_boolean("returned", data.returned);
    TALLY_TRY(reader.finish());
    return data;
}

std::string encode(const ReceiptData& data) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object();
    flag(writer, "damaged", data.damaged);
    writer.key("lot").text(data.lot).key("sku").text(data.sku).end_object();
    return out;
}

Result<ReceiptData> decode_receipt_data(std::string_view json) {
    ReceiptData data;
    ObjectReader reader(json, "data of a receipt");
    reader.optional_boolean("damaged", data.damaged);
    reader.text("lot", data.lot);
    reader.text("sku", data.sku);
    TALLY_TRY(reader.finish());
    return data;
}

std::string encode(const BlindData& data) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object();
    if (data.antenna != 0) {
        writer.key("antenna").integer(data.antenna);
    }
    writer.key("cause").text(data.cause).key("device").text(data.device);
    writer.key("since_t_ms").integer(data.since_t_ms).optional_text("text", data.text);
    writer.end_object();
    return out;
}

Result<BlindData> decode_blind_data(std::string_view json) {
    BlindData data;
    ObjectReader reader(json, "data of a blind span");
    data.antenna = read_antenna(reader);
    reader.text("cause", data.cause);
    reader.text("device", data.device);
    reader.integer("since_t_ms", data.since_t_ms);
    reader.optional_text("text", data.text);
    TALLY_TRY(reader.finish());
    return data;
}

std::string encode(const AnomalyData& data) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object().optional_text("device", data.device);
    writer.optional_text("gate", data.gate).key("kind").text(data.kind);
    writer.key("next").text(data.next).optional_text("place", data.place);
    writer.key("text").text(data.text).end_object();
    return out;
}

Result<AnomalyData> decode_anomaly_data(std::string_view json) {
    AnomalyData data;
    ObjectReader reader(json, "data of anomaly_raised");
    reader.optional_text("device", data.device);
    reader.optional_text("gate", data.gate);
    reader.text("kind", data.kind);
    reader.text("next", data.next);
    reader.optional_text("place", data.place);
    reader.text("text", data.text);
    TALLY_TRY(reader.finish());
    return data;
}

std::string encode(const ResolutionData& data) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object().key("how").text(data.how).key("id").text(data.id).end_object();
    return out;
}

Result<ResolutionData> decode_resolution_data(std::string_view json) {
    ResolutionData data;
    ObjectReader reader(json, "data of anomaly_resolved");
    reader.text("how", data.how);
    reader.text("id", data.id);
    TALLY_TRY(reader.finish());
    return data;
}

std::string encode(const CorrectionData& data) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object().key("reason").text(data.reason);
    writer.optional_text("second", data.second).end_object();
    return out;
}

Result<CorrectionData> decode_correction_data(std::string_view json) {
    CorrectionData data;
    ObjectReader reader(json, "data of corrected");
    reader.text("reason", data.reason);
    reader.optional_text("second", data.second);
    TALLY_TRY(reader.finish());
    return data;
}

std::string encode(const CountData& data) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object().key("base_seq").number(data.base_seq);
    writer.key("book_milli").integer(data.book_milli);
    writer.key("counted_milli").integer(data.counted_milli);
    writer.key("difference_milli").integer(data.difference_milli);
    writer.key("place").text(data.place).key("reason").text(data.reason);
    writer.key("round").number(data.round).key("sku").text(data.sku).end_object();
    return out;
}

Result<CountData> decode_count_data(std::string_view json) {
    CountData data;
    ObjectReader reader(json, "data of counted");
    reader.number("base_seq", data.base_seq);
    reader.integer("book_milli", data.book_milli);
    reader.integer("counted_milli", data.counted_milli);
    reader.integer("difference_milli", data.difference_milli);
    reader.text("place", data.place);
    reader.text("reason", data.reason);
    reader.number("round", data.round);
    reader.text("sku", data.sku);
    TALLY_TRY(reader.finish());
    return data;
}

std::string encode(const RefusalData& data) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object().key("command").text(data.command).key("next").text(data.next);
    writer.key("reason").text(data.reason).end_object();
    return out;
}

Result<RefusalData> decode_refusal_data(std::string_view json) {
    RefusalData data;
    ObjectReader reader(json, "data of command_refused");
    reader.text("command", data.command);
    reader.text("next", data.next);
    reader.text("reason", data.reason);
    TALLY_TRY(reader.finish());
    return data;
}

std::string encode(const GateEvidence& evidence) {
    std::string out;
    out.reserve(kUsualEvidenceBytes);
    CanonicalWriter writer(out);
    writer.begin_object();
    if (evidence.antenna != 0) {
        writer.key("antenna").integer(evidence.antenna);
    }
    writer.key("device").text(evidence.device).optional_text("direction", evidence.direction);
    writer.key("gate").text(evidence.gate).key("n").integer(evidence.n);
    if (evidence.rssi_cdbm) {
        writer.key("rssi_cdbm").integer(*evidence.rssi_cdbm);
    }
    writer.optional_text("rule", evidence.rule).key("span_us").integer(evidence.span_us);
    // Everything but `why` fits; the explanation gives way to the bound of the ledger.
    static constexpr std::string_view kAroundWhy = R"(,"why":"}")";
    const std::size_t room = Event::kEvidenceBytesMax -
                             std::min(Event::kEvidenceBytesMax, out.size() + kAroundWhy.size());
    writer.optional_text("why", cut_to_fit(evidence.why, room));
    writer.end_object();
    return out;
}

std::string encode(const PlaceEvidence& evidence) {
    std::string out;
    out.reserve(kUsualEvidenceBytes);
    CanonicalWriter writer(out);
    writer.begin_object();
    if (evidence.antenna != 0) {
        writer.key("antenna").integer(evidence.antenna);
    }
    writer.key("device").text(evidence.device).key("n").integer(evidence.n);
    writer.key("place").text(evidence.place);
    if (evidence.rssi_cdbm) {
        writer.key("rssi_cdbm").integer(*evidence.rssi_cdbm);
    }
    writer.key("span_us").integer(evidence.span_us);
    writer.key("vehicle").text(evidence.vehicle).end_object();
    return out;
}

Result<GateEvidence> decode_gate_evidence(std::string_view json) {
    GateEvidence evidence;
    std::uint64_t n = 0;
    std::int64_t rssi = 0;
    ObjectReader reader(json, "evidence of a gate");
    evidence.antenna = read_antenna(reader);
    reader.text("device", evidence.device);
    reader.optional_text("direction", evidence.direction);
    reader.text("gate", evidence.gate);
    reader.number("n", n);
    if (n > UINT32_MAX) {
        reader.refuse("n", "a number of reads below 2^32");
    }
    evidence.n = static_cast<std::uint32_t>(n);
    if (reader.optional_integer("rssi_cdbm", rssi)) {
        if (rssi < INT32_MIN || rssi > INT32_MAX) {
            reader.refuse("rssi_cdbm", "a strength in hundredths of a dBm");
        }
        evidence.rssi_cdbm = static_cast<std::int32_t>(rssi);
    }
    reader.optional_text("rule", evidence.rule);
    reader.integer("span_us", evidence.span_us);
    reader.optional_text("why", evidence.why);
    TALLY_TRY(reader.finish());
    return evidence;
}

}  // namespace tally
