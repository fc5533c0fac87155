#include "firmware/domain/ledger/event_form.hpp"

#include <array>
#include <string>
#include <utility>

#include "firmware/base/plain_text.hpp"

namespace tally {

namespace {

tl::unexpected<Error> malformed(std::string_view key, std::string_view expected) {
    return fail(ErrorKind::malformed, "event: key '" + std::string(key) +
                                          "': " + std::string(expected) + " was expected");
}

bool counts_from_one(std::uint64_t value) {
    return value >= 1 && value <= static_cast<std::uint64_t>(kEventIntMax);
}

// The key whose text may not stand in the ledger, or empty.
std::string_view first_bad_text(const Event& event) {
    const std::array<std::pair<std::string_view, std::string_view>, 14> texts = {{
        {"edge", event.edge.str()},
        {"item", event.item.str()},
        {"sku", event.sku.str()},
        {"lot", event.lot.str()},
        {"from", event.from.str()},
        {"to", event.to.str()},
        {"custody", event.custody},
        {"quality", event.quality},
        {"custody_to", event.custody_to},
        {"quality_to", event.quality_to},
        {"parent", event.parent},
        {"cause", event.cause},
        {"by", event.by},
        {"raw_ref", event.raw_ref},
    }};
    for (const auto& [key, text] : texts) {
        if (!is_ledger_text(text)) {
            return key;
        }
    }
    return {};
}

}  // namespace

bool is_ledger_text(std::string_view text) noexcept {
    return text.size() <= kEventTextBytesMax && is_plain(text);
}

Result<void> check_move_form(const Event& event) {
    const bool moves = !event.sku.empty();
    if (moves != !event.lot.empty() || moves != !event.from.empty() || moves != !event.to.empty()) {
        return malformed("sku",
                         "'sku', 'lot', 'from' and 'to' together or none of them (what does "
                         "not move stands in 'data')");
    }
    if (event.qty.milli < 0 || event.qty.milli > kEventIntMax || (!moves && event.qty.milli != 0)) {
        return malformed("qty", "a quantity from 0 to 2^53 - 1 thousandths, 0 where nothing moves");
    }
    if (event.custody.empty() || event.quality.empty()) {
        return malformed("custody", "a custody and a quality state");
    }
    if (event.custody_to == event.custody || event.quality_to == event.quality) {
        return malformed("custody_to", "'custody_to' and 'quality_to' only where they differ");
    }
    if (!moves && (!event.custody_to.empty() || !event.quality_to.empty())) {
        return malformed("custody_to", "a state entered only where something moves");
    }
    if (event.qty.milli > 0 && event.from == event.to && event.custody_to.empty() &&
        event.quality_to.empty()) {
        return malformed("to", "a position other than the one left");
    }
    return {};
}

Result<void> check_form(const Event& event) {
    TALLY_TRY(check_move_form(event));
    if (event.edge.empty() || !counts_from_one(event.epoch.value()) ||
        !counts_from_one(event.seq.value())) {
        return malformed("seq", "an edge, and an epoch and a seq from 1 to 2^53 - 1");
    }
    if (event.t_ms < -kEventIntMax || event.t_ms > kEventIntMax) {
        return malformed("t_ms", "a time below 2^53");
    }
    if (event.by.empty()) {
        return malformed("by", "a device, rule or named person");
    }
    if (const std::string_view key = first_bad_text(event); !key.empty()) {
        return malformed(key, "printable ASCII without quotation mark or backslash, at most " +
                                  std::to_string(kEventTextBytesMax) + " bytes");
    }
    if (event.evidence.size() > Event::kEvidenceBytesMax) {
        return malformed("evidence", "at most " + std::to_string(Event::kEvidenceBytesMax) +
                                         " bytes (put the rest away and name it in 'raw_ref')");
    }
    if (event.data.size() > kEventDataBytesMax) {
        return malformed("data", "at most " + std::to_string(kEventDataBytesMax) + " bytes");
    }
    return {};
}

}  // namespace tally
