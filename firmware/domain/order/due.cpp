#include "firmware/domain/order/due.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "firmware/domain/order/shelf_life.hpp"

namespace tally {

namespace {

constexpr std::int64_t kDayS = 86'400;
constexpr std::int64_t kFirstS = -62'167'219'200;  ///< 0000-01-01T00:00:00Z
constexpr std::int64_t kLastS = 253'402'300'799;   ///< 9999-12-31T23:59:59Z

/// Two digits up to `last`; nothing for anything else.
std::optional<std::int32_t> pair_of(std::string_view text, std::int32_t last) {
    if (text.size() < 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') {
        return std::nullopt;
    }
    const std::int32_t value = (text[0] - '0') * 10 + (text[1] - '0');
    return value <= last ? std::optional(value) : std::nullopt;
}

/// Seconds of "16:00", "16:00:30" and "16:00:30.25" at the beginning of a text, which loses them.
std::optional<std::int32_t> take_time(std::string_view& text) {
    const auto hours = pair_of(text, 23);
    if (!hours || text.size() < 5 || text[2] != ':') {
        return std::nullopt;
    }
    const auto minutes = pair_of(text.substr(3), 59);
    text.remove_prefix(5);
    std::int32_t seconds = 0;
    if (!text.empty() && text[0] == ':') {
        const auto said = pair_of(text.substr(1), 59);
        if (!said) {
            return std::nullopt;
        }
        seconds = *said;
        text.remove_prefix(3);
        if (text.size() > 1 && text[0] == '.' && text[1] >= '0' && text[1] <= '9') {
            text.remove_prefix(std::min(text.find_first_not_of("0123456789", 1), text.size()));
        }
    }
    return minutes ? std::optional(*hours * 3'600 + *minutes * 60 + seconds) : std::nullopt;
}

std::string digits(std::int64_t value, std::size_t width) {
    const std::string text = std::to_string(value);
    return std::string(width - std::min(width, text.size()), '0') + text;
}

/// A moment of the years 0 to 9999 in the digits of a clock there: "2026-12-01", "08:00:00".
struct Civil {
    std::string date, time;
};

Civil civil_of(std::int64_t utc_s) {
    const std::int64_t days = utc_s / kDayS - (utc_s % kDayS < 0 ? 1 : 0);
    const std::chrono::year_month_day day{std::chrono::sys_days(std::chrono::days(days))};
    const std::int64_t rest = utc_s - days * kDayS;
    return {digits(static_cast<int>(day.year()), 4) + "-" +
                digits(static_cast<unsigned>(day.month()), 2) + "-" +
                digits(static_cast<unsigned>(day.day()), 2),
            digits(rest / 3'600, 2) + ":" + digits(rest / 60 % 60, 2) + ":" + digits(rest % 60, 2)};
}

std::string moment_text(std::int64_t utc_s) {
    const Civil civil = civil_of(utc_s);
    return civil.date + "T" + civil.time + "Z";
}

tl::unexpected<Error> bad(std::string_view text) {
    return fail(ErrorKind::malformed,
                "due is a date like 2026-12-01, or a moment with its time zone like "
                "2026-12-01T16:00:00+08:00, not '" +
                    std::string(text.substr(0, 64)) + "'");
}

}  // namespace

std::optional<std::int32_t> utc_offset_of(std::string_view text) {
    if (text == "Z" || text == "z") {
        return 0;
    }
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') {
        return std::nullopt;
    }
    const auto hours = pair_of(text.substr(1), 23);
    const auto minutes = pair_of(text.substr(4), 59);
    if (!hours || !minutes) {
        return std::nullopt;
    }
    return (text[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

Result<std::string> read_due(std::string_view text) {
    const auto day = day_of(text.substr(0, 10));
    if (!day) {
        return bad(text);
    }
    if (text.size() == 10) {
        return std::string(text);
    }
    std::string_view rest = text.substr(10);
    if (rest[0] != 'T' && rest[0] != 't' && rest[0] != ' ') {
        return bad(text);
    }
    rest.remove_prefix(1);
    const auto seconds = take_time(rest);
    if (!seconds) {
        return bad(text);
    }
    if (rest.empty()) {
        const std::string said(text.substr(0, 64));
        return fail(ErrorKind::malformed, "due '" + said + "' does not say its time zone; write " +
                                              said + "+08:00 for eight hours east of UTC, or " +
                                              said + "Z for UTC");
    }
    const auto offset_min = utc_offset_of(rest);
    const std::int64_t at_s = *day * kDayS + *seconds - offset_min.value_or(0) * 60;
    if (!offset_min || at_s < kFirstS || at_s > kLastS) {
        return bad(text);
    }
    return moment_text(at_s);
}

std::optional<std::int64_t> moment_ms(std::string_view text) {
    const auto day = text.size() == 20 ? day_of(text.substr(0, 10)) : std::nullopt;
    if (!day || text[10] != 'T') {
        return std::nullopt;
    }
    std::string_view rest = text.substr(11);
    const auto seconds = take_time(rest);
    if (!seconds || rest != "Z") {
        return std::nullopt;
    }
    return (*day * kDayS + *seconds) * 1'000;
}

std::string end_of_day(std::string_view date, std::int32_t utc_offset_min) {
    const std::int64_t end_s =
        (day_of(date).value_or(0) + 1) * kDayS - 1 - std::int64_t{utc_offset_min} * 60;
    return moment_text(std::clamp(end_s, kFirstS, kLastS));
}

std::string local_text(std::int64_t utc_ms, std::int32_t utc_offset_min) {
    const std::int64_t utc_s = utc_ms / 1'000 - (utc_ms % 1'000 < 0 ? 1 : 0);
    const Civil civil =
        civil_of(std::clamp(utc_s + std::int64_t{utc_offset_min} * 60, kFirstS, kLastS));
    const std::int32_t beside_min = std::abs(utc_offset_min);
    const std::string zone = (utc_offset_min < 0 ? "-" : "+") + digits(beside_min / 60, 2) + ":" +
                             digits(beside_min % 60, 2);
    return civil.date + " " + civil.time.substr(0, 5) + " " + (utc_offset_min == 0 ? "UTC" : zone);
}

}  // namespace tally
