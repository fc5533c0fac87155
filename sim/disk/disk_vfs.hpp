// The SQLite VFS of one simulated disk: translates SQLite's calls, and keeps its locks and the
// shared memory of its write-ahead log. Internal to sim/disk.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "sim/disk/sim_disk.hpp"

namespace tally::sim {

/// Registered with SQLite from construction to destruction, under a name of its own. It also makes
/// SQLite's own random numbers (salts of logs) a function of `seed`, process-wide: a test's matter.
class DiskVfs {
 public:
    using FileId = SimDisk::FileId;

    DiskVfs(SimDisk& disk, std::uint64_t seed);
    ~DiskVfs();
    DiskVfs(const DiskVfs&) = delete;
    DiskVfs& operator=(const DiskVfs&) = delete;

    [[nodiscard]] SimDisk& disk() noexcept { return disk_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// The process that held them has ended.
    void forget_locks();

    /// Locks of one file and what it shares, held by handles of the present life. SQLite's file
    /// locking: sqlite.org/lockingv3.html; the log's: sqlite.org/walformat.html, section 2.
    struct Shared {
        std::map<const void*, int> levels;             // SQLITE_LOCK_*, by handle
        std::map<const void*, std::uint16_t> readers;  // slots of the log's index held shared
        std::map<const void*, std::uint16_t> writers;  // and alone
        std::set<const void*> index_users;
        std::vector<std::unique_ptr<Bytes>> index;  // in regions
    };
    [[nodiscard]] Shared& shared(FileId id) { return shared_[id]; }
    /// Takes the index of a log away; a connection that still points into it may do so.
    void bury_index(Shared& shared);

 private:
    SimDisk& disk_;
    std::string name_;
    std::map<FileId, Shared> shared_;
    std::vector<std::unique_ptr<Bytes>> buried_;
    sqlite3_vfs vfs_{};
};

/// An open file, in the room that SQLite gives it.
struct DiskHandle {
    sqlite3_file base;
    DiskVfs* vfs;
    SimDisk::FileId file;
    std::uint64_t life;
    bool syncs_folder;  ///< a journal: its first sync makes its name durable too
    bool on_close_delete;

    [[nodiscard]] bool alive() const { return life == vfs->disk().life(); }
    [[nodiscard]] DiskVfs::Shared& shared() const { return vfs->shared(file); }
};

/// The methods of every handle.
const sqlite3_io_methods& disk_file_methods();

// Locks (disk_locks.cpp).
int disk_lock(sqlite3_file* file, int level);
int disk_unlock(sqlite3_file* file, int level);
int disk_check_reserved(sqlite3_file* file, int* out);
int disk_shm_map(sqlite3_file* file, int region, int bytes, int extend, void volatile** out);
int disk_shm_lock(sqlite3_file* file, int offset, int count, int flags);
void disk_shm_barrier(sqlite3_file* file);
int disk_shm_unmap(sqlite3_file* file, int remove);

}  // namespace tally::sim
