// Sites with a planted bug at one box, for the tests of the checkers.
#pragma once

#include <memory>
#include <string>

#include "sim/planted/delivery.hpp"
#include "sim/scenarios/sim_site.hpp"

namespace tally::scenario {

using sim::HastyJournal;
using sim::SelfAnsweringBus;

/// Options of a site in which box `at` stands on the journal that `make` gives, if it gives one.
template <typename Make>
sim::SimSiteOptions with_journal(const std::string& at, Make make) {
    sim::SimSiteOptions options;
    options.wrappers.journal = [at, make](const std::string& box, sim::Node& node,
                                          Journal& inner) -> std::unique_ptr<Journal> {
        return box == at ? std::unique_ptr<Journal>(make(node, inner)) : nullptr;
    };
    return options;
}

/// Box `at` is hasty in its first life; after a restart it keeps the rule.
inline sim::SimSiteOptions hasty(const std::string& at) {
    return with_journal(at, [](sim::Node& node, Journal& inner) {
        return node.life() == 1 ? std::make_unique<HastyJournal>(inner, node) : nullptr;
    });
}

}  // namespace tally::scenario
