// The configuration of the emulated reader: what SET_READER_CONFIG changes and GET_READER_CONFIG
// shows. Defaults and limits are those of an Impinj R420, firmware 5.14 (devices.md 3.8).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "sim/devices/llrp_reader/decode.hpp"

namespace tally::sim::llrp {

inline constexpr std::uint16_t kAntennas = 4;
inline constexpr std::uint16_t kInputs = 4;
inline constexpr std::uint16_t kOutputs = 4;
inline constexpr std::uint16_t kPowerLevels = 81;  ///< index 1..81: 10.00 to 30.00 dBm by 0.25
inline constexpr std::uint16_t kSensitivities = 42;
inline constexpr std::uint16_t kChannels = 50;

/// How tags are searched on one antenna.
struct AntennaSetting {
    std::uint16_t receiver = 1;
    std::uint16_t hop_table = 1;
    std::uint16_t channel = 0;
    std::uint16_t power_index = kPowerLevels;
    std::uint16_t rf_mode = 1000;
    std::uint16_t tari = 0;
    std::uint8_t session = 1;
    std::uint16_t population = 32;
    std::uint32_t transit_ms = 0;
};

/// When a report leaves, and which fields it holds (bits as in TagReportContentSelector).
struct ReportSpec {
    std::uint8_t trigger = 2;  ///< 0 poll, 1 N tags or end of AISpec, 2 or end of ROSpec, 3-6 time
    std::uint16_t n = 1;
    std::uint16_t fields = 0x1600;  ///< antenna, peak RSSI, first seen
    std::uint8_t c1g2 = 0;          ///< top bit CRC, next PC
    bool operator==(const ReportSpec&) const = default;
};

/// Bits of ReportSpec::fields.
enum Field : std::uint16_t {
    f_rospec = 0x8000,
    f_spec_index = 0x4000,
    f_inventory = 0x2000,
    f_antenna = 0x1000,
    f_channel = 0x0800,
    f_rssi = 0x0400,
    f_first_seen = 0x0200,
    f_last_seen = 0x0100,
    f_count = 0x0080,
    f_access = 0x0040,
};

struct Config {
    std::array<bool, 10> events{};  ///< by EventType
    std::array<AntennaSetting, kAntennas> antennas{};
    ReportSpec report;
    std::uint8_t access_report = 1;
    std::uint8_t keepalive_trigger = 0;
    std::uint32_t keepalive_ms = 0;
    std::array<bool, kInputs> inputs_enabled{};
    std::array<bool, kOutputs> outputs{};
    bool hold = false;
    std::uint32_t state_value = 1;  ///< changes whenever configuration or specs change

    [[nodiscard]] bool enabled(EventType type) const {
        return events[static_cast<std::size_t>(type)];
    }
    [[nodiscard]] static Config factory();
};

/// What the reader senses rather than what it is told.
struct Sensed {
    std::array<bool, kAntennas> antenna_connected{true, true, true, true};
    std::array<bool, kInputs> inputs_high{};
};

/// Applies a checked SET_READER_CONFIG to `config`; on a problem `config` is unchanged.
std::optional<Problem> set_config(Config& config, const Node& request);

/// What GET_READER_CONFIG asks for; `antenna`, `input`, `output` 0 mean all.
struct ConfigQuery {
    std::uint8_t what = 0;
    std::uint16_t antenna = 0;
    std::uint16_t input = 0;
    std::uint16_t output = 0;
};

/// A wrong field of a GET_READER_CONFIG, if there is one.
std::optional<Problem> check_query(const ConfigQuery& query);

/// Writes the parameters after LLRPStatus of GET_READER_CONFIG_RESPONSE.
void write_config(ByteWriter& out, const ConfigQuery& query, const Config& config,
                  const Sensed& sensed);

/// Reads an ROReportSpec parameter; a problem names the wrong field.
std::optional<Problem> read_report_spec(const Node& node, std::uint8_t version, ReportSpec& spec);

/// A wrong value in an AntennaConfiguration parameter, if there is one; else applied to `setting`.
std::optional<Problem> read_antenna(const Node& node, AntennaSetting& setting);

/// `node` (reached through `parents`) has a wrong value in field number `field`.
Problem wrong_field(std::vector<Par> path, std::uint16_t field, std::string text);

}  // namespace tally::sim::llrp
