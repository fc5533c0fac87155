// The inventory on a real ledger: tags of others, unknown tags, contradictions, pallets, requests.
#include "tests/support/inventory_rig.hpp"

using namespace tally;
using test::InventoryRig;
using test::tea;

namespace {

const std::string kPallet = "3114257BF71952D3C0000000";
constexpr Duration kWindow = std::chrono::seconds(3);

/// A pallet of ten units, expected.
struct PalletRig : InventoryRig {
    PalletRig() {
        PalletRecord pallet{kPallet, {}};
        for (int i = 1; i <= 10; ++i) {
            pallet.children.push_back(tea(i));
        }
        REQUIRE(inventory.import_master({pallet}, user, {}));
    }
    int at(const std::string& place) const {
        int count = 0;
        for (int i = 1; i <= 10; ++i) {
            count += place_of(tea(i)) == place ? 1 : 0;
        }
        return count;
    }
    void in_some(const std::string& gate_id, int first, int last) {
        for (int i = first; i <= last; ++i) {
            in(gate_id, tea(i));
        }
    }
};

}  // namespace

TEST_CASE("tags of others are counted and leave no trace in the ledger") {
    InventoryRig rig;
    const Seq before = rig.ledger.line().seq();
    for (const char* foreign : {"E28011700000020A1B2C3D4E", "3034F4E4B80000C000000001"}) {
        rig.sight("dock-door", foreign);
        rig.in("dock-door", foreign);
    }
    CHECK(rig.ledger.line().seq() == before);
    CHECK(rig.inventory.counts().at(GateId("dock-door")).foreign_tags == 2);
    CHECK(rig.inventory.counts().at(GateId("dock-door")).passages == 0);
}

TEST_CASE("a tag numbered as ours that nobody commissioned is alarmed once, until it is resolved") {
    InventoryRig rig;
    const std::string unknown = "3034257BF7194E8000000001";  // Our prefix, another reference.
    rig.sight("dock-door", unknown);
    rig.in("dock-door", unknown);
    rig.sight("dock-door", unknown);
    rig.sight("aisle-door", unknown);
    CHECK(rig.open(unknown) == std::vector<std::string>{"unknown_tag"});
    rig.pass("dock-door", PassageOutcome::undecided, unknown);
    const std::vector<Event> seen = rig.events(EventType::sighted);
    REQUIRE(seen.size() == 4);
    CHECK(decode_gate_evidence(seen[0].evidence)->direction.empty());
    CHECK(decode_gate_evidence(seen[1].evidence)->direction == "in");  // which way it went
    CHECK(rig.inventory.counts().at(GateId("dock-door")).passages == 2);
    CHECK(rig.place_of(unknown).empty());
    const std::string id = rig.ledger.registers().anomalies_of(unknown).at(0);
    REQUIRE(rig.inventory.resolve_anomaly(id, "tag of the printer", rig.user, {}));
    CHECK(rig.open(unknown).empty());
    CHECK_FALSE(rig.inventory.resolve_anomaly(id, "again", rig.user, {}));
}

TEST_CASE("a contradiction is booked as the evidence says, and later agreement settles it") {
    InventoryRig rig;
    rig.in("dock-door", tea(1));
    CHECK(rig.place_of(tea(1)) == "dock");
    rig.out("exit",
            tea(1));  // Outward: from the customer into the aisle, though it is in the dock.
    CHECK(rig.place_of(tea(1)) == "aisle");
    CHECK(rig.open(tea(1)) == std::vector<std::string>{"missed_passage"});
    rig.out("aisle-door", tea(1));
    CHECK(rig.place_of(tea(1)) == "dock");
    CHECK(rig.open(tea(1)).empty());
}

TEST_CASE("a contradiction is explained at once where a reader between was blind") {
    InventoryRig rig;
    rig.in("dock-door", tea(1));
    rig.inventory.on_blind({"reader-aisle-door", 0, "offline", 1, "no answer"});
    rig.inventory.on_blind({"reader-aisle-door", 0, "offline", 1, "no answer"});
    CHECK(rig.ledger.registers().blind().size() == 1);
    rig.inventory.on_sighted(DeviceId("reader-aisle-door"), 0);
    rig.in("exit", tea(1));  // Inward here leads to the customer.
    CHECK(rig.place_of(tea(1)) == "CUSTOMER");
    CHECK(rig.open(tea(1)).empty());
    CHECK(rig.events(EventType::anomaly_raised).size() == 1);
    CHECK(rig.events(EventType::anomaly_resolved).size() == 1);
    CHECK(rig.events(EventType::blind_began).size() == 1);
}

