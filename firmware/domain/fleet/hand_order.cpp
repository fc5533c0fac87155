#include "firmware/domain/fleet/hand_order.hpp"

namespace tally {

std::string_view to_string(HandAct act) noexcept {
    switch (act) {
        case HandAct::send:
            return "send";
        case HandAct::pause:
            return "pause";
        case HandAct::resume:
            return "resume";
        case HandAct::release:
            return "release";
        case HandAct::take_off:
            return "take_off";
        case HandAct::back:
            return "back";
        case HandAct::block:
            return "block";
        case HandAct::unblock:
            return "unblock";
        case HandAct::go_on:
            return "go_on";
        case HandAct::drop:
            return "drop";
        case HandAct::scan:
            return "scan";
    }
    return "?";
}

std::optional<HandAct> hand_act_from(std::string_view name) noexcept {
    for (const HandAct act : {HandAct::send, HandAct::pause, HandAct::resume, HandAct::release,
                              HandAct::take_off, HandAct::back, HandAct::block, HandAct::unblock,
                              HandAct::go_on, HandAct::drop, HandAct::scan}) {
        if (to_string(act) == name) {
            return act;
        }
    }
    return std::nullopt;
}

}  // namespace tally
