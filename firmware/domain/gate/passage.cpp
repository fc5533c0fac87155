#include "firmware/domain/gate/passage.hpp"

namespace tally {

std::optional<Direction> direction_of(PassageOutcome outcome) noexcept {
    switch (outcome) {
        case PassageOutcome::in:
            return Direction::inward;
        case PassageOutcome::out:
            return Direction::outward;
        case PassageOutcome::crossed_back:
        case PassageOutcome::undecided:
            return std::nullopt;
    }
    return std::nullopt;
}

std::string_view to_string(Direction direction) noexcept {
    switch (direction) {
        case Direction::inward:
            return "inward";
        case Direction::outward:
            return "outward";
    }
    return "";
}

std::string_view to_string(PassageOutcome outcome) noexcept {
    switch (outcome) {
        case PassageOutcome::in:
            return "in";
        case PassageOutcome::out:
            return "out";
        case PassageOutcome::crossed_back:
            return "crossed_back";
        case PassageOutcome::undecided:
            return "undecided";
    }
    return "";
}

std::string_view to_string(PassageRule rule) noexcept {
    switch (rule) {
        case PassageRule::eyes:
            return "eyes";
        case PassageRule::antennas:
            return "antennas";
        case PassageRule::none:
            return "none";
    }
    return "";
}

}  // namespace tally
