#include "firmware/services/inventory/pallet_watch.hpp"

#include <utility>

namespace tally {

void PalletWatch::member(const GateId& gate, Direction direction, const std::string& sscc,
                         const std::string& item, const std::string& evidence) {
    const Key key{gate, direction, sscc};
    const auto [found, is_new] = windows_.try_emplace(key, scheduler_);
    Window& window = found->second;
    if (is_new) {
        window.passage.gate = gate;
        window.passage.direction = direction;
        window.passage.sscc = sscc;
        if (const auto lately = strangers_.find({gate, direction}); lately != strangers_.end()) {
            window.passage.strangers = lately->second.items;
        }
    }
    if (item == sscc) {
        window.passage.label_seen = true;
    } else {
        window.passage.children.insert(item);
    }
    window.passage.evidence = evidence;
    window.quiet.arm(kQuiet, [this, key] { close(key); });
}

void PalletWatch::stranger(const GateId& gate, Direction direction, const std::string& item) {
    for (auto& [key, window] : windows_) {
        if (key.gate == gate && key.direction == direction) {
            window.passage.strangers.insert(item);
        }
    }
    const Way way{gate, direction};
    Strangers& lately = strangers_.try_emplace(way, scheduler_).first->second;
    lately.items.insert(item);
    lately.quiet.arm(kQuiet, [this, way] { strangers_.erase(way); });
}

void PalletWatch::close(const Key& key) {
    const auto found = windows_.find(key);
    if (!may_close_()) {
        found->second.quiet.arm(kRetry, [this, key] { close(key); });
        return;
    }
    const PalletPassage passage = std::move(found->second.passage);
    windows_.erase(found);
    closed_(passage);
}

}  // namespace tally
