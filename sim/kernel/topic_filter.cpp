#include "sim/kernel/topic_filter.hpp"

namespace tally::sim {

namespace {

// Takes the next level off the front; `more` tells whether another one follows.
std::string_view take_level(std::string_view& rest, bool& more) {
    const std::size_t slash = rest.find('/');
    more = slash != std::string_view::npos;
    const std::string_view level = rest.substr(0, slash);
    rest = more ? rest.substr(slash + 1) : std::string_view();
    return level;
}

}  // namespace

bool topic_matches(std::string_view filter, std::string_view topic) {
    if (!topic.empty() && topic.front() == '$' && !filter.empty() &&
        (filter.front() == '+' || filter.front() == '#')) {
        return false;
    }
    bool filter_more = true;
    bool topic_more = true;
    while (filter_more) {
        const std::string_view wanted = take_level(filter, filter_more);
        if (wanted == "#") {
            return true;
        }
        if (!topic_more) {
            return false;
        }
        const std::string_view level = take_level(topic, topic_more);
        if (wanted != "+" && wanted != level) {
            return false;
        }
    }
    return !topic_more;
}

bool valid_filter(std::string_view filter) {
    if (filter.empty()) {
        return false;
    }
    bool more = true;
    while (more) {
        const std::string_view level = take_level(filter, more);
        const bool wild = level.find_first_of("+#") != std::string_view::npos;
        if ((wild && level.size() > 1) || (level == "#" && more)) {
            return false;
        }
    }
    return true;
}

bool valid_topic(std::string_view topic) {
    return !topic.empty() && topic.find_first_of("+#") == std::string_view::npos;
}

}  // namespace tally::sim
