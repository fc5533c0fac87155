// The terminal that `tally watch` draws on: a seam, so that the rest is tested without one.
#pragma once

#include <memory>

#include "tools/tally/watch/floor_picture.hpp"
#include "tools/tally/watch/picture.hpp"

namespace tally::cli {

class Screen {
 public:
    virtual ~Screen() = default;
    [[nodiscard]] virtual int columns() const = 0;
    [[nodiscard]] virtual int rows() const = 0;
    [[nodiscard]] virtual Strokes strokes() const = 0;
    virtual void show(const Picture& picture) = 0;
    /// The next key, '\0' where the size of the screen changed or after `wait_ms` without one.
    virtual char key(int wait_ms) = 0;
};

/// The terminal of this process (ncurses); it is as it was before once the screen is destroyed.
/// Null if there is none that ncurses can draw on.
enum class Palette { plain, colours };
std::unique_ptr<Screen> terminal_screen(Palette palette);

}  // namespace tally::cli
