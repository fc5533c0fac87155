// `tally watch` against a real edge: on a screen of a few lines, and on a real pseudo-terminal.
#include <cstdlib>
#include <deque>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/support/operator_rig.hpp"

using namespace tally;
using Catch::Contains;
using test::OperatorRig;
using test::Ran;

namespace {

/// Presses keys one after the other and keeps what was shown before each.
struct Pressed {
    std::deque<char> keys;
    std::vector<std::string> pages;
    std::function<void(std::size_t page)> before_key = [](std::size_t) {};
};

class PressedScreen final : public cli::Screen {
 public:
    explicit PressedScreen(Pressed& pressed) : pressed_(pressed) {}
    [[nodiscard]] int columns() const override { return 140; }
    [[nodiscard]] int rows() const override { return 45; }
    [[nodiscard]] cli::Strokes strokes() const override { return cli::Strokes::ascii; }
    void show(const cli::Picture& picture) override { pressed_.pages.push_back(picture.text()); }
    char key(int wait_ms) override {
        pressed_.before_key(pressed_.pages.size());
        const char key = pressed_.keys.empty() ? 'q' : pressed_.keys.front();
        if (!pressed_.keys.empty()) {
            pressed_.keys.pop_front();
        }
        if (key == '\0') {
            ::usleep(static_cast<useconds_t>(wait_ms) * 1'000);
        }
        return key;
    }

 private:
    Pressed& pressed_;
};

Ran watched(OperatorRig& rig, Pressed& pressed, std::vector<std::string> words = {"watch"}) {
    rig.screen = [&] { return std::make_unique<PressedScreen>(pressed); };
    return rig.tally(std::move(words), rig.edge_url);
}

/// As execve wants them: a list that ends with nothing.
std::vector<char*> words_of(const std::vector<std::string>& words) {
    std::vector<char*> pointers;
    for (const std::string& word : words) {
        pointers.push_back(const_cast<char*>(word.c_str()));
    }
    pointers.push_back(nullptr);
    return pointers;
}

/// What a program wrote to its terminal of 100 columns and 30 rows, and how it ended.
Ran on_terminal(const std::vector<std::string>& words, const std::string& typed) {
    winsize size{};
    size.ws_col = 100;
    size.ws_row = 30;
    // Another thread may be allocating while this one forks, so the child only executes.
    std::vector<std::string> environment{"TERM=xterm", "LC_ALL=C.UTF-8"};
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view set = *variable;
        if (set.substr(0, 5) != "TERM=" && set.substr(0, 7) != "LC_ALL=") {
            environment.emplace_back(set);
        }
    }
    const std::vector<char*> arguments = words_of(words);
    const std::vector<char*> variables = words_of(environment);
    int terminal = -1;
    const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
    if (child == 0) {
        ::execve(arguments[0], arguments.data(), variables.data());
        ::_exit(127);
    }
    Ran ran;
    char block[4096];
    bool has_typed = false;
    for (ssize_t got = 0; (got = ::read(terminal, block, sizeof block)) > 0;) {
        ran.out.append(block, static_cast<std::size_t>(got));
        if (!has_typed && ran.out.find("quit") != std::string::npos) {
            has_typed = ::write(terminal, typed.data(), typed.size()) > 0;
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(terminal);
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
}

}  // namespace

TEST_CASE("the live page shows the floor and the lists, alone or together", "[cli][watch]") {
    OperatorRig rig;
    REQUIRE(rig.tally({"master", "import", "-"}, rig.edge_url).code == 0);
    rig.passage(PassageOutcome::in);
    Pressed pressed;
    pressed.keys = {'6', '9', '0', 'q'};
    const Ran ran = watched(rig, pressed);
    CHECK(ran.err.empty());
    CHECK(ran.code == 0);
    REQUIRE(pressed.pages.size() == 4);
    CHECK_THAT(pressed.pages[0], Contains("pudong edge back") && Contains("@agv1") &&
                                     Contains("6 gates (2)") && Contains("TEA-500"));
    CHECK_THAT(pressed.pages[1], Contains("dock-reader") && !Contains("TEA-500"));
    CHECK_THAT(pressed.pages[2], Contains("@agv1") && !Contains("dock-reader"));
    CHECK(pressed.pages[3].substr(pressed.pages[3].find('\n')) ==
          pressed.pages[0].substr(pressed.pages[0].find('\n')));
}

TEST_CASE("the live page follows the box, and says when it is heard no more", "[cli][watch]") {
    OperatorRig rig;
    REQUIRE(rig.tally({"master", "import", "-"}, rig.edge_url).code == 0);
    Pressed pressed;
    pressed.keys = {'\0', '\0', 'q'};
    pressed.before_key = [&](std::size_t page) {
        if (page == 2) {
            rig.edge_server->stop();
        }
    };
    rig.loop.post([&] { rig.passage(PassageOutcome::in); });
    CHECK(watched(rig, pressed, {"watch", "--every", "0.3"}).code == 0);
    REQUIRE(pressed.pages.size() == 3);
    CHECK_THAT(pressed.pages[1], Contains("back.hall"));
    CHECK_THAT(pressed.pages[2], Contains("back.hall") && Contains("as of "));
}

TEST_CASE("the live page needs a terminal, a box and a number, and says so", "[cli][watch]") {
    OperatorRig rig;
    const Ran none = rig.tally({"watch"}, rig.edge_url);
    CHECK(none.code == cli::exit_code::kUsage);
    CHECK_THAT(none.err, Contains("needs a terminal") && Contains("tally watch --once"));
    const Ran once = rig.tally({"watch", "--once"}, rig.edge_url);
    CHECK(once.code == 0);
    CHECK_THAT(once.out, Contains("pudong edge back") && Contains("gates (2)"));
    const Ran bridge = rig.tally({"watch", "--once"}, rig.bridge_url);
    CHECK(bridge.code == 0);
    CHECK_THAT(bridge.out, Contains("pudong bridge"));
    const Ran odd = rig.tally({"watch", "--every", "often"}, rig.edge_url);
    CHECK(odd.code == cli::exit_code::kUsage);
    CHECK_THAT(odd.err, Contains("not 'often'") && Contains("tally watch --every 2"));
    const Ran nobody = rig.tally({"watch", "--once"}, "http://127.0.0.1:9");
    CHECK(nobody.code == cli::exit_code::kUnreachable);
}

TEST_CASE("the program draws on a real terminal and leaves it on q", "[cli][watch]") {
    const char* const program = std::getenv("TALLY");
    REQUIRE(program != nullptr);
    OperatorRig rig;
    const auto token = rig.dir.write("token", test::token_of(OperatorRole::auditor) + "\n");
    Ran ran;
    rig.beside_loop([&] {
        ran = on_terminal({program, "watch", "--url", rig.edge_url, "--token-file", token.string()},
                          "q");
    });
    CAPTURE(ran.out);
    CHECK(ran.code == 0);
    CHECK_THAT(ran.out, Contains("pudong edge back") && Contains("■"));
    CHECK_THAT(ran.out, Contains("\x1b[?1049h") && Contains("\x1b[?1049l"));  // there and back
}
