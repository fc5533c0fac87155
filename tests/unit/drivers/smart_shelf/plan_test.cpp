// The poll plan, step by step in made-up time: eight units a second, one of them dying.
#include "drivers/smart_shelf/plan.hpp"

#include <map>

#include <catch2/catch.hpp>

namespace tally::smart_shelf {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Slot slot(std::uint8_t unit, std::uint16_t channel) {
    SlotSpec spec;
    spec.place = PlaceId("s" + std::to_string(unit) + "." + std::to_string(channel));
    spec.unit = unit;
    spec.channel = channel;
    spec.map.registers_max = 60;
    spec.map.weight.address = 100;
    spec.map.weight.stride = 2;
    return Slot(spec);
}

TEST_CASE("slots of one unit share requests as far as the instrument allows") {
    std::vector<Slot> slots;
    for (std::uint16_t channel = 0; channel < 63; ++channel) {
        slots.push_back(slot(1, channel));
    }
    slots.push_back(slot(2, 0));
    const auto blocks = plan_blocks(slots);
    REQUIRE(blocks.size() == 4);
    CHECK(blocks[0].span.count == 60);
    CHECK(blocks[0].slots.size() == 30);
    CHECK(blocks[2].slots.size() == 3);
    CHECK(blocks[3].unit == 2);
}

/// A bus whose units answer at once, but one that says nothing from `dies` to `back`.
struct Bus {
    PollPlan plan;
    MonoTime now{1'000'000'000};
    std::map<std::size_t, std::vector<MonoTime>> read_at;
    std::size_t dead = 3;
    MonoTime dies, back;
    Duration answers_in = milliseconds(5);
    int asked_in_vain = 0;

    explicit Bus(std::vector<PollBlock> blocks)
        : plan(std::move(blocks), {seconds(1), milliseconds(250)}) {}

    void run(int cycles) {
        for (int i = 0; i < cycles; ++i) {
            plan.begin_cycle(now);
            while (const auto what = plan.next(now)) {
                if (what->block == dead && now >= dies && now < back) {
                    now = now + what->timeout;
                    ++asked_in_vain;
                    plan.failed(*what, now);
                } else {
                    now = now + answers_in;
                    read_at[what->block].push_back(now);
                    plan.answered(*what, answers_in);
                }
            }
            now = plan.next_cycle(now);
        }
    }
};

TEST_CASE(
    "a unit that dies changes the others' period by at most a twentieth, and is found again") {
    std::vector<Slot> slots;
    for (std::uint8_t unit = 1; unit <= 8; ++unit) {
        slots.push_back(slot(unit, 0));
    }
    Bus bus(plan_blocks(slots));
    bus.dies = bus.now + seconds(10);
    bus.back = bus.now + seconds(200);
    bus.run(300);
    for (const auto& [block, times] : bus.read_at) {
        if (block == bus.dead) {
            continue;
        }
        CHECK(times.size() == 300);
        for (std::size_t i = 1; i < times.size(); ++i) {
            const Duration period = times[i] - times[i - 1];
            INFO("block " << block << " reading " << i);
            CHECK(period >= milliseconds(950));
            CHECK(period <= milliseconds(1050));
        }
    }
    CHECK(bus.asked_in_vain < 15);  // 190 seconds of silence, asked ever more rarely.
    const auto& times = bus.read_at[bus.dead];
    const Duration longest = [&] {
        Duration gap{};
        for (std::size_t i = 1; i < times.size(); ++i) {
            gap = std::max(gap, times[i] - times[i - 1]);
        }
        return gap;
    }();
    CHECK(longest < seconds(190 + 34));
    CHECK(times.size() > 60);
}

TEST_CASE("an overrun cycle is not caught up") {
    std::vector<Slot> slots = {slot(1, 0), slot(2, 0)};
    PollPlan plan(plan_blocks(slots), {milliseconds(100), milliseconds(25)});
    MonoTime now{5'000'000'000};
    plan.begin_cycle(now);
    now = now + milliseconds(350);
    plan.begin_cycle(now);
    CHECK(plan.next_cycle(now) == now + milliseconds(100));
}

TEST_CASE("a bus that is busy for most of its period still asks a dead unit, and finds it again") {
    std::vector<Slot> slots;
    for (std::uint8_t unit = 1; unit <= 8; ++unit) {
        slots.push_back(slot(unit, 0));
    }
    Bus bus(plan_blocks(slots));
    bus.answers_in = milliseconds(90);  // 630 ms for seven: no probe fits before the last start
    bus.dies = bus.now + seconds(10);
    bus.back = bus.now + seconds(60);
    bus.run(150);
    CHECK(bus.asked_in_vain >= 3);
    CHECK(bus.read_at[bus.dead].back() > bus.back + seconds(30));
}

}  // namespace
}  // namespace tally::smart_shelf
