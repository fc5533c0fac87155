// Any bytes as a request to the operators' door: method, target, body. What the router lets through
// must be free of hidden paths; what it refuses must carry its reason.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/base/check.hpp"
#include "firmware/messages/master_file.hpp"
#include "firmware/messages/request_body.hpp"
#include "firmware/services/api/request_values.hpp"
#include "firmware/services/api/routes.hpp"

using namespace tally;

namespace {

std::string_view cut_line(std::string_view& text) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    return line;
}

void check_segment(const std::string& segment) {
    TALLY_CHECK(!segment.empty() && segment != "." && segment != "..", "no hidden folder");
    TALLY_CHECK(segment.find_first_of("/\\") == std::string::npos, "no hidden separator");
    TALLY_CHECK(is_utf8(segment), "text only");
    for (const char c : segment) {
        TALLY_CHECK(static_cast<unsigned char>(c) >= 0x20, "no control characters");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::string_view method = cut_line(text);
    const Result<ApiTarget> target = parse_target(cut_line(text));
    if (target) {
        for (const std::string& segment : target->path) {
            check_segment(segment);
        }
        const RouteResult found = find_route(method, *target);
        TALLY_CHECK(found.miss != RouteMiss::none || found.match.route != nullptr, "one or other");
        static_cast<void>(events_wish_in(*target));
        static_cast<void>(number_in(*target, {"limit", 1'000, 50}));
        static_cast<void>(stock_filter_in(*target));
        if (!target->path.empty()) {
            static_cast<void>(unit_in(target->path.back()));
        }
    } else {
        TALLY_CHECK(!target.error().text.empty(), "a refusal carries its reason");
    }
    static_cast<void>(read_request_body(text, {"place", "reason", "how"}));
    if (const auto records = read_master_file(text)) {
        for (const MasterRecord& record : *records) {
            TALLY_CHECK(decode_master_record(encode(record)).has_value(), "records stay records");
        }
    }
    return 0;
}
