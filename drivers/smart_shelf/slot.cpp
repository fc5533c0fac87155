#include "drivers/smart_shelf/slot.hpp"

#include <utility>

namespace tally::smart_shelf {

namespace {

ShelfFault fault_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::timeout:
            return ShelfFault::silent;
        case ErrorKind::refused:
        case ErrorKind::unsupported:
            return ShelfFault::refused;
        case ErrorKind::malformed:
        case ErrorKind::conflict:
        case ErrorKind::corrupt:
            return ShelfFault::garbled;
        case ErrorKind::offline:
        case ErrorKind::exhausted:
            return ShelfFault::offline;
    }
    return ShelfFault::offline;
}

}  // namespace

std::optional<ShelfReading> Slot::blind(ShelfFault fault, std::string text) {
    equal_ = 0;
    if (told_ == fault) {
        return std::nullopt;
    }
    told_ = fault;
    ShelfReading reading;
    reading.fault = fault;
    reading.text = std::move(text);
    reading.at = last_good_;
    return reading;
}

std::optional<ShelfReading> Slot::on_failure(const Error& error, MonoTime at) {
    if (!ever_good_) {
        last_good_ = std::max(last_good_, at);
    }
    ++misses_;
    equal_ = 0;
    if (misses_ < kMissesMax) {
        return std::nullopt;
    }
    return blind(fault_of(error.kind), error.text);
}

bool Slot::is_frozen(const Sample& sample, MonoTime at) {
    if (!sample.life) {
        return false;
    }
    if (life_ != sample.life) {
        life_ = sample.life;
        life_changed_ = at;
    }
    return at - life_changed_ > spec_.map.life_limit;
}

std::optional<ShelfReading> Slot::on_block(const Block& block, MonoTime at) {
    misses_ = 0;
    if (!ever_good_) {
        last_good_ = at;
    }
    const Sample sample = decode(spec_.map, {spec_.channel, spec_.offset, spec_.capacity}, block);
    if (!sample.fault.empty()) {
        return blind(ShelfFault::device, "the instrument reports: " + sample.fault);
    }
    if (sample.implausible) {
        return blind(ShelfFault::implausible,
                     "the weight is beyond the slot's capacity; check type, word order, scale and "
                     "address in register map " +
                         spec_.map.name + ", or take goods off");
    }
    if (is_frozen(sample, at)) {
        return blind(ShelfFault::frozen,
                     "the instrument answers, but its value no longer moves at all; restart it "
                     "and check its cell");
    }
    ever_good_ = true;
    last_good_ = at;
    told_ = ShelfFault::none;
    const bool same = equal_ > 0 && distance(sample.weight, last_) <= spec_.division;
    equal_ = !sample.stable.value_or(true) ? 0 : same ? equal_ + 1 : 1;
    last_ = sample.weight;
    const int wanted = sample.stable ? 2 : spec_.map.stable_readings;
    ShelfReading reading;
    reading.quality = equal_ >= wanted ? ReadingQuality::stable : ReadingQuality::moving;
    reading.weight = sample.weight;
    reading.at = at;
    return reading;
}

}  // namespace tally::smart_shelf
