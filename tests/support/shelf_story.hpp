// Stories of goods, told step by step: what really happens at the shelves, and what gates, scans
// and weights say of it, in whatever order. A run checks the book after each step, so that a story
// can be shortened by leaving steps out and still be judged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "firmware/base/prng.hpp"

namespace tally::test {

/// Tagged tea (250 g) stands in a1; counted bolts (100 g) stand in a2 and a3.
struct StoryStep {
    enum class What : std::uint8_t {
        load,     ///< so many come into the slot or leave it; the weight is read unless it is dark
        look,     ///< the weight of the slot is read again
        dark,     ///< the slot cannot tell
        light,    ///< it can, and is read
        restart,  ///< of the shelf service, from its memory
        wait,     ///< so many seconds
        scan,     ///< so many bolts from one place to another
        receive,  ///< so many bolts at the dock, against their advice
        arrive,   ///< tea unit n is scanned on its receipt
        seen,     ///< tea unit n is scanned at a place
        sight,    ///< tea unit n is read at a gate
        pass,     ///< tea unit n goes in through a gate
    };
    What what = What::wait;
    std::string from, to;  ///< places; `from` alone: the slot or the gate
    std::int64_t n = 0;    ///< units, seconds or the unit's number
};

using Story = std::vector<StoryStep>;

/// A story of three tea units and a box of bolts, with evidence early, late, doubled or missing.
Story make_story(Prng& prng);

/// What is wrong after some step; nothing: the story is booked as it must be.
/// After every step: no real place below zero, every SKU sums to zero. Whenever a weight is read:
/// what the book has in the slot, less what was told ahead of the weight, with what the weight told
/// ahead of everybody, is what stands there: each movement once, none lost. At the end, where scans
/// told of all that happened to the bolts: the book has them where they are, nothing is
/// UNEXPLAINED, and no doubt about a number is open. Bolts that came to a slot and left it without
/// any scan may have come out of UNEXPLAINED into the aisle, no more than these, and are doubted.
std::optional<std::string> trouble_in(const Story& story);

/// Whether it can happen: no slot gives what it does not hold, no place what scans never brought.
bool is_possible(const Story& story);

/// Leaves out all steps that the trouble does not need, as long as the story stays possible.
Story shortened(Story story);

/// One step a line, as C++.
std::string text_of(const Story& story);

}  // namespace tally::test
