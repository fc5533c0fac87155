// Any bytes as a config file: reading must end in values or in an error, never in a crash; and what
// was accepted must print as effective values that read back as the same site.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "firmware/base/check.hpp"
#include "firmware/messages/config/box_files.hpp"
#include "firmware/messages/config/site_file.hpp"
#include "firmware/messages/config/tokens_file.hpp"

using namespace tally;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Result<Loaded<SiteLayout>> site = parse_site(text, "fuzz.toml");
    if (site) {
        const Result<Loaded<SiteLayout>> again = parse_site(site->effective, "again.toml");
        TALLY_CHECK(again.has_value(), "effective values must be a valid config");
        TALLY_CHECK(again->value == site->value, "effective values must mean the same site");
    } else {
        TALLY_CHECK(!site.error().text.empty(), "a refusal must carry its reason");
    }
    if (Result<ConfigFile> file = ConfigFile::parse(text, "fuzz.toml")) {
        std::filesystem::path site_file;
        read_edge(file->root(), site_file);
        read_bridge(file->root(), site_file);
        read_tokens(file->root());
        const Result<void> finished = file->finish();
        TALLY_CHECK(finished || !finished.error().text.empty(), "a refusal must carry its reason");
        TALLY_CHECK(!file->effective().empty(), "what was read can always be shown");
    }
    return 0;
}