TEST_CASE("an undecided passage moves nothing and is asked about") {
    InventoryRig rig;
    rig.in("dock-door", tea(1));
    rig.pass("aisle-door", PassageOutcome::undecided, tea(1));
    CHECK(rig.place_of(tea(1)) == "dock");
    CHECK(rig.open(tea(1)) == std::vector<std::string>{"passage_undecided"});
    rig.pass("aisle-door", PassageOutcome::crossed_back, tea(1));
    CHECK(rig.place_of(tea(1)) == "dock");
    rig.in("aisle-door", tea(1));
    CHECK(rig.open(tea(1)).empty());
}

TEST_CASE("enough children are the whole pallet: the unread ones are inferred and marked") {
    PalletRig rig;
    rig.in_some("dock-door", 1, 6);
    CHECK(rig.at("dock") == 6);
    rig.rig.run(kWindow);
    CHECK(rig.at("dock") == 10);
    int inferred = 0;
    for (const Event& event : rig.events(EventType::received)) {
        CHECK(event.parent == kPallet);
        const bool is_marked = decode_movement_data(event.data)->inferred;
        CHECK(is_marked == (event.by == "rule:pallet"));
        inferred += is_marked ? 1 : 0;
    }
    CHECK(inferred == 4);
    CHECK(rig.ledger.registers().anomalies().empty());
}

TEST_CASE("the pallet's own label is enough") {
    PalletRig rig;
    rig.in("dock-door", kPallet);
    rig.in("dock-door", tea(1));
    rig.rig.run(kWindow);
    CHECK(rig.at("dock") == 10);
}

TEST_CASE("a pallet whose passage ends while an epoch opens is inferred once the ledger writes") {
    PalletRig rig;
    rig.in_some("dock-door", 1, 6);
    rig.rig.run();
    const Seq common = rig.ledger.line().seq();
    rig.rig.journal->hold_rows = true;
    std::optional<Result<void>> opened;
    rig.ledger.open_epoch(Epoch(2), common, "for a test",
                          [&](Result<void> outcome) { opened = std::move(outcome); });
    rig.rig.run(2 * kWindow);
    REQUIRE(rig.ledger.opening_epoch());
    CHECK(rig.at("dock") == 6);
    rig.rig.journal->answer_rows();
    rig.rig.run(kWindow);
    REQUIRE(opened);
    REQUIRE(*opened);
    CHECK(rig.at("dock") == 10);
    CHECK(rig.rig.node.reported(Severity::error) == 0);
}

TEST_CASE("the label of a pallet that was emptied unit by unit is no unknown tag") {
    PalletRig rig;
    rig.in_some("dock-door", 1, 10);
    rig.rig.run(kWindow);
    for (int child = 1; child <= 10; ++child) {
        if (child % 2 == 0) {
            REQUIRE(rig.inventory.unpack(tea(child), rig.user, {}));
        } else {
            rig.in("aisle-door", tea(child));
            rig.rig.run(kWindow);
        }
    }
    CHECK(rig.ledger.registers().pallet(kPallet) == nullptr);
    rig.sight("dock-door", kPallet);
    rig.out("dock-door", kPallet);
    rig.rig.run(kWindow);
    CHECK(rig.open(kPallet).empty());
    CHECK(rig.events(EventType::departed).empty());
}

TEST_CASE("a unit of another kind among the children stops the inference, whenever it is seen") {
    for (const bool first : {true, false}) {
        INFO("the stranger comes first: " << first);
        PalletRig rig;
        if (first) {
            rig.in("dock-door", tea(99));
        }
        rig.in_some("dock-door", 1, 7);
        if (!first) {
            rig.in("dock-door", tea(99));
        }
        rig.rig.run(kWindow);
        CHECK(rig.at("dock") == 7);
        CHECK(rig.open(kPallet) == std::vector<std::string>{"pallet_mixed"});
    }
}

TEST_CASE("a stranger at another gate, the other way or long before is none") {
    PalletRig rig;
    rig.in("dock-door", tea(97));
    rig.rig.run(kWindow);
    rig.in_some("dock-door", 1, 7);
    rig.in("aisle-door", tea(97));
    rig.rig.run(kWindow);
    CHECK(rig.at("dock") == 10);
    CHECK(rig.open(kPallet).empty());
}

