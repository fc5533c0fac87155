// I8: whenever the world blinded a device for long enough, its edge has said so. Reads the edge's
// disk at that moment; a wall clock that steps cannot hide anything from it.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "firmware/host/store/sqlite_store.hpp"
#include "sim/checkers/finding.hpp"
#include "sim/kernel/kernel.hpp"

namespace tally::sim {

/// Single-threaded. The kernel outlives it, and it outlives every event it planned: make it before
/// the run and keep it to the end.
class BlindWatch {
 public:
    /// A reader's silence is dead after 2.5 keepalives of 10 s; a slot after its polls; the rest is
    /// what it takes to write it down.
    static constexpr Duration kSaidWithin = std::chrono::seconds(45);

    /// How an edge stands: its disk if it runs undisturbed since `since`, else null (a box that is
    /// down, or whose disk is full, cannot say anything).
    using Ask = std::function<host::SqliteStore*(const std::string& edge, MonoTime since)>;

    BlindWatch(Kernel& kernel, Ask ask) : kernel_(kernel), ask_(std::move(ask)) {}

    /// A device, or one antenna of it (0: the whole).
    struct Eye {
        std::string device;
        std::uint16_t antenna = 0;
        auto operator<=>(const Eye&) const = default;
    };

    /// It cannot tell anything from now on, until seeing(). Counts: several causes at once end with
    /// the last. If it lasts for kSaidWithin, the line ends with it blind then.
    void blinded(const std::string& edge, const Eye& eye);
    void seeing(const Eye& eye);
    /// It lost sight now, for however short a time: within kSaidWithin the line tells of a blind
    /// span of it that began since, or it was blind before.
    void blinked(const std::string& edge, const std::string& device);

    /// "blind.unsaid", one for each span that nobody told.
    [[nodiscard]] const Findings& findings() const { return findings_; }
    [[nodiscard]] std::size_t spans_checked() const { return checked_; }

 private:
    struct Span {
        int causes = 0;
        std::uint64_t number = 0;
        MonoTime since;
    };
    void check(const std::string& edge, const Eye& eye, std::uint64_t number);
    void find(const std::string& edge, const std::string& what);

    Kernel& kernel_;
    Ask ask_;
    std::map<Eye, Span> spans_;
    Findings findings_;
    std::size_t checked_ = 0;
};

}  // namespace tally::sim
