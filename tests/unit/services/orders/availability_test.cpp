// Where a SKU stands: an index that is brought forward must say what a look at the whole book says,
// also when an epoch has put another book in its place.
#include "firmware/services/orders/availability.hpp"

#include "firmware/base/prng.hpp"
#include "tests/support/order_rig.hpp"

using namespace tally;
using namespace tally::test;

namespace {

std::string line_of(const PositionView& at) {
    return std::string(at.place) + " " + std::string(at.lot) + " " + std::string(at.custody) + " " +
           std::string(at.quality) + " " + std::to_string(at.quantity.milli);
}

std::vector<std::string> by_index(PositionIndex& index, const Ledger& ledger,
                                  const std::string& sku) {
    std::vector<std::string> lines;
    for (const std::uint32_t slot : index.of(ledger, sku)) {
        const PositionView at = ledger.book().position(slot);
        CHECK(at.sku == sku);
        if (at.quantity.milli != 0) {
            lines.push_back(line_of(at));
        }
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

std::vector<std::string> by_book(const Ledger& ledger, const std::string& sku) {
    std::vector<std::string> lines;
    for (const PositionView& at : ledger.book().positions()) {
        if (at.sku == sku) {
            lines.push_back(line_of(at));
        }
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

}  // namespace

TEST_CASE("the index of positions says what the book says, whenever it is asked") {
    OrderRig rig;
    PositionIndex index(&PositionView::sku);
    Prng prng(4711);
    const std::vector<std::string> skus = {"oil", "rice", "salt"};
    const std::vector<std::string> places = {"attic", "aisle", "dock"};
    rig.take({ItemRecord{"salt", "", "Salt", Tracking::by_count, 0}});
    const auto come = [&](int times) {
        for (int i = 0; i < times; ++i) {
            const std::string& place = places[prng.below(places.size())];
            const std::string& sku = skus[prng.below(skus.size())];
            const std::string lot = "L" + std::to_string(prng.below(5));
            rig.put_lot(place, sku, lot, 2'000);
            if (prng.chance_ppm(300'000)) {
                static_cast<void>(rig.lose(place, sku, 2'000, lot));
            }
            if (prng.chance_ppm(200'000)) {
                CHECK(by_index(index, rig.ledger, sku) == by_book(rig.ledger, sku));
            }
        }
        rig.rig.run();
    };
    const auto compare = [&] {
        for (const std::string& sku : skus) {
            CHECK(by_index(index, rig.ledger, sku) == by_book(rig.ledger, sku));
        }
        CHECK(by_index(index, rig.ledger, "nothing").empty());
    };
    for (int round = 0; round < 4; ++round) {
        come(30);
        compare();
    }
}

TEST_CASE("the index of positions says what the book says over a restart and an epoch") {
    LedgerRig rig;
    PositionIndex index(&PositionView::sku);
    Prng prng(4711);
    const auto compare = [&] {
        std::set<std::string> skus;
        for (const PositionView& at : rig.ledger->book().positions()) {
            skus.emplace(at.sku);
        }
        CHECK(skus.size() > 1);
        for (const std::string& sku : skus) {
            CHECK(by_index(index, *rig.ledger, sku) == by_book(*rig.ledger, sku));
        }
    };
    rig.write_random(prng, 200);
    rig.run();
    rig.ledger->checkpoint();
    rig.run();
    REQUIRE(rig.restart());
    compare();
    Result<void> opened = fail(ErrorKind::timeout, "not yet");
    rig.ledger->open_epoch(Epoch(2), Seq(20), "test", [&](Result<void> done) { opened = done; });
    rig.run(std::chrono::seconds(2));
    REQUIRE(opened);
    compare();
}
