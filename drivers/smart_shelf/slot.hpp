// What a slot tells, from its samples and failures over time: stable, moving or blind. No I/O.
#pragma once

#include <optional>
#include <string>

#include "drivers/smart_shelf/decode.hpp"
#include "firmware/base/result.hpp"
#include "firmware/base/time.hpp"
#include "firmware/domain/shelf/reading.hpp"

namespace tally::smart_shelf {

/// One slot as its driver knows it.
struct SlotSpec {
    PlaceId place;
    std::uint8_t unit = 1;
    std::uint16_t channel = 0;
    RegisterMap map;
    std::int64_t offset = 0;
    Weight capacity, division;
};

/// Rules (devices.md 5):
/// - a fault bit, an impossible number and a frozen value are blind at once; an answer that does
/// not
///   come, or is none, is blind from the second in a row: one lost frame is no news;
/// - stable is what the instrument calls stable twice in a row, or calls nothing but gives as often
///   as the map asks, each time within one division: a sign torn from its number is never both.
class Slot {
 public:
    static constexpr int kMissesMax = 2;

    explicit Slot(SlotSpec spec) : spec_(std::move(spec)) {}

    [[nodiscard]] const SlotSpec& spec() const { return spec_; }

    /// What to tell of a block. Nothing while blindness that was told lasts.
    std::optional<ShelfReading> on_block(const Block& block, MonoTime at);
    /// What to tell of a request that failed.
    std::optional<ShelfReading> on_failure(const Error& error, MonoTime at);
    /// What stood there may have nothing to do with what stands there now (after tare and zero).
    void start_anew() { equal_ = 0; }

 private:
    std::optional<ShelfReading> blind(ShelfFault fault, std::string text);
    [[nodiscard]] bool is_frozen(const Sample& sample, MonoTime at);

    SlotSpec spec_;
    MonoTime last_good_;
    bool ever_good_ = false;
    int misses_ = 0;
    ShelfFault told_ = ShelfFault::none;
    Weight last_;
    int equal_ = 0;  ///< samples in a row that were stable and within a division of each other
    std::optional<std::uint32_t> life_;
    MonoTime life_changed_;
};

}  // namespace tally::smart_shelf
