#include "firmware/messages/topics.hpp"

#include <array>

namespace tally {

namespace {

constexpr std::string_view kRoot = "tally/v1/";
constexpr std::size_t kLevelBytesMax = 64;

struct Ending {
    TopicKind kind;
    std::string_view text;
};

constexpr std::array<Ending, 10> kEndings = {{
    {TopicKind::birth, "birth"},
    {TopicKind::death, "death"},
    {TopicKind::delta, "delta"},
    {TopicKind::snapshot, "snapshot"},
    {TopicKind::ack, "ack"},
    {TopicKind::cmd, "cmd"},
    {TopicKind::in_orders, "in/orders"},
    {TopicKind::in_counts, "in/counts"},
    {TopicKind::in_documents, "in/documents"},
    {TopicKind::out_orders, "out/orders"},
}};

// The text up to the next '/', taken off the front together with it.
std::string_view take_level(std::string_view& rest) {
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) {
        return {};
    }
    const std::string_view level = rest.substr(0, slash);
    rest.remove_prefix(slash + 1);
    return level;
}

}  // namespace

std::string_view to_string(TopicKind kind) noexcept {
    return kEndings[static_cast<std::size_t>(kind)].text;
}

bool is_topic_level(std::string_view text) noexcept {
    static constexpr std::string_view kRefused = "/+#$\"\\";
    for (const char c : text) {
        if (c <= 0x20 || c > 0x7E || kRefused.find(c) != std::string_view::npos) {
            return false;
        }
    }
    return !text.empty() && text.size() <= kLevelBytesMax;
}

Result<std::string> topic_text(const Topic& topic) {
    for (const std::string& level : {topic.site.str(), topic.edge.str()}) {
        if (!is_topic_level(level)) {
            return fail(ErrorKind::malformed,
                        "topic: '" + level +
                            "' cannot name a site or edge; use 1 to 64 ASCII characters without "
                            "blank, '/', '+', '#', '$', '\"' and '\\'");
        }
    }
    return std::string(kRoot) + topic.site.str() + "/" + topic.edge.str() + "/" +
           std::string(to_string(topic.kind));
}

Result<Topic> parse_topic(std::string_view text) {
    std::string_view rest = text;
    const bool rooted = rest.substr(0, kRoot.size()) == kRoot;
    rest.remove_prefix(rooted ? kRoot.size() : 0);
    const std::string_view site = take_level(rest);
    const std::string_view edge = take_level(rest);
    if (rooted && is_topic_level(site) && is_topic_level(edge)) {
        for (const Ending& ending : kEndings) {
            if (ending.text == rest) {
                return Topic{.site = SiteId(site), .edge = EdgeId(edge), .kind = ending.kind};
            }
        }
    }
    return fail(ErrorKind::malformed, "topic: '" + std::string(text.substr(0, 200)) +
                                          "' is not tally/v1/<site>/<edge>/<kind>");
}

std::vector<std::string> bridge_filters() {
    std::vector<std::string> filters;
    for (const TopicKind kind :
         {TopicKind::birth, TopicKind::death, TopicKind::delta, TopicKind::snapshot}) {
        filters.push_back(std::string(kRoot) + "+/+/" + std::string(to_string(kind)));
    }
    return filters;
}

Result<std::vector<std::string>> edge_filters(const SiteId& site, const EdgeId& edge) {
    std::vector<std::string> filters;
    for (const TopicKind kind : {TopicKind::ack, TopicKind::cmd, TopicKind::in_orders,
                                 TopicKind::in_counts, TopicKind::in_documents}) {
        TALLY_TRY_ASSIGN(std::string filter,
                         topic_text({.site = site, .edge = edge, .kind = kind}));
        filters.push_back(std::move(filter));
    }
    return filters;
}

}  // namespace tally
