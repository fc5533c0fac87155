#include "firmware/domain/gate/words.hpp"

namespace tally {

namespace {

/// "0.42 s"
std::string seconds(Duration span) {
    const std::int64_t centis = (span.count() < 0 ? -span.count() : span.count()) / 10'000'000;
    const std::string rest = std::to_string(centis % 100);
    return std::to_string(centis / 100) + '.' + (rest.size() < 2 ? "0" : "") + rest + " s";
}

std::string name(GateSide side) {
    return std::string(to_string(side));
}

std::string eye_words(const EyePass& pass) {
    const std::string first = name(pass.first_side);
    const std::string second =
        name(pass.first_side == GateSide::outer ? GateSide::inner : GateSide::outer);
    if (pass.is_open) {
        return "photo-eyes: somebody stands in the beams";
    }
    const std::string span = " (" + seconds(pass.closed - pass.opened) + ')';
    switch (pass.verdict) {
        case EyeVerdict::inward:
        case EyeVerdict::outward:
            return "photo-eyes: " + first + " broke first, " + second + " was freed last" + span;
        case EyeVerdict::crossed_back:
            return "photo-eyes: " + first + " broke first and was freed last" + span;
        case EyeVerdict::unclear:
            return "photo-eyes: both broke, in no clear order" + span;
    }
    return {};
}

/// "outer louder by 6 dB", of the frames in between that heard anything.
std::string loudness_words(const LoudnessStrip& strip, std::size_t from, std::size_t to) {
    constexpr LoudnessStrip::FrameLimits kAll{99, 99};
    std::int32_t sum = 0;
    std::int32_t heard = 0;
    for (std::size_t frame = from; frame < to; ++frame) {
        if (strip.level_db(frame) > 0) {
            sum += strip.inner_by_db(frame, kAll);
            ++heard;
        }
    }
    if (heard == 0) {
        return "nothing heard";
    }
    const std::int32_t by = sum / heard;
    return by == 0 ? std::string("both as loud")
                   : name(by > 0 ? GateSide::inner : GateSide::outer) + " louder by " +
                         std::to_string(by > 0 ? by : -by) + " dB";
}

std::string antenna_words(const PassageCase& question, const Story& story) {
    const LoudnessStrip& strip = question.track.strip();
    if (question.sight != Sight::clear) {
        return "an antenna was blind meanwhile";
    }
    if (strip.size() == 0) {
        return "no antenna is known for these reads";
    }
    if (story.changes == 0) {
        return "antennas: " + loudness_words(strip, 0, strip.size()) + " all the time";
    }
    return "antennas: " + loudness_words(strip, 0, story.change_frame) + ", then " +
           loudness_words(strip, story.change_frame, strip.size());
}

}  // namespace

std::string words_of(const PassageCase& question, const Story& story,
                     const std::optional<EyePass>& pass) {
    const std::string antennas = antenna_words(question, story);
    return pass ? eye_words(*pass) + "; " + antennas : antennas;
}

}  // namespace tally
