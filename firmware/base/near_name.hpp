// "Did you mean ...?": the known name nearest to a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tally {

/// The candidate within a third of the word's length (at least one, by Levenshtein distance with
/// neighbour swaps counted once), or one that the word is the beginning of ("keepalive" for
/// "keepalive_s"). Empty if none is near. Ties go to the earlier candidate.
std::string near_name(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace tally
