#include "tools/demo_site/goods.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "firmware/domain/epc/epc.hpp"
#include "firmware/domain/epc/scheme.hpp"
#include "firmware/domain/epc/text.hpp"
#include "firmware/messages/master_file.hpp"
#include "tools/demo_site/shelves.hpp"

using namespace tally;
using namespace tally::demo;

TEST_CASE("the same seed gives the same goods, another seed gives others") {
    const auto once = make_goods(Prng(7), {});
    const auto again = make_goods(Prng(7), {});
    const auto other = make_goods(Prng(8), {});
    REQUIRE((once && again && other));
    CHECK(once->master_csv() == again->master_csv());
    CHECK(once->master_csv() != other->master_csv());
}

TEST_CASE("every unit's tag carries the GTIN of its product, and no two tags are equal") {
    const auto goods = make_goods(Prng(3), {.pallets = 5, .children_min = 1, .children_max = 9});
    REQUIRE(goods);
    std::size_t children = 0;
    for (const Pallet& pallet : goods->pallets) {
        children += pallet.children.size();
    }
    CHECK(goods->units.size() == children);
    for (const auto& [text, unit] : goods->units) {
        const auto epc = Epc::parse(text);
        REQUIRE(epc);
        const Gs1Decode decoded = decode_gs1(*epc);
        REQUIRE(decoded.ok());
        const auto product =
            std::find_if(goods->products.begin(), goods->products.end(),
                         [&sku = unit.sku](const Product& made) { return made.sku == sku; });
        REQUIRE(product != goods->products.end());
        CHECK(gs1_key(decoded.fields) == product->gtin);
    }
}

TEST_CASE("the importer takes the demo's master file whole") {
    const auto goods = make_goods(Prng(11), {});
    REQUIRE(goods);
    const auto records = read_master_file(goods->master_csv());
    REQUIRE(records);
    // Each product belongs to the warehouse, and all but one to the shop, too.
    const std::size_t belongs = 2 * goods->products.size() - 1 + kSlots.size();
    CHECK(records->size() ==
          goods->products.size() + goods->pallets.size() + kSlots.size() + belongs);
}
