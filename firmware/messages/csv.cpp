#include "firmware/messages/csv.hpp"

namespace tally {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool all_digits(std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

Result<std::vector<std::string>> split_csv(std::string_view line) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
            fields.back() += '"';
            ++i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            fields.emplace_back();
        } else {
            fields.back() += c;
        }
    }
    if (quoted) {
        return fail(ErrorKind::malformed, "a quote is not closed; close it, or write it twice");
    }
    for (std::string& field : fields) {
        field = std::string(trimmed(field));
    }
    return fields;
}

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos && trimmed(text) == text &&
        !text.starts_with('#')) {
        return std::string(text);
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + "\"";
}

CsvLines::CsvLines(std::string_view text) : text_(text) {
    static constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text_.starts_with(kByteOrderMark)) {
        text_.remove_prefix(kByteOrderMark.size());
    }
}

bool CsvLines::next(std::string_view& line) {
    while (!text_.empty()) {
        const auto end = text_.find('\n');
        line = trimmed(text_.substr(0, end));
        text_ = end == std::string_view::npos ? std::string_view() : text_.substr(end + 1);
        ++number_;
        if (!line.empty() && line.front() != '#') {
            return true;
        }
    }
    return false;
}

Result<std::int64_t> parse_units(std::string_view text) {
    const auto dot = text.find('.');
    const std::string_view whole = text.substr(0, dot);
    std::string places(dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1));
    const bool good = !whole.empty() && whole.size() <= 12 && all_digits(whole) &&
                      (dot == std::string_view::npos || !places.empty()) && places.size() <= 3 &&
                      all_digits(places);
    if (!good) {
        return fail(ErrorKind::malformed, "'" + std::string(text) +
                                              "' is no quantity; write units with at most three "
                                              "places, e.g. 12 or 0.25");
    }
    places.resize(3, '0');
    return std::stoll(std::string(whole)) * 1'000 + std::stoll(places);
}

std::string format_units(std::int64_t milli) {
    const std::string sign = milli < 0 ? "-" : "";
    const std::uint64_t size =
        milli < 0 ? 0 - static_cast<std::uint64_t>(milli) : static_cast<std::uint64_t>(milli);
    std::string text = sign + std::to_string(size / 1'000);
    if (size % 1'000 == 0) {
        return text;
    }
    std::string places = std::to_string(1'000 + size % 1'000).substr(1);
    places.erase(places.find_last_not_of('0') + 1);
    return text + "." + places;
}

}  // namespace tally
