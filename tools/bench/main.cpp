// tally-bench: every figure beside its limit or peer. Run it as tools/bench/run.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "firmware/host/memory/memory.hpp"
#include "tools/bench/box_bench.hpp"
#include "tools/bench/codec_bench.hpp"
#include "tools/bench/fleet_bench.hpp"
#include "tools/bench/ledger_bench.hpp"
#include "tools/bench/llrp_bench.hpp"
#include "tools/bench/makers_bench.hpp"
#include "tools/bench/meter.hpp"
#include "tools/bench/orders_bench.hpp"
#include "tools/bench/planner_bench.hpp"
#include "tools/bench/planner_parts.hpp"
#include "tools/bench/presence_bench.hpp"
#include "tools/bench/roles.hpp"
#include "tools/bench/shelves_bench.hpp"
#include "tools/bench/sim_bench.hpp"
#include "tools/bench/sync_bench.hpp"
#include "tools/bench/table.hpp"

namespace {

using namespace tally::bench;

struct Arguments {
    std::vector<std::string> parts;
    std::string folder;
    std::string testdata;
    bool quick = false;
};

struct Part {
    const char* name;
    std::function<int(const Arguments&)> run;
};

int run_ledger(const Arguments& arguments) {
    LedgerBenchOptions options;
    options.folder = arguments.folder;
    if (arguments.quick) {
        options.events = 20'000;
        options.runs = 3;
    }
    return bench_ledger(options);
}

int run_box(const Arguments& arguments) {
    BoxBenchOptions options;
    options.folder = arguments.folder;
    if (arguments.quick) {
        options.events = 200'000;
        options.runs = 2;
    }
    return bench_box(options);
}

int run_sync(const Arguments& arguments) {
    SyncBenchOptions options;
    options.folder = arguments.folder;
    if (arguments.quick) {
        options.waves = 8;
        options.paced_s = 4;
        options.runs = 2;
    }
    return bench_sync(options);
}

int run_shelves(const Arguments& arguments) {
    ShelvesBenchOptions options;
    options.folder = arguments.folder;
    if (arguments.quick) {
        options.runs = 3;
        options.seconds = 9;
    }
    return bench_shelves(options);
}

int run_fleet(const Arguments& arguments) {
    FleetBenchOptions options;
    options.folder = arguments.folder;
    if (arguments.quick) {
        options.seconds = 30;
    }
    return bench_fleet(options);
}

const std::vector<Part>& parts() {
    static const std::vector<Part> all{
        {"llrp", [](const Arguments& arguments) { return bench_llrp(arguments.testdata); }},
        {"reads", [](const Arguments&) { return bench_presence(); }},
        {"planner",
         [](const Arguments& arguments) {
             return bench_planner({arguments.testdata, arguments.quick});
         }},
        {"plans",
         [](const Arguments& arguments) {
             const PlannerBenchOptions options{arguments.testdata, arguments.quick};
             return bench_planner_floor(options) + bench_planner_pool(options);
         }},
        {"traffic",
         [](const Arguments& arguments) {
             const PlannerBenchOptions options{arguments.testdata, arguments.quick};
             return bench_planner_traffic(options) + bench_planner_rolling(options);
         }},
        {"fleet", run_fleet},
        {"makers", [](const Arguments& arguments) { return bench_makers({arguments.folder}); }},
        {"orders", [](const Arguments&) { return bench_orders(); }},
        {"codecs", [](const Arguments&) { return bench_codecs(); }},
        {"ledger", run_ledger},
        {"sync", run_sync},
        {"box", run_box},
        {"sim",
         [](const Arguments& arguments) {
             return bench_sim(arguments.quick ? SimBenchOptions{5, 5'000} : SimBenchOptions{});
         }},
        {"shelves", run_shelves},
    };
    return all;
}

/// How fast the machine is just now; before and after, so that a change shows.
void print_calibration(const std::string& when) {
    Table table("the machine " + when);
    table.row("a dependent multiply-xor step", {sample_of({calibration_ns()}), "ns", 2});
}

int run_parts(const Arguments& arguments) {
    std::error_code error;
    std::filesystem::create_directories(arguments.folder, error);
    if (error) {
        std::fprintf(stderr, "tally-bench: cannot make %s: %s\n", arguments.folder.c_str(),
                     error.message().c_str());
        return 1;
    }
    const std::int64_t began = mono_ns();
    print_calibration("before");
    int failures = 0;
    for (const Part& part : parts()) {
        const auto& wanted = arguments.parts;
        if (wanted.empty() || std::find(wanted.begin(), wanted.end(), part.name) != wanted.end()) {
            failures += part.run(arguments) == 0 ? 0 : 1;
        }
    }
    print_calibration("after");
    Table("this run").row("all of it", {sample_of({seconds_since(began)}), "s", 0});
    print_aims();
    return failures == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::string(argv[1]) == "role") {
        return run_role({argv + 2, argv + argc});
    }
    tally::host::keep_memory_small();  // as the daemons do
    Arguments arguments;
    CLI::App app("Prints what Tallyman costs, each figure beside its limit or peer.",
                 "tally-bench");
    std::vector<std::string> names;
    for (const Part& part : parts()) {
        names.emplace_back(part.name);
    }
    app.add_option("part", arguments.parts, "only these parts")->check(CLI::IsMember(names));
    app.add_option("--folder", arguments.folder, "where database files go; removed files only")
        ->default_val((std::filesystem::temp_directory_path() / "tally-bench").string());
    app.add_option("--testdata", arguments.testdata, "folder with captured reports")
        ->default_val("../shared/testdata");
    app.add_flag("--quick", arguments.quick, "shorter runs, for trying it out");
    CLI11_PARSE(app, argc, argv);
    return run_parts(arguments);
}
