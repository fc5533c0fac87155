#include "sim/disk/disk_file.hpp"

#include <algorithm>

namespace tally::sim {

namespace {

constexpr std::uint32_t kEvens = 500'000;

void put(Bytes& to, std::uint64_t at, ByteView bytes) {
    if (to.size() < at + bytes.size()) {
        to.resize(at + bytes.size());
    }
    std::copy(bytes.begin(), bytes.end(), to.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

std::size_t DiskFile::read(std::uint64_t at, std::span<std::uint8_t> into) const {
    if (at >= cached_.size()) {
        return 0;
    }
    const std::size_t count = std::min<std::uint64_t>(into.size(), cached_.size() - at);
    const auto from = cached_.begin() + static_cast<std::ptrdiff_t>(at);
    std::copy(from, from + static_cast<std::ptrdiff_t>(count), into.begin());
    return count;
}

void DiskFile::write(std::uint64_t at, ByteView bytes, MonoTime when) {
    put(cached_, at, bytes);
    unsynced_.push_back({at, Bytes(bytes.begin(), bytes.end()), when, false});
}

void DiskFile::resize(std::uint64_t size, MonoTime when) {
    if (size != cached_.size()) {
        cached_.resize(size);
        unsynced_.push_back({size, {}, when, true});
    }
}

void DiskFile::apply(const Change& change, Bytes& to) {
    if (change.is_length) {
        to.resize(change.at);
    } else {
        put(to, change.at, change.bytes);
    }
}

void DiskFile::make_durable(std::size_t changes) {
    for (std::size_t i = 0; i < changes; ++i) {
        apply(unsynced_[i], durable_);
    }
    unsynced_.erase(unsynced_.begin(), unsynced_.begin() + static_cast<std::ptrdiff_t>(changes));
    for (Sync& sync : running_) {
        sync.changes -= std::min(sync.changes, changes);
    }
}

// A sync covers all that was written before it. One of a process that died may still run when a
// later one is done; it has nothing left to do then.
void DiskFile::settle(MonoTime now) {
    const auto newest_done = std::find_if(running_.rbegin(), running_.rend(),
                                          [now](const Sync& sync) { return sync.done <= now; });
    if (newest_done == running_.rend()) {
        return;
    }
    const std::size_t changes = newest_done->changes;
    running_.erase(running_.begin(), newest_done.base());
    make_durable(changes);
}

void DiskFile::sync(MonoTime when, MonoTime done) {
    running_.push_back({when, done, unsynced_.size()});
    if (done <= when) {
        settle(when);
    }
}

// Changes of syncs that still run were handed to the disk before and are not concerned.
void DiskFile::sync_failed(MonoTime when, Cache cache) {
    settle(when);
    const std::size_t safe = running_.empty() ? 0 : running_.back().changes;
    unsynced_.erase(unsynced_.begin() + static_cast<std::ptrdiff_t>(safe), unsynced_.end());
    if (cache == Cache::forgets) {
        read_again();
    }
}

void DiskFile::read_again() {
    cached_ = durable_;
    for (const Change& change : unsynced_) {
        apply(change, cached_);
    }
}

void DiskFile::end_process(MonoTime now) {
    settle(now);
    while (!running_.empty() && running_.back().when > now) {
        running_.pop_back();
    }
    const std::size_t before = unsynced_.size();
    while (!unsynced_.empty() && unsynced_.back().when > now) {
        unsynced_.pop_back();
    }
    if (unsynced_.size() != before) {
        read_again();
    }
}

void DiskFile::lose_power(MonoTime now, Prng& prng, const DiskOptions& options) {
    end_process(now);
    if (!unsynced_.empty()) {
        if (prng.chance_ppm(options.ordered_ppm)) {
            keep_in_order(prng, options);
        } else {
            keep_any(prng, options);
        }
    }
    unsynced_.clear();
    running_.clear();
    cached_ = durable_;
}

// A disk that writes in the order it was told: a first part is kept, and one write is torn.
void DiskFile::keep_in_order(Prng& prng, const DiskOptions& options) {
    const std::uint64_t kept = prng.below(unsynced_.size() + 1);
    for (std::uint64_t i = 0; i < kept; ++i) {
        apply(unsynced_[i], durable_);
    }
    if (kept < unsynced_.size() && !unsynced_[kept].is_length) {
        keep_sectors(unsynced_[kept], prng, options);
    }
}

void DiskFile::keep_any(Prng& prng, const DiskOptions& options) {
    for (const Change& change : unsynced_) {
        if (prng.chance_ppm(options.lost_ppm)) {
            lose(change, prng, options);
        } else if (!change.is_length && prng.chance_ppm(options.torn_ppm)) {
            keep_sectors(change, prng, options);
        } else {
            apply(change, durable_);
        }
    }
}

// Sectors are whole or not at all, and what stands beside a write in its sector is not hurt
// (SQLite's "powersafe overwrite", which its own driver for Linux assumes too).
void DiskFile::keep_sectors(const Change& change, Prng& prng, const DiskOptions& options) {
    const std::uint64_t end = change.at + change.bytes.size();
    for (std::uint64_t at = change.at; at < end;) {
        const std::uint64_t next =
            std::min<std::uint64_t>(end, (at / options.sector_bytes + 1) * options.sector_bytes);
        if (prng.chance_ppm(kEvens)) {
            put(durable_, at, ByteView(change.bytes).subspan(at - change.at, next - at));
        }
        at = next;
    }
}

// The new length of a file may reach the disk before the bytes that made it longer.
void DiskFile::lose(const Change& change, Prng& prng, const DiskOptions& options) {
    const std::uint64_t end = change.at + change.bytes.size();
    if (!change.is_length && end > durable_.size() && prng.chance_ppm(options.zeros_ppm)) {
        durable_.resize(end);
    }
}

void DiskFile::rot(std::uint64_t bit) {
    for (Bytes* image : {&durable_, &cached_}) {
        if (!image->empty()) {
            (*image)[bit / 8 % image->size()] ^= static_cast<std::uint8_t>(1U << bit % 8);
        }
    }
}

}  // namespace tally::sim
