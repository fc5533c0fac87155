#include "drivers/signal/coils.hpp"

#include <array>
#include <utility>

namespace tally::signal {

namespace {

using Lamp = std::pair<Light, std::optional<std::uint16_t>>;

std::array<Lamp, 3> lamps_of(const SignalWiring& wiring) {
    return {Lamp{Light::green, wiring.green}, Lamp{Light::yellow, wiring.yellow},
            Lamp{Light::red, wiring.red}};
}

bool coil_of(const SignalWiring& wiring, bool lit) {
    return lit == (wiring.lamp_on == SignalWiring::LampOn::energised);
}

}  // namespace

std::vector<Run> runs_of(const Bits& bits) {
    std::vector<Run> runs;
    for (const auto& [address, on] : bits) {
        const bool goes_on = !runs.empty() && runs.back().values.size() < kRunMax &&
                             runs.back().address + runs.back().values.size() == address;
        if (!goes_on) {
            runs.push_back({address, {}});
        }
        runs.back().values.push_back(on ? 1 : 0);
    }
    return runs;
}

Bits lamp_bits(const SignalWiring& wiring, Light light, Blink blink) {
    Light lit = light;
    if (light == Light::red_flashing) {
        lit = blink == Blink::on ? Light::red : Light::dark;
    }
    Bits bits;
    for (const auto& [colour, coil] : lamps_of(wiring)) {
        if (coil) {
            bits[*coil] = coil_of(wiring, colour == lit);
        }
    }
    return bits;
}

void add_order(const BarrierWiring& wiring, BarrierOrder order, Bits& bits) {
    bits[wiring.coil] = order == wiring.energised;
}

std::optional<Light> light_in(const SignalWiring& wiring, const Bits& read) {
    Light shown = Light::dark;
    for (const auto& [colour, coil] : lamps_of(wiring)) {
        if (!coil) {
            continue;
        }
        const auto found = read.find(*coil);
        if (found == read.end()) {
            return std::nullopt;
        }
        if (found->second != coil_of(wiring, true)) {
            continue;
        }
        if (shown != Light::dark) {
            return std::nullopt;
        }
        shown = colour;
    }
    return shown;
}

Bits difference(const Bits& wanted, const Bits& read) {
    Bits missing;
    for (const auto& [address, on] : wanted) {
        const auto found = read.find(address);
        if (found == read.end() || found->second != on) {
            missing[address] = on;
        }
    }
    return missing;
}

}  // namespace tally::signal
