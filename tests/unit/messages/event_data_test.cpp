// The `data` and `evidence` of ledger events, each kind both ways.
#include "firmware/messages/event_data.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "firmware/domain/ledger/event.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/hand_over.hpp"
#include "firmware/messages/hand_over_row.hpp"
#include "firmware/messages/register_rows.hpp"

using namespace tally;

namespace {

using Recode = std::function<Result<std::string>(std::string_view)>;

template <typename T>
Recode recode(Result<T> (*decode)(std::string_view)) {
    return [decode](std::string_view json) -> Result<std::string> {
        TALLY_TRY_ASSIGN(const T value, decode(json));
        if constexpr (requires { encode_row(value); }) {
            return encode_row(value);
        } else {
            return encode(value);
        }
    };
}

struct Kind {
    const char* name;
    std::string full;        ///< every key set
    std::string least;       ///< only what must be there
    const char* number_key;  ///< a key of `full` that holds no text, or null
    const char* text_key;    ///< a key of `full` that holds text
    Recode recode;
};

const HandOverNotice kNotice{
    "shop:1:9", "3034257BF7194E4000001A85", "tea", "L1", "free", "good", "31AA", "shop", "dock"};
const AnomalyData kAnomaly{"missed_passage", "dock", "g1", "went where it was not", "look"};
const BlindData kBlind{"g1", 3, "offline", 17, "no answer"};

std::vector<Kind> kinds() {
    HandOverNotice bare = kNotice;
    bare.parent.clear();
    return {
        {"epoch", encode(EpochData{7, "restored"}), encode(EpochData{0, ""}), "last_common_seq",
         "why", recode(&decode_epoch_data)},
        {"hand-over", encode(HandOverData{"shop", "till", "30AA", "dock"}), "{}", nullptr, "edge",
         recode(&decode_hand_over_data)},
        {"movement", encode(MovementData{"dock", true, true}), "", "inferred", "book_place",
         recode(&decode_movement_data)},
        {"receipt", encode(ReceiptData{"tea", "L1", true}), encode(ReceiptData{"", "", false}),
         "damaged", "lot", recode(&decode_receipt_data)},
        {"count", encode(CountData{7, 9'000, 8'000, -1'000, "dock", "cycle", 2, "tea"}),
         encode(CountData{}), "base_seq", "place", recode(&decode_count_data)},
        {"blind", encode(kBlind), encode(BlindData{"g1", 0, "offline", 0, ""}), "antenna", "device",
         recode(&decode_blind_data)},
        {"anomaly", encode(kAnomaly), encode(AnomalyData{"item_twice", "", "", "t", "n"}), nullptr,
         "device", recode(&decode_anomaly_data)},
        {"resolution", encode(ResolutionData{"back:1:2", "found"}), encode(ResolutionData{}),
         nullptr, "how", recode(&decode_resolution_data)},
        {"correction", encode(CorrectionData{"盘点"}), encode(CorrectionData{}), nullptr, "reason",
         recode(&decode_correction_data)},
        {"refusal", encode(RefusalData{"expect", "no such place", "compare"}),
         encode(RefusalData{}), nullptr, "command", recode(&decode_refusal_data)},
        {"evidence",
         encode(GateEvidence{"g1", "dock-door", 2, -5450, 40, 1'500'000, "in", "eyes", "clear"}),
         encode(GateEvidence{"g1", "dock-door", 0, {}, 0, 0, "", "", ""}), "rssi_cdbm", "device",
         recode(&decode_gate_evidence)},
        {"notice", encode(kNotice), encode(bare), nullptr, "custody",
         recode(&decode_hand_over_notice)},
        {"hand-over row", encode_row(HandOverRow{true, "back", "bridge:1:4", kNotice}),
         encode_row(HandOverRow{false, "", "", bare}), "received_first", "anomaly",
         recode(&decode_hand_over_row)},
        {"anomaly row", encode_row(AnomalyRow{"30AA", 5, kAnomaly}),
         encode_row(AnomalyRow{"", 0, kAnomaly}), "t_ms", "item", recode(&decode_anomaly_row)},
        {"blind row", encode_row(BlindRow{4, 9, 12, kBlind}), encode_row(BlindRow{0, 0, 0, kBlind}),
         "began_seq", nullptr, recode(&decode_blind_row)},
    };
}

/// Replaces the value of the first member `key` of a canonical object that is a scalar.
std::string with_value(const std::string& json, const std::string& key, const std::string& value) {
    const std::string name = "\"" + key + "\":";
    const std::size_t at = json.find(name) + name.size();
    const std::size_t end =
        json[at] == '"' ? json.find('"', at + 1) + 1 : json.find_first_of(",}", at);
    return json.substr(0, at) + value + json.substr(end);
}

}  // namespace

TEST_CASE("every kind of data has one canonical text that comes back") {
    for (const Kind& kind : kinds()) {
        INFO(kind.name);
        for (const std::string& text : {kind.full, kind.least}) {
            INFO(text);
            CHECK((text.empty() || is_canonical_object(text)));
            const auto again = kind.recode(text);
            REQUIRE(again);
            CHECK(*again == text);
        }
        CHECK(kind.full.size() > kind.least.size());
    }
}

TEST_CASE("an unknown key and a wrong type are refused, and the key is named") {
    for (const Kind& kind : kinds()) {
        INFO(kind.name);
        const auto extra = kind.recode("{\"aaa\":1," + kind.full.substr(1));
        REQUIRE_FALSE(extra);
        CHECK(extra.error().kind == ErrorKind::malformed);
        CHECK(extra.error().text.find("aaa") != std::string::npos);
        if (kind.number_key != nullptr) {
            const auto text = kind.recode(with_value(kind.full, kind.number_key, "\"x\""));
            REQUIRE_FALSE(text);
            CHECK(text.error().text.find(kind.number_key) != std::string::npos);
        }
        if (kind.text_key != nullptr) {
            const auto number = kind.recode(with_value(kind.full, kind.text_key, "5"));
            REQUIRE_FALSE(number);
            CHECK(number.error().text.find(kind.text_key) != std::string::npos);
        }
    }
}

TEST_CASE("a key that must be there and is not is named") {
    for (const Kind& kind : kinds()) {
        INFO(kind.name);
        const bool all_optional = kind.recode("{}").has_value();
        CHECK(all_optional == (kind.least.size() <= 2));
    }
    const auto refused = decode_hand_over_notice(R"({"custody":"free"})");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().text.find("edge") != std::string::npos);
}

TEST_CASE("numbers that do not fit their field are refused, not cut") {
    const std::string evidence =
        encode(GateEvidence{"g1", "dock", 2, -5450, 40, 1'500'000, "", "", ""});
    for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{
             {"n", "4294967296"}, {"rssi_cdbm", "-2147483649"}, {"antenna", "65536"}}) {
        INFO(key);
        const auto refused = decode_gate_evidence(with_value(evidence, key, value));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().text.find(key) != std::string::npos);
    }
    CHECK_FALSE(decode_blind_data(with_value(encode(kBlind), "antenna", "65536")));
}

