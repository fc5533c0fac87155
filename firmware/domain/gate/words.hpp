// A verdict's reasons as one sentence for a person, with the figures.
#pragma once

#include <optional>
#include <string>

#include "firmware/domain/gate/judge.hpp"
#include "firmware/domain/gate/story.hpp"

namespace tally {

/// What eyes and antennas said, e.g. "photo-eyes: outer broke first, inner was freed last (0.65 s);
/// antennas: outer louder by 6 dB, then inner by 7 dB".
std::string words_of(const PassageCase& question, const Story& story,
                     const std::optional<EyePass>& pass);

}  // namespace tally
