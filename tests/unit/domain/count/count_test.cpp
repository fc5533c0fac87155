// Counting by weight: certain or said to be uncertain.
#include "firmware/domain/count/count.hpp"

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"

namespace tally {
namespace {

constexpr Weight kGram = Weight::of_grams(1);

UnitWeight unit(std::int64_t mg, std::int64_t sigma_mg) {
    return {"bolts", {mg}, {sigma_mg}};
}

TEST_CASE("the largest safe count follows from unit weight, spread and division") {
    struct Row {
        std::int64_t unit_mg, sigma_mg, division_mg, safe;
    };
    // 2 * (3 * sigma * sqrt(n) + division) < unit, worked by hand: 100 g, 2 g, 1 g: 6 * 2 *
    // sqrt(n) < 98 between n and n + 1 gives 66.
    const std::vector<Row> rows = {
        {100'000, 0, 1'000, kCountMax}, {100'000, 2'000, 1'000, 66},  {100'000, 20'000, 1'000, 0},
        {1'900, 0, 1'000, 0},           {2'100, 0, 1'000, kCountMax}, {0, 0, 1'000, 0},
    };
    for (const Row& row : rows) {
        INFO(row.unit_mg << " " << row.sigma_mg);
        CHECK(safe_count_max(unit(row.unit_mg, row.sigma_mg), {row.division_mg}) == row.safe);
    }
}

TEST_CASE("a change is explained by one number of one SKU, or it is said why not") {
    const std::vector<UnitWeight> both = {unit(100'000, 500), {"tins", {250'000}, {0}}};
    struct Row {
        std::int64_t change_mg;
        std::string sku;
        std::int64_t units;
    };
    const std::vector<Row> rows = {
        {100'000, "bolts", 1},  {-300'000, "bolts", -3}, {301'200, "bolts", 3},
        {-250'000, "tins", -1}, {750'500, "tins", 3},    {500'000, "", 0},
        {137'000, "", 0},       {-1'000'000, "", 0},
    };
    for (const Row& row : rows) {
        INFO(row.change_mg);
        const ChangeExplained said = explain_change({row.change_mg}, kGram, both);
        CHECK(said.estimate.has_value() == !row.sku.empty());
        CHECK(said.why_not.empty() == said.estimate.has_value());
        if (said.estimate) {
            CHECK(said.estimate->sku == row.sku);
            CHECK(said.estimate->units == row.units);
        }
    }
    CHECK(explain_change({500'000}, kGram, both).why_not ==
          "a change of 500.0 g may be 5 of bolts or 2 of tins");
    CHECK_FALSE(explain_change({100'000}, kGram, {}).estimate);
    CHECK_FALSE(explain_change({100'000}, kGram, {unit(0, 0)}).estimate);
}

// Whatever is really put on, within the stated spread: a number is never wrong, and up to the safe
// maximum it is never withheld.
TEST_CASE("up to the safe maximum every count is right, beyond it never a wrong one") {
    Prng prng(7);
    for (int round = 0; round < 3'000; ++round) {
        const auto unit_mg = static_cast<std::int64_t>(5'000 + prng.below(400'000));
        const auto sigma_mg =
            static_cast<std::int64_t>(prng.below(static_cast<std::uint64_t>(unit_mg / 20)));
        const UnitWeight each = unit(unit_mg, sigma_mg);
        const std::int64_t safe = safe_count_max(each, kGram);
        const auto n = static_cast<std::int64_t>(1 + prng.below(200));
        const Weight band = count_tolerance(each, kGram, n);
        const auto off =
            static_cast<std::int64_t>(prng.below(static_cast<std::uint64_t>(2 * band.mg + 1))) -
            band.mg;
        const ChangeExplained said = explain_change({n * unit_mg + off}, kGram, {each});
        INFO("unit " << unit_mg << " sigma " << sigma_mg << " n " << n << " off " << off);
        if (said.estimate) {
            CHECK(said.estimate->units == n);
        }
        CHECK((said.estimate.has_value() || n > safe));
    }
}

}  // namespace
}  // namespace tally
