// The disk of one simulated box: files in memory that forget what was not synced. The real store
// runs on it through an SQLite VFS of its own (disk_vfs.cpp) and through host::StoreFiles, so that
// every byte it ever writes passes here.
//
// Source of the method: SQLite's own crash tests (sqlite.org/testing.html, 3.3: a VFS that drops,
// reorders and tears unsynced writes), TigerBeetle's storage faults (docs/disk-model.md).
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/sha256.hpp"
#include "firmware/host/store/sqlite_store.hpp"
#include "sim/disk/disk_file.hpp"

namespace tally::sim {

class DiskVfs;

/// What a call on the disk came to.
enum class DiskOutcome { done, failed, full, missing };

/// How often the disk was asked for what; changes are also numbered as crash points.
struct DiskCounts {
    std::uint64_t reads = 0;
    std::uint64_t writes = 0;  ///< and changes of length
    std::uint64_t syncs = 0;   ///< of files and of the folder
    std::uint64_t names = 0;   ///< files created, renamed, removed
    std::uint64_t errors = 0;  ///< made on purpose
    std::uint64_t power_cuts = 0;
    /// Everything that changes what is on the disk or what survives.
    [[nodiscard]] std::uint64_t changes() const noexcept { return writes + syncs + names; }
};

/// Whole files by name, as a copy of a disk at rest holds them.
using DiskImage = std::map<std::string, Bytes>;

/// Single-threaded. Everything that happens on it is a function of the calls and of `prng`. One
/// folder; names are taken as they come.
class SimDisk final : public host::StoreFiles {
 public:
    using FileId = std::uint64_t;
    /// True time, of the kernel; only differences matter.
    using Now = std::function<MonoTime()>;

    SimDisk(Prng prng, DiskOptions options, Now now);
    ~SimDisk() override;
    SimDisk(const SimDisk&) = delete;
    SimDisk& operator=(const SimDisk&) = delete;

    /// How to open a store on it; the VFS of that name lives as long as this disk.
    [[nodiscard]] host::StoreOptions store(const std::string& path, host::StoreKind kind);
    [[nodiscard]] const std::string& vfs_name() const;
    /// How long until the disk has done all it was told so far: what the last call really took.
    [[nodiscard]] Duration busy_for() const;

    // Verbs, toward the scene.
    /// The process that uses the disk ends (kill -9): its open files are dead, its locks gone, and
    /// all that it wrote stays. Destroy its stores afterwards; they can change nothing any more.
    void kill_process();
    /// Likewise, and the power with it: unsynced writes, lengths and names are as the seed draws.
    void cut_power();
    /// Ends the process right before change number `change` (see DiskCounts::changes) of all:
    /// from there on every call fails. `then` runs inside that call, once.
    void crash_before(std::uint64_t change, std::function<void()> then = {});
    void no_crash();  ///< takes it back
    /// Notes the number of each change that is a sync from now on (null: no more).
    void note_syncs(std::vector<std::uint64_t>* numbers) { sync_numbers_ = numbers; }
    /// False from a crash point until kill_process() or cut_power() said how it ended.
    [[nodiscard]] bool running() const noexcept { return !crashed_; }
    /// The disk behaves so from now on.
    void set_options(const DiskOptions& options) { options_ = options; }
    [[nodiscard]] const DiskOptions& options() const noexcept { return options_; }
    /// One sync fails, of a file or of the folder: the next (1), the one behind it (2), or so on.
    void fail_sync(std::uint64_t from_now) { syncs_to_failure_ = from_now; }
    /// One bit of a file has turned, drawn; answers false if there is nothing to rot.
    bool rot(const std::string& name);
    /// Copies all files as readers see them.
    [[nodiscard]] DiskImage image() const;
    /// Another disk in its place: only these files, all durable. Nothing may be open.
    void insert(const DiskImage& image);
    /// Likewise, but somebody copied them there (cp) a moment ago: only their names are durable.
    void copy_in(const DiskImage& image);

    [[nodiscard]] const DiskCounts& counts() const noexcept { return counts_; }
    [[nodiscard]] std::uint64_t used_bytes() const noexcept { return used_bytes_; }
    /// Over names, cached and durable bytes: equal disks, equal digests.
    [[nodiscard]] Digest digest() const;

    // host::StoreFiles.
    std::optional<Found> find(const std::string& path) override;
    std::optional<Bytes> read_head(const std::string& path, std::size_t bytes_max) override;
    void remove(const std::string& path) override { static_cast<void>(unlink(path)); }
    Result<void> sync(const std::string& path) override;
    Result<void> sync_names(const std::string& path) override;
    Result<void> write_through(const std::string& path) override;
    Result<void> rename(const std::string& from, const std::string& to) override;

    // For the VFS. A handle that was opened in an earlier life than life() is dead.
    [[nodiscard]] std::uint64_t life() const noexcept { return life_; }
    [[nodiscard]] std::optional<FileId> look_up(const std::string& name) const;
    /// A new file under `name` (empty: none), open once.
    std::optional<FileId> create(const std::string& name);
    void opened(FileId id) { ++open_[id]; }
    void closed(FileId id, std::uint64_t in_life);
    DiskOutcome read(FileId id, std::uint64_t at, std::span<std::uint8_t> into, std::size_t& got);
    DiskOutcome write(FileId id, std::uint64_t at, ByteView bytes);
    DiskOutcome resize(FileId id, std::uint64_t size);
    DiskOutcome sync_file(FileId id);
    DiskOutcome sync_folder();
    DiskOutcome unlink(const std::string& name);
    [[nodiscard]] std::uint64_t size_of(FileId id) const { return files_.at(id).size(); }

 private:
    using Names = std::map<std::string, FileId>;
    /// A change of names, whole or not at all.
    struct NameChange {
        std::string name;
        std::optional<FileId> file;      // what it names from now on
        std::string old_name{};          // and what is no name any more
        MonoTime when{};                 // as DiskFile counts it
        std::optional<MonoTime> done{};  // durable from then on
    };

    /// When the caller would have come to what it does now: behind the syncs it waited for.
    [[nodiscard]] MonoTime come_to() const { return std::max(now_(), busy_until_); }
    [[nodiscard]] bool may_change(std::uint64_t& count);
    DiskOutcome put(FileId id, std::uint64_t at, ByteView bytes);
    [[nodiscard]] bool may_sync();
    [[nodiscard]] bool errs(std::uint32_t ppm);
    [[nodiscard]] bool sync_errs(std::uint32_t ppm);
    [[nodiscard]] std::uint64_t room_for(std::uint64_t size, std::uint64_t end) const;
    MonoTime sync_ends();
    static void apply(const NameChange& change, Names& to);
    void change_names(NameChange change);
    void settle_names(MonoTime now);
    MonoTime end_life();
    void count_bytes();
    void forget_unnamed();

    Prng prng_;
    DiskOptions options_;
    Now now_;
    std::map<FileId, DiskFile> files_;
    Names names_;
    Names durable_names_;
    std::vector<NameChange> unsynced_names_;
    std::map<FileId, std::uint64_t> open_;  // how often, in this life
    FileId last_file_ = 0;
    std::uint64_t life_ = 1;
    std::uint64_t used_bytes_ = 0;
    std::uint64_t syncs_to_failure_ = 0;
    MonoTime busy_until_;
    std::optional<std::uint64_t> crash_before_;
    std::function<void()> on_crash_;
    std::vector<std::uint64_t>* sync_numbers_ = nullptr;
    bool crashed_ = false;
    MonoTime crashed_at_;
    DiskCounts counts_;
    std::unique_ptr<DiskVfs> vfs_;
};

}  // namespace tally::sim