TEST_CASE("a child that passes without its pallet leaves the aggregation") {
    PalletRig rig;
    rig.in_some("dock-door", 1, 10);
    rig.rig.run(kWindow);
    rig.in("aisle-door", tea(3));
    rig.rig.run(kWindow);
    CHECK(rig.place_of(tea(3)) == "aisle");
    CHECK(rig.at("dock") == 9);
    CHECK(rig.open(tea(3)) == std::vector<std::string>{"aggregation_broken"});
    CHECK(rig.ledger.book().item(tea(3))->parent.empty());
    CHECK(rig.ledger.registers().pallet_of(tea(3)) == nullptr);
    CHECK(rig.ledger.registers().pallet(kPallet)->children.size() == 9);
    rig.in_some("aisle-door", 4, 10);
    rig.rig.run(kWindow);
    CHECK(rig.at("aisle") == 10);
    REQUIRE(rig.inventory.unpack(kPallet, rig.user, {}));
    CHECK(rig.ledger.registers().pallet(kPallet) == nullptr);
    CHECK(rig.ledger.book().item(tea(1))->parent.empty());
    CHECK_FALSE(rig.inventory.unpack("nothing", rig.user, {}));
}

TEST_CASE("an import refuses all records if one may not be, and writes only what changes") {
    InventoryRig rig;
    const ItemRecord oil{"oil", "", "Oil", Tracking::by_item, 0};
    const Seq before = rig.ledger.line().seq();
    const auto refused =
        rig.inventory.import_master({oil, BindingRecord{tea(5), "nosuch", "-"}}, rig.user, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::conflict);
    CHECK(rig.ledger.line().seq() == before);
    bool durable = false;
    const auto done = rig.inventory.import_master({oil, BindingRecord{tea(5), "oil", "L1"}, oil},
                                                  rig.user, [&] { durable = true; });
    REQUIRE(done);
    CHECK(done->changed == 2);
    CHECK(done->unchanged == 1);
    CHECK_FALSE(durable);
    rig.rig.run();
    CHECK(durable);
    rig.in("dock-door", tea(5));
    CHECK(rig.ledger.book().item(tea(5))->sku == "oil");
    CHECK(rig.ledger.book().item(tea(5))->lot == "L1");
}

TEST_CASE("an import becomes durable in one transaction, however many records it has") {
    InventoryRig rig;
    rig.rig.run();
    std::vector<MasterRecord> records;
    for (int i = 0; i < 700; ++i) {
        records.push_back(ItemRecord{"sku" + std::to_string(i), "", "n", Tracking::by_item, 0});
    }
    rig.rig.journal->commits.clear();
    REQUIRE(rig.inventory.import_master(records, rig.user, {}));
    rig.rig.run();
    REQUIRE(rig.rig.journal->commits.size() == 1);
    CHECK(rig.rig.journal->commits[0].rows.size() == 700);
}

TEST_CASE("how goods are tracked does not change under those that are in the house") {
    InventoryRig rig;
    const auto track = [&](Tracking tracking) {
        return rig.inventory.import_master(
            {ItemRecord{"tea", "80614141123458", "Tea", tracking, 0}}, rig.user, {});
    };
    rig.in("dock-door", tea(1));
    const auto refused = track(Tracking::by_count);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().text.find("tracked by item and stands at dock") != std::string::npos);
    rig.in("aisle-door", tea(1));
    rig.in("exit", tea(1));
    CHECK(track(Tracking::by_count));
}

TEST_CASE("a person's correction is booked, and refused where it makes no sense") {
    InventoryRig rig;
    CHECK(rig.inventory.correct("3034AA", PlaceId("dock"), "why", rig.user, {}).error().kind ==
          ErrorKind::conflict);
    CHECK(rig.inventory.correct(tea(1), PlaceId("till"), "why", rig.user, {}).error().kind ==
          ErrorKind::refused);
    REQUIRE(rig.inventory.correct(tea(1), PlaceId("attic"), "found", rig.user, {}));
    CHECK(rig.place_of(tea(1)) == "attic");
    CHECK(rig.inventory.correct(tea(1), PlaceId("attic"), "why", rig.user, {}).error().kind ==
          ErrorKind::conflict);
    rig.in("exit", tea(1));
    CHECK(rig.place_of(tea(1)) == "CUSTOMER");
    REQUIRE(rig.inventory.correct(tea(1), PlaceId("LOST"), "it was somebody else's", rig.user, {}));
    REQUIRE(rig.inventory.correct(tea(1), PlaceId("aisle"), "found again", rig.user, {}));
}

TEST_CASE("nobody alone takes a unit out of the house by correcting its place") {
    for (const char* nowhere :
         {"LOST", "UNEXPLAINED", "FOUND", "IN_TRANSIT", "SUPPLIER", "CUSTOMER"}) {
        InventoryRig rig;
        rig.in("dock-door", tea(1));
        const auto done = rig.inventory.correct(tea(1), PlaceId(nowhere), "gone", rig.user, {});
        REQUIRE_FALSE(done);
        CHECK(done.error().kind == ErrorKind::refused);
        CHECK(done.error().text.find("takes two people") != std::string::npos);
        CHECK(done.error().text.find("tally count writeoff --place dock --item " + tea(1)) !=
              std::string::npos);
        CHECK(rig.place_of(tea(1)) == "dock");
    }
}

