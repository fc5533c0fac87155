// The floor manager at her keyboard: the real `tally` program against one box, its words shown.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/demo_site/scene.hpp"

namespace tally::demo {

/// Who types, and how much of the answer is shown.
struct Typing {
    std::string_view user = kManager;
    std::string about;          ///< of what, for whoever watches; may be empty
    std::size_t lines_max = 1;  ///< of the answer
};

/// Types one command at a box; what it printed. Fails with its own words where the box refuses.
Result<std::string> type(const Stage& stage, const BoxApi& box, const Typing& typing,
                         const std::vector<std::string>& arguments);

/// A unit is not where the book of this edge has it, and at no place of it: one manager proposes to
/// write it off, the other agrees.
Result<void> write_off(const Stage& stage, const BoxApi& edge, const std::string& epc,
                       const std::string& place);

}  // namespace tally::demo
