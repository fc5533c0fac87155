#include "tools/tally/watch/picture.hpp"

#include <algorithm>

#include "tools/tally/width.hpp"

namespace tally::cli {

namespace {

/// Bytes of the UTF-8 character at the front; a broken byte is one.
std::size_t character_bytes(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t wanted = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    return std::min(wanted, text.size());
}

}  // namespace

Picture::Picture(int columns, int rows)
    : columns_(std::max(columns, 1)),
      rows_(std::max(rows, 1)),
      cells_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_)) {}

/// Half of a wide character that is written over leaves nothing behind.
void Picture::clear_halves(std::size_t at) {
    const auto column = static_cast<int>(at % static_cast<std::size_t>(columns_));
    if (cells_[at].glyph.empty() && column > 0) {
        cells_[at - 1].glyph = " ";
    }
    if (column + 1 < columns_ && cells_[at + 1].glyph.empty()) {
        cells_[at + 1].glyph = " ";
    }
}

void Picture::put(Spot at, std::string_view text, Ink ink, int columns_max) {
    if (at.y < 0 || at.y >= rows_) {
        return;
    }
    const int end = std::min(columns_, at.x + std::max(columns_max, 0));
    for (int x = at.x; !text.empty();) {
        const std::string_view glyph = text.substr(0, character_bytes(text));
        text.remove_prefix(glyph.size());
        const int width = static_cast<int>(display_width(glyph));
        if (x + width > end) {
            return;
        }
        if (x >= 0 && width > 0) {
            const auto cell = static_cast<std::size_t>(at.y * columns_ + x);
            clear_halves(cell);
            cells_[cell] = {std::string(glyph), ink};
            if (width == 2) {
                clear_halves(cell + 1);
                cells_[cell + 1] = {"", ink};
            }
        }
        x += width;
    }
}

std::vector<Picture::Piece> Picture::row(int y) const {
    std::vector<Piece> pieces;
    const auto first = cells_.begin() + std::ptrdiff_t{y} * columns_;
    auto last = first + columns_;
    while (last != first && (last - 1)->glyph == " " && (last - 1)->ink != Ink::title) {
        --last;
    }
    for (auto cell = first; cell != last; ++cell) {
        if (pieces.empty() || pieces.back().ink != cell->ink) {
            pieces.push_back({"", cell->ink});
        }
        pieces.back().text += cell->glyph;
    }
    return pieces;
}

std::string Picture::text() const {
    std::string all;
    for (int y = 0; y < rows_; ++y) {
        std::string line;
        for (const Piece& piece : row(y)) {
            line += piece.text;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        all += line + "\n";
    }
    return all;
}

}  // namespace tally::cli
