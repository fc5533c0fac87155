// The verbs of the world as text, for control connections and scene files.
#pragma once

#include <functional>
#include <span>

#include "sim/devices/reader_verbs.hpp"
#include "sim/world/world.hpp"

namespace tally::sim {

/// Every verb of the world but "gate", which needs the reader by name (its owner knows it).
std::span<const VerbInfo> world_verbs();

/// True if `name` is one of world_verbs().
bool is_world_verb(std::string_view name);

/// Carries it out, as apply_verb() does for readers. `on_done` is called when a walk is over.
Result<std::string> apply_world_verb(World& world, const Verb& verb,
                                     std::function<void()> on_done = {});

}  // namespace tally::sim
