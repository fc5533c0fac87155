#include "tools/sim/scratch.hpp"

#include <cstdlib>
#include <system_error>

namespace tally::simtool {

Result<Scratch> Scratch::make() {
    std::error_code failed;
    // Memory, where there is such a folder: disks of a simulation need not survive the power.
    const std::filesystem::path memory = "/dev/shm";
    const std::filesystem::path base = std::filesystem::is_directory(memory, failed)
                                           ? memory
                                           : std::filesystem::temp_directory_path(failed);
    std::string name = (base / "tally-sim-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        return fail(ErrorKind::refused,
                    "no folder can be made in " + base.string() + "; make it writable");
    }
    return Scratch(name);
}

Scratch::~Scratch() {
    if (!path_.empty()) {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
}

}  // namespace tally::simtool
