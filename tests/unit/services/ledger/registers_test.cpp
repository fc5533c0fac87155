// The registers: anomalies, blind spans and master data as folds of the ledger.
#include "firmware/services/ledger/registers.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "firmware/messages/register_rows.hpp"

using namespace tally;

namespace {

const std::string kPallet = "3114257BF71952D3C0000000";
const std::string kPallet2 = "3114257BF71952D3C1000000";

std::string unit(int n) {
    return "3034257BF7194E400000" + std::to_string(1000 + n);
}

/// Registers and the rows a store would hold after the same events.
struct Bench {
    Registers registers;
    std::map<std::pair<std::string, std::string>, std::string> stored;
    std::uint64_t seq = 0;
    std::vector<StateRow> last;

    Result<void> apply(EventType type, std::string data, std::string item = {}) {
        Event event;
        event.edge = EdgeId("back");
        event.epoch = Epoch(1);
        event.seq = Seq(++seq);
        event.t_ms = static_cast<std::int64_t>(1'000 + seq);
        event.type = type;
        event.item = ItemId(std::move(item));
        event.by = "rule:test";
        event.data = std::move(data);
        last.clear();
        Result<void> applied = registers.apply(event, last);
        for (const StateRow& row : last) {
            CHECK(row.edge == "back");
            if (row.value.empty()) {
                stored.erase({row.kind, row.key});
            } else {
                stored[{row.kind, row.key}] = row.value;
            }
        }
        return applied;
    }
    Result<void> master(const MasterRecord& record) {
        const auto* binding = std::get_if<BindingRecord>(&record);
        return apply(binding != nullptr ? EventType::bound : EventType::master_changed,
                     encode(record), binding != nullptr ? binding->item : "");
    }
    void raise(const std::string& item) {
        REQUIRE(apply(EventType::anomaly_raised,
                      encode(AnomalyData{"missed_passage", "dock", "", "t", "n"}), item));
    }
    void blind(EventType type, const std::string& device, std::uint16_t antenna = 0) {
        REQUIRE(apply(type, encode(BlindData{device, antenna, "offline", 5, ""})));
    }

    /// The stored rows are exactly rows(), and registers made of them are the same.
    void check_stored() const {
        std::map<std::pair<std::string, std::string>, std::string> rows;
        Registers loaded;
        for (const StateRow& row : registers.rows(EdgeId("back"))) {
            rows[{row.kind, row.key}] = row.value;
        }
        REQUIRE(rows == stored);
        for (const auto& [key, value] : stored) {
            REQUIRE(loaded.load({"back", key.first, key.second, value}));
        }
        std::vector<std::string> again;
        std::vector<std::string> here;
        for (const StateRow& row : loaded.rows(EdgeId("back"))) {
            again.push_back(row.kind + row.key + row.value);
        }
        for (const StateRow& row : registers.rows(EdgeId("back"))) {
            here.push_back(row.kind + row.key + row.value);
        }
        REQUIRE(again == here);
    }
};

}  // namespace

TEST_CASE("an anomaly is open from its event until it is resolved") {
    Bench bench;
    bench.raise("a");
    bench.raise("b");
    bench.raise("a");
    CHECK(bench.registers.anomalies().size() == 3);
    CHECK(bench.registers.anomalies_of("a") == std::vector<std::string>{"back:1:1", "back:1:3"});
    CHECK(bench.registers.anomalies().at("back:1:2").what.kind == "missed_passage");
    CHECK(bench.registers.anomalies().at("back:1:2").t_ms == 1'002);
    bench.check_stored();
    REQUIRE(bench.apply(EventType::anomaly_resolved, encode(ResolutionData{"back:1:1", "seen"})));
    CHECK(bench.registers.anomalies_of("a") == std::vector<std::string>{"back:1:3"});
    REQUIRE(bench.apply(EventType::anomaly_resolved, encode(ResolutionData{"back:9:9", "seen"})));
    CHECK(bench.last.empty());
    bench.check_stored();
}

TEST_CASE("a blind span lasts from its event to its end, each antenna for itself") {
    Bench bench;
    bench.blind(EventType::blind_began, "g1");
    bench.blind(EventType::blind_began, "g1", 2);
    CHECK(bench.registers.blind().size() == 2);
    bench.blind(EventType::blind_ended, "g1", 2);
    REQUIRE(bench.registers.blind().size() == 1);
    CHECK(bench.registers.blind().begin()->first == Registers::DeviceKey{"g1", 0});
    const auto& ended = bench.registers.ended_spans().at("g1");
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].began_seq == 2);
    CHECK(ended[0].ended_seq == 3);
    CHECK(ended[0].until_t_ms == 1'003);
    bench.blind(EventType::blind_ended, "g2");
    CHECK(bench.last.empty());
    bench.check_stored();
}

TEST_CASE("blind_since names the newest span that lasts or ended after an event") {
    Bench bench;
    bench.blind(EventType::blind_began, "g1");  // 1
    bench.blind(EventType::blind_ended, "g1");  // 2
    bench.raise("x");                           // 3
    CHECK(bench.registers.blind_since("g1", Seq(0))->ended_seq == 2);
    CHECK(bench.registers.blind_since("g1", Seq(1))->ended_seq == 2);
    CHECK_FALSE(bench.registers.blind_since("g1", Seq(2)));
    CHECK_FALSE(bench.registers.blind_since("g2", Seq(0)));
    bench.blind(EventType::blind_began, "g1", 4);  // 4
    CHECK(bench.registers.blind_since("g1", Seq(1'000))->began_seq == 4);
}

TEST_CASE("only the newest ended spans of a device are kept, in memory and in the store") {
    Bench bench;
    for (int i = 0; i < 70; ++i) {
        bench.blind(EventType::blind_began, "g1");
        bench.blind(EventType::blind_ended, "g1");
    }
    const auto& ended = bench.registers.ended_spans().at("g1");
    REQUIRE(ended.size() == Registers::kEndedSpansMax);
    CHECK(ended.back().ended_seq == 140);
    CHECK(ended.front().ended_seq == 14);
    bench.check_stored();
}

TEST_CASE("data that is not what its type asks for is refused and changes nothing") {
    for (const EventType type :
         {EventType::anomaly_raised, EventType::anomaly_resolved, EventType::blind_began,
          EventType::blind_ended, EventType::master_changed, EventType::bound, EventType::reserved,
          EventType::released, EventType::order_changed, EventType::fleet_ordered}) {
        INFO(to_string(type));
        Bench bench;
        const Result<void> refused = bench.apply(type, "{}");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::malformed);
        CHECK(bench.last.empty());
        CHECK(bench.registers.rows(EdgeId("back")).empty());
    }
}

TEST_CASE("events of other types leave the registers alone") {
    Bench bench;
    bench.raise("a");
    for (int type = 0; type < 20; ++type) {
        const auto event = static_cast<EventType>(type);
        const std::set<EventType> touching = {
            EventType::anomaly_raised, EventType::anomaly_resolved, EventType::blind_began,
            EventType::blind_ended,    EventType::master_changed,   EventType::bound,
            EventType::reserved,       EventType::released};
        if (!touching.contains(event)) {
            INFO(to_string(event));
            CHECK(bench.apply(event, "", "a"));
            CHECK(bench.last.empty());
        }
    }
    bench.check_stored();
}

TEST_CASE("master data is found by SKU, by GTIN, by unit and by pallet") {
    Bench bench;
    REQUIRE(bench.master(ItemRecord{"tea", "80614141123458", "Tea", Tracking::by_item, 5}));
    REQUIRE(bench.master(BindingRecord{unit(1), "tea", "L1"}));
    REQUIRE(bench.master(PalletRecord{kPallet, {unit(1), unit(2)}}));
    CHECK(bench.registers.sku("tea")->name == "Tea");
    CHECK(bench.registers.sku_of_gtin("80614141123458")->sku == "tea");
    CHECK(bench.registers.binding(unit(1))->lot == "L1");
    CHECK(bench.registers.pallet(kPallet)->children.size() == 2);
    CHECK(bench.registers.pallet_of(unit(2))->sscc == kPallet);
    CHECK(bench.registers.pallet_of(unit(3)) == nullptr);
    CHECK(bench.registers.binding(unit(3)) == nullptr);
    bench.check_stored();

    REQUIRE(bench.master(ItemRecord{"tea", "04006381333931", "Tea", Tracking::by_item, 5}));
    CHECK(bench.registers.sku_of_gtin("80614141123458") == nullptr);
    CHECK(bench.registers.sku_of_gtin("04006381333931")->sku == "tea");
    REQUIRE(bench.master(PalletRecord{kPallet, {unit(2), unit(3)}}));
    CHECK(bench.registers.pallet_of(unit(1)) == nullptr);
    CHECK(bench.registers.pallet_of(unit(3))->sscc == kPallet);
    bench.check_stored();
}

TEST_CASE("unpacking ends a pallet, or takes one child from it; an emptied pallet is gone") {
    Bench bench;
    REQUIRE(bench.master(PalletRecord{kPallet, {unit(1), unit(2)}}));
    REQUIRE(bench.master(PalletRecord{kPallet2, {unit(3)}}));
    REQUIRE(bench.apply(EventType::unpacked, "", unit(1)));
    CHECK(bench.registers.pallet(kPallet)->children == std::vector<std::string>{unit(2)});
    CHECK(bench.registers.pallet_of(unit(1)) == nullptr);
    bench.check_stored();
    REQUIRE(bench.apply(EventType::unpacked, "", unit(2)));
    CHECK(bench.registers.pallet(kPallet) == nullptr);
    bench.check_stored();
    REQUIRE(bench.apply(EventType::unpacked, "", kPallet2));
    CHECK(bench.registers.pallet(kPallet2) == nullptr);
    CHECK(bench.registers.pallet_of(unit(3)) == nullptr);
    // Their labels may still be read, and mean nothing; how often they were announced stays known.
    CHECK(bench.stored.size() == 4);
    CHECK(bench.registers.was_unpacked(kPallet));
    CHECK(bench.registers.was_unpacked(kPallet2));
    REQUIRE(bench.apply(EventType::unpacked, "", unit(9)));
    CHECK(bench.last.empty());
}

TEST_CASE("a record is judged before it is written: one item one code, one unit one pallet") {
    using Effect = Registers::MasterEffect;
    Bench bench;
    const ItemRecord tea{"tea", "80614141123458", "Tea", Tracking::by_item, 5};
    REQUIRE(bench.master(tea));
    REQUIRE(bench.master(BindingRecord{unit(1), "tea", "L1"}));
    REQUIRE(bench.master(PalletRecord{kPallet, {unit(1), unit(2)}}));
    const Registers& registers = bench.registers;
    CHECK(registers.judge(tea).value() == Effect::none);
    ItemRecord heavier = tea;
    heavier.unit_mg = 6;
    CHECK(registers.judge(heavier).value() == Effect::changes);
    CHECK(registers.judge(ItemRecord{"rug", "", "Rug", Tracking::by_item, 0}).value() ==
          Effect::changes);
    CHECK(registers.judge(BindingRecord{unit(1), "tea", "L1"}).value() == Effect::none);
    CHECK(registers.judge(BindingRecord{unit(1), "tea", "L2"}).value() == Effect::changes);
    CHECK(registers.judge(PalletRecord{kPallet, {unit(1), unit(2)}}).value() == Effect::none);
    CHECK(registers.judge(PalletRecord{kPallet, {unit(1)}}).value() == Effect::changes);

    struct Case {
        MasterRecord record;
        std::string names;
    };
    for (const Case& wrong :
         std::vector<Case>{{ItemRecord{"rug", tea.gtin, "Rug", Tracking::by_item, 0}, "tea"},
                           {BindingRecord{unit(5), "rug", "-"}, "rug"},
                           {PalletRecord{kPallet2, {unit(7), unit(2)}}, kPallet}}) {
        const auto refused = registers.judge(wrong.record);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::conflict);
        CHECK(refused.error().text.find(wrong.names) != std::string::npos);
    }
}

TEST_CASE("whatever happens, the stored rows are the registers") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        INFO("seed " << seed);
        Prng prng(seed);
        Bench bench;
        for (int i = 0; i < 150; ++i) {
            const int a = static_cast<int>(prng.below(6));
            const int b = static_cast<int>(prng.below(6));
            const std::string device = "g" + std::to_string(a);
            const auto antenna = static_cast<std::uint16_t>(prng.below(2));
            switch (prng.below(8)) {
                case 0:
                    bench.raise(unit(a));
                    break;
                case 1: {
                    const std::string id =
                        "back:1:" + std::to_string(1 + prng.below(bench.seq + 1));
                    REQUIRE(bench.apply(EventType::anomaly_resolved,
                                        encode(ResolutionData{id, "seen"})));
                    break;
                }
                case 2:
                    bench.blind(EventType::blind_began, device, antenna);
                    break;
                case 3:
                    bench.blind(EventType::blind_ended, device, antenna);
                    break;
                case 4:
                    REQUIRE(bench.master(ItemRecord{
                        "s" + std::to_string(a), b == 0 ? "" : "0000000000000" + std::to_string(0),
                        "n", Tracking::by_item, b}));
                    break;
                case 5:
                    REQUIRE(bench.master(BindingRecord{unit(a), "s" + std::to_string(b), "-"}));
                    break;
                case 6: {
                    const PalletRecord pallet{b < 3 ? kPallet : kPallet2, {unit(a), unit(a + 6)}};
                    if (bench.registers.judge(pallet)) {
                        REQUIRE(bench.master(pallet));
                    }
                    break;
                }
                default:
                    REQUIRE(bench.apply(EventType::unpacked, "", b == 0 ? kPallet : unit(a)));
            }
        }
        bench.check_stored();
    }
}

