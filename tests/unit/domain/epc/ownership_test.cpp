#include "firmware/domain/epc/ownership.hpp"

#include <catch2/catch.hpp>

using namespace tally;

TEST_CASE("a tag is ours by binding, suspicious by our number alone, and otherwise foreign") {
    const auto rules = TagOwnership::make({{"0614141", "690123456789"}, {"E280", "3000ABCDEF"}});
    REQUIRE(rules);
    struct Row {
        const char* epc;
        Binding binding;
        Ownership expected;
    };
    const Row rows[] = {
        {"3074257BF7194E4000001A85", Binding::bound, Ownership::ours},
        {"3074257BF7194E4000001A85", Binding::unbound, Ownership::ours_unknown_serial},
        // A supplier's number that commissioning bound is ours; unbound it is a shopper's tag.
        {"3066C4409047E140075BCD15", Binding::bound, Ownership::ours},
        {"3066C4409047E140075BCD15", Binding::unbound, Ownership::foreign},
        // Every scheme of our prefix counts, e.g. a pallet and an asset.
        {"3174257BF4499602D2000000", Binding::unbound, Ownership::ours_unknown_serial},
        {"330282BA4104540000000001", Binding::unbound, Ownership::ours_unknown_serial},
        // Numbered outside GS1: by leading bytes, also where the bits happen to decode.
        {"E280383D11498A4975A595AE", Binding::unbound, Ownership::ours_unknown_serial},
        {"E200383D11498A4975A595AE", Binding::unbound, Ownership::foreign},
        {"3000ABCDEF00000000000003", Binding::unbound, Ownership::ours_unknown_serial},
        {"E2", Binding::unbound, Ownership::foreign},
        {"", Binding::unbound, Ownership::foreign},
        // Our prefix in a broken encoding claims nothing.
        {"3174257BF4499602D2000001", Binding::unbound, Ownership::foreign},
    };
    for (const Row& row : rows) {
        INFO(row.epc);
        CHECK(rules->classify(*Epc::parse(row.epc), row.binding) == row.expected);
    }
}

TEST_CASE("prefixes are compared whole, leading zeros included") {
    const auto shorter = TagOwnership::make({{"614141"}, {}});
    REQUIRE(shorter);
    CHECK_FALSE(shorter->claims(*Epc::parse("3074257BF7194E4000001A85")));
    CHECK_FALSE(TagOwnership().claims(*Epc::parse("3074257BF7194E4000001A85")));
}

TEST_CASE("rules that are not digits or hex are refused with what to write instead") {
    CHECK_FALSE(TagOwnership::make({{"12345"}, {}}));
    CHECK_FALSE(TagOwnership::make({{"1234567890123"}, {}}));
    CHECK_FALSE(TagOwnership::make({{"12345x"}, {}}));
    CHECK_FALSE(TagOwnership::make({{}, {""}}));
    CHECK_FALSE(TagOwnership::make({{}, {"E"}}));
    CHECK_FALSE(TagOwnership::make({{}, {"001122334455667788"}}));
}
