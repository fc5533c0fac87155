// How many terminal columns a text takes: East Asian characters take two (Unicode UAX 11, W and F).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tally::cli {

/// Columns of UTF-8 text; a broken byte counts one.
std::size_t display_width(std::string_view text);

/// `text` and blanks up to `columns`.
enum class Align { left, right };
std::string padded(std::string_view text, std::size_t columns, Align align);

/// The text with control characters, which could steer a terminal, replaced by '?'.
std::string printable(std::string_view text);

/// The same for text of several lines: they stay lines.
std::string printable_lines(std::string_view text);

}  // namespace tally::cli
