// tally-sim: whole sites in virtual time. Arguments -> command.
#include <charconv>
#include <chrono>
#include <cstdint>
#include <limits>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sim/planted/planted.hpp"
#include "sim/scenarios/parameters.hpp"
#include "tools/sim/child_runs.hpp"
#include "tools/sim/plants_command.hpp"
#include "tools/sim/swarm_command.hpp"
#include "tools/sim/trace_diff.hpp"

namespace {

using namespace tally;
using namespace tally::simtool;

/// What the command line says; each command reads its part.
struct Arguments {
    RunWish wish;
    RunOutput output;
    bool verbose = false, quiet = false, minimise = false, hashes = false;
    bool parameters = false, plants = false;
    std::string swarm_scenario = "swarm";
    std::uint64_t first = 1;
    std::size_t jobs = default_jobs();
    std::int64_t limit_s = ChildOptions().limit.count(), tell_every_s = 60;
    SwarmWish many;
    PlantsWish trial;
    std::string trace_a, trace_b;
};

/// A whole number in decimal. CLI11 alone takes "-1" for the largest there is, and "010" for 8.
CLI::Validator from(std::uint64_t least) {
    const auto complaint = [least](const std::string& text) -> std::string {
        std::uint64_t value = 0;
        const char* const end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, value);
        const bool is_padded = text.size() > 1 && text.front() == '0';
        if (read.ec == std::errc() && read.ptr == end && !is_padded && value >= least) {
            return {};
        }
        return fmt::format("'{}' is no whole number from {} to {}", text, least,
                           std::numeric_limits<std::uint64_t>::max());
    };
    return CLI::Validator(complaint, "");
}

void add_run(CLI::App& app, Arguments& to) {
    CLI::App* const run = app.add_subcommand("run", "one scenario, one seed");
    run->add_option("--scenario", to.wish.scenario, "its name, see ls")->capture_default_str();
    run->add_option("--seed", to.wish.seed, "what everything is drawn from")
        ->capture_default_str()
        ->check(from(0));
    run->add_option("--set", to.wish.sets, "a range over the scenario's: key=8, key=2..6");
    run->add_flag("-v,--verbose", to.verbose, "tell all that happens and that boxes say");
    run->add_flag("-q,--quiet", to.quiet, "do not print what was drawn");
    run->add_flag("--twice", to.wish.twice, "run it twice; both must make the same trace");
    run->add_option("--trace", to.output.trace_file, "write the trace here, a line an entry");
    run->add_option("--plant", to.wish.plant, "plant a bug (ls --plants names them)");
}

