// One movement is booked at most once, whoever tells of it, in whatever order and however often:
// gate, scan and manifest of arrivals and of movements inside, doubled, missing, interleaved with
// those of other units. After every step no real place is below zero and every SKU sums to zero;
// and every event of it all names who or what did it. A failing seed is printed.
#include <algorithm>
#include <set>

#include "firmware/base/prng.hpp"
#include "tests/support/goods_rig.hpp"

using namespace tally;
using namespace tally::test;

namespace {

constexpr int kUnits = 4;

using Evidence = std::function<void(GoodsRig&)>;

/// Shuffles, drops and doubles; keeps at least `least` of each group's evidence.
std::vector<Evidence> disturbed(Prng& prng, const std::vector<std::vector<Evidence>>& groups) {
    std::vector<Evidence> all;
    for (const auto& group : groups) {
        const std::size_t sure = prng.below(group.size());
        for (std::size_t i = 0; i < group.size(); ++i) {
            const int times = static_cast<int>(prng.below(3)) + (i == sure ? 1 : 0);
            for (int n = 0; n < times; ++n) {
                all.push_back(group[i]);
            }
        }
    }
    for (std::size_t i = all.size(); i > 1; --i) {
        std::swap(all[i - 1], all[prng.below(i)]);
    }
    return all;
}

void check_book(const GoodsRig& rig) {
    const Result<void> sound = rig.ledger.book().verify();
    INFO((sound ? std::string() : sound.error().text));
    REQUIRE(sound);
}

std::vector<std::vector<Evidence>> arrivals() {
    std::vector<std::vector<Evidence>> groups;
    for (int n = 1; n <= kUnits; ++n) {
        groups.push_back({[n](GoodsRig& rig) { rig.in("dock-door", tea(n)); },
                          [n](GoodsRig& rig) { REQUIRE(rig.receive(tea(n))); },
                          [](GoodsRig& rig) { REQUIRE(rig.receive(kGoodsPallet)); }});
    }
    return groups;
}

std::vector<std::vector<Evidence>> put_aways() {
    std::vector<std::vector<Evidence>> groups;
    for (int n = 1; n <= kUnits; ++n) {
        groups.push_back({[n](GoodsRig& rig) { rig.in("aisle-door", tea(n)); },
                          [n](GoodsRig& rig) {
                              REQUIRE(rig.tasks.seen(tea(n), PlaceId("aisle"), 0, rig.other));
                          },
                          // The manifest again, late: it says nothing of where the units are now.
                          [n](GoodsRig& rig) {
                              REQUIRE(rig.receive(kGoodsPallet));
                              rig.in("aisle-door", tea(n));
                          }});
    }
    return groups;
}

/// How often a unit entered a real place from outside.
int arrivals_of(const std::vector<Event>& received, const std::string& item) {
    return static_cast<int>(std::count_if(received.begin(), received.end(), [&](const Event& e) {
        return e.item.str() == item && e.qty.milli > 0;
    }));
}

bool names_somebody(const std::string& by) {
    for (const char* kind : {"user:", "rule:", "device:", "bridge:"}) {
        if (by.starts_with(kind) && by.size() > std::string(kind).size()) {
            return true;
        }
    }
    return false;
}

}  // namespace

