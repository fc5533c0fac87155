#include "tools/bench/presence_bench.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "firmware/base/prng.hpp"
#include "firmware/domain/epc/scheme.hpp"
#include "firmware/domain/epc/text.hpp"
#include "firmware/domain/gate/tracker.hpp"
#include "tools/bench/table.hpp"

namespace tally::bench {

namespace {

constexpr int kRuns = 5;

std::vector<Epc> shuffled_tags(std::uint32_t count) {
    std::vector<Epc> tags;
    tags.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        const Gs1Epc fields{EpcScheme::sgtin_96, 1, 5, 6901234, 12345 + i % 50, i};
        tags.push_back(*encode_gs1(fields));
    }
    Prng prng(count);
    for (std::size_t i = tags.size(); i > 1; --i) {
        std::swap(tags[i - 1], tags[prng.below(i)]);
    }
    return tags;
}

class Silent : public GateListener {
 public:
    void on_presence_began(const Held&) override { ++began; }
    void on_passage(const Passage&) override {}
    void on_presence_ended(const Held&) override { ++ended; }

    std::uint64_t began = 0, ended = 0;
};

struct ReadCost {
    Sample ns;
    double bytes_per_tag = 0;
    bool is_sound = false;
};

/// Reads every tag in turn, one read a report, fast enough that all stay present.
ReadCost cost_of_reads(std::uint32_t tag_count) {
    GateLayout layout;
    layout.id = GateId("bench");
    layout.antennas = {{1, GateSide::outer}, {2, GateSide::inner}};
    Silent listener;
    GateTracker gate(layout, {}, listener);
    const std::vector<Epc> tags = shuffled_tags(tag_count);
    const std::int64_t step_ns = 1'000'000'000 / tag_count;
    TagRead read;
    read.has = TagRead::antenna_known | TagRead::rssi_known;
    read.antenna = 1;
    read.peak_rssi = CentiDbm{-5500};
    const auto round = [&] {
        for (const Epc& tag : tags) {
            read.epc = tag;
            read.at.ns += step_ns;
            gate.on_reads({&read, 1});
        }
    };
    round();
    round();
    const std::size_t memory = gate.presence().memory_bytes();
    const std::size_t rounds = 500'000 / tag_count;
    ReadCost cost;
    cost.ns = ns_per_piece(rounds * tag_count, kRuns, [&] {
        for (std::size_t i = 0; i < rounds; ++i) {
            round();
        }
    });
    cost.bytes_per_tag = static_cast<double>(memory) / tag_count;
    cost.is_sound = listener.began == tag_count && listener.ended == 0 &&
                    gate.presence().present_count() == tag_count &&
                    gate.presence().memory_bytes() == memory;
    return cost;
}

bool print_read_costs() {
    struct Row {
        std::uint32_t tags;
        double edgex_ms;
    };
    // EdgeX app-rfid-llrp-inventory, one-tag report without event: recorded on another run of a
    // shared two-core machine, +-20 %.
    constexpr Row kRows[] = {{1'000, 0.71}, {10'000, 15.7}, {100'000, 266}};
    Table table("read to presence and passage rules, all tags held (processor time)");
    bool is_sound = true;
    double least_ns = 0;
    double most_ns = 0;
    for (const Row& row : kRows) {
        const ReadCost cost = cost_of_reads(row.tags);
        is_sound = is_sound && cost.is_sound;
        least_ns = least_ns == 0 ? cost.ns.median : std::min(least_ns, cost.ns.median);
        most_ns = std::max(most_ns, cost.ns.median);
        const std::string what = std::to_string(row.tags) + " tags held";
        table.row(what, {cost.ns, "ns/read", 0}, at_most(1'000));
        table.row("  beside EdgeX inventory (recorded)", {cost.ns, "ns/read", 0},
                  peer("EdgeX", row.edgex_ms * 1e6));
        table.row("  memory", {sample_of({cost.bytes_per_tag}), "B/tag", 0});
    }
    table.row("dearest against cheapest (flat is 1)",
              {sample_of({most_ns / least_ns}), "times", 2});
    if (!is_sound) {
        std::fprintf(stderr,
                     "bench_presence: the gate did not hold exactly the tags it was "
                     "given, or grew in the steady state; the figures are void\n");
    }
    return is_sound;
}

void print_epc_costs() {
    const std::vector<Epc> tags = shuffled_tags(4096);
    constexpr std::size_t kRounds = 100;
    std::uint64_t sum = 0;
    const Sample decode = ns_per_piece(kRounds * tags.size(), kRuns, [&] {
        for (std::size_t i = 0; i < kRounds; ++i) {
            for (const Epc& tag : tags) {
                sum += decode_gs1(tag).fields.serial;
            }
        }
    });
    const Sample text = ns_per_piece(tags.size(), kRuns, [&] {
        for (const Epc& tag : tags) {
            sum += tag_uri(tag).size();
        }
    });
    keep(sum);
    Table table("EPC, SGTIN-96 (processor time)");
    table.row("bits to fields", {decode, "ns", 1}, at_most(50));
    table.row("bits to tag URI", {text, "ns", 1}, peer("TagDataTranslation", 7'700));
}

}  // namespace

int bench_presence() {
    const bool is_sound = print_read_costs();
    print_epc_costs();
    return is_sound ? 0 : 1;
}

}  // namespace tally::bench
