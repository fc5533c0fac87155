#include "firmware/services/ledger/order_book.hpp"

#include <algorithm>

#include "firmware/base/sha256.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"
#include "firmware/messages/csv.hpp"
#include "firmware/messages/order_data.hpp"

namespace tally {

namespace {

std::string goods(std::int64_t milli, const std::string& sku, const std::string& lot) {
    return format_units(milli) + " of SKU " + sku +
           (lot == kDefaultLot ? std::string() : " (lot " + lot + ")");
}

std::string told(const Order& order, const Claim& claim) {
    const std::string& sku = order.lines.at(claim.line - 1).sku;
    const std::string what = claim.item.empty() ? goods(claim.qty_milli, sku, claim.lot)
                                                : "unit " + claim.item + " of SKU " + sku;
    if (claim.pick == 0) {
        return what + " reserved at " + claim.place;
    }
    return what + (claim.parcel.empty() ? " in hand, at " : " packed, at ") + claim.place;
}

std::string told(const ReleasedData& data) {
    const std::string what = format_units(data.what.qty_milli) + " of SKU " + data.sku;
    std::string text;
    switch (data.what.why) {
        case ReleaseWhy::picked:
        case ReleaseWhy::moved:
            return {};  // Where it is now says the next event.
        case ReleaseWhy::revoked:
            text = what + " at " + data.place + " taken back: less is there than was promised";
            break;
        case ReleaseWhy::not_found:
            text = what + " was not found at " + data.place;
            break;
        case ReleaseWhy::dropped:
            text = "the pick of " + what + " at " + data.place + " was given up";
            break;
        case ReleaseWhy::cancelled:
            text = what + " at " + data.place + " is free again";
            break;
        case ReleaseWhy::shipped:
            text = what + " left from " + data.place;
            break;
    }
    return data.text.empty() ? text : text + ": " + data.text;
}

std::string told(const OrderData& data) {
    switch (data.act) {
        case OrderAct::add:
            return "came with " + std::to_string(data.added.lines.size()) + " line(s)";
        case OrderAct::wait:
            return data.text;
        case OrderAct::cancel:
            return "cancelled" + (data.text.empty() ? std::string() : ": " + data.text);
        case OrderAct::pack:
            return "packed into parcel " + data.parcel.sscc + " at " + data.parcel.place +
                   (data.text.empty() ? std::string() : ": " + data.text);
        case OrderAct::hand_over:
            return "parcel " + data.parcel.sscc + " handed to " + data.parcel.carrier +
                   ", manifest " + data.parcel.manifest;
    }
    return {};
}

Result<void> take_parcel(Order& order, const OrderData& data) {
    const auto known = std::find_if(order.parcels.begin(), order.parcels.end(),
                                    [&](const Parcel& p) { return p.sscc == data.parcel.sscc; });
    if (data.act == OrderAct::hand_over) {
        if (known == order.parcels.end() || !known->manifest.empty()) {
            return fail(ErrorKind::conflict, "order " + order.id + " has no parcel " +
                                                 data.parcel.sscc + " that waits here");
        }
        known->carrier = data.parcel.carrier;
        known->manifest = data.parcel.manifest;
        return {};
    }
    if (known != order.parcels.end()) {
        return fail(ErrorKind::conflict, "parcel " + data.parcel.sscc + " is packed already");
    }
    for (const std::uint64_t n : data.claims) {
        const auto claim = order.claims.find(n);
        if (claim == order.claims.end() || claim->second.pick == 0 ||
            !claim->second.parcel.empty()) {
            return fail(ErrorKind::conflict, "order " + order.id + " has nothing in hand under " +
                                                 std::to_string(n) + " that could be packed");
        }
    }
    for (const std::uint64_t n : data.claims) {
        order.claims.at(n).parcel = data.parcel.sscc;
    }
    order.parcels.push_back(data.parcel);
    return {};
}

}  // namespace

std::string order_digest(const Order& order) {
    return to_hex(sha256(as_bytes(order_content(order))));
}

Result<void> OrderBook::apply(const Event& event, std::vector<StateRow>& changed) {
    if (event.type == EventType::order_changed) {
        return apply_order(event, changed);
    }
    if (event.type == EventType::reserved) {
        return apply_reserved(event, changed);
    }
    if (event.type == EventType::released) {
        return apply_released(event, changed);
    }
    return {};
}

Result<Order> OrderBook::open_order(const std::string& id) const {
    const Order* order = find(id);
    if (order == nullptr) {
        return fail(ErrorKind::conflict, "there is no order " + id + "; `tally order ls --all`");
    }
    return *order;
}

Result<void> OrderBook::add(const Event& event, Order order, std::vector<StateRow>& changed) {
    if (find(order.id) != nullptr || past_.contains(order.id)) {
        return fail(ErrorKind::conflict, "order " + order.id + " is known already");
    }
    order.by = event.by;
    order.t_ms = event.t_ms;
    order.seq = event.seq.value();
    keep(event, std::move(order), changed);
    return {};
}

Result<void> OrderBook::apply_order(const Event& event, std::vector<StateRow>& changed) {
    TALLY_TRY_ASSIGN(OrderData data, decode_order_data(event.data));
    const OrderNote said{event.t_ms, event.by, told(data)};
    if (data.act == OrderAct::add) {
        note(data.added, said);
        return add(event, std::move(data.added), changed);
    }
    TALLY_TRY_ASSIGN(Order order, open_order(data.order));
    switch (data.act) {
        case OrderAct::add:
            break;
        case OrderAct::wait:
            if (data.line == 0 || data.line > order.lines.size()) {
                return fail(ErrorKind::conflict,
                            "order " + order.id + " has no line " + std::to_string(data.line));
            }
            order.lines[data.line - 1].waits_milli = data.milli;
            break;
        case OrderAct::cancel:
            TALLY_TRY(cancel(order));
            break;
        case OrderAct::pack:
        case OrderAct::hand_over:
            TALLY_TRY(take_parcel(order, data));
            break;
    }
    note(order, said);
    keep(event, std::move(order), changed);
    return {};
}

Result<void> OrderBook::apply_reserved(const Event& event, std::vector<StateRow>& changed) {
    TALLY_TRY_ASSIGN(ReservedData data, decode_reserved_data(event.data));
    TALLY_TRY_ASSIGN(Order order, open_order(data.order));
    data.claim.seq = event.seq.value();
    TALLY_TRY(reserve(order, data.claim));
    OrderLine& line = order.lines.at(data.claim.line - 1);
    line.waits_milli = std::min(line.waits_milli, missing_milli(order, data.claim.line));
    note(order, {event.t_ms, event.by, told(order, data.claim)});
    keep(event, std::move(order), changed);
    return {};
}

Result<void> OrderBook::apply_released(const Event& event, std::vector<StateRow>& changed) {
    TALLY_TRY_ASSIGN(const ReleasedData data, decode_released_data(event.data));
    TALLY_TRY_ASSIGN(Order order, open_order(data.order));
    TALLY_TRY(release(order, data.what));
    note(order, {event.t_ms, event.by, told(data)});
    keep(event, std::move(order), changed);
    return {};
}

void OrderBook::keep(const Event& event, Order order, std::vector<StateRow>& changed) {
    if (order.ended_seq == 0 && is_finished(order) && order.claims.empty()) {
        order.ended_seq = event.seq.value();
    }
    store(event.edge.str(), std::move(order), changed);
}

void OrderBook::store(const std::string& edge, Order order, std::vector<StateRow>& changed) {
    if (const auto old = orders_.find(order.id); old != orders_.end()) {
        unindex(old->second);
    }
    index(order);
    if (is_finished(order) && order.claims.empty()) {
        finished_.insert({order.ended_seq != 0 ? order.ended_seq : order.seq, order.id});
    }
    changed.push_back({edge, std::string(kOrderRows), order.id, encode_order(order)});
    const std::string id = order.id;
    orders_.insert_or_assign(id, std::move(order));
    forget_oldest(edge, changed);
}

void OrderBook::index(const Order& order) {
    for (const auto& [n, claim] : order.claims) {
        const ClaimRef ref{order.id, n};
        spots_[{order.lines.at(claim.line - 1).sku, claim.place, claim.lot}].insert(ref);
        if (!claim.item.empty()) {
            items_[claim.item] = ref;
        }
    }
}

void OrderBook::unindex(const Order& order) {
    for (const auto& [n, claim] : order.claims) {
        const auto spot = spots_.find({order.lines.at(claim.line - 1).sku, claim.place, claim.lot});
        spot->second.erase({order.id, n});
        if (spot->second.empty()) {
            spots_.erase(spot);
        }
        if (!claim.item.empty()) {
            items_.erase(claim.item);
        }
    }
}

void OrderBook::forget_oldest(const std::string& edge, std::vector<StateRow>& changed) {
    while (finished_.size() > kFinishedMax) {
        const auto [seq, id] = *finished_.begin();
        finished_.erase(finished_.begin());
        const std::string digest = order_digest(orders_.at(id));
        orders_.erase(id);
        past_[id] = {digest, seq};
        past_by_seq_[seq] = id;
        changed.push_back({edge, std::string(kOrderRows), id, {}});
        std::string value;
        CanonicalWriter(value)
            .begin_object()
            .key("digest")
            .text(digest)
            .key("seq")
            .number(seq)
            .end_object();
        changed.push_back({edge, std::string(kPastOrderRows), id, std::move(value)});
    }
    while (past_by_seq_.size() > kPastMax) {
        const std::string id = past_by_seq_.begin()->second;
        past_by_seq_.erase(past_by_seq_.begin());
        past_.erase(id);
        changed.push_back({edge, std::string(kPastOrderRows), id, {}});
    }
}

const Order* OrderBook::find(const std::string& id) const {
    const auto found = orders_.find(id);
    return found == orders_.end() ? nullptr : &found->second;
}

std::string OrderBook::past(const std::string& id) const {
    const auto found = past_.find(id);
    return found == past_.end() ? std::string() : found->second.digest;
}

std::vector<std::string> OrderBook::open() const {
    std::vector<std::pair<ServeRank, const std::string*>> found;
    for (const auto& [id, order] : orders_) {
        if (!is_finished(order)) {
            found.emplace_back(serve_rank(order), &id);
        }
    }
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> ids;
    ids.reserve(found.size());
    for (const auto& [rank, id] : found) {
        ids.push_back(*id);
    }
    return ids;
}

std::int64_t OrderBook::claimed(const SpotKey& spot) const {
    std::int64_t sum = 0;
    for (const ClaimRef& ref : claims_on(spot)) {
        sum += claim(ref)->qty_milli;
    }
    return sum;
}

std::vector<ClaimRef> OrderBook::claims_on(const SpotKey& spot) const {
    const auto found = spots_.find(spot);
    return found == spots_.end()
               ? std::vector<ClaimRef>()
               : std::vector<ClaimRef>(found->second.begin(), found->second.end());
}

ClaimRef OrderBook::claim_of_item(const std::string& item) const {
    const auto found = items_.find(item);
    return found == items_.end() ? ClaimRef() : found->second;
}

const Claim* OrderBook::claim(const ClaimRef& ref) const {
    const Order* order = find(ref.order);
    if (order == nullptr) {
        return nullptr;
    }
    const auto found = order->claims.find(ref.n);
    return found == order->claims.end() ? nullptr : &found->second;
}

bool OrderBook::owns(std::string_view row_kind) {
    return row_kind == kOrderRows || row_kind == kPastOrderRows;
}

Result<void> OrderBook::load(const StateRow& row) {
    if (row.kind == kPastOrderRows) {
        Past past;
        ObjectReader reader(row.value, "stored past order");
        reader.text("digest", past.digest);
        reader.number("seq", past.seq);
        TALLY_TRY(reader.finish());
        past_by_seq_[past.seq] = row.key;
        past_[row.key] = std::move(past);
        return {};
    }
    TALLY_TRY_ASSIGN(Order order, decode_order(row.value));
    order.id = row.key;
    std::vector<StateRow> same;
    store(row.edge, std::move(order), same);
    return {};
}

void OrderBook::add_rows(const std::string& edge, std::vector<StateRow>& rows) const {
    for (const auto& [id, order] : orders_) {
        rows.push_back({edge, std::string(kOrderRows), id, encode_order(order)});
    }
    for (const auto& [id, past] : past_) {
        std::string value;
        CanonicalWriter(value)
            .begin_object()
            .key("digest")
            .text(past.digest)
            .key("seq")
            .number(past.seq)
            .end_object();
        rows.push_back({edge, std::string(kPastOrderRows), id, std::move(value)});
    }
}

}  // namespace tally
