#include "firmware/domain/shelf/reading.hpp"

namespace tally {

std::string_view to_string(ShelfFault fault) noexcept {
    switch (fault) {
        case ShelfFault::none:
            return "none";
        case ShelfFault::silent:
            return "silent";
        case ShelfFault::offline:
            return "offline";
        case ShelfFault::refused:
            return "refused";
        case ShelfFault::garbled:
            return "garbled";
        case ShelfFault::device:
            return "device";
        case ShelfFault::implausible:
            return "implausible";
        case ShelfFault::frozen:
            return "frozen";
    }
    return "none";
}

std::string_view to_string(ShelfCommand command) noexcept {
    return command == ShelfCommand::tare ? "tare" : "zero";
}

}  // namespace tally
