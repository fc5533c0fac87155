// Prints one line a seed: seed, trace hash, entries, events. The lines must be equal in Debug+ASan,
// Release and clang builds of one commit; tools/test compares them.
//   sim_hash [SEEDS]          seeds 1..SEEDS (50 if not given)
//   sim_hash --trace SEED     the drawn options and the whole trace of one seed, readable
#include <cstdio>
#include <cstdlib>
#include <string>

#include "firmware/base/bytes.hpp"
#include "tests/scenario/small_world.hpp"

using namespace tally;
using namespace tally::scenario;

namespace {

constexpr std::size_t kWholeTrace = 1'000'000;

int print_trace(std::uint64_t seed) {
    const SmallWorldRun run = run_small_world(seed, kWholeTrace);
    for (const std::string& line : run.options) {
        std::printf("%s\n", line.c_str());
    }
    for (const std::string& line : run.last) {
        std::printf("%s\n", line.c_str());
    }
    return run.converged ? EXIT_SUCCESS : EXIT_FAILURE;
}

int print_hashes(std::uint64_t seeds) {
    int outcome = EXIT_SUCCESS;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const SmallWorldRun run = run_small_world(seed, 0);
        std::printf(
            "%llu %s %llu %llu%s\n", static_cast<unsigned long long>(seed),
            to_hex(run.trace_hash).c_str(), static_cast<unsigned long long>(run.trace_entries),
            static_cast<unsigned long long>(run.events), run.converged ? "" : " did not converge");
        outcome = run.converged ? outcome : EXIT_FAILURE;
    }
    return outcome;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::string(argv[1]) == "--trace") {
        return print_trace(std::strtoull(argv[2], nullptr, 10));
    }
    const std::uint64_t seeds = argc == 2 ? std::strtoull(argv[1], nullptr, 10) : 50;
    if (argc > 2 || seeds == 0) {
        std::fprintf(stderr, "usage: sim_hash [SEEDS] | sim_hash --trace SEED\n");
        return 64;
    }
    return print_hashes(seeds);
}
