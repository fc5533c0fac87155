// A verb of the scene as text: what control connections and scene files carry.
#pragma once

#include <map>
#include <string>

namespace tally::sim {

/// "tag_seen" with {"epc": "3034...", "antenna": "1", "rssi_dbm": "-52"}. Lists are texts with
/// spaces between their parts.
struct Verb {
    std::string name;
    std::map<std::string, std::string> args;
};

}  // namespace tally::sim
