#include "firmware/messages/plan/plan_text.hpp"

#include <algorithm>
#include <charconv>

#include "firmware/domain/layout/site.hpp"
#include "firmware/messages/plan/plan_file.hpp"

namespace tally {

namespace {

constexpr std::size_t kRowsMax = 1'000'000;

std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\"");
    const std::size_t last = text.find_last_not_of(" \t\r\"");
    return first == std::string_view::npos ? std::string()
                                           : std::string(text.substr(first, last - first + 1));
}

}  // namespace

Result<std::vector<Cells>> csv_lines(std::string_view text) {
    std::vector<Cells> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (trimmed(line).empty()) {
            continue;
        }
        Cells& cells = lines.emplace_back();
        for (;;) {
            const std::size_t comma = line.find(',');
            cells.push_back(trimmed(line.substr(0, comma)));
            if (comma == std::string_view::npos) {
                break;
            }
            line.remove_prefix(comma + 1);
        }
        if (lines.size() > kRowsMax) {
            return fail(ErrorKind::exhausted, "more than 1000000 lines; split the file");
        }
    }
    return lines;
}

bool is_json(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && text[first] == '{';
}

Result<void> check_size(std::string_view text) {
    if (text.size() > kPlanFileMax) {
        return fail(ErrorKind::exhausted, "a file of more than 16 MiB; split it");
    }
    return {};
}

std::string shown(std::string_view text) {
    constexpr std::size_t kShownMax = 64;
    std::size_t end = std::min(text.size(), kShownMax);
    while (end < text.size() && end > 0 &&
           (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
        --end;  // Not inside a letter of several bytes.
    }
    return "'" + std::string(text.substr(0, end)) + (end < text.size() ? "...'" : "'");
}

Result<PlaceId> place_named(const std::string& text) {
    if (!is_printable_id(text)) {
        return fail(ErrorKind::malformed,
                    shown(text) + " is no place; use up to 64 of A-Z a-z 0-9 . _ -");
    }
    return PlaceId(text);
}

Result<std::int32_t> number_of(const std::string& text, const char* what, std::int32_t fallback) {
    std::int32_t number = fallback;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!text.empty() && (error != std::errc() || end != text.data() + text.size() || number < 0)) {
        return fail(ErrorKind::malformed, shown(text) + " is no " + what + "; write 0 or more");
    }
    return number;
}

}  // namespace tally