void add_seeds(CLI::App* command, Arguments& to) {
    command->add_option("--first", to.first, "first seed")->capture_default_str()->check(from(0));
    command->add_option("--jobs", to.jobs, "processes at a time")
        ->capture_default_str()
        ->check(CLI::Range(1, 256));
    command
        ->add_option("--limit-s", to.limit_s,
                     "wall time after which a run hangs and is killed, twice that if made twice")
        ->capture_default_str()
        ->check(CLI::Range(1, 604'800));
    command->add_option("--plant", to.wish.plant, "plant this bug (plants: this one alone)");
}

CLI::App* add_swarm(CLI::App& app, Arguments& to) {
    CLI::App* const swarm = app.add_subcommand("swarm", "many seeds until one fails");
    swarm->add_option("--scenario", to.swarm_scenario, "its name, see ls")->capture_default_str();
    swarm->add_option("--runs", to.many.runs, "seeds")->capture_default_str()->check(from(1));
    swarm->add_option("--set", to.wish.sets, "a range over the scenario's: key=8, key=2..6");
    swarm->add_flag("--minimise", to.minimise, "reduce a failure to the least that still fails");
    swarm
        ->add_option("--tell-every-s", to.tell_every_s,
                     "between two lines of how far it is, if stdout is no terminal")
        ->capture_default_str()
        ->check(CLI::Range(1, 604'800));
    swarm->add_flag("--hashes", to.hashes, "print a line a seed: seed, hash, entries, events");
    add_seeds(swarm, to);
    return swarm;
}

CLI::App* add_plants(CLI::App& app, Arguments& to) {
    CLI::App* const plants = app.add_subcommand("plants", "the checkers on trial: planted bugs");
    plants->add_option("--runs", to.trial.most, "seeds until a bug counts as not caught")
        ->capture_default_str()
        ->check(from(1));
    plants->add_option("--catches", to.trial.catches, "catches that the median is taken of")
        ->capture_default_str()
        ->check(from(1));
    add_seeds(plants, to);
    return plants;
}

CLI::App* add_trace(CLI::App& app, Arguments& to) {
    CLI::App* const trace = app.add_subcommand("trace", "recorded traces");
    trace->require_subcommand(1);
    CLI::App* const diff = trace->add_subcommand("diff", "where two traces part");
    diff->add_option("A", to.trace_a)->required();
    diff->add_option("B", to.trace_b)->required();
    return trace;
}

CLI::App* add_ls(CLI::App& app, Arguments& to) {
    CLI::App* const ls = app.add_subcommand("ls", "the scenarios, or what they can set");
    ls->add_flag("--parameters", to.parameters, "every number: bounds, usual, source");
    ls->add_flag("--plants", to.plants, "the bugs that can be planted, and where each is caught");
    return ls;
}

int list(const std::string& folder) {
    const auto names = sim::scenario_names(folder);
    if (!names) {
        fmt::print(stderr, "tally-sim: {}\n", names.error().text);
        return exit_code::kUsage;
    }
    for (const std::string& name : *names) {
        const auto scenario = sim::load_scenario(folder, name);
        if (!scenario) {
            fmt::print(stderr, "tally-sim: {}\n", scenario.error().text);
            return exit_code::kUsage;
        }
        fmt::print("{:<16} {}\n", name, scenario->meaning);
    }
    return exit_code::kOk;
}

int list_parameters() {
    for (const sim::Parameter& each : sim::parameters()) {
        fmt::print("{:<34} {:>14}  {:<8} {} ({})\n", each.key(),
                   fmt::format("{}..{}", each.least, each.most), each.usual, each.meaning,
                   each.source);
    }
    return exit_code::kOk;
}

int list_plants() {
    for (const sim::PlantedBug& bug : sim::planted_bugs()) {
        fmt::print("{:<22} {:<10} {}\n", bug.name, bug.scenario, bug.meaning);
    }
    return exit_code::kOk;
}

enum class Many { swarm, plants };

int run_many(Arguments& from, Many what) {
    from.wish.scenario = from.swarm_scenario;
    from.wish.seed = from.first;
    from.many.run = from.wish;
    from.many.print = from.hashes ? SwarmWish::Print::hashes : SwarmWish::Print::progress;
    from.many.on_failure =
        from.minimise ? SwarmWish::OnFailure::minimise : SwarmWish::OnFailure::show;
    from.many.children.jobs = from.jobs;
    from.many.children.limit = std::chrono::seconds(from.limit_s);
    from.many.tell_every = std::chrono::seconds(from.tell_every_s);
    from.trial.run = from.wish;
    from.trial.children = from.many.children;
    return what == Many::plants ? plants_command(from.trial) : swarm_command(from.many);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app(
        "Whole sites in virtual time, with a world that knows the truth and faults drawn "
        "from a seed. Exit codes: 0 all checks hold, 2 wrong words or scenario, 6 a check "
        "failed.",
        "tally-sim");
    app.require_subcommand(1);
    Arguments arguments;
    arguments.wish.folder = library_folder();
    app.add_option("--scenarios", arguments.wish.folder, "folder of the scenario files")
        ->capture_default_str();
    add_run(app, arguments);
    const CLI::App* const swarm = add_swarm(app, arguments);
    const CLI::App* const plants = add_plants(app, arguments);
    const CLI::App* const trace = add_trace(app, arguments);
    const CLI::App* const ls = add_ls(app, arguments);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_code::kOk : exit_code::kUsage;
    }
    if (*ls) {
        return arguments.parameters ? list_parameters()
               : arguments.plants   ? list_plants()
                                    : list(arguments.wish.folder);
    }
    if (*trace) {
        return trace_diff(arguments.trace_a, arguments.trace_b);
    }
    if (*swarm || *plants) {
        return run_many(arguments, *plants ? Many::plants : Many::swarm);
    }
    arguments.output.talk = arguments.verbose ? RunOutput::Talk::everything
                            : arguments.quiet ? RunOutput::Talk::quiet
                                              : RunOutput::Talk::options;
    return run_command(arguments.wish, arguments.output);
}
