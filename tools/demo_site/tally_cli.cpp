#include "tools/demo_site/tally_cli.hpp"

#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "tools/demo_site/child_process.hpp"

namespace tally::demo {

std::string typed(const std::vector<std::string>& arguments) {
    std::string line = "tally";
    for (const std::string& argument : arguments) {
        const bool has_blanks = argument.find(' ') != std::string::npos;
        line += has_blanks ? fmt::format(" '{}'", argument) : " " + argument;
    }
    return line;
}

Result<std::string> TallyCli::run(const std::vector<std::string>& arguments) const {
    constexpr Duration kLimit = std::chrono::seconds(30);
    std::error_code ignored;  // Where there is none from an earlier run, there is none to remove.
    std::filesystem::remove(output, ignored);
    ChildSpec spec;
    spec.arguments.push_back(program.string());
    spec.arguments.insert(spec.arguments.end(), arguments.begin(), arguments.end());
    for (const std::string& option : {std::string("--url"), url, std::string("--token-file"),
                                      token_file.string(), std::string("--no-color")}) {
        spec.arguments.push_back(option);
    }
    spec.log = output;
    TALLY_TRY_ASSIGN(const int code, run_to_end(spec, kLimit));
    std::ifstream file(output);
    std::string words{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    while (!words.empty() && words.back() == '\n') {
        words.pop_back();
    }
    if (code != 0) {
        return fail(ErrorKind::refused,
                    fmt::format("`{}` ended with code {}: {}", typed(arguments), code, words));
    }
    return words;
}

}  // namespace tally::demo
