// Which parts of a reader cannot currently tell, and since when; tells the feed what changes.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "firmware/domain/reader_feed.hpp"

namespace tally::llrp {

/// Open blind spans by antenna; 0 is the whole reader. Single-threaded.
class Blindness {
 public:
    explicit Blindness(ReaderFeed& feed) : feed_(feed) {}

    /// Opens a span. One that is open keeps its beginning; the feed hears of it again only if its
    /// cause is another.
    void began(BlindBegan blind) {
        const auto open = open_.find(blind.antenna);
        if (open != open_.end()) {
            if (open->second.cause == blind.cause) {
                return;
            }
            blind.since = open->second.since;
        }
        open_[blind.antenna] = blind;
        feed_.on_blind(blind);
    }

    /// Reading is proven to run again. Told to the feed even if no span is open here: one may be
    /// open in the ledger from before a restart.
    void sighted(std::uint16_t antenna, MonoTime at) {
        open_.erase(antenna);
        feed_.on_sighted(antenna, at);
    }

    [[nodiscard]] const std::map<std::uint16_t, BlindBegan>& open() const { return open_; }

 private:
    ReaderFeed& feed_;
    std::map<std::uint16_t, BlindBegan> open_;
};

}  // namespace tally::llrp
