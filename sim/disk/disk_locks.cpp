// SQLite's locks between connections of one process on one simulated disk.
#include <algorithm>

#include "sim/disk/disk_vfs.hpp"

namespace tally::sim {

namespace {

DiskHandle& handle_of(sqlite3_file* file) {
    return *reinterpret_cast<DiskHandle*>(file);
}

/// The strongest lock that anybody else holds.
int strongest_other(const DiskVfs::Shared& shared, const void* me) {
    int strongest = SQLITE_LOCK_NONE;
    for (const auto& [holder, level] : shared.levels) {
        strongest = holder == me ? strongest : std::max(strongest, level);
    }
    return strongest;
}

std::uint16_t slots_of_others(const std::map<const void*, std::uint16_t>& held, const void* me) {
    std::uint16_t slots = 0;
    for (const auto& [holder, mask] : held) {
        slots = holder == me ? slots : static_cast<std::uint16_t>(slots | mask);
    }
    return slots;
}

}  // namespace

int disk_lock(sqlite3_file* file, int level) {
    DiskHandle& handle = handle_of(file);
    if (!handle.alive()) {
        return SQLITE_IOERR_LOCK;
    }
    DiskVfs::Shared& shared = handle.shared();
    const int others = strongest_other(shared, &handle);
    int& mine = shared.levels[&handle];
    if (level <= mine) {
        return SQLITE_OK;
    }
    // A writer that waits (pending) lets no new reader in; one that only plans to write does.
    const bool refused = level == SQLITE_LOCK_SHARED     ? others >= SQLITE_LOCK_PENDING
                         : level == SQLITE_LOCK_RESERVED ? others >= SQLITE_LOCK_RESERVED
                                                         : others >= SQLITE_LOCK_SHARED;
    if (refused) {
        const bool waits = level == SQLITE_LOCK_EXCLUSIVE && others == SQLITE_LOCK_SHARED;
        mine = waits ? static_cast<int>(SQLITE_LOCK_PENDING) : mine;
        return SQLITE_BUSY;
    }
    mine = level;
    return SQLITE_OK;
}

int disk_unlock(sqlite3_file* file, int level) {
    DiskHandle& handle = handle_of(file);
    if (!handle.alive()) {
        return SQLITE_OK;
    }
    if (level == SQLITE_LOCK_NONE) {
        handle.shared().levels.erase(&handle);
    } else {
        handle.shared().levels[&handle] = level;
    }
    return SQLITE_OK;
}

int disk_check_reserved(sqlite3_file* file, int* out) {
    DiskHandle& handle = handle_of(file);
    if (!handle.alive()) {
        return SQLITE_IOERR_CHECKRESERVEDLOCK;
    }
    const auto& levels = handle.shared().levels;
    *out = std::any_of(levels.begin(), levels.end(),
                       [](const auto& held) { return held.second >= SQLITE_LOCK_RESERVED; })
               ? 1
               : 0;
    return SQLITE_OK;
}

int disk_shm_map(sqlite3_file* file, int region, int bytes, int extend, void volatile** out) {
    DiskHandle& handle = handle_of(file);
    *out = nullptr;
    if (!handle.alive()) {
        return SQLITE_IOERR_SHMMAP;
    }
    DiskVfs::Shared& shared = handle.shared();
    if (shared.index_users.empty()) {
        handle.vfs->bury_index(shared);  // the first user rebuilds it from the log
    }
    shared.index_users.insert(&handle);
    const auto wanted = static_cast<std::size_t>(region);
    if (wanted >= shared.index.size() && extend == 0) {
        return SQLITE_OK;
    }
    while (wanted >= shared.index.size()) {
        shared.index.push_back(std::make_unique<Bytes>(static_cast<std::size_t>(bytes)));
    }
    *out = shared.index[wanted]->data();
    return SQLITE_OK;
}

int disk_shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    DiskHandle& handle = handle_of(file);
    if (!handle.alive()) {
        return SQLITE_IOERR_SHMLOCK;
    }
    DiskVfs::Shared& shared = handle.shared();
    const auto slots = static_cast<std::uint16_t>(((1U << count) - 1U) << offset);
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        shared.readers[&handle] &= static_cast<std::uint16_t>(~slots);
        shared.writers[&handle] &= static_cast<std::uint16_t>(~slots);
        return SQLITE_OK;
    }
    const bool alone = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    const bool written = (slots_of_others(shared.writers, &handle) & slots) != 0;
    const bool read = (slots_of_others(shared.readers, &handle) & slots) != 0;
    if (written || (alone && read)) {
        return SQLITE_BUSY;
    }
    auto& held = alone ? shared.writers : shared.readers;
    held[&handle] |= slots;
    return SQLITE_OK;
}

void disk_shm_barrier(sqlite3_file* /*file*/) {}

int disk_shm_unmap(sqlite3_file* file, int /*remove*/) {
    DiskHandle& handle = handle_of(file);
    if (!handle.alive()) {
        return SQLITE_OK;
    }
    DiskVfs::Shared& shared = handle.shared();
    shared.readers.erase(&handle);
    shared.writers.erase(&handle);
    shared.index_users.erase(&handle);
    return SQLITE_OK;
}

}  // namespace tally::sim
