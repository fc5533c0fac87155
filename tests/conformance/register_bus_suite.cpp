#include "tests/conformance/register_bus_suite.hpp"

#include <optional>

namespace tally::conformance {

namespace {

using Values = RegisterBus::Values;
using Registers = std::vector<std::uint16_t>;
using std::chrono::milliseconds;

/// Short where a unit shall be found silent, long where a loaded machine must not make it so.
constexpr Duration kShort = milliseconds(80);
constexpr Duration kLong = std::chrono::seconds(5);

RegisterRead ask(std::uint8_t unit, std::uint16_t address, std::uint16_t count,
                 Duration timeout = kLong) {
    return {unit, RegisterTable::holding, address, count, timeout};
}

Values read(RegisterBusFixture& world, const RegisterRead& request) {
    std::optional<Values> answer;
    world.bus().read(request, [&](Values values) { answer = std::move(values); });
    REQUIRE_FALSE(answer.has_value());
    TALLY_SOON(world, answer.has_value());
    return *answer;
}

Registers got(RegisterBusFixture& world, const RegisterRead& request) {
    return read(world, request).value_or(Registers{});
}

Result<void> write(RegisterBusFixture& world, const RegisterWrite& request) {
    std::optional<Result<void>> answer;
    world.bus().write(request, [&](Result<void> done) { answer = std::move(done); });
    REQUIRE_FALSE(answer.has_value());
    TALLY_SOON(world, answer.has_value());
    return *answer;
}

ErrorKind trouble(const Values& values) {
    REQUIRE_FALSE(values.has_value());
    CHECK_FALSE(values.error().text.empty());
    return values.error().kind;
}

/// After whatever happened, both units give their own values and no others.
void check_recovers(RegisterBusFixture& world) {
    constexpr int kMoments = 600;
    for (int i = 0; i < kMoments && !read(world, ask(2, 0, 3)); ++i) {
        let_a_moment_pass(world);
    }
    CHECK(got(world, ask(2, 0, 3)) == Registers{200, 201, 202});
    CHECK(got(world, ask(1, 4, 2)) == Registers{104, 105});
}

void reads_each_table(RegisterBusFixture& world) {
    CHECK(got(world, ask(1, 3, 4)) == Registers{103, 104, 105, 106});
    CHECK(got(world, {1, RegisterTable::input, 9, 1, kLong}) == Registers{159});
    CHECK(got(world, {1, RegisterTable::coils, 0, 10, kLong}) ==
          Registers{1, 0, 0, 1, 0, 0, 1, 0, 0, 1});
}

void writes_and_reads_back(RegisterBusFixture& world) {
    CHECK(write(world, {1, RegisterTable::holding, 5, {7, 65535}, kLong}).has_value());
    CHECK(got(world, ask(1, 4, 4)) == Registers{104, 7, 65535, 107});
    CHECK(write(world, {1, RegisterTable::coils, 1, {1}, kLong}).has_value());
    CHECK(write(world, {1, RegisterTable::coils, 2, {1, 0, 1, 1, 0, 0, 1, 1}, kLong}).has_value());
    CHECK(got(world, {1, RegisterTable::coils, 0, 10, kLong}) ==
          Registers{1, 1, 1, 0, 1, 1, 0, 0, 1, 1});
}

void answers_in_order(RegisterBusFixture& world) {
    Registers first_values;
    int errors = 0;
    for (std::uint16_t i = 0; i < 10; ++i) {
        const std::uint8_t unit = i % 2 == 0 ? 1 : 2;
        world.bus().read(ask(unit, i, i == 3 ? 0 : 1), [&](Values values) {
            errors += values ? 0 : 1;
            first_values.push_back(values ? values->front() : 0);
        });
    }
    TALLY_SOON(world, first_values.size() == 10);
    CHECK(first_values == Registers{100, 201, 102, 0, 104, 205, 106, 207, 108, 209});
    CHECK(errors == 1);
}

void refuses_by_exception(RegisterBusFixture& world) {
    CHECK(trouble(read(world, ask(1, 8, 5))) == ErrorKind::refused);
    world.gateway().faults(1).exception = 6;
    CHECK(trouble(read(world, ask(1, 0, 1))) == ErrorKind::refused);
    const auto written = write(world, {1, RegisterTable::holding, 0, {1}, kLong});
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().kind == ErrorKind::refused);
    world.gateway().faults(1) = {};
    check_recovers(world);
}

/// The unit has begun, or does not answer its gateway: nobody knows whether the write was done.
void a_write_whose_end_is_open_is_a_timeout(RegisterBusFixture& world) {
    for (const std::int64_t exception : {5, 11}) {
        world.gateway().faults(1).refuse_writes = exception;
        const auto written = write(world, {1, RegisterTable::holding, 5, {7}, kLong});
        REQUIRE_FALSE(written.has_value());
        CHECK(written.error().kind == ErrorKind::timeout);
    }
    world.gateway().faults(1) = {};
    world.gateway().faults(1).mute_writes = 1;
    const auto mute = write(world, {1, RegisterTable::holding, 5, {9}, kShort});
    REQUIRE_FALSE(mute.has_value());
    CHECK(mute.error().kind == ErrorKind::timeout);
    world.gateway().faults(1) = {};
    CHECK(got(world, ask(1, 5, 1)) == Registers{9});
    CHECK(write(world, {1, RegisterTable::holding, 5, {105}, kLong}).has_value());
    check_recovers(world);
}

void refuses_what_is_out_of_bounds(RegisterBusFixture& world) {
    const std::uint64_t before = world.gateway().requests();
    CHECK(trouble(read(world, ask(1, 0, 0))) == ErrorKind::malformed);
    CHECK(trouble(read(world, ask(1, 0, 126))) == ErrorKind::malformed);
    CHECK(trouble(read(world, ask(1, 65535, 2))) == ErrorKind::malformed);
    CHECK_FALSE(write(world, {1, RegisterTable::input, 0, {1}, kLong}).has_value());
    CHECK(world.gateway().requests() == before);
}

void a_dead_unit_is_a_timeout(RegisterBusFixture& world) {
    world.gateway().faults(1).dead = 1;
    CHECK(trouble(read(world, ask(1, 0, 1, kShort))) == ErrorKind::timeout);
    CHECK(got(world, ask(2, 0, 1)) == Registers{200});
    world.gateway().faults(1) = {};
    check_recovers(world);
}

void a_late_answer_answers_nothing(RegisterBusFixture& world) {
    for (const std::int64_t late_by_ms : {5, 40, 90}) {
        world.gateway().faults(1).late_once = kShort / milliseconds(1) + late_by_ms;
        CHECK(trouble(read(world, ask(1, 0, 2, kShort))) == ErrorKind::timeout);
        CHECK(got(world, ask(1, 6, 2)) == Registers{106, 107});
        CHECK(got(world, ask(2, 6, 2)) == Registers{206, 207});
    }
}

void a_foreign_answer_is_no_value(RegisterBusFixture& world) {
    world.gateway().faults(1).wrong_unit = 2;
    CHECK(trouble(read(world, ask(1, 0, 2))) == ErrorKind::malformed);
    world.gateway().faults(1) = {};
    world.gateway().faults(1).stranger = 1;
    CHECK(trouble(read(world, ask(1, 0, 2))) == ErrorKind::malformed);
    world.gateway().faults(1) = {};
    check_recovers(world);
}

void a_doubled_answer_counts_once(RegisterBusFixture& world) {
    world.gateway().faults(1).doubled = 1;
    for (std::uint16_t i = 0; i < 8; ++i) {
        const Values values = read(world, ask(1, i, 1));
        if (values) {
            CHECK(values->front() == 100 + i);
        }
    }
    world.gateway().faults(1) = {};
    check_recovers(world);
}

void a_short_answer_is_malformed(RegisterBusFixture& world) {
    world.gateway().faults(1).short_by = 1;
    CHECK(trouble(read(world, ask(1, 0, 4))) == ErrorKind::malformed);
    world.gateway().faults(1) = {};
    world.gateway().faults(1).garbled = 1;
    CHECK_FALSE(read(world, ask(1, 0, 4, kShort)).has_value());
    world.gateway().faults(1) = {};
    world.gateway().faults(1).cut = 9;
    CHECK(trouble(read(world, ask(1, 0, 4))) == ErrorKind::offline);
    world.gateway().faults(1) = {};
    check_recovers(world);
}

void survives_a_power_cut(RegisterBusFixture& world) {
    CHECK(read(world, ask(1, 0, 1)).has_value());
    world.gateway().power_off();
    CHECK(trouble(read(world, ask(1, 0, 1, kShort))) == ErrorKind::offline);
    REQUIRE(world.gateway().power_on().has_value());
    check_recovers(world);
}

void survives_a_pulled_cable(RegisterBusFixture& world) {
    CHECK(read(world, ask(1, 0, 1)).has_value());
    world.gateway().pull_cable();
    CHECK(trouble(read(world, ask(1, 0, 1, kShort))) == ErrorKind::timeout);
    CHECK(trouble(read(world, ask(2, 0, 1, kShort))) == ErrorKind::timeout);
    world.gateway().plug_cable();
    check_recovers(world);
}

void says_nothing_after_its_end(RegisterBusFixture& world) {
    int answers = 0;
    for (int i = 0; i < 5; ++i) {
        world.bus().read(ask(1, 0, 1), [&](const Values&) { ++answers; });
    }
    world.end_bus();
    let_a_moment_pass(world);
    CHECK(answers == 0);
}

void bounds_what_waits(RegisterBusFixture& world) {
    int fine = 0;
    int exhausted = 0;
    for (int i = 0; i < 80; ++i) {
        world.bus().read(ask(1, 0, 1), [&](const Values& values) {
            ++(values ? fine : exhausted);
            CHECK((values || values.error().kind == ErrorKind::exhausted));
        });
    }
    TALLY_SOON(world, fine + exhausted == 80);
    CHECK(fine >= 64);
    CHECK(exhausted > 0);
}

}  // namespace

std::vector<Promise<RegisterBusFixture>> register_bus_promises() {
    return {
        {"it reads registers, inputs and coils", reads_each_table},
        {"it writes registers and coils, one or many", writes_and_reads_back},
        {"answers come in the order of the calls, refused ones in their turn", answers_in_order},
        {"an exception of the unit is refused", refuses_by_exception},
        {"a write whose end is open is a timeout", a_write_whose_end_is_open_is_a_timeout},
        {"a request out of bounds never reaches the wire", refuses_what_is_out_of_bounds},
        {"a dead unit is a time-out, and the others are read", a_dead_unit_is_a_timeout},
        {"a late answer answers nothing", a_late_answer_answers_nothing},
        {"an answer for another unit or transaction is no value", a_foreign_answer_is_no_value},
        {"a doubled answer counts once", a_doubled_answer_counts_once},
        {"a short, garbled or cut answer is no value", a_short_answer_is_malformed},
        {"it comes back after a power cut", survives_a_power_cut},
        {"it comes back after a pulled cable", survives_a_pulled_cable},
        {"nothing is answered after its end", says_nothing_after_its_end},
        {"at most 64 requests wait", bounds_what_waits},
    };
}

}  // namespace tally::conformance
