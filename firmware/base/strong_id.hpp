// Identifiers that cannot be mixed up: a PlaceId is not a SkuId, although both are short texts.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace tally {

/// A text identifier of one kind. Ordered bytewise; empty means "none".
template <typename Tag>
class TextId {
 public:
    TextId() = default;
    explicit TextId(std::string text) : text_(std::move(text)) {}
    explicit TextId(std::string_view text) : text_(text) {}
    explicit TextId(const char* text) : text_(text) {}

    [[nodiscard]] const std::string& str() const noexcept { return text_; }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

    auto operator<=>(const TextId&) const = default;

 private:
    std::string text_;
};

/// A number identifier of one kind, e.g. a ledger sequence number.
template <typename Tag>
class NumberId {
 public:
    constexpr NumberId() = default;
    constexpr explicit NumberId(std::uint64_t value) : value_(value) {}

    [[nodiscard]] constexpr std::uint64_t value() const noexcept { return value_; }
    [[nodiscard]] constexpr NumberId next() const noexcept { return NumberId(value_ + 1); }

    auto operator<=>(const NumberId&) const = default;

 private:
    std::uint64_t value_ = 0;
};

}  // namespace tally

template <typename Tag>
struct std::hash<tally::TextId<Tag>> {
    std::size_t operator()(const tally::TextId<Tag>& id) const noexcept {
        return std::hash<std::string>()(id.str());
    }
};

template <typename Tag>
struct std::hash<tally::NumberId<Tag>> {
    std::size_t operator()(const tally::NumberId<Tag>& id) const noexcept {
        return std::hash<std::uint64_t>()(id.value());
    }
};
