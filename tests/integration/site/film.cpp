#include "tests/integration/site/film.hpp"

#include <fstream>
#include <iomanip>
#include <sstream>

namespace tally::test {
namespace {

constexpr unsigned kVersion101 = 1;
constexpr unsigned kReport = 61;
constexpr unsigned kTagReportData = 240;

void put(std::string& out, std::uint64_t value, unsigned bytes) {
    for (unsigned i = bytes; i-- > 0;) {
        out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
    }
}

/// 96 bits in two halves: header 48, filter 1, partition 5, company 614141, item 812345, serial.
struct Sgtin {
    std::uint32_t high = 0;
    std::uint64_t low = 0;
};

Sgtin sgtin(std::uint64_t serial) {
    constexpr std::uint64_t kHeader = 0x30, kFilter = 1, kPartition = 5;
    constexpr std::uint64_t kCompany = 614'141, kItem = 812'345;
    const std::uint64_t top = kHeader << 24 | kFilter << 21 | kPartition << 18 | kCompany >> 6;
    return {static_cast<std::uint32_t>(top), (kCompany & 0x3F) << 58 | kItem << 38 | serial};
}

void put_tag(std::string& out, const Shot& shot) {
    constexpr unsigned kTlvHeader = 4, kEpc96 = 1 + 12, kAntenna = 1 + 2, kRssi = 1 + 1;
    const Sgtin epc = sgtin(shot.serial);
    put(out, kTagReportData, 2);
    put(out, kTlvHeader + kEpc96 + kAntenna + kRssi, 2);
    put(out, 0x80 | 13, 1);  // EPC-96
    put(out, epc.high, 4);
    put(out, epc.low, 8);
    put(out, 0x80 | 1, 1);  // AntennaID
    put(out, shot.antenna, 2);
    put(out, 0x80 | 6, 1);  // PeakRSSI
    put(out, static_cast<std::uint8_t>(shot.rssi_dbm), 1);
}

}  // namespace

std::string film_epc(std::uint64_t serial) {
    const Sgtin epc = sgtin(serial);
    std::ostringstream text;
    text << std::hex << std::uppercase << std::setfill('0') << std::setw(8) << epc.high
         << std::setw(16) << epc.low;
    return text.str();
}

void write_film(const std::filesystem::path& path, const std::vector<Frame>& film) {
    constexpr std::size_t kHeader = 10;
    std::ofstream file(path, std::ios::binary);
    std::uint32_t id = 1;
    for (const Frame& frame : film) {
        std::string body;
        for (const Shot& shot : frame) {
            put_tag(body, shot);
        }
        std::string header;
        put(header, kVersion101 << 10 | kReport, 2);
        put(header, kHeader + body.size(), 4);
        put(header, id++, 4);
        file << header << body;
    }
}

std::vector<Frame> parade(std::uint64_t tags, std::size_t per_frame) {
    std::vector<Frame> film;
    for (std::uint64_t serial = 0; serial < tags; ++serial) {
        if (serial % per_frame == 0) {
            film.emplace_back();
        }
        film.back().push_back({serial, 1, -50});
    }
    return film;
}

std::vector<Frame> traffic(const Traffic& plan) {
    std::vector<Frame> film(plan.frames);
    const auto show = [&](std::size_t at, Shot shot) { film[at % plan.frames].push_back(shot); };
    for (std::size_t unit = 0; unit < plan.units; ++unit) {
        const std::size_t in = unit * plan.frames / plan.units;
        const std::size_t out = in + plan.frames / 2;
        constexpr std::size_t kOtherSide = 30;  // frames; a film has 20 ms a frame
        for (const std::size_t look : {0U, 6U, 12U, 18U, 24U}) {
            const std::uint64_t serial = plan.first_serial + unit;
            show(in + look, {serial, 1, -48});
            show(in + look + kOtherSide, {serial, 2, -42});
            show(out + look, {serial, 2, -48});
            show(out + look + kOtherSide, {serial, 1, -42});
        }
    }
    return film;
}

}  // namespace tally::test
