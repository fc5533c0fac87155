#include "tools/sim/run_command.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>

#include <fmt/format.h>

#include "firmware/base/bytes.hpp"
#include "sim/planted/planted.hpp"

namespace tally::simtool {

namespace {

double seconds(Duration span) {
    return std::chrono::duration<double>(span).count();
}

void print_fleet(const sim::RunReport& report, double wall_s) {
    const sim::FleetCounts& fleet = report.fleet;
    const double hours = static_cast<double>(fleet.vehicle_seconds) / 3'600;
    fmt::print("goals {}: {} done, {} failed; {} order messages, {} vehicles released by hand\n",
               fleet.goals, fleet.arrivals, fleet.failed, fleet.messages, fleet.releases);
    fmt::print("faults {}; all done {:.0f} s after the last; nobody moved for {:.0f} s at most\n",
               report.faults, seconds(report.converged_in), seconds(fleet.longest_still));
    fmt::print("{:.2f} vehicle-hours, {:.2f} of them watched for deadlocks and jams\n", hours,
               static_cast<double>(fleet.watched_seconds) / 3'600);
    fmt::print("in {:.1f} s ({:.1f} vehicle-hours a minute), {} events\n", wall_s,
               60 * hours / std::max(wall_s, 0.001), report.events);
    fmt::print("trace {} ({} entries)\n", to_hex(report.trace_hash), report.trace_entries);
}

/// On a site that has vehicles.
void print_crew(const sim::FleetCounts& fleet) {
    const sim::CrewCounts& crew = fleet.crew;
    fmt::print(
        "{:.2f} vehicle-hours, {} order messages, {} vehicles released by hand; nobody moved "
        "for {:.0f} s at most\n",
        static_cast<double>(fleet.vehicle_seconds) / 3'600, fleet.messages, fleet.releases,
        seconds(fleet.longest_still));
    fmt::print("orders {} handed over, {} cancelled; {} parcels, {} with a carrier\n",
               crew.handed_over, crew.cancelled, crew.parcels, crew.left);
    fmt::print(
        "people scanned {} portions, {} tasks on foot, {} short, {} counts, {} refusals, "
        "{} missions by their word\n",
        crew.scanned, crew.on_foot, crew.shorts, crew.counted, crew.refusals, crew.words);
}

void print_summary(const sim::RunReport& report, double wall_s) {
    const bool has_vehicles = report.fleet.vehicle_seconds > 0;
    if (has_vehicles && report.ledger_events == 0) {
        return print_fleet(report, wall_s);
    }
    if (has_vehicles) {
        print_crew(report.fleet);
    }
    fmt::print("walks {} ({} units), picks {}, faults {}, reads {}, ledger events {}\n",
               report.walks, report.units_walked, report.picks, report.faults, report.reads,
               report.ledger_events);
    fmt::print(
        "level {:.0f} s after the last fault; {} differences in the evening, {} units of "
        "them unsaid, {} corrections, {} slots counted; {} blind spans checked\n",
        seconds(report.converged_in), report.evening_differences, report.unsaid, report.corrections,
        report.slots_counted, report.blind_spans);
    for (const auto& [what, peak] : report.queues) {
        fmt::print("{}: {} seen waiting at most, {} may\n", what, peak.depth, peak.bound);
    }
    fmt::print("site time {:.0f} s in {:.1f} s ({:.1f} site-hours a minute), {} events\n",
               seconds(report.ran), wall_s, seconds(report.ran) / 60.0 / std::max(wall_s, 0.001),
               report.events);
    fmt::print("trace {} ({} entries)\n", to_hex(report.trace_hash), report.trace_entries);
}

}  // namespace

std::string library_folder() {
    return std::string(TALLY_SOURCE_DIR) + "/sim/scenarios/library";
}

std::string replay_line(const RunWish& wish) {
    std::string line = "tally-sim";
    if (wish.folder != library_folder()) {
        line += " --scenarios '" + wish.folder + "'";
    }
    line += " run --scenario " + wish.scenario + " --seed " + std::to_string(wish.seed);
    for (const std::string& set : wish.sets) {
        line += " --set '" + set + "'";
    }
    line += wish.plant.empty() ? "" : " --plant " + wish.plant;
    return line + (wish.twice ? " --twice" : "");
}

Result<sim::Scenario> load(const RunWish& wish) {
    TALLY_TRY_ASSIGN(sim::Scenario scenario, sim::load_scenario(wish.folder, wish.scenario));
    for (const std::string& set : wish.sets) {
        TALLY_TRY(sim::set_range(scenario, set));
    }
    return scenario;
}

Result<void> check(const RunWish& wish) {
    TALLY_TRY(load(wish));
    if (!wish.plant.empty()) {
        TALLY_TRY(sim::plant(wish.plant, wish.seed));
    }
    return {};
}

Result<sim::RunReport> run_once(const RunWish& wish, sim::RunOptions options) {
    TALLY_TRY_ASSIGN(const sim::Scenario scenario, load(wish));
    if (!wish.plant.empty()) {
        TALLY_TRY_ASSIGN(options.wrappers, sim::plant(wish.plant, wish.seed));
    }
    options.seed = wish.seed;
    sim::RunReport report = sim::run_scenario(scenario, options);
    if (wish.twice) {
        RunWish once = wish;
        once.twice = false;
        TALLY_TRY_ASSIGN(const sim::RunReport again, run_once(once));
        if (again.trace_hash != report.trace_hash) {
            report.findings.push_back(
                {"run.twice", "the same seed made another trace: " + to_hex(again.trace_hash) +
                                  " the second time; record both with --trace and compare them "
                                  "with tally-sim trace diff"});
        }
    }
    return report;
}

std::string to_text(const sim::RunReport& report) {
    const std::string when =
        report.findings.front().at_s < 0
            ? std::string("the end")
            : "the first finding, at " + std::to_string(report.findings.front().at_s) + " s";
    std::string text = "the last of the trace before " + when + ":\n";
    for (const std::string& line : report.last) {
        text += "  " + line + "\n";
    }
    text += "what happened before " + when + ", and boxes said:\n";
    for (const std::string& line : report.last_notes) {
        text += "  " + line + "\n";
    }
    return text + std::to_string(report.findings.size()) + " finding(s):\n" +
           sim::to_text(report.findings);
}

int run_command(const RunWish& wish, const RunOutput& output) {
    if (const auto known = check(wish); !known) {
        fmt::print(stderr, "tally-sim: {}\n", known.error().text);
        return exit_code::kUsage;
    }
    std::ofstream trace;
    if (!output.trace_file.empty()) {
        trace.open(output.trace_file, std::ios::trunc);
        if (!trace) {
            fmt::print(stderr, "tally-sim: {} cannot be written; choose another file\n",
                       output.trace_file);
            return exit_code::kUsage;
        }
    }
    const auto print = [](const std::string& line) { fmt::print("{}\n", line); };
    sim::RunOptions options;
    if (output.talk != RunOutput::Talk::quiet) {
        options.on_option = print;
    }
    if (output.talk == RunOutput::Talk::everything) {
        options.on_note = print;
    }
    if (trace.is_open()) {
        options.on_trace = [&trace](const std::string& line) { trace << line << '\n'; };
    }
    fmt::print("scenario={} seed={}\n", wish.scenario, wish.seed);
    const auto began = std::chrono::steady_clock::now();
    const auto report = run_once(wish, options);
    if (!report) {
        fmt::print(stderr, "tally-sim: {}\n", report.error().text);
        return exit_code::kUsage;
    }
    print_summary(*report, seconds(std::chrono::steady_clock::now() - began));
    if (!report->findings.empty()) {
        fmt::print("\n{}see it again: {}\n", to_text(*report), replay_line(wish));
        return exit_code::kVerification;
    }
    fmt::print("all checks hold\n");
    return exit_code::kOk;
}

}  // namespace tally::simtool
