#include "firmware/domain/tag/serials.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "firmware/domain/epc/scanned_text.hpp"
#include "firmware/domain/epc/scheme.hpp"
#include "firmware/domain/tag/tag.hpp"

using namespace tally;

TEST_CASE("serials of different edges, epochs, blocks and places differ and fit in 38 bits") {
    std::set<std::uint64_t> all;
    std::size_t made = 0;
    for (const std::uint64_t range : {0ULL, 1ULL, 255ULL}) {
        for (const std::uint64_t epoch : {1ULL, 2ULL, 255ULL}) {
            for (const std::uint64_t block : {0ULL, 1ULL, 16'383ULL}) {
                for (const std::uint64_t place : {0ULL, 1ULL, 255ULL}) {
                    const auto serial = serial_of(range, {epoch, block}, place);
                    REQUIRE(serial);
                    CHECK(*serial < std::uint64_t{1} << 38U);
                    all.insert(*serial);
                    ++made;
                }
            }
        }
    }
    CHECK(all.size() == made);
}

TEST_CASE("a part that is too large gives no serial, so none is ever cut") {
    CHECK_FALSE(serial_of(256, {1, 0}, 0));
    CHECK_FALSE(serial_of(0, {256, 0}, 0));
    CHECK_FALSE(serial_of(0, {1, 16'384}, 0));
    CHECK_FALSE(serial_of(0, {1, 0}, kSerialBlockSize));
}

TEST_CASE("a label goes forward, and back only where certainly nothing was printed") {
    using State = LabelState;
    CHECK(step(State::waiting, TagAct::send) == State::sent);
    CHECK(step(State::sent, TagAct::take_back) == State::waiting);
    CHECK(step(State::sent, TagAct::printed) == State::printed);
    CHECK(step(State::printed, TagAct::fail) == State::unsure);
    CHECK(step(State::sent, TagAct::fail) == State::unsure);
    for (const State state : {State::sent, State::printed, State::unsure}) {
        CHECK_FALSE(step(state, TagAct::send));  // No EPC is sent to a printer twice.
    }
    CHECK_FALSE(step(State::printed, TagAct::take_back));
    CHECK_FALSE(step(State::waiting, TagAct::printed));
}

TEST_CASE("a QR code or its text names the same unit as the tag") {
    const std::vector<std::string> own = {"0614141"};
    const std::string tag = "3034257BF7194E4000001A85";
    const auto fields = sgtin_from_gtin(
        {.gtin = "80614141123458", .company_digits = 7, .filter = 1, .serial = 6789});
    const Epc wanted = *encode_gs1(*fields);
    CHECK(unit_of_code(tag, own)->str() == tag);
    CHECK(*unit_of_code("(01)80614141123458(21)6789", own) == wanted);
    CHECK(*unit_of_code("0180614141123458216789", own) == wanted);
    for (const char* bad :
         {"", "(01)80614141123458", "(01)80614141123458(21)", "(01)80614141123458(21)A1",
          "(01)80614141123458(21)0067", "(01)80614141123459(21)6789", "(01)04012345123456(21)1",
          "(01)80614141123458(21)99999999999999999999", "(01)8061414112345X(21)1", "hello"}) {
        INFO(bad);
        CHECK_FALSE(unit_of_code(bad, own));
    }
}
