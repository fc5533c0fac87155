// What happens on the disk call by call; its ends are in sim_disk_ends.cpp.
#include "sim/disk/sim_disk.hpp"

#include <algorithm>

#include "sim/disk/disk_vfs.hpp"

namespace tally::sim {

SimDisk::SimDisk(Prng prng, DiskOptions options, Now now)
    : prng_(prng),
      options_(options),
      now_(std::move(now)),
      vfs_(std::make_unique<DiskVfs>(*this, prng_.next())) {}

SimDisk::~SimDisk() = default;

host::StoreOptions SimDisk::store(const std::string& path, host::StoreKind kind) {
    host::StoreOptions options;
    options.path = path;
    options.kind = kind;
    options.vfs = vfs_name();
    options.files = this;
    return options;
}

const std::string& SimDisk::vfs_name() const {
    return vfs_->name();
}

Duration SimDisk::busy_for() const {
    return std::max(busy_until_ - now_(), Duration::zero());
}

bool SimDisk::may_change(std::uint64_t& count) {
    if (crashed_) {
        return false;
    }
    ++count;
    if (crash_before_ && counts_.changes() >= *crash_before_) {
        crashed_ = true;
        crashed_at_ = come_to();
        const auto tell = std::move(on_crash_);
        if (tell) {
            tell();
        }
        return false;
    }
    return true;
}

bool SimDisk::errs(std::uint32_t ppm) {
    if (ppm == 0 || !prng_.chance_ppm(ppm)) {
        return false;
    }
    ++counts_.errors;
    return true;
}

// A sync waits for those before it: one disk does one thing at a time.
MonoTime SimDisk::sync_ends() {
    MonoTime done = come_to();
    if (options_.sync_max > Duration::zero()) {
        done = done + Duration(prng_.between(options_.sync_min.count(), options_.sync_max.count()));
    }
    if (options_.slow_sync_ppm > 0 && prng_.chance_ppm(options_.slow_sync_ppm)) {
        done = done + Duration(prng_.between(0, options_.slow_sync_max.count()));
    }
    busy_until_ = done;
    return done;
}

std::optional<SimDisk::FileId> SimDisk::look_up(const std::string& name) const {
    const auto found = names_.find(name);
    return crashed_ || found == names_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<SimDisk::FileId> SimDisk::create(const std::string& name) {
    if (!may_change(counts_.names)) {
        return std::nullopt;
    }
    const FileId id = ++last_file_;
    files_.emplace(id, DiskFile());
    ++open_[id];
    if (!name.empty()) {
        change_names({name, id});
    }
    return id;
}

void SimDisk::closed(FileId id, std::uint64_t in_life) {
    const auto found = open_.find(id);
    if (in_life != life_ || found == open_.end()) {
        return;
    }
    if (--found->second == 0) {
        open_.erase(found);
        forget_unnamed();
    }
}

DiskOutcome SimDisk::read(FileId id, std::uint64_t at, std::span<std::uint8_t> into,
                          std::size_t& got) {
    ++counts_.reads;
    got = 0;
    if (crashed_ || errs(options_.read_error_ppm)) {
        return DiskOutcome::failed;
    }
    got = files_.at(id).read(at, into);
    return DiskOutcome::done;
}

// How far a file of `size` bytes may grow toward `end`.
std::uint64_t SimDisk::room_for(std::uint64_t size, std::uint64_t end) const {
    if (options_.capacity_bytes == 0 || end <= size) {
        return end;
    }
    const std::uint64_t room =
        options_.capacity_bytes - std::min(options_.capacity_bytes, used_bytes_);
    return std::min(end, size + room);
}

DiskOutcome SimDisk::write(FileId id, std::uint64_t at, ByteView bytes) {
    if (!may_change(counts_.writes)) {
        return DiskOutcome::failed;
    }
    if (errs(options_.write_error_ppm)) {
        const bool partly =
            options_.short_write_ppm > 0 && prng_.chance_ppm(options_.short_write_ppm);
        if (partly && !bytes.empty()) {
            static_cast<void>(put(id, at, bytes.first(prng_.below(bytes.size()))));
        }
        return DiskOutcome::failed;
    }
    return put(id, at, bytes);
}

// What fits of it.
DiskOutcome SimDisk::put(FileId id, std::uint64_t at, ByteView bytes) {
    DiskFile& file = files_.at(id);
    const std::uint64_t before = file.size();
    const std::uint64_t end = at + bytes.size();
    const std::uint64_t fits = room_for(before, end);
    if (fits > at) {
        file.write(at, bytes.first(std::min<std::uint64_t>(bytes.size(), fits - at)), come_to());
        used_bytes_ += file.size() - before;
    }
    return fits < end ? DiskOutcome::full : DiskOutcome::done;
}

DiskOutcome SimDisk::resize(FileId id, std::uint64_t size) {
    if (!may_change(counts_.writes) || errs(options_.write_error_ppm)) {
        return DiskOutcome::failed;
    }
    DiskFile& file = files_.at(id);
    const std::uint64_t before = file.size();
    if (room_for(before, size) < size) {
        return DiskOutcome::full;
    }
    file.resize(size, come_to());
    used_bytes_ += size;
    used_bytes_ -= before;
    return DiskOutcome::done;
}

bool SimDisk::may_sync() {
    const bool may = may_change(counts_.syncs);
    if (may && sync_numbers_ != nullptr) {
        sync_numbers_->push_back(counts_.changes());
    }
    return may;
}

bool SimDisk::sync_errs(std::uint32_t ppm) {
    const bool told = syncs_to_failure_ == 1;
    syncs_to_failure_ -= syncs_to_failure_ > 0 ? 1 : 0;
    counts_.errors += told ? 1 : 0;
    return told || errs(ppm);
}

DiskOutcome SimDisk::sync_file(FileId id) {
    if (!may_sync()) {
        return DiskOutcome::failed;
    }
    if (options_.sync_truth == SyncTruth::lies) {
        return DiskOutcome::done;
    }
    const MonoTime when = come_to();
    const MonoTime done = sync_ends();
    DiskFile& file = files_.at(id);
    if (sync_errs(options_.sync_error_ppm)) {
        const bool evicted = prng_.chance_ppm(options_.evict_ppm);
        const std::uint64_t before = file.size();
        file.sync_failed(when, evicted ? DiskFile::Cache::forgets : DiskFile::Cache::keeps);
        used_bytes_ += file.size();
        used_bytes_ -= before;
        return DiskOutcome::failed;
    }
    file.sync(when, done);
    return DiskOutcome::done;
}

DiskOutcome SimDisk::sync_folder() {
    if (!may_sync()) {
        return DiskOutcome::failed;
    }
    if (options_.sync_truth == SyncTruth::lies) {
        return DiskOutcome::done;
    }
    const MonoTime done = sync_ends();
    if (sync_errs(options_.folder_error_ppm)) {
        return DiskOutcome::failed;
    }
    for (NameChange& change : unsynced_names_) {
        change.done = std::min(change.done.value_or(done), done);
    }
    settle_names(now_());
    return DiskOutcome::done;
}

DiskOutcome SimDisk::unlink(const std::string& name) {
    if (!names_.contains(name)) {
        return crashed_ ? DiskOutcome::failed : DiskOutcome::missing;
    }
    if (!may_change(counts_.names)) {
        return DiskOutcome::failed;
    }
    change_names({name, std::nullopt});
    return DiskOutcome::done;
}

void SimDisk::apply(const NameChange& change, Names& to) {
    if (change.file) {
        to.insert_or_assign(change.name, *change.file);
    } else {
        to.erase(change.name);
    }
    to.erase(change.old_name);
}

void SimDisk::change_names(NameChange change) {
    apply(change, names_);
    change.when = come_to();
    unsynced_names_.push_back(std::move(change));
    forget_unnamed();
}

void SimDisk::settle_names(MonoTime now) {
    std::size_t settled = 0;
    while (settled < unsynced_names_.size() && unsynced_names_[settled].done &&
           *unsynced_names_[settled].done <= now) {
        apply(unsynced_names_[settled], durable_names_);
        ++settled;
    }
    unsynced_names_.erase(unsynced_names_.begin(),
                          unsynced_names_.begin() + static_cast<std::ptrdiff_t>(settled));
    forget_unnamed();
}

void SimDisk::forget_unnamed() {
    const auto named = [](const Names& names, FileId id) {
        return std::any_of(names.begin(), names.end(),
                           [id](const auto& entry) { return entry.second == id; });
    };
    const auto will_be_named = [this](FileId id) {
        return std::any_of(unsynced_names_.begin(), unsynced_names_.end(),
                           [id](const NameChange& change) { return change.file == id; });
    };
    std::erase_if(files_, [&](const auto& entry) {
        const FileId id = entry.first;
        const bool kept = open_.contains(id) || named(names_, id) || named(durable_names_, id) ||
                          will_be_named(id);
        used_bytes_ -= kept ? 0 : entry.second.size();
        return !kept;
    });
}

std::optional<host::StoreFiles::Found> SimDisk::find(const std::string& path) {
    const auto id = look_up(path);
    return id ? std::optional(Found{true, files_.at(*id).size()}) : std::nullopt;
}

std::optional<Bytes> SimDisk::read_head(const std::string& path, std::size_t bytes_max) {
    const auto id = look_up(path);
    if (!id) {
        return std::nullopt;
    }
    Bytes head(bytes_max);
    std::size_t got = 0;
    if (read(*id, 0, head, got) != DiskOutcome::done) {
        return std::nullopt;
    }
    head.resize(got);
    return head;
}

Result<void> SimDisk::sync(const std::string& path) {
    const auto id = look_up(path);
    if (!id || sync_file(*id) != DiskOutcome::done) {
        return fail(ErrorKind::exhausted, "cannot sync " + path + "; check the disk");
    }
    return {};
}

Result<void> SimDisk::sync_names(const std::string& path) {
    if (sync_folder() != DiskOutcome::done) {
        return fail(ErrorKind::exhausted, "cannot sync the folder of " + path + "; check the disk");
    }
    return {};
}

Result<void> SimDisk::write_through(const std::string& path) {
    const auto id = look_up(path);
    const Bytes bytes = id ? files_.at(*id).cached() : Bytes();
    if (!id || write(*id, 0, bytes) != DiskOutcome::done || sync_file(*id) != DiskOutcome::done ||
        sync_folder() != DiskOutcome::done) {
        return fail(ErrorKind::exhausted, "cannot write " + path + " through; check the disk");
    }
    return {};
}

Result<void> SimDisk::rename(const std::string& from, const std::string& to) {
    const auto id = look_up(from);
    if (!id || !may_change(counts_.names)) {
        return fail(ErrorKind::exhausted, "cannot write " + to + "; check the disk");
    }
    change_names({to, id, from});
    return sync_names(to);
}

}  // namespace tally::sim
