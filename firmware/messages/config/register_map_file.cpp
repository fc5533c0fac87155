#include "firmware/messages/config/register_map_file.hpp"

#include <charconv>
#include <string>
#include <utility>

namespace tally {
namespace {

std::uint16_t read_address(ConfigTable& table, std::string_view name, std::string_view meaning) {
    return static_cast<std::uint16_t>(
        table.integer({.name = name, .meaning = meaning, .min = 0, .max = 65535}));
}

RegisterType type_of(std::string_view name) {
    return name == "u16"   ? RegisterType::u16
           : name == "s16" ? RegisterType::s16
           : name == "s32" ? RegisterType::s32
           : name == "f32" ? RegisterType::f32
                           : RegisterType::u32;
}

std::uint16_t read_stride(ConfigTable& table) {
    return static_cast<std::uint16_t>(
        table.integer({.name = "stride",
                       .meaning = "registers from one channel's to the next one's; 0: one for all",
                       .min = 0,
                       .max = 1024,
                       .fallback = 0}));
}

RegisterField read_field(ConfigTable& table) {
    RegisterField field;
    field.address = read_address(table, "address", "first register, from 0 as on the wire");
    field.type = type_of(table.text({.name = "type",
                                     .meaning = "how the number is written",
                                     .choices = {"u16", "s16", "u32", "s32", "f32"}}));
    field.word_order = table.text({.name = "word_order",
                                   .meaning = "which of two registers comes first",
                                   .fallback = "high_first",
                                   .choices = {"high_first", "low_first"}}) == "low_first"
                           ? WordOrder::low_first
                           : WordOrder::high_first;
    field.stride = read_stride(table);
    return field;
}

/// "6.11": bit 11 of register 6; "!6.12" turns it round; "7+2.3" stands 2 further on per channel.
std::optional<RegisterBit> bit_of(std::string_view text) {
    RegisterBit bit;
    if (!text.empty() && text.front() == '!') {
        bit.when_set = false;
        text.remove_prefix(1);
    }
    const auto number = [&](std::uint16_t& into) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        return error == std::errc();
    };
    const auto sign = [&](char wanted) {
        const bool there = !text.empty() && text.front() == wanted;
        text.remove_prefix(there ? 1 : 0);
        return there;
    };
    std::uint16_t position = 0;
    if (!number(bit.address) || (sign('+') && !number(bit.stride)) || !sign('.') ||
        !number(position) || !text.empty() || position > 15) {
        return std::nullopt;
    }
    bit.bit = static_cast<std::uint8_t>(position);
    return bit;
}

std::optional<RegisterBit> read_bit(ConfigTable& table, const TextKey& key) {
    const std::string text = table.text(key);
    const auto bit = bit_of(text);
    if (!bit && !text.empty()) {
        table.report(key.name, "'" + text +
                                   "' names no bit; write register.bit, e.g. 6.11, with '!' in "
                                   "front if the bit means the opposite");
    }
    return bit;
}

void read_faults(ConfigTable& root, RegisterMap& map) {
    for (ConfigTable& table : root.tables({.name = "fault",
                              .meaning = "a bit that says the weight means nothing",
                              .id = "bit",
                              .count_max = 32})) {
        const auto bit = read_bit(table, {.name = "bit", .meaning = "register.bit"});
        map.faults.push_back({bit.value_or(RegisterBit{}),
                              table.text({"text", "what it means and what to do, for a person"})});
    }
}

void read_life(ConfigTable& root, RegisterMap& map) {
    for (ConfigTable& table :
         root.tables({.name = "life",
         .meaning = "a value that never stands still while the instrument lives",
         .id = "address",
         .count_max = 1})) {
        map.life = read_field(table);
        map.life_limit = std::chrono::seconds(
            table.integer({.name = "limit_s",
                           .meaning = "unchanged for longer, the instrument counts as frozen",
                           .min = 1,
                           .max = 3600,
                           .fallback = 10}));
    }
}

void read_commands(ConfigTable& root, RegisterMap& map) {
    for (ConfigTable& table : root.tables({.name = "command",
                              .meaning = "the register that takes commands",
                              .id = "address",
                              .count_max = 1})) {
        RegisterMap::Commands commands;
        commands.address = read_address(table, "address", "where commands are written");
        const auto value = [&](std::string_view name, std::string_view meaning) {
            const std::int64_t read = table.integer(
                {.name = name, .meaning = meaning, .min = -1, .max = 65535, .fallback = -1});
            return read < 0 ? std::nullopt : std::optional(static_cast<std::uint16_t>(read));
        };
        commands.tare = value("tare", "value that takes the weight there is as tare; -1: none");
        commands.zero = value("zero", "value that sets the empty slot to zero; -1: none");
        map.commands = commands;
    }
}

/// Weight, sign and stability come in one request, or they may not belong together.
void check_block(ConfigTable& root, const RegisterMap& map) {
    int low = map.weight.address;
    int high = low + registers_of(map.weight.type);
    const auto include = [&](int address, int size) {
        low = std::min(low, address);
        high = std::max(high, address + size);
    };
    for (const auto& bit : {map.sign, map.stable}) {
        if (bit) {
            include(bit->address, 1);
        }
    }
    for (const FaultBit& fault : map.faults) {
        include(fault.bit.address, 1);
    }
    if (map.life) {
        include(map.life->address, registers_of(map.life->type));
    }
    if (high - low > map.registers_max) {
        root.report("registers_max", "the map spans " + std::to_string(high - low) +
                                         " registers, more than one request reads; weight and "
                                         "status from two requests may not belong together");
    }
}

Result<RegisterMap> read_and_finish(ConfigFile file) {
    RegisterMap map = read_register_map(file.root());
    TALLY_TRY(file.finish());
    return map;
}

}  // namespace

