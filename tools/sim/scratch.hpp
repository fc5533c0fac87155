// A folder of its own for disks that a run copies, gone at its end.
#pragma once

#include <filesystem>
#include <string>

#include "firmware/base/result.hpp"

namespace tally::simtool {

class Scratch {
 public:
    /// refused if the folder for temporary files cannot be written to.
    static Result<Scratch> make();
    Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    Scratch& operator=(Scratch&&) = delete;
    ~Scratch();

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
    explicit Scratch(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

}  // namespace tally::simtool
