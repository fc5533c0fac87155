// Ledger events as a site writes them: tagged units that a gate saw moving between places.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/base/prng.hpp"
#include "firmware/domain/epc/epc.hpp"
#include "firmware/domain/ledger/event.hpp"

namespace tally::bench {

struct TrafficOptions {
    std::uint32_t items = 100'000;
    std::uint32_t places = 40;
    std::uint64_t seed = 42;
};

/// An SGTIN-96 tag of the bench's one SKU; the serial makes each another unit.
Epc bench_tag(std::uint32_t serial);

/// Serial of the first unit that Traffic moves; the others follow.
inline constexpr std::uint32_t kFirstUnit = 100'000;

/// An endless line of movements, the same for the same options: trolleys of sixteen units, each
/// unit received once before any moves again. Edge, epoch, seq and t_ms are the ledger's to fill
/// in. Evidence and length are as a gate's (about 400 bytes of text).
class Traffic {
 public:
    explicit Traffic(const TrafficOptions& options);

    Event next();

 private:
    [[nodiscard]] std::string place(std::uint32_t number) const;

    TrafficOptions options_;
    Prng prng_;
    std::uint64_t count_ = 0;
    std::vector<std::string> units_;
    std::vector<std::uint8_t> at_;  ///< where each unit is
};

}  // namespace tally::bench
