// Every number that a scenario may set and a seed may draw: the site's shape, the work, the physics
// that bend, the faults, and what is expected. One table, each row with unit, bounds, usual range
// and the source or assumption behind it (docs/simulation.md shows it).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tally::sim {

struct Parameter {
    std::string_view table;    ///< [table] of a scenario file
    std::string_view name;     ///< its key, with the unit last
    std::int64_t least, most;  ///< what a file may write
    std::string_view usual;    ///< range where no file says anything
    std::string_view meaning;
    std::string_view source;  ///< where the number comes from, or what is assumed

    [[nodiscard]] std::string key() const { return std::string(table) + "." + std::string(name); }
};

/// In the order in which they are printed.
std::span<const Parameter> parameters();

/// Null if there is no such key.
const Parameter* find_parameter(std::string_view key);

}  // namespace tally::sim
