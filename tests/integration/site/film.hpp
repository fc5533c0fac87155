// Films for tally-emul --replay: raw LLRP reports with many tags, encoded here and nowhere else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tally::test {

/// GTIN of the one SKU that every tag of a film carries, and its record for master import.
inline constexpr const char* kFilmMaster =
    R"({"gtin":"80614141123458","name":"tea 500 g","record":"item","sku":"tea-500","tracking":"by_item","unit_mg":520000})";

/// Hex of the SGTIN-96 with that GTIN: urn:epc:tag:sgtin-96:1.0614141.812345.<serial>.
std::string film_epc(std::uint64_t serial);

/// One tag in one report.
struct Shot {
    std::uint64_t serial = 0;
    std::uint16_t antenna = 1;
    std::int8_t rssi_dbm = -50;
};
using Frame = std::vector<Shot>;  ///< one RO_ACCESS_REPORT

void write_film(const std::filesystem::path& path, const std::vector<Frame>& film);

/// `tags` different tags, each seen once on antenna 1, `per_frame` in a report.
std::vector<Frame> parade(std::uint64_t tags, std::size_t per_frame);

/// Units that go in and out of a gate in turn, for a film that is played for ever at 20 ms a frame;
/// a passage lasts 360 ms.
struct Traffic {
    std::uint64_t first_serial = 0;
    std::size_t units = 0;
    std::size_t frames = 500;  ///< of one round, in which each goes in once and out once
};
std::vector<Frame> traffic(const Traffic& plan);

}  // namespace tally::test
