// Values in requests, read the same way by edge and bridge. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/services/api/event_feed.hpp"
#include "firmware/services/api/operator_api.hpp"
#include "firmware/services/api/stock_view.hpp"
#include "firmware/services/goods/receiving.hpp"

namespace tally {

/// A parameter that is a whole number within bounds; `fallback` where it is not there.
struct NumberParameter {
    std::string name;
    std::uint64_t max = 0;
    std::uint64_t fallback = 0;
};
Result<std::uint64_t> number_in(const ApiTarget& target, const NumberParameter& wanted);

/// The EPC of a unit in the ledger's own form; hex of either case and the text form are taken.
Result<std::string> unit_in(const std::string& text);

StockFilter stock_filter_in(const ApiTarget& target);

/// after, gate, follow of /v1/events. `has_after` is false where the watch begins at the end.
struct EventsWish {
    EventFeed::Wish wish;
    bool has_after = false;
};
Result<EventsWish> events_wish_in(const ApiTarget& target);

/// A text of the body; `fallback` where it is not there or empty.
std::string text_of(const std::map<std::string, std::string>& body, const std::string& key,
                    std::string_view fallback = {});

/// A text that must be in the body, e.g. the reason of a correction: 1 to 160 characters that may
/// stand in the ledger's data.
Result<std::string> needed_text(const std::map<std::string, std::string>& body,
                                const std::string& key);

/// Units that a scan is about; 0 where the text is empty: what the code stands for. malformed where
/// somebody says that there are none.
Result<std::int64_t> scanned_units_in(const std::string& text);

/// good (also where the text is empty) or damaged; malformed if it is another word.
Result<Condition> condition_in(const std::string& text);

/// Texts between blanks and commas.
std::vector<std::string> words_of(const std::string& text);

/// `data` of an export of master data: {kind, format, rows, text}; `format` csv (default) or json.
Result<std::string> master_export_data(const Registers& registers, const ApiTarget& target);

/// `data` of a list of anomalies, filtered by kind and item; each with its edge.
struct AnomalyRowView {
    std::string edge;
    OpenAnomaly open;
};
std::string anomalies_data(const std::vector<AnomalyRowView>& rows, const ApiTarget& filter);

}  // namespace tally
