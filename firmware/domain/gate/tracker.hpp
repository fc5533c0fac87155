// One gate: reads, photo-eyes and blind spans of its reader in, presence and passages out. Joins
// presence.hpp, eyes.hpp and passage.hpp; holds no rule of its own. Single-threaded, no clock.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "firmware/domain/gate/eyes.hpp"
#include "firmware/domain/gate/judge.hpp"
#include "firmware/domain/gate/options.hpp"
#include "firmware/domain/gate/passage.hpp"
#include "firmware/domain/gate/presence.hpp"
#include "firmware/domain/layout/site.hpp"
#include "firmware/domain/reader_feed.hpp"

namespace tally {

/// What a gate tells, in order: began, then passages, then ended. Called within the tracker's
/// functions; must not call back into it. References are valid during the call only.
class GateListener {
 public:
    virtual ~GateListener() = default;
    virtual void on_presence_began(const Held& held) = 0;
    virtual void on_passage(const Passage& passage) = 0;
    virtual void on_presence_ended(const Held& held) = 0;
};

/// Costs O(1) a read whatever the number of tags held, and allocates nothing in a steady state
/// (a passage allocates its words).
class GateTracker {
 public:
    /// `options.presence.absence_ms` is replaced by the layout's absence. `listener` must outlive.
    GateTracker(const GateLayout& layout, GateOptions options, GateListener& listener);

    /// Reads of this gate's reader. Those of antennas that are not this gate's are counted and
    /// ignored; where the antenna is unknown, a read counts for presence only.
    void on_reads(std::span<const TagRead> reads);

    void on_input(const InputChange& change);

    /// As in ReaderFeed; antenna 0 is the whole reader. The absence clock stops while the whole
    /// reader, or every antenna of the gate, is blind.
    void on_blind(std::uint16_t antenna, MonoTime since);
    void on_sighted(std::uint16_t antenna, MonoTime at);

    /// Time went on. `until` is the last moment at which the reader is known to have been reading:
    /// silence up to then is evidence. Passing the present trusts the connection.
    void advance(MonoTime until);

    [[nodiscard]] const PresenceTable& presence() const noexcept { return presence_; }
    [[nodiscard]] const GateLayout& layout() const noexcept { return layout_; }
    [[nodiscard]] std::uint64_t other_antenna_reads() const noexcept {
        return other_antenna_reads_;
    }

 private:
    /// One antenna's, or the whole reader's, latest blind span.
    struct BlindSpan {
        std::uint16_t antenna = 0;
        bool is_blind = false;
        bool was_blind = false;
        MonoTime since, until;
    };

    void on_read(const TagRead& read);
    void expire(MonoTime until);
    void judge_still_seen(Held& held);
    [[nodiscard]] bool passed_just_now(MonoTime at) const;
    [[nodiscard]] PassageCase case_of(const Held& held, JudgeMoment moment) const;
    bool judge(Held& held, JudgeMoment moment);
    void tell(const Held& held, PassageVerdict verdict);
    [[nodiscard]] Sight sight_of(const TagTrack& track) const;
    [[nodiscard]] const GatePort* find_antenna(std::uint16_t port) const;
    [[nodiscard]] bool is_wholly_blind() const;

    GateLayout layout_;
    GateOptions options_;
    GateListener& listener_;
    PresenceTable presence_;
    EyeWatch eyes_;
    std::vector<BlindSpan> blind_;  ///< [0] is the whole reader, then the antennas
    bool hears_both_sides_ = false;
    MonoTime expired_until_;
    std::uint64_t other_antenna_reads_ = 0;
};

}  // namespace tally
