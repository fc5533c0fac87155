#include "sim/scenarios/range.hpp"

#include <charconv>
#include <optional>

namespace tally::sim {

namespace {

constexpr std::string_view kOff = "off|";
constexpr std::string_view kTo = "..";

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && stopped == end ? std::optional(value) : std::nullopt;
}

}  // namespace

Result<Range> parse_range(std::string_view text) {
    Range range;
    std::string_view rest = text;
    if (rest.substr(0, kOff.size()) == kOff) {
        range.maybe_off = true;
        rest.remove_prefix(kOff.size());
    }
    const std::size_t to = rest.find(kTo);
    const auto low = number(rest.substr(0, to));
    const auto high = to == std::string_view::npos ? low : number(rest.substr(to + kTo.size()));
    if (!low || !high || *low > *high) {
        return fail(ErrorKind::malformed, "'" + std::string(text) +
                                              "' is no range; write a number (\"8\"), a span "
                                              "(\"2..6\"), or one that half of the seeds "
                                              "leave out (\"off|2..6\")");
    }
    range.low = *low;
    range.high = *high;
    return range;
}

std::string to_text(const Range& range) {
    std::string text = range.maybe_off ? std::string(kOff) : std::string();
    text += std::to_string(range.low);
    if (range.high != range.low) {
        text += std::string(kTo) + std::to_string(range.high);
    }
    return text;
}

std::int64_t draw(const Range& range, Prng prng) {
    const bool off = prng.chance_ppm(500'000) && range.maybe_off;
    const std::int64_t value = prng.between(range.low, range.high);
    return off ? 0 : value;
}

}  // namespace tally::sim
