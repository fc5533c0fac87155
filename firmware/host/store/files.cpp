#include "firmware/host/store/files.hpp"

#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace tally::host {
namespace {

std::string folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) {
        return ".";
    }
    return slash == 0 ? "/" : path.substr(0, slash);
}

bool write_over_itself(int descriptor) {
    Bytes part(std::size_t{1} << 20);
    for (off_t at = 0;;) {
        const ssize_t got = ::pread(descriptor, part.data(), part.size(), at);
        if (got <= 0) {
            return got == 0;
        }
        if (::pwrite(descriptor, part.data(), static_cast<std::size_t>(got), at) != got) {
            return false;
        }
        at += got;
    }
}

class SystemFiles final : public StoreFiles {
 public:
    std::optional<Found> find(const std::string& path) override {
        struct stat found {};
        if (::stat(path.c_str(), &found) != 0) {
            return std::nullopt;
        }
        return Found{S_ISREG(found.st_mode), static_cast<std::uint64_t>(found.st_size)};
    }

    std::optional<Bytes> read_head(const std::string& path, std::size_t bytes_max) override {
        std::ifstream file(path, std::ios::binary);
        if (!file.is_open()) {
            return std::nullopt;
        }
        Bytes head(bytes_max);
        file.read(reinterpret_cast<char*>(head.data()), static_cast<std::streamsize>(bytes_max));
        head.resize(static_cast<std::size_t>(file.gcount()));
        return head;
    }

    void remove(const std::string& path) override { ::unlink(path.c_str()); }

    Result<void> sync(const std::string& path) override {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) {
            return fail(ErrorKind::exhausted, "cannot open " + path + "; check the disk");
        }
        const int outcome = ::fsync(descriptor);
        ::close(descriptor);
        if (outcome != 0) {
            return fail(ErrorKind::exhausted, "cannot sync " + path + "; check the disk");
        }
        return {};
    }

    Result<void> sync_names(const std::string& path) override { return sync(folder_of(path)); }

    Result<void> write_through(const std::string& path) override {
        const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
        if (descriptor < 0) {
            return fail(ErrorKind::exhausted, "cannot open " + path + "; check the disk");
        }
        const bool done = write_over_itself(descriptor) && ::fsync(descriptor) == 0;
        ::close(descriptor);
        if (!done) {
            return fail(ErrorKind::exhausted, "cannot write " + path + " through; check the disk");
        }
        return sync_names(path);
    }

    Result<void> rename(const std::string& from, const std::string& to) override {
        if (std::rename(from.c_str(), to.c_str()) != 0) {
            return fail(ErrorKind::exhausted, "cannot write " + to + "; check the disk");
        }
        return sync_names(to);
    }
};

}  // namespace

StoreFiles& StoreFiles::of_system() {
    static SystemFiles files;
    return files;
}

}  // namespace tally::host
