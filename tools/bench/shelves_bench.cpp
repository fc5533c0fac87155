#include "tools/bench/shelves_bench.hpp"

#include <array>
#include <cstdio>
#include <memory>
#include <vector>

#include <modbus.h>

#include "drivers/smart_shelf/plan.hpp"
#include "tools/bench/ledger_runner.hpp"
#include "tools/bench/shelf_box.hpp"
#include "tools/bench/table.hpp"

namespace tally::bench {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kRounds = 60;  // Over all units of a rack, in one run.

/// One side of one run.
struct Rate {
    double slots_per_s = 0;
    double processor_us = 0;  ///< a slot
};

Rate rate_of(std::uint64_t slots, std::int64_t began_ns, std::int64_t processor_began_ns) {
    const auto count = static_cast<double>(slots);
    return {count / seconds_since(began_ns),
            static_cast<double>(processor_ns() - processor_began_ns) / 1e3 / count};
}

std::vector<smart_shelf::PollBlock> blocks_of(const ShelfBusSpec& spec) {
    std::vector<smart_shelf::Slot> slots;
    for (const ShelfSlotSpec& slot : spec.slots) {
        slots.emplace_back(smart_shelf::SlotSpec{slot.place, slot.unit, slot.channel, slot.map,
                                                 slot.offset, slot.capacity, slot.division});
    }
    return smart_shelf::plan_blocks(slots);
}

/// What the bus and libmodbus can do: the same blocks, one after the other, and nothing else.
Result<Rate> run_bare(const ShelfBusSpec& spec, std::uint16_t port) {
    const std::unique_ptr<modbus_t, void (*)(modbus_t*)> bus(modbus_new_tcp("127.0.0.1", port),
                                                             [](modbus_t* context) {
                                                                 modbus_close(context);
                                                                 modbus_free(context);
                                                             });
    if (!bus || modbus_connect(bus.get()) != 0) {
        return fail(ErrorKind::offline, "libmodbus cannot reach the emulated rack");
    }
    const auto blocks = blocks_of(spec);
    std::array<std::uint16_t, MODBUS_MAX_READ_REGISTERS> registers{};
    std::uint64_t slots = 0;
    const std::int64_t began = mono_ns();
    const std::int64_t processor = processor_ns();
    for (int round = 0; round < kRounds; ++round) {
        for (const smart_shelf::PollBlock& block : blocks) {
            modbus_set_slave(bus.get(), block.unit);
            const int got = modbus_read_registers(bus.get(), block.span.address, block.span.count,
                                                  registers.data());
            if (got != block.span.count) {
                return fail(ErrorKind::malformed, "the bare loop got no values");
            }
            keep(registers[0]);
            slots += block.slots.size();
        }
    }
    return rate_of(slots, began, processor);
}

class CountingFeed final : public ShelfFeed {
 public:
    void on_reading(const PlaceId&, const ShelfReading& reading) override {
        good += reading.quality == ReadingQuality::blind ? 0 : 1;
    }
    std::uint64_t good = 0;
};

/// The same by our driver: plan, adapter thread, mailbox, decoding, quality.
Result<Rate> run_ours(const ShelfBusSpec& spec, std::uint16_t port) {
    host::Loop loop;
    BenchEvents events;
    host::OsEntropy entropy;
    host::TcpDialer dialer(loop);
    CountingFeed feed;
    RackBus rack = open_rack(spec, port, loop, {dialer, loop, loop, entropy, events}, feed);
    const std::uint64_t wanted = std::uint64_t{kRounds} * spec.slots.size();
    const std::int64_t began = mono_ns();
    const std::int64_t processor = processor_ns();
    rack.driver->start();
    while (feed.good < wanted && seconds_since(began) < 60) {
        loop.turn(milliseconds(100));
    }
    rack.driver->stop();
    if (feed.good < wanted) {
        return fail(ErrorKind::timeout, "the driver did not get its readings in a minute");
    }
    return rate_of(feed.good, began, processor);
}

Result<void> compare(const ShelvesBenchOptions& options) {
    TALLY_TRY_ASSIGN(const auto racks, Racks::open(options.folder, 1));
    const std::uint16_t port = racks->ports().front();
    std::vector<double> bare_rate;
    std::vector<double> our_rate;
    std::vector<double> share;
    std::vector<double> bare_us;
    std::vector<double> our_us;
    for (int run = 0; run < options.runs; ++run) {
        TALLY_TRY_ASSIGN(ShelfBusSpec spec, rack_spec(0, seconds(1)));
        TALLY_TRY_ASSIGN(const Rate bare, run_bare(spec, port));
        // A cycle as long as the bare loop needs for one round: the bus is never idle.
        spec.period = std::chrono::duration_cast<Duration>(
            std::chrono::duration<double>(kUnitsOnRack / bare.slots_per_s));
        TALLY_TRY_ASSIGN(const Rate ours, run_ours(spec, port));
        bare_rate.push_back(bare.slots_per_s);
        our_rate.push_back(ours.slots_per_s);
        share.push_back(100 * ours.slots_per_s / bare.slots_per_s);
        bare_us.push_back(bare.processor_us);
        our_us.push_back(ours.processor_us);
    }
    Table table("one shelf bus, 16 instruments that answer after 2 ms (wall clock, side by side)");
    table.row("bare libmodbus loop, the same blocks", {sample_of(bare_rate), "slots/s", 0});
    table.row("shelf driver over the bus adapter", {sample_of(our_rate), "slots/s", 0},
              at_least(0.9 * sample_of(bare_rate).median));
    table.row("  share of the bus's own limit", {sample_of(share), "%", 0}, at_least(90));
    table.row("  processor time a slot, bare loop", {sample_of(bare_us), "us", 1});
    table.row("  processor time a slot, ours", {sample_of(our_us), "us", 1});
    return {};
}

Result<void> watch(const ShelvesBenchOptions& options) {
    constexpr int kRacks = 4;
    TALLY_TRY_ASSIGN(const auto racks, Racks::open(options.folder, kRacks));
    TALLY_TRY_ASSIGN(const auto box, ShelfBox::open(fresh_database(options.folder, "shelves.db"),
                                                    *racks, seconds(1)));
    box->run_for(seconds(3));
    const ShelfBox::Figures before = box->figures();
    std::vector<double> percent;
    for (int run = 0; run < options.runs; ++run) {
        const std::int64_t began = mono_ns();
        const std::int64_t processor = processor_ns();
        box->run_for(seconds(options.seconds) / options.runs);
        percent.push_back(100 * static_cast<double>(processor_ns() - processor) / 1e9 /
                          seconds_since(began));
    }
    const ShelfBox::Figures after = box->figures();
    const auto readings = static_cast<double>(after.readings - before.readings);
    const auto events = static_cast<double>(after.events - before.events);
    Table table(
        "64 slots on 4 buses, each read once a second, a unit moved a second (all threads)");
    table.row("processor, share of one core", {sample_of(percent), "%", 2}, at_most(5));
    table.row("  readings", {sample_of({readings / options.seconds}), "/s", 1});
    table.row("  ledger events", {sample_of({events / options.seconds}), "/s", 1});
    fresh_database(options.folder, "shelves.db");
    if (after.blind > 0) {
        return fail(ErrorKind::timeout, "some slots were blind: the figures mean nothing");
    }
    return {};
}

}  // namespace

int bench_shelves(const ShelvesBenchOptions& options) {
    for (const auto part : {compare, watch}) {
        if (const auto outcome = part(options); !outcome) {
            std::fprintf(stderr, "bench_shelves: %s\n", outcome.error().text.c_str());
            return 1;
        }
    }
    return 0;
}

}  // namespace tally::bench
