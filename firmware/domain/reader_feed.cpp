#include "firmware/domain/reader_feed.hpp"

namespace tally {

std::string_view to_string(BlindCause cause) noexcept {
    switch (cause) {
        case BlindCause::offline:
            return "offline";
        case BlindCause::not_reading:
            return "not_reading";
        case BlindCause::buffer_overflow:
            return "buffer_overflow";
        case BlindCause::antenna_lost:
            return "antenna_lost";
        case BlindCause::refused:
            return "refused";
        case BlindCause::overload:
            return "overload";
    }
    return "offline";
}

}  // namespace tally
