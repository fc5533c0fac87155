// A scenario as data: a TOML file that says which ranges a seed draws from, and what is expected.
// Scenarios stack: a file begins with all that it includes, in order; what comes later wins.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "firmware/base/config_reader.hpp"
#include "sim/checkers/report_checks.hpp"
#include "sim/scenarios/parameters.hpp"
#include "sim/scenarios/range.hpp"

namespace tally::sim {

struct Scenario {
    std::string name;
    std::string meaning;
    std::map<std::string, Range> ranges;  ///< by parameter key; what no file sets is absent
    /// Parts of texts of severity error, each alone ("the disk is full") or behind the fault that
    /// must be drawn for it ("fault.full_disks: the disk is full").
    std::vector<std::string> expected_errors;
    Said said_at_least;
};

/// One number for each parameter.
using Draws = std::map<std::string, std::int64_t>;

/// Reads "<folder>/<name>.toml" and all it includes, strictly. Errors name file, line and key.
Result<Scenario> load_scenario(const std::filesystem::path& folder, const std::string& name);

/// Names of the scenarios of a folder, sorted. malformed if there is no such folder, or none in it.
Result<std::vector<std::string>> scenario_names(const std::filesystem::path& folder);

/// Puts `key=range` in force over what the files say. malformed if there is no such key (a near
/// one is suggested) or its bounds are broken.
Result<void> set_range(Scenario& scenario, const std::string& assignment);

/// What `seed` draws: each number from a generator of its own, named by its key.
Draws draw_options(const Scenario& scenario, std::uint64_t seed);

/// The parts of texts that these draws let be reported as errors.
std::vector<std::string> expected_errors(const Scenario& scenario, const Draws& draws);

/// A run is of a site, of a site with vehicles, or of a fleet: false for a parameter that only the
/// others need.
bool says_something(const Parameter& parameter, const Draws& draws);

/// "work.minutes=20", one line a parameter that says something, in the order of the table.
std::vector<std::string> describe(const Draws& draws);

/// The keys of a file for the reference in docs/.
std::string scenario_reference();

}  // namespace tally::sim
