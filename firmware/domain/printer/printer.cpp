#include "firmware/domain/printer/printer.hpp"

#include <array>

namespace tally {

std::string_view to_string(PrinterTrouble trouble) noexcept {
    static constexpr std::array<std::string_view, 9> kNames = {
        "none",       "offline",   "silent", "garbled", "paper_out",
        "ribbon_out", "head_open", "paused", "fault"};
    return kNames[static_cast<std::size_t>(trouble)];
}

}  // namespace tally
