// One invocation carried out.
#pragma once

#include <functional>
#include <string>

#include "tools/tally/arguments.hpp"
#include "tools/tally/box.hpp"
#include "tools/tally/catalogue.hpp"
#include "tools/tally/sheet.hpp"

namespace tally::cli {

/// Where an invocation writes, and how.
struct Terminal {
    std::function<void(const std::string&)> out;  ///< stdout: data
    std::function<void(const std::string&)> err;  ///< stderr: messages
    std::function<std::string()> in;              ///< all of stdin
    Colour colour = Colour::none;
    bool redraws = false;  ///< stdout is a terminal: --watch may draw over itself
    Catalogue say{Language::english};
};

/// Runs `words` and gives the exit code.
int run(const std::vector<std::string>& words, const Environment& environment,
        const Terminal& terminal);

}  // namespace tally::cli
