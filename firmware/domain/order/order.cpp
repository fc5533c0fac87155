#include "firmware/domain/order/order.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "firmware/domain/layout/site.hpp"
#include "firmware/domain/order/due.hpp"
#include "firmware/domain/order/shelf_life.hpp"

namespace tally {

namespace {

constexpr std::array<std::string_view, 7> kStages = {
    "back_ordered", "reserved", "picking", "picked", "packed", "handed_over", "cancelled"};
constexpr std::array<std::string_view, 7> kWhys = {"picked",  "moved",     "revoked", "not_found",
                                                   "dropped", "cancelled", "shipped"};
constexpr std::array<std::string_view, 5> kActs = {"add", "wait", "cancel", "pack", "hand_over"};

template <typename Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names.at(i) == name) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}

std::int64_t claimed_milli(const Order& order, std::uint64_t line) {
    std::int64_t sum = 0;
    for (const auto& [n, claim] : order.claims) {
        sum += claim.line == line ? claim.qty_milli : 0;
    }
    return sum;
}

tl::unexpected<Error> clash(const Order& order, const std::string& why) {
    return fail(ErrorKind::conflict, "order " + order.id + ": " + why);
}

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

}  // namespace

std::string_view to_string(OrderStage stage) noexcept {
    return kStages[static_cast<std::size_t>(stage)];
}

std::string_view to_string(ReleaseWhy why) noexcept {
    return kWhys[static_cast<std::size_t>(why)];
}

std::string_view to_string(OrderAct act) noexcept {
    return kActs[static_cast<std::size_t>(act)];
}

std::optional<ReleaseWhy> release_why_from(std::string_view name) noexcept {
    return find_name<ReleaseWhy>(kWhys, name);
}

std::optional<OrderAct> order_act_from(std::string_view name) noexcept {
    return find_name<OrderAct>(kActs, name);
}

Result<void> check_order(const Order& order) {
    if (!is_printable_id(order.id)) {
        return fail(ErrorKind::malformed, "order '" + order.id +
                                              "': the id is 1 to 64 characters of A-Z a-z 0-9 "
                                              ". _ -; it stands in topics and file names");
    }
    const auto bad = [&](const std::string& why) {
        return fail(ErrorKind::malformed, "order " + order.id + ": " + why);
    };
    if (order.lines.empty() || order.lines.size() > kOrderLinesMax) {
        return bad("1 to " + std::to_string(kOrderLinesMax) + " lines, not " +
                   std::to_string(order.lines.size()) + "; split it");
    }
    if (order.priority < kUrgentPriority || order.priority > kIdlePriority) {
        return bad("priority is 1 (first) to 9, not " + std::to_string(order.priority));
    }
    if (!order.due.empty() && !day_of(order.due) && !moment_ms(order.due)) {
        return bad("due is a date like 2026-12-01, or a moment like 2026-12-01T08:00:00Z, not '" +
                   order.due + "'");
    }
    if (!order.due_by.empty() && !(day_of(order.due) && moment_ms(order.due_by))) {
        return bad("only a day has an end, which is a moment like 2026-12-01T15:59:59Z, not '" +
                   order.due_by + "'");
    }
    for (const OrderLine& line : order.lines) {
        if (line.sku.empty() || line.qty_milli <= 0) {
            return bad("each line names a SKU and more than 0 units of it");
        }
    }
    return {};
}

OrderStage stage_of(const Order& order) {
    if (order.cancelled) {
        return OrderStage::cancelled;
    }
    bool any_picked = false;
    bool all_picked = true;
    bool all_packed = true;
    for (const auto& [n, claim] : order.claims) {
        any_picked = any_picked || claim.pick != 0;
        all_picked = all_picked && claim.pick != 0;
        all_packed = all_packed && !claim.parcel.empty();
    }
    const bool lacks = missing_milli(order) > 0;
    if (order.claims.empty() && !lacks) {
        return OrderStage::handed_over;
    }
    if (!lacks && all_packed) {
        return OrderStage::packed;
    }
    if (!lacks && all_picked) {
        return OrderStage::picked;
    }
    if (any_picked) {
        return OrderStage::picking;
    }
    return lacks ? OrderStage::back_ordered : OrderStage::reserved;
}

bool is_finished(const Order& order) {
    const OrderStage stage = stage_of(order);
    return stage == OrderStage::cancelled || stage == OrderStage::handed_over;
}

std::int64_t missing_milli(const Order& order, std::uint64_t line) {
    if (order.cancelled || line == 0 || line > order.lines.size()) {
        return 0;
    }
    const OrderLine& wanted = order.lines[line - 1];
    return wanted.qty_milli - wanted.shipped_milli - claimed_milli(order, line);
}

