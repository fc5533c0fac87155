#include "sim/devices/verb_args.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <fmt/format.h>

namespace tally::sim {

std::string VerbArgs::text(const std::string& key, std::optional<std::string> fallback) {
    used_.push_back(key);
    const auto found = verb_.args.find(key);
    if (found != verb_.args.end()) {
        return found->second;
    }
    if (!fallback) {
        complain(fmt::format("{} needs '{}'", verb_.name, key));
    }
    return fallback.value_or("");
}

std::vector<std::string> VerbArgs::list(const std::string& key) {
    std::istringstream words(text(key));
    std::vector<std::string> parts;
    for (std::string word; words >> word;) {
        parts.push_back(word);
    }
    return parts;
}

std::int64_t VerbArgs::number(const std::string& key, Bounds bounds,
                              std::optional<std::int64_t> fallback) {
    const std::string shown =
        text(key, fallback ? std::optional(std::to_string(*fallback)) : std::nullopt);
    std::int64_t value = 0;
    const char* const end = shown.data() + shown.size();
    const auto [stopped, error] = std::from_chars(shown.data(), end, value);
    if (error != std::errc() || stopped != end || value < bounds.min || value > bounds.max) {
        complain(fmt::format("{}: '{}' must be a number in {}..{}, not '{}'", verb_.name, key,
                             bounds.min, bounds.max, shown));
        return bounds.min;
    }
    return value;
}

Duration VerbArgs::ms(const std::string& key, std::int64_t fallback) {
    constexpr Bounds kUpToAnHour{0, 3'600'000};
    return std::chrono::milliseconds(number(key, kUpToAnHour, fallback));
}

void VerbArgs::complain(std::string text) {
    if (!wrong_) {
        wrong_ = std::move(text);
    }
}

Result<void> VerbArgs::done() {
    for (const auto& [key, value] : verb_.args) {
        if (std::find(used_.begin(), used_.end(), key) == used_.end()) {
            complain(fmt::format("{} has no argument '{}'", verb_.name, key));
        }
    }
    if (wrong_) {
        return fail(ErrorKind::malformed, *wrong_);
    }
    return {};
}

}  // namespace tally::sim
