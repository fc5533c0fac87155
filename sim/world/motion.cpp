// World: what happens while somebody walks, and what readers perceive of it.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "sim/world/world.hpp"

namespace tally::sim {

namespace {

/// Of any length but 96 bits; what fills up its last byte is zero.
TagCode odd_tag(Prng& prng) {
    constexpr std::uint16_t kBits[] = {0, 1, 8, 9, 16, 128, 144, 208, 256, 496, 512};
    constexpr unsigned kByte = 8;
    TagCode tag;
    tag.bits = kBits[prng.below(std::size(kBits))];
    for (unsigned bit = 0; bit < tag.bits; bit += kByte) {
        const unsigned unused = kByte - std::min(tag.bits - bit, kByte);
        tag.bytes.push_back(static_cast<std::uint8_t>(prng.below(256) >> unused << unused));
    }
    return tag;
}

/// The nth (from 0) of two sorted lists together.
const TagCode& nth_of(const std::vector<const TagCode*>& a, const std::vector<const TagCode*>& b,
                      std::size_t n) {
    std::size_t low = n > b.size() ? n - b.size() : 0;
    std::size_t high = std::min(n, a.size());
    while (low < high) {  // How many of a are among the n before it.
        const std::size_t of_a = (low + high) / 2;
        if (*a[of_a] < *b[n - of_a - 1]) {
            low = of_a + 1;
        } else {
            high = of_a;
        }
    }
    const std::size_t of_b = n - low;
    const bool is_of_a = of_b == b.size() || (low < a.size() && *a[low] < *b[of_b]);
    return is_of_a ? *a[low] : *b[of_b];
}

}  // namespace

/// Middle of the cargo on the gate's axis, in mm; negative outside.
std::int32_t World::position(const Walking& walking) const {
    const std::int64_t speed =
        walking.walk.speed_mm_s > 0 ? walking.walk.speed_mm_s : model_.speed_mm_s;
    const std::int64_t elapsed_ms = (clock_.mono_now() - walking.began).count() / 1'000'000;
    const std::int64_t gone = speed * elapsed_ms / 1'000;
    std::int64_t along = gone - model_.approach_mm;
    if (walking.walk.course == Walk::Course::turn_back && along > walking.turn_mm) {
        along = 2 * std::int64_t{walking.turn_mm} - along;
    }
    return static_cast<std::int32_t>(walking.walk.way == Way::in ? along : -along);
}

bool World::over(const Walking& walking) const {
    const std::int64_t speed =
        walking.walk.speed_mm_s > 0 ? walking.walk.speed_mm_s : model_.speed_mm_s;
    const std::int64_t extra =
        walking.walk.course == Walk::Course::turn_back ? 2 * std::int64_t{walking.turn_mm} : 0;
    const std::int64_t path = 2 * std::int64_t{model_.approach_mm} + extra;
    return (clock_.mono_now() - walking.began).count() / 1'000'000 * speed / 1'000 >= path;
}

void World::tick() {
    ++ticks_;
    const auto antenna = static_cast<std::uint16_t>(1 + ticks_ % 2);
    for (const Walking& walking : walks_) {
        look(gates_.at(walking.walk.gate), walking, antenna);
    }
    update_eyes();
    std::vector<std::function<void()>> done;
    for (Walking& walking : walks_) {
        if (over(walking)) {
            finish(walking);
            done.push_back(std::move(walking.on_done));
            walking.cargo.clear();
        }
    }
    std::erase_if(walks_, [](const Walking& walking) { return walking.cargo.empty(); });
    if (!walks_.empty()) {
        tick_timer_.arm(std::chrono::milliseconds(model_.tick_ms), [this] { tick(); });
    }
    for (const std::function<void()>& tell : done) {
        if (tell) {
            tell();
        }
    }
}

void World::look(Gate& gate, const Walking& walking, std::uint16_t antenna) {
    const std::int32_t half = model_.antennas_apart_mm / 2;
    const std::int64_t at = antenna == 1 ? -half : half;
    const std::int32_t middle = position(walking);
    for (const Carried& tag : walking.cargo) {
        const std::int64_t dx = middle + tag.offset_mm - at;
        const std::int64_t dy = model_.antennas_beside_mm;
        const auto distance =
            static_cast<std::int32_t>(std::sqrt(static_cast<double>(dx * dx + dy * dy)));
        const std::int64_t fading = gate.prng.between(-model_.fading_cdb, model_.fading_cdb);
        const std::int32_t rssi = rssi_cdbm(model_, distance) + static_cast<std::int32_t>(fading);
        const std::uint32_t alive = tag.dead ? 0 : answer_ppm(model_, rssi);
        const std::uint32_t chance = tag.shadowed ? alive / model_.shadow_divisor : alive;
        const auto channel = static_cast<std::uint16_t>(gate.prng.between(1, 50));
        if (gate.prng.chance_ppm(chance)) {
            gate.reader->tag_seen(
                {tag.code, antenna, static_cast<std::int8_t>(rssi / 100), channel, {}});
        }
    }
}

void World::update_eyes() {
    for (auto& [id, gate] : gates_) {
        const std::int32_t half = model_.eyes_apart_mm / 2;
        const std::int32_t eyes_mm[2] = {-half, half};
        for (std::uint16_t eye = 0; eye < 2; ++eye) {
            const bool broken =
                std::any_of(walks_.begin(), walks_.end(), [&, &gate_id = id](const Walking& w) {
                    return w.walk.gate == gate_id &&
                           std::abs(position(w) - eyes_mm[eye]) <= w.length_mm / 2;
                });
            const Level level = broken ? Level::high : Level::low;
            if (std::exchange(gate.eyes[eye], level) != level) {
                gate.reader->input(static_cast<std::uint16_t>(eye + 1), level);
            }
        }
    }
}

void World::murmur(Gate& gate) {
    if (model_.cross_read_per_second_ppm == 0 && model_.ghost_read_per_second_ppm == 0) {
        return;
    }
    gate.murmurs->arm(std::chrono::seconds(1), [this, &gate] {
        murmur(gate);
        if (gate.prng.chance_ppm(model_.cross_read_per_second_ppm)) {
            cross_read(gate);
        }
        if (model_.ghost_read_per_second_ppm > 0 &&
            gate.prng.chance_ppm(model_.ghost_read_per_second_ppm)) {
            ghost_read(gate);
        }
    });
}

/// An answer with a broken bit, once.
void World::ghost_read(Gate& gate) {
    if (units_.empty()) {
        return;
    }
    const auto broken =
        std::next(units_.begin(), static_cast<std::ptrdiff_t>(gate.prng.below(units_.size())));
    TagCode code = broken->first;
    const std::uint64_t bit = gate.prng.below(code.bits);
    code.bytes[bit / 8] = static_cast<std::uint8_t>(code.bytes[bit / 8] ^ 0x80U >> bit % 8);
    const auto antenna = static_cast<std::uint16_t>(gate.prng.between(1, 2));
    gate.reader->tag_seen({code, antenna, -70, 1, {}});
}

/// The nth of all that stand on both sides of a gate, by code.
void World::cross_read(Gate& gate) {
    const std::vector<const TagCode*>& inside = standing_at(gate.setup.inside);
    const std::vector<const TagCode*>& outside = standing_at(gate.setup.outside);
    if (inside.empty() && outside.empty()) {
        return;
    }
    const TagCode& code = nth_of(inside, outside, gate.prng.below(inside.size() + outside.size()));
    const auto antenna = static_cast<std::uint16_t>(gate.prng.between(1, 2));
    const std::int64_t fading = gate.prng.between(-model_.fading_cdb, model_.fading_cdb);
    const std::int64_t rssi = (model_.cross_read_rssi_cdbm + fading) / 100;
    gate.reader->tag_seen({code, antenna, static_cast<std::int8_t>(rssi), 1, {}});
}

/// A live tag of somebody else: an SGTIN-96 of a random company, a number nobody programmed, or one
/// of another length.
TagCode World::foreign_tag(Prng& prng) const {
    if (model_.foreign_odd_ppm > 0 && prng.chance_ppm(model_.foreign_odd_ppm)) {
        return odd_tag(prng);
    }
    const bool programmed = prng.chance_ppm(model_.foreign_programmed_ppm);
    ByteWriter epc;
    if (programmed) {
        constexpr std::uint64_t kPointOfSale = std::uint64_t{0x3034}
                                               << 48;  // filter 1, partition 5
        const std::uint64_t company_and_item = prng.below(std::uint64_t{1} << 44) << 2;
        epc.u64(kPointOfSale | company_and_item);
    } else {
        constexpr std::uint64_t kTidLike = std::uint64_t{0xE280} << 48;
        epc.u64(kTidLike | prng.below(std::uint64_t{1} << 48));
    }
    epc.u32(static_cast<std::uint32_t>(prng.below(std::uint64_t{1} << 32)));
    return {epc.take(), 96};
}

}  // namespace tally::sim
