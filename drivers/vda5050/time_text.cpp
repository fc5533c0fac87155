// Timestamps as ISO 8601 texts.
#include <array>
#include <cctype>
#include <chrono>

#include <fmt/format.h>

#include "drivers/vda5050/messages.hpp"

namespace tally::vda5050 {

namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t kMicros = 1'000'000;
constexpr std::int64_t kDay = 86'400;

/// Takes digits off the front.
bool take_number(std::string_view& text, std::size_t digits, int& out) {
    if (text.size() < digits) {
        return false;
    }
    out = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (std::isdigit(static_cast<unsigned char>(text[i])) == 0) {
            return false;
        }
        out = out * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return true;
}

bool take(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

/// Seconds east of Greenwich; false if it is neither Z nor an offset.
bool take_zone(std::string_view& text, std::int64_t& seconds) {
    if (take(text, 'Z') || take(text, 'z')) {
        seconds = 0;
        return true;
    }
    const bool west = !text.empty() && text.front() == '-';
    int hours = 0;
    int minutes = 0;
    if (!take(text, west ? '-' : '+') || !take_number(text, 2, hours)) {
        return false;
    }
    take(text, ':');
    if (!text.empty() && !take_number(text, 2, minutes)) {
        return false;
    }
    seconds = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return hours < 24 && minutes < 60;
}

std::int64_t take_fraction(std::string_view& text) {
    std::int64_t micros = 0;
    std::int64_t unit = kMicros / 10;
    while (!text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) != 0) {
        micros += unit * (text.front() - '0');
        unit /= 10;
        text.remove_prefix(1);
    }
    return micros;
}

}  // namespace

std::string write_time(WallTime at) {
    std::int64_t seconds = at.us / kMicros;
    std::int64_t micros = at.us % kMicros;
    if (micros < 0) {
        micros += kMicros;
        --seconds;
    }
    std::int64_t day = seconds / kDay;
    std::int64_t of_day = seconds % kDay;
    if (of_day < 0) {
        of_day += kDay;
        --day;
    }
    const year_month_day date{sys_days{days{day}}};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       of_day / 3600, of_day / 60 % 60, of_day % 60, micros / 1000);
}

Result<WallTime> read_time(std::string_view text) {
    std::string_view rest = text;
    std::array<int, 6> part{};  // year to second
    bool fine = take_number(rest, 4, part[0]) && take(rest, '-') && take_number(rest, 2, part[1]) &&
                take(rest, '-') && take_number(rest, 2, part[2]) &&
                (take(rest, 'T') || take(rest, 't')) && take_number(rest, 2, part[3]) &&
                take(rest, ':') && take_number(rest, 2, part[4]) && take(rest, ':') &&
                take_number(rest, 2, part[5]);
    std::int64_t micros = 0;
    std::int64_t zone = 0;
    if (fine && take(rest, '.')) {
        micros = take_fraction(rest);
    }
    fine = fine && take_zone(rest, zone) && rest.empty();
    const year_month_day date{std::chrono::year{part[0]},
                              std::chrono::month{static_cast<unsigned>(part[1])},
                              std::chrono::day{static_cast<unsigned>(part[2])}};
    if (!fine || !date.ok() || part[3] > 23 || part[4] > 59 || part[5] > 60) {
        return fail(ErrorKind::malformed,
                    "'" + std::string(text.substr(0, 40)) +
                        "' is no time; it must look like 2026-01-31T12:00:00.00Z");
    }
    const std::int64_t day = sys_days(date).time_since_epoch().count();
    const std::int64_t seconds = day * kDay + part[3] * 3600 + part[4] * 60 + part[5] - zone;
    return WallTime{seconds * kMicros + micros};
}

}  // namespace tally::vda5050
