#include "tools/demo_site/typed.hpp"

#include <fmt/format.h>

namespace tally::demo {

namespace {

Part part_of(std::string_view box) {
    return box == kBack ? Part::back : box == kShop ? Part::shop : Part::bridge;
}

/// The word behind `before`, as far as the next blank.
std::string word_after(const std::string& text, std::string_view before) {
    const std::size_t at = text.find(before);
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t begin = at + before.size();
    return text.substr(begin, text.find_first_of(" \n", begin) - begin);
}

}  // namespace

Result<std::string> type(const Stage& stage, const BoxApi& box, const Typing& typing,
                         const std::vector<std::string>& arguments) {
    stage.tale.say(Tale::Voice::manager, typing.user,
                   fmt::format("$ {}   ({}at {})", typed(arguments), typing.about, box.name()));
    TALLY_TRY_ASSIGN(std::string words,
                     tally_cli(stage.site, part_of(box.name()), typing.user).run(arguments));
    std::size_t begin = 0;
    for (std::size_t line = 0; line < typing.lines_max && begin < words.size(); ++line) {
        const std::size_t end = std::min(words.find('\n', begin), words.size());
        stage.tale.plain("                    " + words.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

Result<void> write_off(const Stage& stage, const BoxApi& edge, const std::string& epc,
                       const std::string& place) {
    const std::string about = stage.goods.label_of(epc) + ", ";
    TALLY_TRY_ASSIGN(const std::string words, type(stage, edge, {kManager, about, 1},
                                                   {"count", "writeoff", "--place", place, "--item",
                                                    epc, "--reason", "mislaid"}));
    const std::string id = word_after(words, "tally count approve ");
    if (id.empty()) {
        return fail(ErrorKind::corrupt, "the write-off does not say what a second person types");
    }
    TALLY_TRY(type(stage, edge, {kSecondManager, about, 1}, {"count", "approve", id}));
    return {};
}

}  // namespace tally::demo
