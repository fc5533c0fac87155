// Inside of the canonical JSON reader: a cursor that accepts nothing but the canonical form. Use
// canonical_reader.hpp; this header is for messages/*.cpp only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tally::canonical {

/// Bytes of the well-formed multi-byte UTF-8 sequence at the front (RFC 3629: shortest form, no
/// surrogates, at most U+10FFFF), or 0 if there is none.
std::size_t utf8_size(std::string_view text) noexcept;

/// Bytewise order. Keys of one object mostly differ in their first byte.
inline int compare_keys(std::string_view a, std::string_view b) noexcept {
    if (!a.empty() && !b.empty() && a.front() != b.front()) {
        return static_cast<unsigned char>(a.front()) < static_cast<unsigned char>(b.front()) ? -1
                                                                                             : 1;
    }
    return a.compare(b);
}

/// Reads forward over text it does not own. The first problem is kept, with its place; after it
/// every call answers false.
class Cursor {
 public:
    explicit Cursor(std::string_view text) : text_(text) {}

    [[nodiscard]] bool ok() const noexcept { return problem_ == nullptr; }
    [[nodiscard]] const char* problem() const noexcept { return problem_; }
    [[nodiscard]] std::size_t position() const noexcept { return at_; }
    [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
    [[nodiscard]] char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
    [[nodiscard]] std::string_view since(std::size_t start) const noexcept {
        return text_.substr(start, at_ - start);
    }

    bool take(char expected, const char* problem) {
        if (!ok() || at_end() || text_[at_] != expected) {
            return fail(problem);
        }
        ++at_;
        return true;
    }

    bool skip_value();                 ///< any value; its extent is since(position)
    bool skip_text(bool& escaped);     ///< a string with its quotation marks
    bool key(std::string_view& name);  ///< `"name":`
    bool integer(std::int64_t& value);
    bool number(std::uint64_t& value);  ///< integer >= 0, or 16 hex digits >= 2^53
    bool boolean(bool& value);
    bool text(std::string& value);
    bool plain_text(std::string_view& value);  ///< a string without escapes, as a view
    bool fail(const char* problem) noexcept;

 private:
    bool literal(std::string_view word);
    bool skip_escape();
    bool skip_utf8();
    bool skip_members(std::size_t depth);
    bool skip_elements(std::size_t depth);
    bool skip_nested(std::size_t depth);

    std::string_view text_;
    std::size_t at_ = 0;
    const char* problem_ = nullptr;
};

}  // namespace tally::canonical
