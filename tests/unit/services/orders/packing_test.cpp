// Packing: each unit said, the weight that of the goods, a number of one's own, handed over once.
#include "tests/support/order_rig.hpp"

using namespace tally;
using namespace tally::test;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// Two teas and 3 of rice in hand for W-1, at the aisle.
struct PackRig : OrderRig {
    PackRig() {
        ItemRecord heavy{"tea", "80614141123458", "Tea", Tracking::by_item, 250'000};
        ItemRecord rice{"rice", "", "Rice", Tracking::by_count, 1'000'000};
        rice.unit_sigma_mg = 5'000;
        take({heavy, rice});
        in("dock-door", tea(1));
        in("dock-door", tea(2));
        in("dock-door", tea(3));
        put("attic", "rice", 9'000);
        add("W-1", {line("tea", 2'000), line("rice", 3'000)});
        pick_all("W-1");
    }
    void pick_all(const std::string& id) {
        for (const auto& [n, claim] : at(id).claims) {
            const std::string task = task_id(pick_key(id, claim));
            REQUIRE(tasks.step({task, TaskAct::take, 0, {}}, user));
            if (claim.line == 1) {
                REQUIRE(tasks.scan({task, tea(1), 0, "aisle", {}}, user));
                REQUIRE(tasks.scan({task, tea(2), 0, "aisle", {}}, user));
            } else {
                REQUIRE(tasks.scan({task, "rice", 3'000, "aisle", {}}, user));
            }
        }
    }
    Packing::Wish wish(std::vector<std::string> codes, std::int64_t grams = 0) {
        Packing::Wish wanted;
        wanted.order = "W-1";
        wanted.place = PlaceId("dock");
        wanted.codes = std::move(codes);
        wanted.weight_mg = grams * 1'000;
        return wanted;
    }
};

/// The same with a printer that never gets ready.
struct PrintRig : PackRig {
    PrintRig() {
        printing.on_hands(
            {[](const DeviceId&, const PrintJob&, const auto&) {}, [](Seq) { return true; }});
        printing.start();
        rig.run(std::chrono::seconds(3));
    }

    Commissioning printing{{PrinterSetup{DeviceId("desk"), PrinterSetup::Tags::none, {}, 0, {}}},
                           inventory,
                           ledger,
                           rig.node,
                           rig.node};
    Packing with_printer{inventory, ledger, orders, printing};
};

}  // namespace

TEST_CASE("a parcel is what was scanned, weighed and numbered; it leaves with a manifest, once") {
    PackRig rig;
    CHECK(rig.stage("W-1") == "picked");
    const Seq before = rig.ledger.line().seq();
    CHECK(has(refusal(rig.packing.pack(rig.wish({tea(3)}), rig.user)), "is not in hand for order"));
    CHECK(has(refusal(rig.packing.pack(rig.wish({"rice", "rice"}), rig.user)),
              "1 of SKU rice are in hand for order W-1 and were not scanned"));
    CHECK(has(refusal(rig.packing.pack(rig.wish({"rice", "rice", "rice", "rice"}), rig.user)),
              "1 of SKU rice more were scanned"));
    CHECK(has(refusal(rig.packing.pack(rig.wish({tea(1), tea(2)}, 200), rig.user)),
              "the parcel weighs 200 g, its goods 500 g"));
    CHECK(rig.ledger.line().seq() == before);  // Said, and stopped.
    const auto first = rig.packing.pack(rig.wish({tea(1), tea(2)}, 560), rig.user);
    REQUIRE(first);
    CHECK(rig.place_of(tea(1)) == "dock");
    CHECK(rig.stage("W-1") == "picked");  // The rice is not in it.
    const auto held = rig.ledger.book().item(tea(1));
    CHECK(held->parent.size() == 24);  // An SSCC-96.
    const auto second = rig.packing.pack(rig.wish({"rice", "rice", "rice"}, 3'100), rig.user);
    REQUIRE(second);
    CHECK(first->parcel.sscc != second->parcel.sscc);
    CHECK(first->parcel.sscc.size() == 18);
    CHECK(rig.stage("W-1") == "packed");
    rig.check_promises();
    CHECK(has(refusal(rig.packing.hand_over({{}, ""}, rig.user)), "which carrier"));
    const auto manifest = rig.packing.hand_over({{"W-1"}, "SF"}, rig.user);
    REQUIRE(manifest);
    CHECK(rig.stage("W-1") == "handed_over");
    CHECK(rig.place_of(tea(2)) == "CUSTOMER");
    CHECK(rig.stock("CUSTOMER", "rice") == 3'000);
    CHECK(rig.at("W-1").claims.empty());
    const std::string rows = manifest_data(*manifest);
    CHECK(rows == manifest_data(rig.packing.manifest(manifest->number)));
    CHECK(has(rows, first->parcel.sscc));
    CHECK(has(rows, second->parcel.sscc));
    CHECK(has(refusal(rig.packing.hand_over({{"W-1"}, "SF"}, rig.user)), "no parcel waits"));
    rig.in("exit", tea(1));  // The carrier drives off, through whatever door.
    rig.out("dock-door", tea(2));
    CHECK(rig.place_of(tea(1)) == "CUSTOMER");
    CHECK(rig.place_of(tea(2)) == "CUSTOMER");
    CHECK(rig.all_open().empty());
    CHECK(rig.events(EventType::departed).size() == 3);
}

TEST_CASE("a parcel that a gate sees leave before it is handed over has left once") {
    PackRig rig;
    REQUIRE(rig.packing.pack(rig.wish({tea(1), tea(2)}), rig.user));
    rig.out("dock-door", tea(1));
    CHECK(rig.at("W-1").lines[0].shipped_milli == 1'000);
    REQUIRE(rig.packing.hand_over({{"W-1"}, "SF"}, rig.user));
    CHECK(rig.at("W-1").lines[0].shipped_milli == 2'000);
    CHECK(rig.place_of(tea(2)) == "CUSTOMER");
    CHECK(rig.stage("W-1") == "picked");  // The rice waits for a parcel.
    rig.check_promises();
    REQUIRE(rig.orders.cancel("W-1", "customer rang", rig.user));
    CHECK(rig.stage("W-1") == "cancelled");
}

TEST_CASE("a manifest names all parcels that leave, those a gate told of and each once") {
    PackRig rig;
    const auto wrong = [&] {
        Packing::Wish wish = rig.wish({tea(1), tea(2), "rice", "rice", "rice"});
        wish.printer = DeviceId("nowhere");
        return rig.packing.pack(wish, rig.user);
    };
    const Seq before = rig.ledger.line().seq();
    CHECK_FALSE(wrong());
    CHECK(rig.ledger.line().seq() == before);  // An unknown printer books nothing.
    REQUIRE(rig.packing.pack(rig.wish({"rice", "rice", "rice"}), rig.user));
    REQUIRE(rig.packing.hand_over({{"W-1", "W-1"}, "SF"}, rig.user)->parcels.size() == 1);
    REQUIRE(rig.packing.pack(rig.wish({tea(1), tea(2)}), rig.user));
    rig.out("dock-door", tea(1));
    rig.out("dock-door", tea(2));
    CHECK(rig.stage("W-1") == "handed_over");
    const auto manifest = rig.packing.hand_over({{}, "SF"}, rig.user);
    REQUIRE(manifest);
    CHECK(manifest->parcels.size() == 1);
    CHECK(has(manifest_data(*manifest), "\"order\":\"W-1\""));
    CHECK(has(refusal(rig.packing.hand_over({{}, "SF"}, rig.user)), "no parcel waits"));
}

TEST_CASE("an old order that ends is kept whole: the last to end, not the last to come") {
    PackRig rig;
    for (std::size_t i = 0; i < OrderBook::kFinishedMax + 1; ++i) {
        const std::string id = "X-" + std::to_string(i);
        rig.add(id, {OrderRig::line("oil", 1'000)});
        REQUIRE(rig.orders.cancel(id, "test", rig.user));
    }
    REQUIRE(rig.packing.pack(rig.wish({tea(1), tea(2), "rice", "rice", "rice"}), rig.user));
    const auto manifest = rig.packing.hand_over({{}, "SF"}, rig.user);
    REQUIRE(manifest);
    CHECK(rig.packing.manifest(manifest->number).parcels == manifest->parcels);
    REQUIRE(manifest->parcels.size() == 1);
    REQUIRE(rig.orders.book().find("W-1") != nullptr);
    CHECK(rig.orders.book().find("X-0") == nullptr);
    rig.rig.run();
    const std::string all = all_of(rig.ledger);
    REQUIRE(rig.rig.verify());
    REQUIRE(rig.rig.restart());
    CHECK(all_of(*rig.rig.ledger) == all);
}

TEST_CASE("what may not be sold any more is not packed") {
    PackRig rig;
    rig.take({LotRecord{"rice", "-", "2001-01-01", "", ""}});
    const Seq before = rig.ledger.line().seq();
    CHECK(has(refusal(rig.packing.pack(rig.wish({"rice", "rice", "rice"}), rig.user)),
              "expires on 2001-01-01"));
    CHECK(rig.ledger.line().seq() == before);
}

TEST_CASE("a parcel number is of the edge, and says so when none is left") {
    const std::string sscc = *sscc_of("0614141", std::uint64_t{7} << 30U | 1U << 22U | 5);
    CHECK(sscc.size() == 18);
    CHECK(sscc.substr(1, 7) == "0614141");
    CHECK(sscc != *sscc_of("0614141", std::uint64_t{7} << 30U | 1U << 22U | 6));
    CHECK(sscc != *sscc_of("0614141", std::uint64_t{8} << 30U | 1U << 22U | 5));
    CHECK(sscc_of("0614141", std::uint64_t{255} << 30U | 15U << 22U | 8'191U << 8U | 255U));
    CHECK_FALSE(sscc_of("0614141", 16U << 22U));
    CHECK_FALSE(sscc_of("0614141", 8'192U << 8U));
    CHECK_FALSE(sscc_of("061414112345", 1));
}

TEST_CASE("labels of parcels are ordered with the pack, and again while the parcel is here") {
    PrintRig rig;
    const auto labels = [&] {
        std::vector<std::string> all;
        for (const Event& event : rig.events(EventType::tag_changed)) {
            const auto data = decode_tag_data(event.data);
            if (data->act == TagAct::place) {
                all.push_back(data->place + " " + event.by + " " + event.cause);
            }
        }
        return all;
    };
    const std::size_t before = labels().size();
    CHECK(has(refusal(rig.with_printer.label({"W-1", {}, {}}, rig.user)), "waits for a carrier"));
    Packing::Wish wish = rig.wish({tea(1), tea(2), "rice", "rice", "rice"});
    wish.printer = DeviceId("desk");
    const auto packed = rig.with_printer.pack(wish, rig.user);
    REQUIRE(packed);
    const std::string label = "(00)" + packed->parcel.sscc + " user:li.wei order:W-1";
    REQUIRE(labels().size() == before + 1);
    CHECK(labels().back() == label);
    CHECK(has(refusal(rig.with_printer.label({"W-1", "123", {}}, rig.user)),
              "no parcel 123 of order W-1"));
    CHECK(has(refusal(rig.with_printer.label({"W-1", {}, DeviceId("moon")}, rig.user)), "moon"));
    CHECK(rig.with_printer.label({"W-1", {}, {}}, rig.user).value() ==
          std::vector<std::string>{packed->parcel.sscc});
    REQUIRE(labels().size() == before + 2);
    CHECK(labels().back() == label);
    REQUIRE(rig.with_printer.hand_over({{}, "SF"}, rig.user));
    CHECK(has(refusal(rig.with_printer.label({"W-1", {}, {}}, rig.user)), "waits for a carrier"));
}

TEST_CASE("a printer with no room for the label of a parcel keeps it from being packed") {
    PrintRig rig;
    REQUIRE(rig.with_printer.pack(rig.wish({tea(1)}), rig.user));
    REQUIRE(rig.with_printer.pack(rig.wish({tea(2)}), rig.user));
    for (int i = 0; i < 999; ++i) {  // The printer is not ready.
        REQUIRE(rig.printing.label_place(PlaceId("dock"), DeviceId("desk"), rig.user));
        if (i % 50 == 0) {
            rig.rig.run(std::chrono::seconds(1));
        }
    }
    rig.rig.run(std::chrono::seconds(1));
    Seq before = rig.ledger.line().seq();
    CHECK(has(refusal(rig.with_printer.label({"W-1", {}, {}}, rig.user)),
              "printer desk has 999 labels"));
    CHECK(rig.ledger.line().seq() == before);  // Of two labels neither is ordered.

    REQUIRE(rig.printing.label_place(PlaceId("dock"), DeviceId("desk"), rig.user));
    rig.rig.run(std::chrono::seconds(1));
    Packing::Wish wish = rig.wish({"rice", "rice", "rice"});
    wish.printer = DeviceId("desk");
    before = rig.ledger.line().seq();
    CHECK(has(refusal(rig.with_printer.pack(wish, rig.user)),
              "printer desk has 1000 labels to print"));
    CHECK(rig.ledger.line().seq() == before);  // Nothing is booked.
    CHECK(rig.stage("W-1") == "picked");
    wish.printer = {};
    REQUIRE(rig.with_printer.pack(wish, rig.user));
    CHECK(rig.stage("W-1") == "packed");
}

TEST_CASE("numbers of parcels are reserved before the first order, where this edge gives any out") {
    OrderRig rig;
    CHECK(rig.tags.serials_left() == 0);
    rig.tags.keep_ready();
    rig.rig.run(std::chrono::seconds(3));
    CHECK(rig.tags.serials_left() > 0);
}
