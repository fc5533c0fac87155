// tally: the operators' command line. Arguments -> box -> answer.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <unistd.h>

#include "tools/tally/run.hpp"

namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

void print(std::FILE* to, const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), to);
    std::fflush(to);
}

}  // namespace

int main(int argc, char** argv) {
    using namespace tally::cli;
    Terminal terminal;
    terminal.out = [](const std::string& text) { print(stdout, text); };
    terminal.err = [](const std::string& text) { print(stderr, text); };
    terminal.in = [] { return std::string{std::istreambuf_iterator<char>(std::cin), {}}; };
    terminal.redraws = ::isatty(STDOUT_FILENO) == 1 && variable("TERM") != "dumb";
    const bool colours = terminal.redraws && variable("NO_COLOR").empty();
    terminal.colour = colours ? Colour::ansi : Colour::none;
    terminal.say = Catalogue(
        language_of({std::getenv("LC_ALL"), std::getenv("LC_MESSAGES"), std::getenv("LANG")}));
    if (terminal.redraws && ::isatty(STDIN_FILENO) == 1) {
        terminal.open_screen = terminal_screen;
    }
    const Environment environment{variable("TALLY_URL"), variable("TALLY_TOKEN_FILE")};
    return run({argv + 1, argv + argc}, environment, terminal);
}
