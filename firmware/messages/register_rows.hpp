// The stored text of the registers: anomalies and blind spans as state rows of the journal.
#pragma once

#include <string>
#include <string_view>

#include "firmware/messages/event_data.hpp"

namespace tally {

/// Kinds of state rows.
inline constexpr std::string_view kAnomalyRows = "anomaly";
inline constexpr std::string_view kBlindRows = "blind";
inline constexpr std::string_view kEndedBlindRows = "blind_ended";
inline constexpr std::string_view kSkuRows = "sku";
inline constexpr std::string_view kBindingRows = "binding";
inline constexpr std::string_view kPalletRows = "pallet";
inline constexpr std::string_view kUnpackedRows = "unpacked";  ///< by SSCC; value: event's seq
inline constexpr std::string_view kPairedRows = "paired";      ///< by hand-over; value: event's seq

struct AnomalyRow {
    std::string item;
    std::int64_t t_ms = 0;
    AnomalyData what;
};

struct BlindRow {
    std::uint64_t began_seq = 0;
    std::uint64_t ended_seq = 0;  ///< 0 while it lasts
    std::int64_t until_t_ms = 0;
    BlindData what;
};

std::string encode_row(const AnomalyRow& row);
std::string encode_row(const BlindRow& row);
Result<AnomalyRow> decode_anomaly_row(std::string_view json);
Result<BlindRow> decode_blind_row(std::string_view json);

}  // namespace tally
