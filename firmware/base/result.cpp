#include "firmware/base/result.hpp"

namespace tally {

std::string_view to_string(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::timeout:
            return "timeout";
        case ErrorKind::offline:
            return "offline";
        case ErrorKind::malformed:
            return "malformed";
        case ErrorKind::refused:
            return "refused";
        case ErrorKind::conflict:
            return "conflict";
        case ErrorKind::exhausted:
            return "exhausted";
        case ErrorKind::corrupt:
            return "corrupt";
        case ErrorKind::unsupported:
            return "unsupported";
    }
    return "unsupported";
}

}  // namespace tally
