// How the lives of a disk's user end, and what a scene does to a disk at rest.
#include "firmware/base/check.hpp"
#include "sim/disk/disk_vfs.hpp"
#include "sim/disk/sim_disk.hpp"

namespace tally::sim {

// Everything that the process had not come to yet never happened.
MonoTime SimDisk::end_life() {
    const MonoTime ended = crashed_ ? std::max(now_(), crashed_at_) : now_();
    ++life_;
    open_.clear();
    vfs_->forget_locks();
    crashed_ = false;
    no_crash();
    settle_names(ended);
    const std::size_t names_before = unsynced_names_.size();
    while (!unsynced_names_.empty() && unsynced_names_.back().when > ended) {
        unsynced_names_.pop_back();
    }
    if (unsynced_names_.size() != names_before) {
        names_ = durable_names_;
        for (const NameChange& change : unsynced_names_) {
            apply(change, names_);
        }
    }
    for (auto& [id, file] : files_) {
        file.end_process(ended);
    }
    busy_until_ = std::min(busy_until_, ended);
    return ended;
}

void SimDisk::kill_process() {
    end_life();
    forget_unnamed();
    count_bytes();
}

void SimDisk::cut_power() {
    ++counts_.power_cuts;
    const MonoTime ended = end_life();
    // Folders are journalled: their changes survive in order, up to some point.
    const std::uint64_t kept = prng_.below(unsynced_names_.size() + 1);
    for (std::uint64_t i = 0; i < kept; ++i) {
        apply(unsynced_names_[i], durable_names_);
    }
    unsynced_names_.clear();
    names_ = durable_names_;
    for (auto& [id, file] : files_) {
        file.lose_power(ended, prng_, options_);
    }
    forget_unnamed();
    count_bytes();
}

void SimDisk::count_bytes() {
    used_bytes_ = 0;
    for (const auto& [id, file] : files_) {
        used_bytes_ += file.size();
    }
}

void SimDisk::crash_before(std::uint64_t change, std::function<void()> then) {
    crash_before_ = change;
    on_crash_ = std::move(then);
}

void SimDisk::no_crash() {
    crash_before_.reset();
    on_crash_ = {};
}

bool SimDisk::rot(const std::string& name) {
    const auto id = look_up(name);
    if (!id || files_.at(*id).size() == 0) {
        return false;
    }
    files_.at(*id).rot(prng_.below(files_.at(*id).size() * 8));
    return true;
}

DiskImage SimDisk::image() const {
    DiskImage image;
    for (const auto& [name, id] : names_) {
        image.emplace(name, files_.at(id).cached());
    }
    return image;
}

void SimDisk::insert(const DiskImage& image) {
    copy_in(image);
    for (auto& [id, file] : files_) {
        file.sync(now_(), now_());
    }
}

void SimDisk::copy_in(const DiskImage& image) {
    TALLY_CHECK(open_.empty(), "a disk is exchanged while nothing is open on it");
    names_.clear();
    durable_names_.clear();
    unsynced_names_.clear();
    files_.clear();
    used_bytes_ = 0;
    for (const auto& [name, bytes] : image) {
        const FileId id = ++last_file_;
        files_[id].write(0, bytes, now_());
        names_[name] = id;
        durable_names_[name] = id;
        used_bytes_ += bytes.size();
    }
}

Digest SimDisk::digest() const {
    ByteWriter out;
    for (const Names* names : {&names_, &durable_names_}) {
        out.u64(names->size());
        for (const auto& [name, id] : *names) {
            const DiskFile& file = files_.at(id);
            out.raw(as_bytes(name));
            out.u64(file.cached().size());
            out.raw(file.cached());
            out.u64(file.durable().size());
            out.raw(file.durable());
            out.u64(file.unsynced());
        }
    }
    return sha256(out.bytes());
}

}  // namespace tally::sim
