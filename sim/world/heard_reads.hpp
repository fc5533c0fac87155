// Between the world and a reader: what the reader really heard, tag by tag, for checkers. Evidence
// of a passage can rest on nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "sim/devices/reader_scene.hpp"

namespace tally::sim {

/// Passes everything on. Single-threaded; the reader outlives it.
class HeardReads final : public ReaderScene {
 public:
    explicit HeardReads(ReaderScene& reader) : reader_(reader) {}

    Heard tag_seen(const TagSight& sight) override {
        const Heard heard = reader_.tag_seen(sight);
        if (heard == Heard::counted) {
            ++heard_[sight.code.str()];
            ++total_;
        }
        return heard;
    }
    void input(std::uint16_t port, Level level) override { reader_.input(port, level); }

    /// Times the reader heard this tag so far.
    [[nodiscard]] std::uint64_t of(const std::string& tag) const {
        const auto found = heard_.find(tag);
        return found == heard_.end() ? 0 : found->second;
    }
    [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

 private:
    ReaderScene& reader_;
    std::unordered_map<std::string, std::uint64_t> heard_;  ///< looked up, never iterated
    std::uint64_t total_ = 0;
};

}  // namespace tally::sim
