// `tally watch`: asks a box again and again and shows what came.
#pragma once

#include "firmware/base/result.hpp"
#include "tools/tally/box.hpp"
#include "tools/tally/catalogue.hpp"
#include "tools/tally/watch/page.hpp"
#include "tools/tally/watch/screen.hpp"

namespace tally::cli {

/// Asks the box for everything on the page. What it does not have (a bridge has no vehicles) is
/// left out; a floor that was heard before is not asked for again. An error: it cannot be reached,
/// or it refuses this token.
Result<WatchNews> hear(const Box& box, std::optional<DrawnFloor> floor = std::nullopt);

/// Shows the page until `q`, beginning with `news` and asking every `every_ms`. A box that does not
/// answer stays on the page as it was last heard, with the reason.
void watch_box(const Box& box, WatchNews news, int every_ms, Screen& screen, const Catalogue& say);

}  // namespace tally::cli
