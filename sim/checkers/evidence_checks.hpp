// I6: nothing is booked without evidence, and the evidence is what the world really showed.
#pragma once

#include <functional>
#include <string>

#include "firmware/domain/layout/site.hpp"
#include "firmware/host/store/sqlite_store.hpp"
#include "sim/checkers/finding.hpp"

namespace tally::sim {

/// What the world knows of what its devices could perceive.
struct Perceived {
    /// How often the reader heard this tag, ever.
    std::function<std::uint64_t(const std::string& reader, const std::string& tag)> reads;
    /// Whether the slot ever carried that weight, give or take the tolerance.
    std::function<bool(const std::string& slot, std::int64_t mg, std::int64_t tolerance_mg)> weight;
};

/// On one edge's line: each movement that a device booked has evidence ("evidence.missing"): of a
/// gate of this site whose reader heard that tag at least so often, for all sightings and for all
/// passages of it together, so that no read counts for two ("evidence.reads"); or of a slot that
/// did carry that weight ("evidence.weight").
Findings check_evidence(host::SqliteStore& disk, const std::string& edge, const SiteLayout& site,
                        const Perceived& perceived);

}  // namespace tally::sim
