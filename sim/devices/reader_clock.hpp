// The clock inside an emulated reader: wrong when it is told to be.
#pragma once

#include "firmware/ports/clock.hpp"
#include "sim/devices/llrp_reader/faults.hpp"

namespace tally::sim {

/// Microseconds, UTC or since boot. Annotation for its client, so it may jump.
class ReaderClock {
 public:
    ReaderClock(const Clock& clock, const Faults& faults)
        : clock_(clock), faults_(faults), booted_(clock.mono_now()) {}

    void reboot() { booted_ = clock_.mono_now(); }
    void jump(std::int64_t by_us) { offset_us_ += by_us; }

    [[nodiscard]] std::uint64_t uptime_us() const {
        return static_cast<std::uint64_t>((clock_.mono_now() - booted_).count() / 1000);
    }
    [[nodiscard]] std::uint64_t utc_us() const {
        constexpr std::int64_t kYear2000Us = 946'684'800'000'000;
        const std::int64_t base = faults_.clock_2000 != 0
                                      ? kYear2000Us + static_cast<std::int64_t>(uptime_us())
                                      : clock_.wall_now().us;
        const std::int64_t shown = base + offset_us_;
        return shown > 0 ? static_cast<std::uint64_t>(shown) : 0;
    }
    /// What goes into tag reports: UTC, or uptime on readers without a clock.
    [[nodiscard]] std::uint64_t stamp_us() const {
        return faults_.uptime_only != 0 ? uptime_us() : utc_us();
    }

 private:
    const Clock& clock_;
    const Faults& faults_;
    MonoTime booted_;
    std::int64_t offset_us_ = 0;
};

}  // namespace tally::sim
