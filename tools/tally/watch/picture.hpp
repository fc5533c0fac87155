// A page of a terminal as a value: characters with an ink, put where they belong and cut at the
// edge. Pure, so that what people see can be tested without a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tally::cli {

enum class Ink : std::uint8_t { plain, faint, strong, good, doubtful, bad, title };

/// In terminal columns and rows, from the upper left corner.
struct Spot {
    int x = 0, y = 0;
};

struct Area {
    int x = 0, y = 0, columns = 0, rows = 0;
};

class Picture {
 public:
    Picture(int columns, int rows);

    [[nodiscard]] int columns() const { return columns_; }
    [[nodiscard]] int rows() const { return rows_; }

    /// One line of UTF-8 text, cut where it leaves the picture or after `columns_max` columns; wide
    /// characters take two columns. Control characters are the caller's to keep out.
    void put(Spot at, std::string_view text, Ink ink, int columns_max = 10'000);

    /// Pieces of one ink, left to right, blanks at the end left out.
    struct Piece {
        std::string text;
        Ink ink = Ink::plain;
    };
    [[nodiscard]] std::vector<Piece> row(int y) const;

    /// All of it without ink.
    [[nodiscard]] std::string text() const;

 private:
    struct Cell {
        std::string glyph = " ";  ///< empty: the right half of the character before
        Ink ink = Ink::plain;
    };
    void clear_halves(std::size_t at);

    int columns_, rows_;
    std::vector<Cell> cells_;
};

}  // namespace tally::cli
