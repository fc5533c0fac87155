#include "tools/bench/sim_bench.hpp"

#include <cstdio>
#include <string>

#include "sim/scenarios/run.hpp"
#include "tools/bench/table.hpp"

namespace tally::bench {

namespace {

constexpr double kAimHoursAMinute = 2;  // issue: two site-hours a minute and core
constexpr double kReadsASecond = 50;
constexpr double kMovementsAnHour = 600;

Result<sim::Scenario> large_site(const SimBenchOptions& options) {
    sim::Scenario scenario;
    scenario.name = "bench";
    for (const std::string& set :
         {std::string("site.edges=4"), std::string("site.gates=8"), std::string("site.slots=64"),
          "site.tags=" + std::to_string(options.tags),
          "work.minutes=" + std::to_string(options.minutes), std::string("work.pallets_per_hour=6"),
          std::string("work.walks_per_hour=800"), std::string("work.picks_per_hour=600"),
          std::string("work.walk_units=3"), std::string("work.orders_per_hour=120"),
          std::string("work.till_orders_per_hour=60"), std::string("disk.sync_us=1000"),
          std::string("disk.sync_spread_us=4000"), std::string("fault.kills=4"),
          std::string("fault.reader_reboots=8"), std::string("fault.slot_faults=8"),
          std::string("fault.outages=1"), std::string("expect.check_every_min=10")}) {
        TALLY_TRY(sim::set_range(scenario, set));
    }
    return scenario;
}

}  // namespace

int bench_sim(const SimBenchOptions& options) {
    const auto scenario = large_site(options);
    if (!scenario) {
        std::fprintf(stderr, "%s\n", scenario.error().text.c_str());
        return 1;
    }
    Table table("simulation: 4 edges, 8 gates, 64 slots, " + std::to_string(options.tags) +
                " tags, orders, faults, disks that take time, every checker on");
    const std::int64_t began_ns = processor_ns();
    sim::RunOptions run;
    run.trace_entries_kept = 0;
    const sim::RunReport report = sim::run_scenario(*scenario, run);
    const double minutes = static_cast<double>(processor_ns() - began_ns) / 60e9;
    const double hours = static_cast<double>(report.ran.count()) / 3.6e12;
    const double worked_h = options.minutes / 60.0;
    const auto one = [](double value) { return Sample{value, value, value}; };
    table.row("site-hours a minute of one core", {one(hours / minutes), "h/min", 2},
              at_least(kAimHoursAMinute));
    table.row("reads a second",
              {one(static_cast<double>(report.reads) / worked_h / 3600), "1/s", 0},
              at_least(kReadsASecond));
    table.row("movements an hour",
              {one(static_cast<double>(report.walks + report.picks) / worked_h), "1/h", 0},
              at_least(kMovementsAnHour));
    table.row("kernel events a second of processor time",
              {one(static_cast<double>(report.events) / minutes / 60), "1/s", 0});
    if (!report.findings.empty()) {
        std::fprintf(stderr, "%s", sim::to_text(report.findings).c_str());
        return 1;
    }
    return 0;
}

}  // namespace tally::bench