TEST_CASE("evidence fits the ledger whatever the explanation says, cut between characters") {
    GateEvidence evidence{
        std::string(64, 'd'), std::string(64, 'g'), 65535,      -5450, 4'294'967'295,
        kCanonicalIntMax,     "crossed_back",       "antennas", {}};
    std::string cjk;
    std::string control;
    for (int i = 0; i < 400; ++i) {
        cjk += "门";
        control += '\x01';
    }
    const std::vector<std::string> explanations = {
        std::string(600, 'x'),    std::string(600, '"'),  cjk, "x" + cjk, "xx" + cjk, control,
        std::string(600, '\xE9'), "ends in half \xE9\x97"};
    for (const std::string& why : explanations) {
        evidence.why = why;
        const std::string text = encode(evidence);
        CHECK(text.size() <= Event::kEvidenceBytesMax);
        REQUIRE(is_canonical_object(text));
        const auto back = decode_gate_evidence(text);
        REQUIRE(back);
        CHECK(back->n == evidence.n);
        if (why == cjk) {
            CHECK(back->why.size() % 3 == 0);
            CHECK(cjk.starts_with(back->why));
            CHECK(text.size() > Event::kEvidenceBytesMax - 3);
        }
    }
    evidence.why = "eyes said in; 12 reads outer, 9 inner";
    CHECK(decode_gate_evidence(encode(evidence))->why == evidence.why);
}
