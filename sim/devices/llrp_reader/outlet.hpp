// The way out to the client: whole frames normally, or torn, glued or swallowed as the faults say.
#pragma once

#include "firmware/ports/scheduler.hpp"
#include "firmware/ports/stream.hpp"
#include "sim/devices/llrp_reader/faults.hpp"

namespace tally::sim::llrp {

/// Single-threaded; `stream` must be open while this lives.
class Outlet {
 public:
    Outlet(Scheduler& scheduler, const Faults& faults, Stream& stream)
        : faults_(faults), stream_(stream), timer_(scheduler) {}

    /// exhausted: the client reads too slowly; nothing was queued, try later.
    Result<void> send(ByteView frame);

    /// Everything at once, faults or not (before an orderly end).
    void flush();

 private:
    void push();

    static constexpr std::size_t kBytesMax = std::size_t{4} << 20;

    const Faults& faults_;
    Stream& stream_;
    Timer timer_;
    Bytes waiting_;
    std::size_t sent_ = 0;  ///< of waiting_
};

}  // namespace tally::sim::llrp
