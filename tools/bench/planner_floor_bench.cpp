// A floor of 10,000 slots in a fresh process: time and memory of reading, checking and answering.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "tools/bench/child.hpp"
#include "tools/bench/planner_floor.hpp"
#include "tools/bench/planner_parts.hpp"
#include "tools/bench/roles.hpp"
#include "tools/bench/table.hpp"

namespace tally::bench {

int bench_planner_floor(const PlannerBenchOptions&) {
    const std::filesystem::path file = std::filesystem::temp_directory_path() /
                                       ("tally-bench-floor-" + std::to_string(::getpid()));
    std::ofstream(file, std::ios::binary) << floor_text();
    Child child(role_command("floor", {file.string()}));
    const std::map<std::string, double> told = child.read_figures();
    std::filesystem::remove(file);
    if (told.count("floor_s") == 0 || told.count("peak_mib") == 0) {
        std::fprintf(stderr, "bench_planner: the floor of 10,000 slots gave no answer\n");
        return 1;
    }
    Table table("a floor file of 10,000 slots, in a process of its own");
    table.row("read, checked, 100 rows, a tour of 200, 2,000 x 2,000 ways",
              {sample_of({told.at("floor_s")}), "s", 2}, at_most(1));
    table.row("peak memory of the process", {sample_of({told.at("peak_mib")}), "MiB", 0},
              at_most(512));
    return 0;
}

}  // namespace tally::bench