TEST_CASE("any interleaving of the evidence of one movement books it once") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        Prng prng(seed);
        GoodsRig rig;
        rig.advise();
        for (const Evidence& evidence : disturbed(prng, arrivals())) {
            evidence(rig);
            check_book(rig);
        }
        rig.rig.run(std::chrono::seconds(5));  // Open pallet windows close.
        for (int n = 1; n <= kUnits; ++n) {
            CHECK(rig.place_of(tea(n)) == "dock");
        }
        CHECK(rig.stock("dock", "tea") == kUnits * 1'000);
        for (const Evidence& evidence : disturbed(prng, put_aways())) {
            evidence(rig);
            check_book(rig);
        }
        rig.rig.run(std::chrono::seconds(5));
        CHECK(rig.stock("aisle", "tea") + rig.stock("dock", "tea") == kUnits * 1'000);
        const std::vector<Event> received = rig.events(EventType::received);
        for (int n = 1; n <= kUnits; ++n) {
            CHECK(rig.place_of(tea(n)) == "aisle");
            CHECK(arrivals_of(received, tea(n)) == 1);
        }
        CHECK(rig.stock("SUPPLIER", "tea") == -kUnits * 1'000);
        // A second passage into where the book has the unit says that it left unseen; whatever it
        // says, it books nothing. No other doubt is left.
        for (const std::string& kind : rig.all_open()) {
            CHECK(kind == "missed_passage");
        }
    }
}

TEST_CASE("reads of goods tracked by count move nothing, however many") {
    GoodsRig rig;
    rig.advise();
    rig.take({BindingRecord{tea(77), "rice", "R1"}});  // A tag on a sack.
    for (int i = 0; i < 3; ++i) {
        rig.in("dock-door", tea(77));
    }
    CHECK(rig.stock("dock", "rice") == 0);
    CHECK(rig.events(EventType::sighted).size() == 3);
    REQUIRE(rig.receive("rice", 10'000));
    rig.in("dock-door", tea(77));
    CHECK(rig.stock("dock", "rice") == 10'000);
    check_book(rig);
}

TEST_CASE("every event of a busy day names who or what did it, persons by name") {
    GoodsRig rig;
    rig.advise();
    rig.take({PlanRecord{"attic", "tea", 1'000, 9'000}, PlanRecord{"aisle", "rice", 0, 9'000},
              AliasRecord{"4711", "shop", "tea", 1},
              LotRecord{"rice", "R1", "2027-01-01", "", ""}});
    rig.inventory.on_blind({"reader-exit", 0, "offline", 1, "gone"});
    rig.inventory.on_sighted(DeviceId("reader-exit"), 0);
    rig.sight("dock-door", tea(1));
    rig.in("dock-door", tea(2));
    REQUIRE(rig.receive(tea(1), 0, Condition::damaged));
    REQUIRE(rig.receive("rice", 12'000));
    rig.tasks.sweep();
    REQUIRE(rig.tasks.seen(tea(2), PlaceId("aisle"), 0, rig.user));
    REQUIRE(rig.receiving.close("ASN-7", Closing::scanned, rig.user));
    REQUIRE(rig.counting.start(PlaceId("dock"), "rice", rig.user));
    const Task count = *rig.counting.next("dock", rig.user);
    REQUIRE(rig.counting.post({count.id, 11'950, "cycle", {}}, rig.user));
    REQUIRE(rig.inventory.unpack(kGoodsPallet, rig.user, {}));
    rig.in("exit", tea(2));  // From the aisle to the customer.
    REQUIRE(rig.returns.take_in(tea(2), PlaceId("aisle"), rig.user));
    REQUIRE(rig.returns.grade({tea(2), Grade::Into::restock, "fine", tea(20)}, rig.user));
    rig.out("shop-door", tea(20));
    rig.in("shop-door", tea(20));
    rig.rig.run();
    std::set<EventType> met;
    for (const JournalRow& row : rig.rig.stored()) {
        const Event event = *decode_event(row.canonical);
        met.insert(event.type);
        INFO(row.canonical);
        CHECK(names_somebody(event.by));
        const bool by_hand =
            event.type == EventType::counted || event.type == EventType::unpacked ||
            event.type == EventType::master_changed || event.type == EventType::bound;
        CHECK((!by_hand || event.by == "user:li.wei"));
    }
    CHECK(met.size() >= 12);
    // And of every type: the ledger takes none that names nobody.
    for (int i = 0; i <= static_cast<int>(EventType::order_changed); ++i) {
        Event nameless;
        nameless.type = static_cast<EventType>(i);
        INFO(to_string(nameless.type));
        const Seq before = rig.ledger.line().seq();
        CHECK(refusal(rig.ledger.write(nameless)).find("key 'by'") != std::string::npos);
        CHECK(rig.ledger.line().seq() == before);
    }
}
