// One run, told to a person: what was drawn, what happened, what the checkers found.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenarios/run.hpp"

namespace tally::simtool {

/// Classes of outcome, as everywhere in the house (docs/cli.md).
namespace exit_code {
inline constexpr int kOk = 0;
inline constexpr int kGeneral = 1;
inline constexpr int kUsage = 2;
inline constexpr int kVerification = 6;
}  // namespace exit_code

/// What to run: a scenario of a folder, with ranges put over it.
struct RunWish {
    std::string folder;  ///< of scenarios
    std::string scenario = "quiet_day";
    std::uint64_t seed = 1;
    std::vector<std::string> sets;  ///< "key=range"
    std::string plant;              ///< name of a bug to plant; empty: none
    bool twice = false;             ///< and once more: both traces must be one ("run.twice")
};

/// Where scenarios are kept, if nobody names another folder.
std::string library_folder();

/// The line that runs exactly this again.
std::string replay_line(const RunWish& wish);

/// The scenario with its ranges put over it.
Result<sim::Scenario> load(const RunWish& wish);

/// malformed, with a sentence for people, where a word of it means nothing: scenario, range, plant.
Result<void> check(const RunWish& wish);

/// Runs it in this process, twice if wished. The listeners of `options` hear the first of the two;
/// its seed and wrappers are the wish's.
Result<sim::RunReport> run_once(const RunWish& wish, sim::RunOptions options = {});

/// What happened before the first finding, the findings, the moments before: for people.
std::string to_text(const sim::RunReport& report);

struct RunOutput {
    enum class Talk { quiet, options, everything } talk = Talk::options;
    std::string trace_file;  ///< empty: none
};

/// tally-sim run. Prints, and gives the exit code.
int run_command(const RunWish& wish, const RunOutput& output);

}  // namespace tally::simtool
