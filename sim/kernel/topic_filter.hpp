// MQTT topic filters (MQTT 5.0, section 4.7), for the broker model.
#pragma once

#include <string_view>

namespace tally::sim {

/// Whether `topic` is selected by `filter`: "+" is one level, "#" the rest including none. Topics
/// that begin with "$" are not selected by a filter that begins with a wildcard.
bool topic_matches(std::string_view filter, std::string_view topic);

/// Whether the text is a filter at all: not empty, "+" and "#" alone in their level, "#" only last.
bool valid_filter(std::string_view filter);

/// Whether the text may be published to: not empty, no wildcards.
bool valid_topic(std::string_view topic);

}  // namespace tally::sim
