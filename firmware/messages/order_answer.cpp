#include "firmware/messages/order_answer.hpp"

#include <algorithm>
#include <array>

#include "firmware/messages/canonical_reader.hpp"

namespace tally {

namespace {

constexpr std::array<std::string_view, 5> kOutcomes = {"added", "known", "refused", "passed_on",
                                                       "cancelled"};
constexpr std::int64_t kVersion = 1;

Result<OrderTaken> decode_taken(std::string_view json) {
    OrderTaken taken;
    std::string outcome;
    ObjectReader reader(json, "order answer");
    reader.text("id", taken.id);
    reader.integer("missing_milli", taken.missing_milli);
    reader.text("outcome", outcome);
    const auto* found = std::find(kOutcomes.begin(), kOutcomes.end(), outcome);
    if (found == kOutcomes.end()) {
        reader.refuse("outcome", "'added', 'known', 'refused', 'passed_on' or 'cancelled'");
    } else {
        taken.outcome = static_cast<OrderOutcome>(found - kOutcomes.begin());
    }
    reader.text("stage", taken.stage);
    reader.text("text", taken.text);
    TALLY_TRY(reader.finish());
    return taken;
}

}  // namespace

std::string_view to_string(OrderOutcome outcome) noexcept {
    return kOutcomes[static_cast<std::size_t>(outcome)];
}

void write(CanonicalWriter& w, const OrderTaken& taken) {
    w.begin_object().key("id").text(taken.id);
    w.key("missing_milli").integer(taken.missing_milli);
    w.key("outcome").text(to_string(taken.outcome)).key("stage").text(taken.stage);
    w.key("text").text(taken.text).end_object();
}

std::string encode(const OrderAnswer& answer) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("edge").text(answer.edge.str()).key("rows").begin_array();
    for (const OrderTaken& taken : answer.orders) {
        write(w, taken);
    }
    w.end_array().key("sha256").text(answer.sha256);
    w.key("text").text(answer.text).key("v").integer(kVersion).end_object();
    return out;
}

Result<OrderAnswer> decode_order_answer(std::string_view json) {
    OrderAnswer answer;
    std::string edge;
    std::vector<std::string_view> rows;
    std::int64_t version = 0;
    ObjectReader reader(json, "order answer");
    reader.text("edge", edge);
    reader.elements("rows", rows);
    reader.text("sha256", answer.sha256);
    reader.text("text", answer.text);
    reader.integer("v", version);
    if (version != kVersion) {
        reader.refuse("v", "1");
    }
    TALLY_TRY(reader.finish());
    answer.edge = EdgeId(edge);
    for (const std::string_view row : rows) {
        TALLY_TRY_ASSIGN(OrderTaken taken, decode_taken(row));
        answer.orders.push_back(std::move(taken));
    }
    return answer;
}

}  // namespace tally
