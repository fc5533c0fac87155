// One invocation carried out.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tools/tally/arguments.hpp"
#include "tools/tally/box.hpp"
#include "tools/tally/catalogue.hpp"
#include "tools/tally/sheet.hpp"
#include "tools/tally/watch/screen.hpp"

namespace tally::cli {

/// Where an invocation writes, and how.
struct Terminal {
    std::function<void(const std::string&)> out;  ///< stdout: data
    std::function<void(const std::string&)> err;  ///< stderr: messages
    std::function<std::string()> in;              ///< all of stdin
    Colour colour = Colour::none;
    bool redraws = false;  ///< stdout is a terminal: --watch may draw over itself
    Catalogue say{Language::english};
    /// Opens the terminal to draw on; answers null where stdout is none.
    std::function<std::unique_ptr<Screen>(Palette)> open_screen = [](Palette) {
        return std::unique_ptr<Screen>();
    };
};

/// Runs `words` and gives the exit code.
int run(const std::vector<std::string>& words, const Environment& environment,
        const Terminal& terminal);

}  // namespace tally::cli
