// Reading canonical JSON: member by member, in key order, without a document tree and without
// allocating beyond the values asked for. What is not exactly canonical is refused, so a text that
// was read is the one text of its value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/messages/canonical_scan.hpp"

namespace tally {

/// Reads one object. Ask for its keys in bytewise order, each at most once; the first problem is
/// kept and every later call is then without effect, so that a decoder checks once, at finish().
/// Errors are `malformed` and say which key of what, and what was expected. The text must outlive
/// the reader and every view it gave.
///
///     ObjectReader reader(text, "death");
///     reader.text("edge", edge);
///     reader.number("v", version);
///     TALLY_TRY(reader.finish());
class ObjectReader {
 public:
    /// What happens to a member that nobody asked for.
    enum class Unknown : std::uint8_t { refuse, skip };

    /// `what` names the object in errors and must be a literal.
    ObjectReader(std::string_view text, const char* what, Unknown unknown = Unknown::refuse);

    // A member that must be there.
    void text(std::string_view key, std::string& value);
    void integer(std::string_view key, std::int64_t& value);
    void number(std::string_view key, std::uint64_t& value);
    void boolean(std::string_view key, bool& value);
    void object(std::string_view key, std::string_view& verbatim);  ///< its text, braces included
    /// The extents of an array's elements, verbatim: what was hashed is never serialised again.
    void elements(std::string_view key, std::vector<std::string_view>& verbatim);

    // A member that may be missing: the value stays as it was; true if it was there.
    bool optional_text(std::string_view key, std::string& value);
    bool optional_boolean(std::string_view key, bool& value);
    bool optional_integer(std::string_view key, std::int64_t& value);
    bool optional_number(std::string_view key, std::uint64_t& value);
    bool optional_object(std::string_view key, std::string_view& verbatim);
    bool optional_elements(std::string_view key, std::vector<std::string_view>& verbatim);

    /// Refuses the member that was read last, e.g. a value out of its range.
    void refuse(std::string_view key, std::string_view expected);

    [[nodiscard]] bool ok() const noexcept { return !error_.has_value(); }

    /// To be called last: the first problem, or that members or bytes are left over.
    Result<void> finish();

 private:
    bool find(std::string_view key);
    bool need(std::string_view key);
    void next_key();
    void after_value(std::string_view key);
    void problem(std::string text);

    canonical::Cursor cursor_;
    const char* what_;
    Unknown unknown_;
    std::string_view pending_;  ///< key read but not yet asked for
    bool has_pending_ = false;
    bool first_ = true;
    std::optional<std::string> error_;
};

/// The extents of the elements of a canonical array that is the whole text.
Result<std::vector<std::string_view>> array_elements(std::string_view text, const char* what);

/// The extents of the elements of array `key` of a canonical object, other members skipped.
Result<std::vector<std::string_view>> slice_array(std::string_view text, std::string_view key);

/// One text member of a canonical object, e.g. of an event's data; empty if it is not there.
std::string text_member(std::string_view object, std::string_view key);

/// One integer member of a canonical object, if it is there.
std::optional<std::int64_t> integer_member(std::string_view object, std::string_view key);

}  // namespace tally
