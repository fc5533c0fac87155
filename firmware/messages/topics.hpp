// MQTT topics between edge and bridge: tally/v1/<site>/<edge>/<kind> (docs/adr/0005-delivery.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/domain/ids.hpp"

namespace tally {

enum class TopicKind : std::uint8_t {
    birth,         ///< edge, retained
    death,         ///< edge, the will
    delta,         ///< edge
    snapshot,      ///< edge
    ack,           ///< bridge, retained
    cmd,           ///< bridge
    in_orders,     ///< others, "in/orders"
    in_counts,     ///< others, "in/counts"
    in_documents,  ///< others, "in/documents"
    out_orders,    ///< edge, "out/orders": what became of in/orders
};

/// The last levels of a topic, e.g. "birth" or "in/orders".
std::string_view to_string(TopicKind kind) noexcept;

struct Topic {
    SiteId site;
    EdgeId edge;
    TopicKind kind = TopicKind::birth;

    bool operator==(const Topic&) const = default;
};

/// True for text that may be one level: 1 to 64 printable ASCII characters other than blank, '/',
/// '+', '#', '$', quotation mark and backslash. Config asks this for site and edge names.
bool is_topic_level(std::string_view text) noexcept;

/// `malformed` where site or edge cannot be a level.
Result<std::string> topic_text(const Topic& topic);

/// `malformed` for anything that topic_text() does not give.
Result<Topic> parse_topic(std::string_view text);

/// What a bridge subscribes to: all that edges write, of every site.
std::vector<std::string> bridge_filters();

/// What an edge subscribes to: what the bridge and others write for it.
Result<std::vector<std::string>> edge_filters(const SiteId& site, const EdgeId& edge);

}  // namespace tally
