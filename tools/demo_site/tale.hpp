// What the person who watches reads: one line a step and one line a ledger event that matters.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "tools/demo_site/box_api.hpp"
#include "tools/demo_site/goods.hpp"
#include "tools/demo_site/site_files.hpp"

namespace tally::demo {

/// Prints to standard output at once; in colour on a terminal unless NO_COLOR is set.
class Tale {
 public:
    enum class Voice : std::uint8_t {
        scene,
        fault,
        edge,
        bridge,
        manager,
        verdict_good,
        verdict_bad
    };

    Tale();

    /// "  12.3 s  scene    pallet 1 arrives at the dock".
    void say(Voice voice, std::string_view who, std::string_view what) const;
    /// A heading between the parts of the scene.
    void chapter(std::string_view title) const;
    /// A line of a table, as it is.
    void plain(std::string_view line) const;

    /// The event in words, if it matters to whoever watches.
    void tell(const FeedEvent& event, const Goods& goods) const;
    /// The text in the voice's colour, where there are colours.
    [[nodiscard]] std::string painted(Voice voice, std::string_view text) const;

 private:
    std::chrono::steady_clock::time_point began_;
    enum class Paint : std::uint8_t { none, colours } paint_ = Paint::none;
};

}  // namespace tally::demo