std::int64_t missing_milli(const Order& order) {
    std::int64_t sum = 0;
    for (std::uint64_t line = 1; line <= order.lines.size(); ++line) {
        sum += missing_milli(order, line);
    }
    return sum;
}

std::optional<std::int64_t> due_ms(const Order& order) {
    constexpr std::int64_t kDayMs = 86'400'000;
    if (const auto moment = moment_ms(order.due_by.empty() ? order.due : order.due_by)) {
        return moment;
    }
    const auto day = day_of(order.due);
    return day ? std::optional(*day * kDayMs) : std::nullopt;
}

ServeRank serve_rank(const Order& order) {
    return {order.priority, due_ms(order).value_or(INT64_MAX), order.seq};
}

std::string order_content(const Order& order) {
    std::string out = std::to_string(order.priority) + " " + order.due;
    for (const OrderLine& line : order.lines) {
        out += "\n" + line.sku + "\t" + line.lot + "\t" + line.place + "\t" +
               std::to_string(line.qty_milli);
    }
    return out;
}

Result<void> reserve(Order& order, const Claim& claim) {
    if (is_finished(order)) {
        return clash(order, "it is " + std::string(to_string(stage_of(order))));
    }
    const std::int64_t missing = missing_milli(order, claim.line);
    if (claim.qty_milli <= 0 || claim.qty_milli > missing) {
        return clash(order, "line " + std::to_string(claim.line) + " needs " +
                                std::to_string(missing) + " thousandths more, not " +
                                std::to_string(claim.qty_milli));
    }
    const auto known = order.claims.find(claim.n);
    if (known == order.claims.end()) {
        if (claim.n <= order.last_claim) {
            return clash(order, "claim " + std::to_string(claim.n) + " was given before");
        }
        order.last_claim = claim.n;
        order.claims[claim.n] = claim;
        return {};
    }
    Claim more = claim;
    more.qty_milli = known->second.qty_milli;
    more.seq = known->second.seq;
    if (more != known->second) {
        return clash(order, "claim " + std::to_string(claim.n) + " is of something else");
    }
    known->second.qty_milli += claim.qty_milli;
    return {};
}

Result<void> release(Order& order, const Release& release) {
    const auto known = order.claims.find(release.n);
    if (known == order.claims.end() || release.qty_milli <= 0 ||
        known->second.qty_milli < release.qty_milli) {
        return clash(order, "there is no claim " + std::to_string(release.n) + " of " +
                                std::to_string(release.qty_milli) + " thousandths");
    }
    if (release.why == ReleaseWhy::shipped) {
        order.lines.at(known->second.line - 1).shipped_milli += release.qty_milli;
    }
    known->second.qty_milli -= release.qty_milli;
    if (known->second.qty_milli == 0) {
        order.claims.erase(known);
    }
    return {};
}

Result<void> cancel(Order& order) {
    if (is_finished(order)) {
        return clash(order, "it is " + std::string(to_string(stage_of(order))) + " already");
    }
    order.cancelled = true;
    return {};
}

void note(Order& order, OrderNote note) {
    if (note.text.empty()) {
        return;
    }
    if (note.text.size() > kOrderTextBytesMax) {
        std::size_t size = kOrderTextBytesMax;
        while (size > 0 && (static_cast<unsigned char>(note.text[size]) & 0xC0U) == 0x80U) {
            --size;  // Not within a character of UTF-8.
        }
        note.text.resize(size);
    }
    order.notes.push_back(std::move(note));
    if (order.notes.size() > kOrderNotesMax) {
        order.notes.erase(order.notes.begin());
    }
}

std::string pick_key(const std::string& order, const Claim& claim) {
    return "pick:" + order + ":" + std::to_string(claim.line) + ":" + std::to_string(claim.n);
}

std::optional<PickOf> pick_of_key(std::string_view key) {
    constexpr std::string_view kPick = "pick:";
    if (!key.starts_with(kPick)) {
        return std::nullopt;
    }
    key.remove_prefix(kPick.size());
    const std::size_t first = key.find(':');
    const std::size_t last = key.rfind(':');
    if (first == std::string_view::npos || first == last) {
        return std::nullopt;
    }
    const auto line = number_of(key.substr(first + 1, last - first - 1));
    const auto n = number_of(key.substr(last + 1));
    if (!line || !n) {
        return std::nullopt;
    }
    return PickOf{std::string(key.substr(0, first)), *line, *n};
}

}  // namespace tally
