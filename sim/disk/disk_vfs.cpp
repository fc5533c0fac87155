// Opening and naming; sqlite.org/c3ref/vfs.html says what each call promises.
#include "sim/disk/disk_vfs.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <new>

#include "firmware/base/check.hpp"

namespace tally::sim {

namespace {

DiskVfs& self(sqlite3_vfs* vfs) {
    return *static_cast<DiskVfs*>(vfs->pAppData);
}

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
    SimDisk& disk = self(vfs).disk();
    const std::string path = name != nullptr ? name : "";
    auto id = path.empty() ? std::nullopt : disk.look_up(path);
    file->pMethods = nullptr;
    if (id) {
        disk.opened(*id);
    } else if ((flags & SQLITE_OPEN_CREATE) != 0) {
        id = disk.create(path);
    }
    if (!id) {
        return SQLITE_CANTOPEN;
    }
    constexpr int kJournals =
        SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    auto* handle = new (file) DiskHandle{};
    handle->vfs = &self(vfs);
    handle->file = *id;
    handle->life = disk.life();
    // As SQLite's driver for Linux does it, and no more (os_unix.c, UNIXFILE_DIRSYNC).
    handle->syncs_folder = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & kJournals) != 0;
    handle->on_close_delete = !path.empty() && (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    handle->base.pMethods = &disk_file_methods();
    if (flags_out != nullptr) {
        *flags_out = flags;
    }
    return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    SimDisk& disk = self(vfs).disk();
    switch (disk.unlink(name)) {
        case DiskOutcome::missing:
            return SQLITE_IOERR_DELETE_NOENT;
        case DiskOutcome::failed:
        case DiskOutcome::full:
            return SQLITE_IOERR_DELETE;
        case DiskOutcome::done:
            break;
    }
    if (sync_folder != 0 && disk.sync_folder() != DiskOutcome::done) {
        return SQLITE_IOERR_DIR_FSYNC;
    }
    return SQLITE_OK;
}

int access(sqlite3_vfs* vfs, const char* name, int /*flags*/, int* out) {
    const auto found = self(vfs).disk().find(name);
    // As on Linux: an empty file does not count as existing (os_unix.c, unixAccess).
    *out = found && found->bytes > 0 ? 1 : 0;
    return SQLITE_OK;
}

int full_path(sqlite3_vfs* /*vfs*/, const char* name, int room, char* out) {
    const std::size_t size = std::strlen(name) + 1;
    if (size > static_cast<std::size_t>(room)) {
        return SQLITE_CANTOPEN;
    }
    std::memcpy(out, name, size);
    return SQLITE_OK;
}

int randomness(sqlite3_vfs* /*vfs*/, int bytes, char* out) {
    std::fill_n(out, bytes, '\0');
    return bytes;
}

// Nobody else holds a simulated disk's locks while the only process there is sleeps.
int sleep(sqlite3_vfs* /*vfs*/, int micros) {
    return micros;
}

int current_time(sqlite3_vfs* /*vfs*/, double* days) {
    *days = 2'461'041.5;  // 2026-01-01; the store asks no database for the time
    return SQLITE_OK;
}

int last_error(sqlite3_vfs* /*vfs*/, int /*room*/, char* /*out*/) {
    return 0;
}

std::string next_name() {
    static std::uint64_t made = 0;
    return "sim-disk-" + std::to_string(++made);
}

}  // namespace

DiskVfs::DiskVfs(SimDisk& disk, std::uint64_t seed) : disk_(disk), name_(next_name()) {
    vfs_.iVersion = 1;
    vfs_.szOsFile = sizeof(DiskHandle);
    vfs_.mxPathname = 512;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    vfs_.xOpen = &open;
    vfs_.xDelete = &remove;
    vfs_.xAccess = &access;
    vfs_.xFullPathname = &full_path;
    vfs_.xRandomness = &randomness;
    vfs_.xSleep = &sleep;
    vfs_.xCurrentTime = &current_time;
    vfs_.xGetLastError = &last_error;
    TALLY_CHECK(sqlite3_vfs_register(&vfs_, 0) == SQLITE_OK, "SQLite takes a VFS");
    const int drawn = static_cast<int>(seed >> 33) | 1;  // 0 would mean: not seeded
    sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, drawn, static_cast<sqlite3*>(nullptr));
}

DiskVfs::~DiskVfs() {
    sqlite3_vfs_unregister(&vfs_);
}

void DiskVfs::forget_locks() {
    for (auto& [id, shared] : shared_) {
        bury_index(shared);
    }
    shared_.clear();
}

void DiskVfs::bury_index(Shared& shared) {
    std::move(shared.index.begin(), shared.index.end(), std::back_inserter(buried_));
    shared.index.clear();
}

}  // namespace tally::sim