RegisterMap read_register_map(ConfigTable root) {
    RegisterMap map;
    map.name = root.text({"name", "short name of the instrument"});
    map.function = static_cast<std::uint8_t>(
        root.integer({.name = "function",
                      .meaning = "3 reads holding registers, 4 input registers",
                      .min = 3,
                      .max = 4,
                      .fallback = 3}));
    map.registers_max = static_cast<std::uint16_t>(
        root.integer({.name = "registers_max",
                      .meaning = "most registers the instrument gives in one request",
                      .min = 1,
                      .max = 125,
                      .fallback = 125}));
    ConfigTable weight = root.table({"weight", "the net weight"});
    map.weight = read_field(weight);
    map.count_ug =
        weight.integer({.name = "count_ug",
                        .meaning = "weight of one count (of 1.0 for f32) in micrograms; a slot "
                                   "may say otherwise",
                        .min = 1,
                        .max = 1'000'000'000'000});
    map.sign = read_bit(
        root,
        {.name = "sign", .meaning = "register.bit that makes the weight negative", .fallback = ""});
    map.stable = read_bit(root, {.name = "stable",
                                 .meaning = "register.bit that says the weight stands still",
                                 .fallback = ""});
    map.stable_readings = static_cast<int>(
        root.integer({.name = "stable_readings",
                      .meaning = "so many equal readings are stable, where no bit says so",
                      .min = 2,
                      .max = 100,
                      .fallback = 3}));
    read_faults(root, map);
    read_life(root, map);
    read_commands(root, map);
    check_block(root, map);
    return map;
}

Result<RegisterMap> load_register_map(const std::filesystem::path& path) {
    TALLY_TRY_ASSIGN(ConfigFile file, ConfigFile::read(path));
    return read_and_finish(std::move(file));
}

Result<RegisterMap> parse_register_map(std::string_view text, const std::filesystem::path& name) {
    TALLY_TRY_ASSIGN(ConfigFile file, ConfigFile::parse(text, name));
    return read_and_finish(std::move(file));
}

}  // namespace tally
