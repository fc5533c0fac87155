// tally_config_reference: prints docs/config.md, made by running the config readers on files of no
// keys. A test holds the document to it; `tools/dev config-reference` writes it anew.
#include <cstdio>
#include <filesystem>
#include <string>

#include "firmware/messages/config/box_files.hpp"
#include "firmware/messages/config/register_map_file.hpp"
#include "firmware/messages/config/site_file.hpp"
#include "firmware/messages/config/tokens_file.hpp"

namespace {

constexpr const char* kOpening =
    "# Every key of every config file\n"
    "\n"
    "Made from the readers themselves by `tools/dev config-reference`; do not edit by hand.\n"
    "\n"
    "The files are TOML and strict: an unknown key is an error that names the near one. Relative\n"
    "paths start at the folder of the file they stand in. `--check-config` of a daemon prints the\n"
    "values in force with their origin. Examples: `deploy/example`.\n"
    "\n";

template <typename Reader>
void print_reference(const char* name, Reader reader) {
    tally::ConfigFile file = tally::ConfigFile::describe(name);
    reader(file.root());
    std::printf("%s\n", file.reference().c_str());
}

}  // namespace

int main() {
    std::filesystem::path site_file;
    std::fputs(kOpening, stdout);
    print_reference("site.toml", [](tally::ConfigTable root) {
        std::filesystem::path floor_file;
        tally::read_site(root, floor_file);
    });
    print_reference("edge.toml",
                    [&](tally::ConfigTable root) { tally::read_edge(root, site_file); });
    print_reference("bridge.toml",
                    [&](tally::ConfigTable root) { tally::read_bridge(root, site_file); });
    print_reference("registers/*.toml",
                    [](tally::ConfigTable root) { tally::read_register_map(root); });
    print_reference("tokens.toml", [](tally::ConfigTable root) { tally::read_tokens(root); });
    return 0;
}
