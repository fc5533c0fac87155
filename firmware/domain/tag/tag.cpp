#include "firmware/domain/tag/tag.hpp"

#include <array>

namespace tally {

namespace {

constexpr std::array<std::string_view, 4> kStates = {"waiting", "sent", "printed", "unsure"};
constexpr std::array<std::string_view, 9> kActs = {
    "reserve", "allocate", "send", "take_back", "printed", "fail", "discard", "retire", "place"};

}  // namespace

std::string_view to_string(LabelState state) noexcept {
    return kStates[static_cast<std::size_t>(state)];
}

std::string_view to_string(TagAct act) noexcept {
    return kActs[static_cast<std::size_t>(act)];
}

std::optional<TagAct> tag_act_from(std::string_view name) noexcept {
    for (std::size_t i = 0; i < kActs.size(); ++i) {
        if (kActs[i] == name) {
            return static_cast<TagAct>(i);
        }
    }
    return std::nullopt;
}

Result<LabelState> step(LabelState state, TagAct act) {
    if (act == TagAct::send && state == LabelState::waiting) {
        return LabelState::sent;
    }
    if (act == TagAct::take_back && state == LabelState::sent) {
        return LabelState::waiting;
    }
    if (act == TagAct::printed && state == LabelState::sent) {
        return LabelState::printed;
    }
    if (act == TagAct::fail && (state == LabelState::sent || state == LabelState::printed)) {
        return LabelState::unsure;
    }
    return fail(ErrorKind::conflict, "a label that is " + std::string(to_string(state)) +
                                         " cannot take the step " + std::string(to_string(act)) +
                                         "; `tally tag ls` shows where each label stands");
}

}  // namespace tally
