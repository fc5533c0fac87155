// Several edges' books may know one unit: each keeps where it last had it. Whose word counts, where
// no hand-over says which is the newest.
#pragma once

#include "firmware/domain/ids.hpp"

namespace tally {

/// Above every rank that word_rank() gives.
inline constexpr int kNewestWord = 7;

/// The higher counts. A real place is where somebody can find the unit, and the book of its edge
/// would have let it go. Having left to the supplier or a customer rests on a passage that was
/// seen, so it beats LOST, which only says that nobody knows. The supplier comes before the
/// customer: what comes again from the supplier moves on in that same book, while what a customer
/// brought back through another edge leaves CUSTOMER standing in the first. IN_TRANSIT without an
/// open hand-over is a half that is over: any other word is newer.
int word_rank(const PlaceId& place);

}  // namespace tally
