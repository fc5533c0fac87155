// Which tags are at a gate now. One table a gate; single-threaded; costs O(1) a read, and in a
// steady state no allocation. Silence is measured on a clock that stops while the reader is blind:
// "no tags seen" by a reader that was not running means nothing (design 4.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "firmware/base/time.hpp"
#include "firmware/domain/epc/kept_epc.hpp"
#include "firmware/domain/gate/options.hpp"
#include "firmware/domain/gate/track.hpp"

namespace tally {

/// One tag that a gate holds. Lives in the table; pointers to it stay valid until it ends.
struct Held {
    KeptEpc epc;
    std::uint16_t is_present : 1 = 0;  ///< 0: heard, but not yet min_reads times
    std::uint16_t has_left : 1 = 0;    ///< not held any more, but remembered
    std::uint16_t look_n : 14 = 0;     ///< of `n`, those in the latest look
    std::uint32_t n = 0;               ///< observations: per look the greatest count of a read
    MonoTime first, last;              ///< receive stamps of the first and the latest look
    std::int64_t last_seeing_ns = 0;   ///< `last` on the clock that stops while blind
    TagTrack track;
};
static_assert(sizeof(Held) <= 216, "a gate may hold a hundred thousand of these");

/// What a read did to a tag's presence.
enum class PresenceChange : std::uint8_t {
    glimpsed,   ///< heard, not enough yet
    began,      ///< with this read there are enough
    continued,  ///< present before, present now
    refused,    ///< the table is full (held_max): not held; counted
};

/// The rules: presence begins with min_reads observations of which none came more than
/// confirm_window_ms after the one before; it ends after absence_ms of silence. Iteration and
/// endings go by the time of the latest read, then by the order of the calls: the same on every
/// build. Memory: about 230 bytes a held tag, never given back before destruction.
class PresenceTable {
 public:
    static constexpr std::size_t kRememberedMax = 4'096;

    explicit PresenceTable(const PresenceOptions& options);

    struct Observed {
        PresenceChange change = PresenceChange::refused;
        Held* held = nullptr;  ///< null if refused
        bool is_new_look = false;
    };

    /// One read of `count` observations (0 counts as 1), stamped `at`. Call expire(at) first. A
    /// stamp older than the newest seen is taken as the newest.
    Observed observe(const Epc& epc, MonoTime at, std::uint32_t count);

    /// Ends what has been silent, given that the reader is known to have seen until `until`. Calls
    /// on_end(Held&) for each tag that was present, which must not touch the table. The tag is then
    /// remembered for memory_ms (the latest kRememberedMax are), with the track that the call left
    /// in it: a tag that is heard again in that time begins a new presence, but did not appear from
    /// nowhere. Costs O(1) for each tag that ends.
    template <typename OnEnd>
    void expire(MonoTime until, OnEnd&& on_end) {
        while (Held* held = next_silent(until)) {
            if (held->is_present) {
                on_end(*held);
            }
            dismiss(*held);
        }
    }

    /// From `since` on (but not before the newest read) the whole reader could not tell.
    void blind_began(MonoTime since);
    void blind_ended(MonoTime at);
    [[nodiscard]] bool is_blind() const noexcept { return is_blind_; }

    /// Calls visit(const Held&) for every present tag, the longest silent first.
    template <typename Visit>
    void for_each_present(Visit&& visit) const {
        for (Id id = present_.head; id != kNone; id = link(id).next) {
            visit(held(id));
        }
    }

    /// Null if the gate neither holds nor remembers the tag.
    [[nodiscard]] const Held* find(const Epc& epc) const noexcept;

    /// Without those that left and are only remembered.
    [[nodiscard]] std::size_t held_count() const noexcept { return held_count_ - left_.size; }
    [[nodiscard]] std::size_t present_count() const noexcept { return present_.size; }
    /// Tags that were heard and forgotten before they counted as present.
    [[nodiscard]] std::uint64_t glimpse_count() const noexcept { return glimpse_count_; }
    [[nodiscard]] std::uint64_t refused_count() const noexcept { return refused_count_; }
    [[nodiscard]] std::size_t memory_bytes() const noexcept;

 private:
    using Id = std::uint32_t;
    static constexpr Id kNone = ~Id{0};
    static constexpr std::size_t kPageSize = 1024;

    /// Kept apart from Held so that walking a list or a probe chain stays in cache.
    struct Link {
        Id prev = kNone, next = kNone;
        std::uint32_t hash = 0;
    };
    struct Page {
        Held held[kPageSize];
        Link links[kPageSize];
    };
    /// Ordered by last_seeing_ns, because every read moves its tag to the tail.
    struct List {
        Id head = kNone, tail = kNone;
        std::size_t size = 0;
    };

    [[nodiscard]] Held& held(Id id) const noexcept;
    [[nodiscard]] Link& link(Id id) const noexcept;
    [[nodiscard]] std::int64_t seeing_ns(MonoTime at) const noexcept;
    [[nodiscard]] std::size_t slot_of(const Epc& epc, std::uint32_t hash) const noexcept;
    [[nodiscard]] std::size_t slot_of(const Held& tag) const noexcept;
    Held* next_silent(MonoTime until) noexcept;
    void dismiss(Held& held) noexcept;
    void forget(const Held& held) noexcept;
    void remember(Held& held) noexcept;
    void come_back(Id id) noexcept;
    [[nodiscard]] List& list_of(const Held& held) noexcept;
    Id hold(const Epc& epc, std::size_t slot, std::uint32_t hash);
    void grow_index();
    void append(List& list, Id id) noexcept;
    void unlink(List& list, Id id) noexcept;

    PresenceOptions options_;
    std::vector<std::unique_ptr<Page>> pages_;
    std::vector<Id> slots_;  ///< open addressing, linear probing, at most 3/4 full
    Id free_ = kNone;        ///< chain of unused ids through Link::next
    Id used_ids_ = 0;
    std::size_t held_count_ = 0;  ///< with those that left
    List glimpsed_;
    List present_;
    List left_;
    MonoTime newest_;
    MonoTime blind_since_;
    std::int64_t blind_total_ns_ = 0;
    bool is_blind_ = false;
    std::uint64_t glimpse_count_ = 0;
    std::uint64_t refused_count_ = 0;
};

}  // namespace tally
