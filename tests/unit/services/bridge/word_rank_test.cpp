// Whose word about a unit counts at the bridge.
#include "firmware/services/bridge/word_rank.hpp"

#include <array>

#include <catch2/catch.hpp>

#include "firmware/domain/place.hpp"

using namespace tally;

TEST_CASE("a place where the unit can be found comes first, then where it was seen to go") {
    const std::array<PlaceId, 6> order = {PlaceId("back.hall"),  PlaceId(kSupplier),
                                          PlaceId(kCustomer),    PlaceId(kLost),
                                          PlaceId(kUnexplained), PlaceId(kInTransit)};
    CHECK(word_rank(order[0]) < kNewestWord);
    for (std::size_t i = 1; i < order.size(); ++i) {
        INFO(order[i - 1].str() << " before " << order[i].str());
        CHECK(word_rank(order[i - 1]) > word_rank(order[i]));
    }
    CHECK(word_rank(PlaceId(kFound)) == word_rank(PlaceId(kUnexplained)));
    CHECK(word_rank(PlaceId("shop.floor")) == word_rank(PlaceId("back.hall")));
}
