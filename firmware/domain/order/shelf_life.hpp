// Days and expiry dates: whether goods of a lot may still be promised to a customer. Pure.
#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tally {

/// Days since 1970-01-01 of a date like "2027-03-31"; nothing for anything else.
inline std::optional<std::int64_t> day_of(std::string_view date) {
    const auto number = [&](std::size_t at, std::size_t size) {
        int value = -1;
        const char* begin = date.data() + at;
        const auto [end, error] = std::from_chars(begin, begin + size, value);
        return error == std::errc() && end == begin + size ? value : -1;
    };
    if (date.size() != 10 || date[4] != '-' || date[7] != '-') {
        return std::nullopt;
    }
    const int year = number(0, 4);
    const int month = number(5, 2);
    const int day = number(8, 2);
    if (year < 0 || month < 0 || day < 0) {
        return std::nullopt;
    }
    const std::chrono::year_month_day civil(std::chrono::year(year),
                                            std::chrono::month(static_cast<unsigned>(month)),
                                            std::chrono::day(static_cast<unsigned>(day)));
    if (!civil.ok()) {
        return std::nullopt;
    }
    return std::chrono::sys_days(civil).time_since_epoch().count();
}

/// Whether a lot that expires on `expiry` (empty: never) has `min_life_days` left at the moment
/// `now_ms` (UTC). A lot may be sold on its last day. A date that cannot be read has passed.
inline bool is_sellable(std::string_view expiry, std::int64_t min_life_days, std::int64_t now_ms) {
    if (expiry.empty()) {
        return true;
    }
    constexpr std::int64_t kDayMs = 86'400'000;
    const std::int64_t today = now_ms / kDayMs - (now_ms % kDayMs < 0 ? 1 : 0);
    const auto last = day_of(expiry);
    return last && *last - today >= min_life_days;
}

}  // namespace tally
