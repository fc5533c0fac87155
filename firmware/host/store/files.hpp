// The few things the store asks of the file system beside SQLite: looking at a file before SQLite
// touches it, and putting a copy under its name. A seam, so that a simulated disk sees all of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "firmware/base/bytes.hpp"
#include "firmware/base/result.hpp"

namespace tally::host {

/// Not thread-safe; every call blocks on the disk. The files are those that the SQLite VFS of the
/// same StoreOptions names alike.
class StoreFiles {
 public:
    struct Found {
        bool is_plain_file = true;
        std::uint64_t bytes = 0;
    };

    virtual ~StoreFiles() = default;
    /// Nothing where there is no such file, or none that can be reached.
    virtual std::optional<Found> find(const std::string& path) = 0;
    /// The first `bytes_max` bytes, fewer if the file is shorter; nothing if it cannot be read.
    virtual std::optional<Bytes> read_head(const std::string& path, std::size_t bytes_max) = 0;
    /// Takes a file away, if it is there.
    virtual void remove(const std::string& path) = 0;
    /// What the file holds survives a power cut once this has returned; `exhausted` if it does not.
    virtual Result<void> sync(const std::string& path) = 0;
    /// Likewise for the names in the folder of `path`: what was created there has its name after a
    /// power cut. SQLite's driver asks for it, too, but does not look at the outcome.
    virtual Result<void> sync_names(const std::string& path) = 0;
    /// Likewise for a file that somebody else wrote and may not have synced, or whose sync failed
    /// (a kernel that could not write a page takes it for clean, and a later sync says nothing):
    /// its bytes are written once more over themselves, then synced, its name too.
    virtual Result<void> write_through(const std::string& path) = 0;
    /// Gives a file another name in its folder, in place of what had that name; the new name
    /// survives a power cut once this has returned. `exhausted` if it could not.
    virtual Result<void> rename(const std::string& from, const std::string& to) = 0;

    /// The operating system's.
    static StoreFiles& of_system();
};

}  // namespace tally::host
