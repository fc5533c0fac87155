// Where a weighing instrument keeps what: the content of a register map file (deploy/registers),
// checked by its reader. Addresses are those on the wire, from 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/time.hpp"

namespace tally {

enum class RegisterType : std::uint8_t { u16, s16, u32, s32, f32 };
enum class WordOrder : std::uint8_t { high_first, low_first };

/// How many registers a value of the type fills: 1 or 2.
constexpr std::uint16_t registers_of(RegisterType type) {
    return type == RegisterType::u16 || type == RegisterType::s16 ? 1 : 2;
}

/// A number. On instruments with several cells, channel n stands `stride` * n further on.
struct RegisterField {
    std::uint16_t address = 0;
    RegisterType type = RegisterType::u32;
    WordOrder word_order = WordOrder::high_first;
    std::uint16_t stride = 0;
};

/// One bit of a register; `when_set` false turns it round.
struct RegisterBit {
    std::uint16_t address = 0;
    std::uint8_t bit = 0;  ///< 0 is the lowest
    bool when_set = true;
    std::uint16_t stride = 0;
};

struct FaultBit {
    RegisterBit bit;
    std::string text;  ///< what it means, for a person
};

struct RegisterMap {
    std::string name;
    std::uint8_t function = 3;         ///< 3: holding registers, 4: input registers
    std::uint16_t registers_max = 32;  ///< in one request

    RegisterField weight;
    std::int64_t count_ug = 0;          ///< weight of one count (of 1.0 for f32), in micrograms
    std::optional<RegisterBit> sign;    ///< on: the weight is a magnitude below zero
    std::optional<RegisterBit> stable;  ///< nothing: as many equal readings as stable_readings
    int stable_readings = 3;
    std::vector<FaultBit> faults;

    /// A value that never stands still while the instrument lives, such as a raw converter code.
    std::optional<RegisterField> life;
    Duration life_limit = std::chrono::seconds(10);  ///< unchanged for longer is frozen

    struct Commands {
        std::uint16_t address = 0;
        std::optional<std::uint16_t> tare, zero;  ///< values to write
    };
    std::optional<Commands> commands;
};

}  // namespace tally
