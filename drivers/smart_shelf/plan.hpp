// The poll plan of a bus: which blocks to read, each in one request, and when. No I/O, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "drivers/smart_shelf/slot.hpp"

namespace tally::smart_shelf {

/// One request, and the slots it answers for.
struct PollBlock {
    std::uint8_t unit = 1;
    std::uint8_t function = 3;
    Span span;
    std::vector<std::size_t> slots;  ///< in the order they were given

    // What its unit has shown so far.
    int failures = 0;        ///< in a row
    MonoTime probe_at;       ///< failed: not to be asked before
    Duration last_answer{};  ///< how long its last good answer took; 0: none yet
};

/// Slots of one unit whose registers lie close enough share a block.
std::vector<PollBlock> plan_blocks(const std::vector<Slot>& slots);

/// One request after the other, in cycles of one period, each beginning on time. Units that answer
/// are read first and in a fixed order, with a time-out of a twentieth of the period once they have
/// shown to be faster than half of that; what fails waits for the slack behind them, where it is
/// asked with the full time-out, ever more rarely while it stays silent. So a unit that dies costs
/// the others a twentieth of one period, once.
class PollPlan {
 public:
    struct Times {
        Duration period{};
        Duration timeout{};
    };
    PollPlan(std::vector<PollBlock> blocks, Times times)
        : blocks_(std::move(blocks)), times_(times) {}

    void begin_cycle(MonoTime now);

    struct Next {
        std::size_t block = 0;
        Duration timeout{};
        bool is_probe = false;  ///< in the slack: its failure counts
    };
    /// Nothing: the cycle is over, wait until next_cycle().
    std::optional<Next> next(MonoTime now);
    [[nodiscard]] MonoTime next_cycle(MonoTime now) const;

    void answered(const Next& what, Duration took);
    void failed(const Next& what, MonoTime now);

    [[nodiscard]] const std::vector<PollBlock>& blocks() const { return blocks_; }

 private:
    static constexpr int kBackoffDoublingsMax = 5;  ///< 32 periods

    std::vector<PollBlock> blocks_;
    Times times_;
    MonoTime began_;
    std::size_t cursor_ = 0;
    bool probed_ = false;  ///< in this cycle
};

}  // namespace tally::smart_shelf
