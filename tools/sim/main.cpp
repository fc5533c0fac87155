// tally-sim: whole sites in virtual time. Arguments -> command.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sim/scenarios/parameters.hpp"
#include "tools/sim/run_command.hpp"

namespace {

using namespace tally;
using namespace tally::simtool;

int list(const std::string& folder) {
    for (const std::string& name : sim::scenario_names(folder)) {
        const auto scenario = sim::load_scenario(folder, name);
        if (!scenario) {
            fmt::print(stderr, "tally-sim: {}\n", scenario.error().text);
            return exit_code::kUsage;
        }
        fmt::print("{:<22} {}\n", name, scenario->meaning);
    }
    return exit_code::kOk;
}

int list_parameters() {
    for (const sim::Parameter& each : sim::parameters()) {
        fmt::print("{:<34} {:>14} {:<10} {} ({})\n", each.key(),
                   fmt::format("{}..{}", each.least, each.most), each.usual, each.meaning,
                   each.source);
    }
    return exit_code::kOk;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app(
        "Whole sites in virtual time, with a world that knows the truth and faults drawn "
        "from a seed.",
        "tally-sim");
    app.require_subcommand(1);
    RunWish wish;
    wish.folder = std::string(TALLY_SOURCE_DIR) + "/sim/scenarios/library";
    RunOutput output;
    app.add_option("--scenarios", wish.folder, "folder of the scenario files")
        ->capture_default_str();

    CLI::App* const run = app.add_subcommand("run", "one scenario, one seed");
    run->add_option("--scenario", wish.scenario, "its name, see ls")->capture_default_str();
    run->add_option("--seed", wish.seed, "what everything is drawn from")->capture_default_str();
    run->add_option("--set", wish.sets, "a range over the scenario's: key=8, key=2..6");
    bool verbose = false, quiet = false;
    run->add_flag("-v,--verbose", verbose, "tell everything that happens");
    run->add_flag("-q,--quiet", quiet, "do not print what was drawn");
    run->add_option("--trace", output.trace_file, "write the trace to this file, a line an entry");

    CLI::App* const ls = app.add_subcommand("ls", "the scenarios, or what they can set");
    bool show_parameters = false;
    ls->add_flag("--parameters", show_parameters, "every number: bounds, usual range, source");

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_code::kOk : exit_code::kUsage;
    }
    if (*ls) {
        return show_parameters ? list_parameters() : list(wish.folder);
    }
    output.talk = verbose ? RunOutput::Talk::everything
                  : quiet ? RunOutput::Talk::quiet
                          : RunOutput::Talk::options;
    return run_command(wish, output);
}
