// The page of `tally watch`: what a floor manager looks at all day, in one picture. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/tally/catalogue.hpp"
#include "tools/tally/watch/floor_picture.hpp"
#include "tools/tally/watch/picture.hpp"

namespace tally::cli {

/// One list on the page: the rows of a command whose answer is a table.
struct PaneSpec {
    std::string_view command;  ///< "gate ls": says which columns there are
    std::string_view target;   ///< of the API; may ask for less than the command does
    std::string_view title;    ///< English; the key of its translation
};
/// In their order on the page; the key of each is its number from 1.
const std::vector<PaneSpec>& watch_panes();

/// What was heard of the box.
struct WatchNews {
    std::string status;                             ///< answer of GET /v1/status
    std::map<std::string_view, std::string> panes;  ///< by command; one that is missing is left out
    std::optional<DrawnFloor> floor;                ///< none: the box has none
    std::string clock;                              ///< of this terminal, when that was heard
    std::string trouble;                            ///< why there is nothing newer; empty: there is
};

struct WatchView {
    int columns = 120, rows = 40;
    std::size_t focus = 0;  ///< 0: everything; a pane's number: it alone; beyond: the floor alone
    Strokes strokes = Strokes::boxes;
};

Picture watch_page(const WatchNews& news, const WatchView& view, const Catalogue& say);

}  // namespace tally::cli
