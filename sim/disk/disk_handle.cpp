// Reading, writing and syncing an open file; sqlite.org/c3ref/io_methods.html.
#include <cstring>

#include "sim/disk/disk_vfs.hpp"

namespace tally::sim {

namespace {

DiskHandle& handle_of(sqlite3_file* file) {
    return *reinterpret_cast<DiskHandle*>(file);
}

int code_of(DiskOutcome outcome, int when_failed) {
    switch (outcome) {
        case DiskOutcome::done:
            return SQLITE_OK;
        case DiskOutcome::full:
            return SQLITE_FULL;
        case DiskOutcome::failed:
        case DiskOutcome::missing:
            break;
    }
    return when_failed;
}

// Regions of shared memory outlive a handle: those of a dead life may still be looked at by a
// connection that is being closed, so they go with the handle's locks, or with the VFS.
int close(sqlite3_file* file) {
    DiskHandle& handle = handle_of(file);
    if (handle.alive()) {
        SimDisk& disk = handle.vfs->disk();
        disk_unlock(file, SQLITE_LOCK_NONE);
        disk.closed(handle.file, handle.life);
    }
    handle.base.pMethods = nullptr;
    return SQLITE_OK;
}

int read(sqlite3_file* file, void* into, int bytes, sqlite3_int64 at) {
    DiskHandle& handle = handle_of(file);
    if (!handle.alive()) {
        return SQLITE_IOERR_READ;
    }
    const std::span<std::uint8_t> room(static_cast<std::uint8_t*>(into),
                                       static_cast<std::size_t>(bytes));
    std::size_t got = 0;
    const auto outcome =
        handle.vfs->disk().read(handle.file, static_cast<std::uint64_t>(at), room, got);
    if (outcome != DiskOutcome::done) {
        return SQLITE_IOERR_READ;
    }
    if (got < room.size()) {
        std::memset(room.data() + got, 0, room.size() - got);
        return SQLITE_IOERR_SHORT_READ;
    }
    return SQLITE_OK;
}

int write(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 at) {
    DiskHandle& handle = handle_of(file);
    if (!handle.alive()) {
        return SQLITE_IOERR_WRITE;
    }
    const ByteView view(static_cast<const std::uint8_t*>(from), static_cast<std::size_t>(bytes));
    return code_of(handle.vfs->disk().write(handle.file, static_cast<std::uint64_t>(at), view),
                   SQLITE_IOERR_WRITE);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    DiskHandle& handle = handle_of(file);
    if (!handle.alive()) {
        return SQLITE_IOERR_TRUNCATE;
    }
    return code_of(handle.vfs->disk().resize(handle.file, static_cast<std::uint64_t>(size)),
                   SQLITE_IOERR_TRUNCATE);
}

int sync(sqlite3_file* file, int /*flags*/) {
    DiskHandle& handle = handle_of(file);
    if (!handle.alive() || handle.vfs->disk().sync_file(handle.file) != DiskOutcome::done) {
        return SQLITE_IOERR_FSYNC;
    }
    // SQLite's driver for Linux does it once, and does not look at the outcome (os_unix.c,
    // unixSync).
    if (handle.syncs_folder) {
        static_cast<void>(handle.vfs->disk().sync_folder());
        handle.syncs_folder = false;
    }
    return handle.vfs->disk().running() ? SQLITE_OK : SQLITE_IOERR_DIR_FSYNC;
}

int file_size(sqlite3_file* file, sqlite3_int64* out) {
    DiskHandle& handle = handle_of(file);
    if (!handle.alive()) {
        return SQLITE_IOERR_FSTAT;
    }
    *out = static_cast<sqlite3_int64>(handle.vfs->disk().size_of(handle.file));
    return SQLITE_OK;
}

int file_control(sqlite3_file* /*file*/, int /*what*/, void* /*argument*/) {
    return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file* /*file*/) {
    return 4096;  // what SQLite's driver for Linux says, whatever the disk is
}

int characteristics(sqlite3_file* /*file*/) {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;  // likewise
}

}  // namespace

const sqlite3_io_methods& disk_file_methods() {
    static const sqlite3_io_methods kMethods = {2,
                                                close,
                                                read,
                                                write,
                                                truncate,
                                                sync,
                                                file_size,
                                                disk_lock,
                                                disk_unlock,
                                                disk_check_reserved,
                                                file_control,
                                                sector_size,
                                                characteristics,
                                                disk_shm_map,
                                                disk_shm_lock,
                                                disk_shm_barrier,
                                                disk_shm_unmap,
                                                nullptr,
                                                nullptr};
    return kMethods;
}

}  // namespace tally::sim
