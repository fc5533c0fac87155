#include "tools/tally/config_check.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "firmware/messages/config/box_files.hpp"
#include "firmware/messages/config/named_files.hpp"
#include "firmware/messages/config/site_file.hpp"
#include "firmware/messages/config/tokens_file.hpp"
#include "firmware/site/kinds.hpp"

namespace tally::cli {

namespace {

/// True if a line of the file opens this table.
bool opens(const std::string& text, const std::string& header) {
    const auto at = text.find(header);
    return at == 0 || (at != std::string::npos && text[at - 1] == '\n');
}

Result<std::string> check_tokens(const std::filesystem::path& file) {
    TALLY_TRY_ASSIGN(const std::vector<OperatorToken> users, load_tokens(file));
    std::string text;
    for (const OperatorToken& user : users) {
        text += "[[user]]\nname = \"" + user.name + "\"\nrole = \"" +
                std::string(to_string(user.role)) + "\"\ntoken = \"(not shown)\"\n\n";
    }
    return text;
}

}  // namespace

Result<std::string> check_config(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        return fail(ErrorKind::refused, "cannot read " + file.string() + "; check name and rights");
    }
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    text.erase(std::remove_if(text.begin(), text.end(),
                              [](char c) { return c == ' ' || c == '\t' || c == '\r'; }),
               text.end());
    if (opens(text, "[[user]]")) {
        return check_tokens(file);
    }
    if (opens(text, "[site]")) {
        TALLY_TRY_ASSIGN(const Loaded<SiteLayout> site, load_site(file));
        return site.effective;
    }
    if (opens(text, "[bridge]")) {
        TALLY_TRY_ASSIGN(const Loaded<BridgeConfig> bridge, load_bridge(file));
        TALLY_TRY(check_named_files(bridge.value));
        return bridge.effective;
    }
    if (opens(text, "[edge]")) {
        TALLY_TRY_ASSIGN(const Loaded<EdgeConfig> edge, load_edge(file));
        TALLY_TRY(check_kinds(edge.value));
        TALLY_TRY(check_named_files(edge.value));
        return edge.effective;
    }
    return fail(ErrorKind::malformed,
                file.string() +
                    " has none of [site], [edge], [bridge] and [[user]]: it is no "
                    "config file of a box; deploy/example shows all four");
}

}  // namespace tally::cli
