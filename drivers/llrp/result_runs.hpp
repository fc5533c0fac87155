// Results of operations behind many tags, checked together. How many there are behind a tag is the
// one thing of a tag report that nobody can foretell: a loop over one tag's results ends where the
// branch predictor did not expect it, and until then nothing runs ahead. So the checking is put off
// until there are several tags with about as many results, which then take the same steps side by
// side.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "drivers/llrp/big_endian.hpp"

namespace tally::llrp {

inline constexpr std::uint32_t kResultTypeMin = 349;  // C1G2ReadOpSpecResult
inline constexpr std::uint32_t kResultTypeMax = 354;  // C1G2BlockWriteOpSpecResult

constexpr bool is_result(std::uint32_t type) {
    return type - kResultTypeMin <= kResultTypeMax - kResultTypeMin;
}

/// Whether so many bytes begin like a result of a Gen2 operation.
inline bool begins_result(const std::uint8_t* front, std::size_t size) {
    return size >= kTlvHeaderBytes && is_result(u16_at(front));
}

/// Bytes of the whole results of Gen2 operations at the front of so many bytes.
std::size_t results_bytes(const std::uint8_t* front, std::size_t size);

/// Collects runs of bytes of one report that ought to be whole results, one behind the other. The
/// report's bytes must stay until they are checked. Single-threaded.
class ResultRuns {
 public:
    /// How many bytes of the report have to stand behind a run: a header is loaded there too.
    static constexpr std::size_t kBytesBehindMin = 4;

    /// Forgets what is collected.
    void clear() {
        if (waiting_ != 0) {
            waiting_ = 0;
            counts_ = {};
        }
    }

    /// Adds a run, and checks some if that makes enough of its size. False if one of them is more
    /// than results, or less.
    bool add(const std::uint8_t* at, std::size_t bytes) {
        const std::size_t steps = bytes / kResultBytesUsual;
        if (steps >= kStepsEnd) {
            return results_bytes(at, bytes) == bytes;
        }
        runs_[steps][counts_[steps]] = {at + bytes, -static_cast<std::int64_t>(bytes)};
        ++waiting_;
        return ++counts_[steps] < kRunsMax || check_alike(steps);
    }

    /// Checks what is collected and forgets it. False if a run is more than results, or less.
    bool check() { return waiting_ == 0 || check_waiting(); }

 private:
    /// The shortest that readers send; where all are as short, as many steps as this pass over all.
    static constexpr std::size_t kResultBytesUsual = 7;
    static constexpr std::size_t kStepsEnd = 16;
    static constexpr std::size_t kRunsMax = 32;  ///< of one size

    struct Run {
        const std::uint8_t* end;
        std::int64_t left;  ///< bytes up to the end, negative
    };

    static std::int64_t step(Run& run);
    bool check_alike(std::size_t steps);
    bool check_waiting();

    std::size_t waiting_ = 0;
    std::array<std::uint8_t, kStepsEnd> counts_{};  ///< by steps
    std::array<std::array<Run, kRunsMax>, kStepsEnd> runs_{};
};

}  // namespace tally::llrp
