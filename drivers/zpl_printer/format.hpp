// A print job as ZPL II text, and what the printer says back: pure functions. Source: Zebra, "ZPL
// II Programming Guide" (^XA ^CI ^PW ^LL ^FO ^A ^BQ ^BC ^FH ^PQ ^HV ~HS) and "RFID Programming
// Guide 3" (^RS ^RF).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/base/result.hpp"
#include "firmware/domain/printer/printer.hpp"

namespace tally::zpl {

/// One label format. A tag is written once and never tried on a second label (a retry would make
/// two labels of one number), read back, and returned to the host as kTagHeader[hex]CR LF.
std::string format_of(const PrintJob& job, const LabelStock& stock);

inline constexpr std::string_view kTagHeader = "EPC";
inline constexpr std::string_view kHostStatus = "~HS\r\n";

/// Text of a field after ^FH_: what means something to ZPL, or is no printable ASCII, as _XX.
std::string field_text(std::string_view text);

/// The three strings of ~HS that say whether anything is in the way, and what is still to be done.
struct HostStatus {
    PrinterTrouble trouble = PrinterTrouble::none;
    std::uint32_t formats_waiting = 0;  ///< in the receive buffer
    std::uint32_t labels_left = 0;      ///< of the batch being printed
    bool half_format = false;           ///< one is being received

    [[nodiscard]] bool idle() const {
        return formats_waiting == 0 && labels_left == 0 && !half_format;
    }
    bool operator==(const HostStatus&) const = default;
};

/// A message of the printer, taken from the front of `bytes`.
struct Message {
    std::optional<HostStatus> status;
    std::optional<std::string> tag;  ///< hex digits that were read back; may be empty
};

/// Takes one whole message off `bytes`, which keeps what has not come whole yet. Nothing: no whole
/// message is there. malformed: what came is neither a status nor a tag; it has been taken off.
Result<std::optional<Message>> take_message(std::string& bytes);

/// More than this is no message.
inline constexpr std::size_t kMessageBytesMax = 512;

}  // namespace tally::zpl
