// Canonical JSON: RFC 8785 restricted to what the ledger uses (docs/adr/0005-delivery.md). One
// value has one text, so that what is hashed, signed, stored, sent and shown is the same bytes,
// made once.
//
// The form: objects whose keys are printable ASCII without quotation mark or backslash, in bytewise
// order, each once; arrays; UTF-8 strings with the shortest escapes; integers with |i| < 2^53
// (larger unsigned values are strings of 16 lower-case hex digits); true, false. No null, no
// fractions, no blanks, at most kCanonicalDepthMax levels. Reading: canonical_reader.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/base/result.hpp"

namespace tally {

inline constexpr std::size_t kCanonicalDepthMax = 16;
inline constexpr std::int64_t kCanonicalIntMax = (std::int64_t{1} << 53) - 1;  ///< also -max

/// Appends canonical text to a string it does not own and allocates nothing else. Order is held by
/// construction: a key that does not sort after the one before it in its object, a number out of
/// range, a value without a key or an unclosed object stops the process, because only our own code
/// decides those. Text from outside is safe: broken UTF-8 becomes U+FFFD.
///
///     CanonicalWriter w(out);
///     w.begin_object().key("edge").text("back").key("seq").integer(7).end_object();
class CanonicalWriter {
 public:
    explicit CanonicalWriter(std::string& out) : out_(out) {}

    CanonicalWriter& begin_object();
    CanonicalWriter& end_object();
    CanonicalWriter& begin_array();
    CanonicalWriter& end_array();

    /// The next member's key; its value follows with exactly one call below.
    CanonicalWriter& key(std::string_view name);

    CanonicalWriter& text(std::string_view value);
    CanonicalWriter& integer(std::int64_t value);  ///< |value| < 2^53
    CanonicalWriter& number(std::uint64_t value);  ///< hex text from 2^53 on
    CanonicalWriter& boolean(bool value);
    CanonicalWriter& verbatim(std::string_view canonical);  ///< text that is canonical already

    /// key(name).text(value), left out where the value is empty.
    CanonicalWriter& optional_text(std::string_view name, std::string_view value);

 private:
    struct Level {
        std::size_t key_at = 0;  ///< where the last key stands in out_
        std::size_t key_size = 0;
        bool object = false;
        bool first = true;
        bool key_open = false;
    };

    void before_value();
    void open(char bracket);
    void close(char bracket);

    std::string& out_;
    std::array<Level, kCanonicalDepthMax> levels_{};
    std::size_t depth_ = 0;
};

/// Appends `value` as a canonical JSON string, quotation marks included.
void append_canonical_text(std::string& out, std::string_view value);

/// Says whether `text` is exactly one canonical value; the error names the byte and what is wrong.
Result<void> check_canonical(std::string_view text);

inline bool is_canonical(std::string_view text) {
    return check_canonical(text).has_value();
}

/// True if `text` is canonical and an object.
inline bool is_canonical_object(std::string_view text) {
    return !text.empty() && text.front() == '{' && is_canonical(text);
}

}  // namespace tally
