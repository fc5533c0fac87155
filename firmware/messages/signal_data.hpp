// The `data` of barrier_ordered: what the barrier of a gate is to do, and its stored row.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/base/result.hpp"
#include "firmware/domain/signal/signal.hpp"

namespace tally {

/// `held`: a person's order, which stands until a person ends it; else the rules decide.
struct BarrierData {
    std::string gate;
    BarrierOrder order = BarrierOrder::open;
    bool held = false;
    std::string why;  ///< one sentence for a person

    bool operator==(const BarrierData&) const = default;
};

std::string encode(const BarrierData& data);
Result<BarrierData> decode_barrier_data(std::string_view json);

/// The order that stands for a gate, with the event that gave it.
struct BarrierStanding {
    BarrierData what;
    std::string by;
    std::uint64_t seq = 0;
    std::int64_t t_ms = 0;

    bool operator==(const BarrierStanding&) const = default;
};

std::string encode_barrier_row(const BarrierStanding& standing);
Result<BarrierStanding> decode_barrier_row(std::string_view json);

}  // namespace tally