TEST_CASE("a pallet that goes out takes nobody with it who never came") {
    InventoryRig rig;
    REQUIRE(rig.inventory.import_master(
        {PalletRecord{"3114257BF71952D3C0000000", {tea(1), tea(2), tea(3)}, "ASN-7"}}, rig.user,
        {}));
    for (const int serial : {1, 2}) {
        REQUIRE(rig.inventory.correct(tea(serial), PlaceId("aisle"), "found", rig.user, {}));
    }
    rig.in("exit", tea(1));
    rig.in("exit", tea(2));
    rig.rig.run(std::chrono::seconds(90));
    CHECK(rig.place_of(tea(2)) == "CUSTOMER");
    CHECK(rig.place_of(tea(3)).empty());
    rig.in("dock-door", tea(3));
    CHECK(rig.place_of(tea(3)) == "dock");
    const auto received = rig.events(EventType::received);
    CHECK(std::count_if(received.begin(), received.end(),
                        [](const Event& event) { return event.item.str() == tea(3); }) == 1);
}

TEST_CASE("a pallet is judged by the children that can be seen: not by those counted or unknown") {
    InventoryRig rig;
    const std::string rice = "00000000000000000000BEEF";
    const std::string stranger = "00000000000000000000CAFE";
    REQUIRE(rig.inventory.import_master(
        {ItemRecord{"rice", "", "Rice", Tracking::by_count, 0}, BindingRecord{rice, "rice", "-"},
         PalletRecord{kPallet, {tea(1), tea(2), tea(3), tea(4), rice, stranger}}},
        rig.user, {}));
    for (int serial : {1, 2, 3}) {  // 3 of 4 that can be seen, 3 of 6 in all.
        rig.in("dock-door", tea(serial));
    }
    rig.rig.run(std::chrono::seconds(4));
    CHECK(rig.place_of(tea(4)) == "dock");
    CHECK(rig.place_of(rice).empty());
    CHECK(rig.open(tea(1)).empty());
}

TEST_CASE("an expected unit is received where it went, a released one leaves where it is") {
    InventoryRig rig;
    HandOverNotice notice{"shop:1:7", tea(1), "tea", "-", "free", "good", "", "shop", "dock"};
    REQUIRE(rig.inventory.expect(notice, {"bridge:x", "cmd:1:1"}, {}));
    CHECK(rig.place_of(tea(1)) == "dock");
    CHECK(rig.events(EventType::received).at(0).cause == "shop:1:7");
    notice.ref = "shop:1:8";
    notice.place = "till";
    REQUIRE(rig.inventory.release(notice, {"bridge:x", "cmd:1:2"}, {}));
    CHECK(rig.place_of(tea(1)) == "IN_TRANSIT");
    notice.ref = "shop:1:9";
    CHECK(rig.inventory.expect(notice, {"bridge:x", "cmd:1:3"}, {}).error().kind ==
          ErrorKind::refused);
    notice.item = tea(2);
    REQUIRE(rig.inventory.release(notice, {"bridge:x", "cmd:1:4"}, {}));
    CHECK(rig.open(tea(2)) == std::vector<std::string>{"unknown_item"});
}

TEST_CASE("whatever is decided at the gates, the book never refuses and the last passage stands") {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        INFO("seed " << seed);
        Prng prng(seed);
        InventoryRig rig;
        for (int i = 0; i < 120; ++i) {
            const GateLayout& gate = rig.site.gates[prng.below(rig.site.gates.size())];
            const bool inward = prng.chance_ppm(500'000);
            const std::string item = tea(static_cast<int>(prng.below(5)));
            if (prng.chance_ppm(100'000)) {
                const PlaceId to(prng.chance_ppm(500'000) ? "attic" : "CUSTOMER");
                static_cast<void>(rig.inventory.correct(item, to, "why", rig.user, {}));
                continue;
            }
            rig.pass(gate.id.str(), inward ? PassageOutcome::in : PassageOutcome::out, item);
            const std::string target = inward ? gate.inner.str() : gate.outer.str();
            REQUIRE(rig.place_of(item) == (target == "till" ? "IN_TRANSIT" : target));
        }
        CHECK(rig.rig.node.reported(Severity::error) == 0);
        REQUIRE(rig.ledger.book().verify());
        REQUIRE(rig.rig.verify());
    }
}
