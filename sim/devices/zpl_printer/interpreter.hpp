// A small interpreter of ZPL II, written from Zebra's "ZPL II Programming Guide" and "RFID
// Programming Guide 3"; shares nothing with drivers/. Bytes in, what they ask for out. It knows the
// commands that label formats of a warehouse are made of and counts the rest.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::sim::zpl {

/// One field of a format, as it would be on paper.
struct Field {
    enum class Kind : std::uint8_t { text, qr, code128 } kind = Kind::text;
    int x = 0, y = 0;
    std::string data;  ///< after ^FH; of a QR code without its mode
};

/// ^HVn,bytes,header,termination,applies
struct Verification {
    int field = 0;
    std::size_t bytes = 64;
    std::string header, termination;
};

/// What stands between ^XA and ^XZ.
struct Format {
    std::vector<Field> fields;
    std::optional<std::string> epc;  ///< ^RFW with bank E or A: hex to be written
    std::map<int, char> reads;       ///< ^FNn^RFR: field number -> bank ('E' EPC, '2' TID)
    std::optional<Verification> verification;
    int tries = 3;          ///< labels tried where a tag cannot be written (^RS, n)
    char on_failure = 'N';  ///< ^RS, e: N next, P pause, E error
    int width = 0, length = 0;
    int copies = 1;
    int unknown = 0;  ///< commands that this interpreter does not know
};

/// Single-threaded. Takes bytes in any pieces.
class Interpreter {
 public:
    struct Asked {
        enum class What : std::uint8_t { host_status, cancel_all, print } what = What::print;
        Format format;
    };
    /// What has become whole. Tilde commands are carried out at once, also inside a format.
    std::vector<Asked> take(std::string_view bytes);

    [[nodiscard]] bool inside_format() const { return format_.has_value(); }

 private:
    void command(std::string_view text, std::vector<Asked>& asked);
    void in_format(std::string_view code, std::string_view rest);
    void rf(std::string_view rest);
    void end_field();
    [[nodiscard]] std::string decoded(std::string_view data) const;

    std::string held_;
    std::optional<Format> format_;
    Field field_;
    std::optional<std::string> data_;  ///< ^FD of the field being described
    std::optional<int> number_;        ///< ^FN of it
    std::optional<char> write_bank_;   ///< ^RFW of it
    std::optional<char> hex_;          ///< ^FH of it: the sign
    bool has_place_ = false;
};

}  // namespace tally::sim::zpl
