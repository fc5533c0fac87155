// The scene's truth against the books of the edges and of the bridge: per EPC, and per place and
// SKU. Reads disks and the world only.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "firmware/domain/layout/site.hpp"
#include "firmware/host/store/sqlite_store.hpp"
#include "sim/world/world.hpp"

namespace tally::sim {

/// One unit or one (place, SKU) that somebody has otherwise than it is.
struct Difference {
    std::string who;    ///< "edge back" or "bridge"
    std::string item;   ///< empty: a count
    std::string place;  ///< where it is in truth, or what was counted
    std::string text;
};

/// Units of counted goods by (slot, SKU). Only slots are compared: what a zone has of such goods
/// nobody can see.
using CountedTruth = std::map<std::pair<std::string, std::string>, std::int64_t>;

/// What differences are measured on.
struct TruthInputs {
    const SiteLayout& site;
    const World& world;
    const std::map<std::string, std::string>& sku_of;  ///< each unit's SKU; pallets are not listed
    std::map<std::string, host::SqliteStore*> edges;   ///< by name
    host::SqliteStore& bridge;
    const CountedTruth& counted;
};

std::vector<Difference> differences(const TruthInputs& inputs);

/// What an edge itself says about where it may be wrong.
struct Doubts {
    std::set<std::string> items;   ///< with an anomaly, open or resolved
    std::set<std::string> places;  ///< with an anomaly, or touched by a gate whose reader was
                                   ///< blind at some time
    std::size_t open = 0;          ///< anomalies still open
};

/// Read from the events of the edges and of the bridge's own line.
Doubts doubts(const TruthInputs& inputs);

}  // namespace tally::sim
