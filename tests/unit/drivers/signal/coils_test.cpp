#include "drivers/signal/coils.hpp"

#include <catch2/catch.hpp>

using namespace tally;
using namespace tally::signal;

namespace {

SignalWiring stack(SignalWiring::LampOn lit = SignalWiring::LampOn::energised) {
    SignalWiring wiring;
    wiring.green = 0;
    wiring.yellow = 1;
    wiring.red = 7;
    wiring.lamp_on = lit;
    return wiring;
}

}  // namespace

TEST_CASE("a lamp is one coil, lit by it or by its release") {
    CHECK(lamp_bits(stack(), Light::green, Blink::on) == Bits{{0, true}, {1, false}, {7, false}});
    CHECK(lamp_bits(stack(SignalWiring::LampOn::released), Light::green, Blink::on) ==
          Bits{{0, false}, {1, true}, {7, true}});
    CHECK(lamp_bits(stack(), Light::dark, Blink::on) == Bits{{0, false}, {1, false}, {7, false}});
}

TEST_CASE("flashing is red in one half and nothing in the other") {
    CHECK(lamp_bits(stack(), Light::red_flashing, Blink::on).at(7));
    CHECK_FALSE(lamp_bits(stack(), Light::red_flashing, Blink::off).at(7));
}

TEST_CASE("what is read back is a light only if it is one of ours") {
    for (const auto lit : {SignalWiring::LampOn::energised, SignalWiring::LampOn::released}) {
        for (const Light light : {Light::dark, Light::green, Light::yellow, Light::red}) {
            CHECK(light_in(stack(lit), lamp_bits(stack(lit), light, Blink::on)) == light);
        }
    }
    CHECK_FALSE(light_in(stack(), {{0, true}, {1, true}, {7, false}}));
    CHECK_FALSE(light_in(stack(), {{0, true}, {1, false}}));  // Red was not read.
    CHECK_FALSE(light_in(stack(), {}));
}

TEST_CASE("requests are made of neighbours and touch nothing between them") {
    CHECK(runs_of({}).empty());
    CHECK(runs_of({{0, true}, {1, false}, {7, true}}) == std::vector<Run>{{0, {1, 0}}, {7, {1}}});
    CHECK(runs_of({{65534, true}, {65535, true}}) == std::vector<Run>{{65534, {1, 1}}});
    Bits many;
    for (std::uint16_t i = 0; i < 100; ++i) {
        many[i] = false;
    }
    REQUIRE(runs_of(many).size() == 2);
    CHECK(runs_of(many)[0].values.size() == kRunMax);
    CHECK(runs_of(many)[1].address == kRunMax);
}

TEST_CASE("only what is not as wanted is written") {
    const Bits wanted{{0, true}, {1, false}, {3, true}};
    CHECK(difference(wanted, wanted).empty());
    CHECK(difference(wanted, {{0, true}, {1, true}, {3, true}, {4, true}}) == Bits{{1, false}});
    CHECK(difference(wanted, {}) == wanted);  // Not read is not as wanted.
}

TEST_CASE("a barrier's coil means what its wiring says, and the other without power") {
    BarrierWiring wiring;
    wiring.coil = 3;
    for (const BarrierOrder energised : {BarrierOrder::open, BarrierOrder::closed}) {
        wiring.energised = energised;
        Bits bits;
        add_order(wiring, BarrierOrder::open, bits);
        CHECK(bits == Bits{{3, energised == BarrierOrder::open}});
        CHECK(wiring.without_power() != energised);
    }
}
