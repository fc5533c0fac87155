#include "drivers/vda5050/topics.hpp"

#include <cctype>
#include <utility>
#include <vector>

namespace tally::vda5050 {

namespace {

constexpr std::string_view kMajor = "v2";
constexpr std::array<std::pair<Topic, std::string_view>, 6> kWords{{
    {Topic::order, "order"},
    {Topic::instant_actions, "instantActions"},
    {Topic::state, "state"},
    {Topic::connection, "connection"},
    {Topic::factsheet, "factsheet"},
    {Topic::visualization, "visualization"},
}};

bool is_level(std::string_view text) {
    for (const char c : text) {
        if (c == '/' || c == '+' || c == '#' || static_cast<unsigned char>(c) < 0x20) {
            return false;
        }
    }
    return !text.empty();
}

bool is_serial(std::string_view text) {
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '.' && c != ':' &&
            c != '-') {
            return false;
        }
    }
    return !text.empty();
}

std::string_view word_of(Topic topic) {
    for (const auto& [is, word] : kWords) {
        if (is == topic) {
            return word;
        }
    }
    return {};
}

}  // namespace

Result<void> check_address(const Address& address) {
    if (!is_level(address.interface) || !is_level(address.manufacturer)) {
        return fail(ErrorKind::malformed,
                    "interface and manufacturer of a vehicle are parts of its topic: they must not "
                    "be empty or hold '/', '+' or '#'; write them as the vehicle does");
    }
    if (!is_serial(address.serial)) {
        return fail(ErrorKind::malformed,
                    "serial number '" + address.serial +
                        "' must be of A-Z a-z 0-9 _ . : - only; write it as the vehicle does");
    }
    return {};
}

std::string topic_of(const Address& address, Topic topic) {
    return address.interface + "/" + std::string(kMajor) + "/" + address.manufacturer + "/" +
           address.serial + "/" + std::string(word_of(topic));
}

std::optional<TopicParts> split_topic(std::string_view topic) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t slash = topic.find('/');
        parts.push_back(topic.substr(0, slash));
        if (slash == std::string_view::npos) {
            break;
        }
        topic.remove_prefix(slash + 1);
    }
    if (parts.size() != 5 || parts[1] != kMajor) {
        return std::nullopt;
    }
    for (const auto& [is, word] : kWords) {
        if (parts[4] == word) {
            return TopicParts{{std::string(parts[0]), std::string(parts[2]), std::string(parts[3])},
                              is};
        }
    }
    return std::nullopt;
}

}  // namespace tally::vda5050
