// tally-bench-store: the store bench alone. Arguments: folder [start events].
#include <cstdio>
#include <cstdlib>

#include "tools/bench/store_bench.hpp"

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: tally-bench-store FOLDER [START_EVENTS]\n");
        return 2;
    }
    tally::bench::StoreBenchOptions options;
    options.folder = argv[1];
    options.start_events = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
    return tally::bench::bench_store(options);
}
