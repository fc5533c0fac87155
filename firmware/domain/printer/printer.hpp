// A label printer that may encode RFID tags: what it is asked to print, what became of it, and the
// seam between a printer driver and its owner. Values only, no protocol.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/base/time.hpp"
#include "firmware/domain/ids.hpp"

namespace tally {

/// What stands on a label. Texts are UTF-8.
struct PrintJob {
    std::string epc_hex;  ///< written into the tag and read back; empty: a label without a tag
    std::string title;    ///< in large letters
    std::string detail;   ///< below it, e.g. SKU and lot
    std::string code;     ///< as QR code
    std::string barcode;  ///< as Code 128, printable ASCII; empty: none
    std::string human;    ///< what the code says, for people

    bool operator==(const PrintJob&) const = default;
};

/// The labels in a printer, and its resolution.
struct LabelStock {
    int width_mm = 50;
    int height_mm = 30;
    int dots_per_mm = 8;  ///< 8: 203 dpi, 12: 300 dpi, 24: 600 dpi

    bool operator==(const LabelStock&) const = default;
};

/// What became of a job. Only `done` and `nothing` are certain.
struct PrintOutcome {
    enum class What : std::uint8_t {
        done,     ///< printed, and the tag, if any, was read back as it was written
        nothing,  ///< certainly nothing was printed: it may be sent again
        unsure,   ///< a label or tag may exist that is not good, or not known to be
    } what = What::unsure;
    std::string text;  ///< why it is not done, for a person: what, why, what to do
};

/// Why a printer does not print now.
enum class PrinterTrouble : std::uint8_t {
    none,
    offline,  ///< cannot be reached
    silent,   ///< reached, and does not answer; many do so while they are open or empty
    garbled,  ///< answers with something that is no status
    paper_out,
    ribbon_out,
    head_open,
    paused,
    fault,  ///< anything else that it reports
};

/// Lower-case name, as it stands in ledger data and the API.
std::string_view to_string(PrinterTrouble trouble) noexcept;

struct PrinterStatus {
    PrinterTrouble trouble = PrinterTrouble::offline;
    std::string text;  ///< of a trouble, for a person: what, why, what to do
    MonoTime at;       ///< when it was told; of an offline one: the last moment it was not
};

/// What a driver tells its owner, on the loop, after every answer and once when it is lost.
class PrinterFeed {
 public:
    virtual ~PrinterFeed() = default;
    virtual void on_printer(const DeviceId& printer, const PrinterStatus& status) = 0;
};

}  // namespace tally
