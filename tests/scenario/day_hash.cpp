// Prints one line a seed of the quiet day: seed, trace hash, entries, events. The lines must be
// equal in Debug+ASan, Release and clang builds of one commit; tools/test compares them.
//   day_hash [SEEDS]        seeds 1..SEEDS (3 if not given)
//   day_hash --log SEED     what happened that day, readable, with every finding
#include <cstdio>
#include <cstdlib>
#include <string>

#include "firmware/base/bytes.hpp"
#include "sim/scenarios/quiet_day.hpp"

using namespace tally;
using namespace tally::sim;

namespace {

int print_log(std::uint64_t seed) {
    const QuietDayRun run = run_quiet_day(seed, 60);
    for (const std::string& line : run.log) {
        std::printf("%s\n", line.c_str());
    }
    std::printf("%s", to_text(run.findings).c_str());
    for (const Difference& each : run.after_count) {
        std::printf("left: %s %s %s %s\n", each.who.c_str(), each.item.c_str(), each.place.c_str(),
                    each.text.c_str());
    }
    std::printf(
        "walks %zu, ledger events %llu, differences in the evening %zu, corrections %zu, "
        "after the count %zu, anomalies open %zu, %s\n",
        run.walks, static_cast<unsigned long long>(run.ledger_events), run.evening.size(),
        run.corrections, run.after_count.size(), run.anomalies_open,
        run.settled ? "settled" : "not settled");
    return run.findings.empty() && run.after_count.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::string(argv[1]) == "--log") {
        return print_log(std::strtoull(argv[2], nullptr, 10));
    }
    const std::uint64_t seeds = argc == 2 ? std::strtoull(argv[1], nullptr, 10) : 3;
    if (argc > 2 || seeds == 0) {
        std::fprintf(stderr, "usage: day_hash [SEEDS] | day_hash --log SEED\n");
        return 64;
    }
    int outcome = EXIT_SUCCESS;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const QuietDayRun run = run_quiet_day(seed);
        std::printf("%llu %s %llu %llu\n", static_cast<unsigned long long>(seed),
                    to_hex(run.trace_hash).c_str(),
                    static_cast<unsigned long long>(run.trace_entries),
                    static_cast<unsigned long long>(run.events));
        outcome = run.findings.empty() ? outcome : EXIT_FAILURE;
    }
    return outcome;
}
