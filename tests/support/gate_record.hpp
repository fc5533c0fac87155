// A gate listener that writes down what it hears, and short ways to make tags and reads.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "firmware/domain/gate/tracker.hpp"

namespace tally::test {

inline MonoTime at_ms(std::int64_t ms) {
    return MonoTime{ms * 1'000'000};
}

inline Epc tag(std::uint32_t number) {
    const std::array<std::uint8_t, 12> bytes = {0x30,
                                                0x74,
                                                0x25,
                                                0x7b,
                                                0xf7,
                                                0x19,
                                                0x4e,
                                                0x40,
                                                static_cast<std::uint8_t>(number >> 24),
                                                static_cast<std::uint8_t>(number >> 16),
                                                static_cast<std::uint8_t>(number >> 8),
                                                static_cast<std::uint8_t>(number)};
    return *Epc::from_bits(bytes, 96);
}

/// A read with antenna and RSSI known; the test gates have antenna 1 outside and 2 inside.
inline TagRead read_of(const Epc& epc, std::uint16_t antenna, std::int32_t dbm, MonoTime at) {
    TagRead read;
    read.epc = epc;
    read.has = TagRead::antenna_known | TagRead::rssi_known;
    read.antenna = antenna;
    read.peak_rssi = CentiDbm{dbm * 100};
    read.at = at;
    return read;
}

/// Outer antenna 1 and eye 1, inner antenna 2 and eye 2.
inline GateLayout gate_with_eyes() {
    GateLayout layout;
    layout.id = GateId("g1");
    layout.reader = DeviceId("reader-1");
    layout.antennas = {{1, GateSide::outer}, {2, GateSide::inner}};
    layout.photo_eyes = {{1, GateSide::outer}, {2, GateSide::inner}};
    return layout;
}

inline GateLayout gate_without_eyes() {
    GateLayout layout = gate_with_eyes();
    layout.photo_eyes.clear();
    return layout;
}

class GateRecord : public GateListener {
 public:
    struct Presence {
        Epc epc;
        MonoTime first, last;
        std::uint32_t n = 0;
    };

    void on_presence_began(const Held& held) override {
        began.push_back({held.epc.value(), held.first, held.last, held.n});
    }
    void on_passage(const Passage& passage) override { passages.push_back(passage); }
    void on_presence_ended(const Held& held) override {
        ended.push_back({held.epc.value(), held.first, held.last, held.n});
    }

    std::vector<Presence> began;
    std::vector<Passage> passages;
    std::vector<Presence> ended;
};

}  // namespace tally::test
