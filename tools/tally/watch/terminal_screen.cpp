#include <clocale>
#include <cstring>
#include <langinfo.h>
#include <ncurses.h>

#include "tools/tally/watch/screen.hpp"

namespace tally::cli {

namespace {

class TerminalScreen final : public Screen {
 public:
    TerminalScreen(SCREEN* screen, Palette palette) : screen_(screen) {
        cbreak();
        noecho();
        curs_set(0);
        if (palette == Palette::colours && has_colors()) {
            start_color();
            use_default_colors();
            init_pair(1, COLOR_GREEN, -1);
            init_pair(2, COLOR_YELLOW, -1);
            init_pair(3, COLOR_RED, -1);
            has_colours_ = true;
        }
    }
    ~TerminalScreen() override {
        endwin();
        delscreen(screen_);
    }
    TerminalScreen(const TerminalScreen&) = delete;
    TerminalScreen& operator=(const TerminalScreen&) = delete;

    [[nodiscard]] int columns() const override { return COLS; }
    [[nodiscard]] int rows() const override { return LINES; }
    [[nodiscard]] Strokes strokes() const override {
        return std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? Strokes::boxes : Strokes::ascii;
    }

    void show(const Picture& picture) override {
        erase();
        for (int y = 0; y < picture.rows(); ++y) {
            move(y, 0);
            for (const Picture::Piece& piece : picture.row(y)) {
                attrset(static_cast<int>(attributes(piece.ink)));
                addstr(piece.text.c_str());
            }
        }
        refresh();
    }

    char key(int wait_ms) override {
        timeout(wait_ms);
        const int key = getch();
        constexpr int kEscape = 27;
        return key == kEscape ? '0' : key > 0 && key < 0x80 ? static_cast<char>(key) : '\0';
    }

 private:
    [[nodiscard]] chtype attributes(Ink ink) const {
        const auto pair = [this](short number) {
            return has_colours_ ? static_cast<chtype>(COLOR_PAIR(number)) : A_NORMAL;
        };
        switch (ink) {
            case Ink::plain:
                return A_NORMAL;
            case Ink::faint:
                return A_DIM;
            case Ink::strong:
                return A_BOLD;
            case Ink::good:
                return A_BOLD | pair(1);
            case Ink::doubtful:
                return A_BOLD | pair(2);
            case Ink::bad:
                return A_BOLD | pair(3) | (has_colours_ ? A_NORMAL : A_UNDERLINE);
            case Ink::title:
                return A_REVERSE;
        }
        return A_NORMAL;
    }

    SCREEN* screen_;
    bool has_colours_ = false;
};

}  // namespace

std::unique_ptr<Screen> terminal_screen(Palette palette) {
    std::setlocale(LC_ALL, "");
    SCREEN* screen = newterm(nullptr, stdout, stdin);
    return screen == nullptr ? nullptr : std::make_unique<TerminalScreen>(screen, palette);
}

}  // namespace tally::cli