TEST_CASE("a code means one SKU over all systems, and a scan of a case is its units") {
    Bench bench;
    ItemRecord tea{"tea", "80614141123458", "Tea", Tracking::by_item, 5};
    tea.customs_article = "CA-7";
    REQUIRE(bench.master(tea));
    REQUIRE(bench.master(ItemRecord{"rice", "", "Rice", Tracking::by_count, 0}));
    REQUIRE(bench.master(AliasRecord{"4711", "shop", "tea", 1}));
    REQUIRE(bench.master(AliasRecord{"00614141123452", "gtin", "rice", 12}));
    const MasterBook& book = bench.registers.master();
    for (const char* code : {"tea", "80614141123458", "CA-7", "4711"}) {
        CHECK(book.meaning_of(code).sku == "tea");
        CHECK(book.meaning_of(code).units == 1);
    }
    CHECK(book.meaning_of("614141123452").sku == "rice");  // As a scanner reads it.
    CHECK(book.meaning_of("614141123452").units == 12);
    CHECK(book.meaning_of("4712").sku.empty());
    struct Case {
        MasterRecord record;
        const char* says;
    };
    ItemRecord thief{"rug", "", "Rug", Tracking::by_item, 0};
    thief.customs_article = "CA-7";
    const std::vector<Case> cases = {
        {AliasRecord{"4711", "web", "rice", 1}, "code 4711 already belongs to SKU tea"},
        {AliasRecord{"tea", "shop", "rice", 1}, "code tea already belongs to SKU tea"},
        {AliasRecord{"80614141123458", "shop", "rice", 1}, "already belongs to SKU tea"},
        {ItemRecord{"4711", "", "", Tracking::by_item, 0}, "SKU 4711 already belongs to SKU tea"},
        {ItemRecord{"rug", "00614141123452", "", Tracking::by_item, 0}, "belongs to SKU rice"},
        {thief, "customs article CA-7 already belongs to SKU tea"},
        {AliasRecord{"9", "shop", "rug", 1}, "names SKU rug, which is not known"},
        {LotRecord{"rug", "L1", "", "", ""}, "names SKU rug"},
        {PlanRecord{"shelf", "rug", 0, 1'000}, "names SKU rug"},
        {AsnRecord{"A1", "", "", {{"rug", "-", 1}}}, "names SKU rug"},
    };
    for (const Case& bad : cases) {
        INFO(encode(bad.record));
        const auto refused = bench.registers.judge(bad.record);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::conflict);
        INFO(refused.error().text);
        CHECK(refused.error().text.find(bad.says) != std::string::npos);
    }
    CHECK(bench.registers.judge(AliasRecord{"4711", "web", "tea", 1}));
    tea.customs_article.clear();
    REQUIRE(bench.master(tea));
    CHECK(bench.registers.judge(thief));  // The number is free again.
    bench.check_stored();
}

TEST_CASE("every change of a record counts its version, over a restart too") {
    Bench bench;
    ItemRecord tea{"tea", "", "Tea", Tracking::by_item, 5};
    tea.min_life_days = 30;
    REQUIRE(bench.master(tea));
    tea.unit_mg = 6;
    REQUIRE(bench.master(tea));
    CHECK_FALSE(bench.registers.judge(LotRecord{"tea", "L1", "", "", ""}));  // Needs a date.
    REQUIRE(bench.master(LotRecord{"tea", "L1", "2027-01-01", "", ""}));
    REQUIRE(bench.master(PlanRecord{"shelf", "tea", 1'000, 2'000}));
    CHECK(bench.registers.master().plan().size() == 1);
    REQUIRE(bench.master(PlanRecord{"shelf", "tea", 0, 0}));
    CHECK(bench.registers.master().plan().empty());
    CHECK(bench.registers.judge(PlanRecord{"shelf", "tea", 0, 0}).value() ==
          Registers::MasterEffect::none);
    const auto items = bench.registers.master_records("item");
    REQUIRE(items.size() == 1);
    CHECK(items[0].version == 2);
    CHECK(bench.registers.master().version_of("plan:shelf tea") == 2);
    CHECK(bench.registers.master_records("lot").size() == 1);
    CHECK(bench.registers.master_records("nothing").empty());
    bench.check_stored();
}
