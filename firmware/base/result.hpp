// Operating errors are values. A Result either holds a T or an Error whose text says what happened,
// why, and what to do next. The set of error kinds is closed, so that every caller can decide.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace tally {

/// Why an operation did not succeed; callers branch on this, people read Error::text.
enum class ErrorKind {
    timeout,      ///< nothing came in time; trying again may help
    offline,      ///< the other side cannot be reached now
    malformed,    ///< the input breaks its format; trying again will not help
    refused,      ///< a rule or a right says no
    conflict,     ///< the state is not the one the caller assumed
    exhausted,    ///< disk, memory or a declared bound is used up
    corrupt,      ///< stored data contradicts itself
    unsupported,  ///< valid, but not by this version or device
};

/// Lower-case name of a kind, as it stands in JSON answers and logs.
std::string_view to_string(ErrorKind kind) noexcept;

/// An operating error. `text` is one sentence for a person: what, why, what to do next.
struct Error {
    ErrorKind kind = ErrorKind::malformed;
    std::string text;

    bool operator==(const Error&) const = default;
};

/// Either a value or the reason why there is none.
template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
    using tl::expected<T, Error>::expected;
};

/// Builds the failing side: `return fail(ErrorKind::malformed, "...");`
inline tl::unexpected<Error> fail(ErrorKind kind, std::string text) {
    return tl::unexpected<Error>(Error{kind, std::move(text)});
}

/// Passes an error on, with the place or file it concerns put in front of its text.
inline tl::unexpected<Error> fail(std::string_view where, const Error& error) {
    return tl::unexpected<Error>(Error{error.kind, std::string(where) + ": " + error.text});
}

/// Passes an error on unchanged.
inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

}  // namespace tally

#define TALLY_CONCAT_INNER(a, b) a##b
#define TALLY_CONCAT(a, b) TALLY_CONCAT_INNER(a, b)

/// Returns the error of `expression` from the enclosing function, if there is one.
#define TALLY_TRY(expression)                                          \
    do {                                                               \
        if (auto tally_try_result = (expression); !tally_try_result) { \
            return ::tally::fail(std::move(tally_try_result).error()); \
        }                                                              \
    } while (false)

/// TALLY_TRY_ASSIGN(auto x, f()): x is the value of f(), or the enclosing function returns the
/// error.
#define TALLY_TRY_ASSIGN(target, expression)                                            \
    auto TALLY_CONCAT(tally_result_, __LINE__) = (expression);                          \
    if (!TALLY_CONCAT(tally_result_, __LINE__)) {                                       \
        return ::tally::fail(std::move(TALLY_CONCAT(tally_result_, __LINE__)).error()); \
    }                                                                                   \
    target = std::move(*TALLY_CONCAT(tally_result_, __LINE__))
