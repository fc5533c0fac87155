// Help and shell completion, made from the tree of commands.
#pragma once

#include <string>
#include <string_view>

#include "tools/tally/catalogue.hpp"

namespace tally::cli {

/// Help of a command, of a group ("stock"), or of everything (""): examples first.
std::string help_text(std::string_view path, const Catalogue& say);

/// A script for "bash" or "zsh"; empty for any other shell.
std::string completion_script(std::string_view shell);

}  // namespace tally::cli
