// The floor manager's own tool, run as she runs it: the real `tally` program against one box.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "firmware/base/result.hpp"

namespace tally::demo {

/// Which program talks to which box, and where its words are caught.
struct TallyCli {
    std::filesystem::path program;
    std::string url;
    std::filesystem::path token_file;
    std::filesystem::path output;  ///< overwritten by each run

    /// Runs one command to its end, at most 30 s. What it printed; refused, with what it printed,
    /// if it ends with another code than 0.
    [[nodiscard]] Result<std::string> run(const std::vector<std::string>& arguments) const;
};

/// The command as a person types it: words with blanks in them stand in quotes.
std::string typed(const std::vector<std::string>& arguments);

}  // namespace tally::demo
