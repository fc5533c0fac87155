// One file of a simulated disk: what readers see, what is on the medium, and what lies between.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "firmware/base/bytes.hpp"
#include "firmware/base/prng.hpp"
#include "firmware/base/time.hpp"
#include "sim/disk/disk_options.hpp"

namespace tally::sim {

/// A value without a name. Writes go to the cache, which every reader sees; a sync makes all of
/// them durable, at once or at a later time; a power cut decides about the rest.
///
/// A caller waits for its disk, but in virtual time a whole call happens at one instant: so every
/// change carries the time at which the caller would have come to it, behind the syncs before it.
/// What ends at a time forgets the changes that were never come to.
class DiskFile {
 public:
    [[nodiscard]] std::uint64_t size() const noexcept { return cached_.size(); }
    /// Copies what there is from `at` on; answers how many bytes that were.
    std::size_t read(std::uint64_t at, std::span<std::uint8_t> into) const;
    void write(std::uint64_t at, ByteView bytes, MonoTime when);
    void resize(std::uint64_t size, MonoTime when);

    /// All that was written so far is durable from `done` on; the caller came to it at `when`.
    void sync(MonoTime when, MonoTime done);
    /// The sync failed: what it should have written never reaches the medium, and no later sync
    /// tries again (Linux marks such pages clean: "fsyncgate", PostgreSQL, 2018).
    enum class Cache { keeps, forgets };
    void sync_failed(MonoTime when, Cache cache);

    /// The process ends at `now`: what it had not come to never happened, the rest stays.
    void end_process(MonoTime now);
    /// The power is cut at `now`: unsynced writes are kept, lost or torn, as drawn.
    void lose_power(MonoTime now, Prng& prng, const DiskOptions& options);

    /// Flips one bit, of `bit % (8 * size)`, on the medium and in the cache. Nothing if it is
    /// empty.
    void rot(std::uint64_t bit);

    [[nodiscard]] const Bytes& cached() const noexcept { return cached_; }
    [[nodiscard]] const Bytes& durable() const noexcept { return durable_; }
    [[nodiscard]] std::size_t unsynced() const noexcept { return unsynced_.size(); }

 private:
    /// A write of `bytes` at `at`, or, without bytes, a new length of `at`.
    struct Change {
        std::uint64_t at = 0;
        Bytes bytes;
        MonoTime when;
        bool is_length = false;
    };
    /// The first `changes` unsynced changes are durable from `done` on.
    struct Sync {
        MonoTime when;
        MonoTime done;
        std::size_t changes = 0;
    };

    static void apply(const Change& change, Bytes& to);
    void settle(MonoTime now);
    void read_again();
    void make_durable(std::size_t changes);
    void keep_in_order(Prng& prng, const DiskOptions& options);
    void keep_any(Prng& prng, const DiskOptions& options);
    void keep_sectors(const Change& change, Prng& prng, const DiskOptions& options);
    void lose(const Change& change, Prng& prng, const DiskOptions& options);

    Bytes cached_;
    Bytes durable_;
    std::vector<Change> unsynced_;
    std::deque<Sync> running_;  // oldest first
};

}  // namespace tally::sim
