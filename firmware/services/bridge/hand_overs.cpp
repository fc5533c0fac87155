#include "firmware/services/bridge/hand_overs.hpp"

#include <utility>

#include "firmware/domain/place.hpp"
#include "firmware/messages/event_data.hpp"
#include "firmware/messages/hand_over_row.hpp"
#include "firmware/services/bridge/bridge_rows.hpp"

namespace tally {

namespace {

/// The second half names the first, an event of another edge, as its cause.
bool is_second_half(const Event& event) {
    const auto edge_end = event.cause.find(':');
    const bool is_event_ref =
        edge_end != event.cause.rfind(':') && event.cause.rfind("cmd:", 0) != 0;
    return is_event_ref && event.cause.compare(0, edge_end, event.edge.str()) != 0;
}

StateRow early_row(const std::string& ref, std::string value) {
    return {std::string(kBridgeEdge), std::string(kEarlyHalfRows), ref, std::move(value)};
}

}  // namespace

HandOverOutcome HandOvers::on_event(const Event& event, MonoTime now) {
    const bool given = event.type == EventType::handed_over;
    const bool received = event.type == EventType::received && event.from.str() == kInTransit;
    if (!given && !received) {
        return {};
    }
    // An edge's own event may be the cause of its next one; only another edge brings the other
    // half.
    const auto half = open_.find(event.cause);
    if (half != open_.end() && half->second.edge != event.edge.str()) {
        return close(event.cause);
    }
    HandOverOutcome outcome;
    if (is_second_half(event)) {
        // Its first half is not known here yet: this bridge was restored, and the other edge has
        // still to tell it again.
        early_.insert(event.cause);
        outcome.states.push_back(early_row(event.cause, "true"));
        return outcome;
    }
    if (const auto early = early_.find(event_ref(event.edge, event.epoch, event.seq));
        early != early_.end()) {
        outcome.states.push_back(early_row(*early, {}));
        early_.erase(early);
        return outcome;
    }
    if (received && has_gone_on(event)) {
        return outcome;
    }
    const auto first = given ? OpenHandOver::First::given : OpenHandOver::First::received;
    return first_half(event, first, now);
}

/// The unit came to this edge from outside and went on to another one, which has told of it before:
/// after a broken line the edges' words arrive in any order. It was here first, then there.
bool HandOvers::has_gone_on(const Event& event) const {
    const Result<HandOverData> data = decode_hand_over_data(event.data);
    const OpenHandOver* const on = of_item(event.item.str());
    return on != nullptr && on->first == OpenHandOver::First::received &&
           on->other_edge == event.edge.str() && (!data || data->edge.empty());
}

HandOverOutcome HandOvers::close(const std::string& ref) {
    HandOverOutcome outcome;
    const auto found = open_.find(ref);
    if (!found->second.anomaly.empty()) {
        outcome.resolved_anomaly = found->second.anomaly;
    }
    StateRow row = to_row(found->second);
    row.value.clear();
    outcome.states.push_back(std::move(row));
    open_.erase(found);
    return outcome;
}

HandOverOutcome HandOvers::first_half(const Event& event, OpenHandOver::First first, MonoTime now) {
    const Result<HandOverData> data = decode_hand_over_data(event.data);
    OpenHandOver open;
    open.first = first;
    open.ref = event_ref(event.edge, event.epoch, event.seq);
    open.edge = event.edge.str();
    open.since = now;
    HandOverNotice& notice = open.notice;
    notice.ref = open.ref;
    notice.edge = open.edge;
    notice.item = event.item.empty() && data ? data->item : event.item.str();
    notice.sku = event.sku.str();
    notice.lot = event.lot.str();
    notice.custody = event.custody;
    notice.quality = event.quality;
    notice.parent = event.parent;
    notice.place =
        first == OpenHandOver::First::given ? (data ? data->place : std::string()) : event.to.str();
    open.other_edge = data ? data->edge : std::string();
    if (open.other_edge.empty()) {
        open.other_edge = holder_(notice.item, open.edge);
    }
    if (open.other_edge.empty()) {
        if (const OpenHandOver* other = of_item(notice.item)) {
            open.other_edge = other->edge == open.edge ? other->other_edge : other->edge;
        }
    }
    HandOverOutcome outcome;
    if (!open.other_edge.empty()) {
        const bool given = first == OpenHandOver::First::given;
        outcome.send = HandOverOutcome::Send{open.other_edge, given ? "expect" : "release", notice};
    }
    outcome.states.push_back(to_row(open));
    open_[open.ref] = std::move(open);
    return outcome;
}

const OpenHandOver* HandOvers::of_item(const std::string& item) const {
    const OpenHandOver* newest = nullptr;
    for (const auto& [ref, open] : open_) {
        if (open.notice.item == item && (newest == nullptr || newest->since <= open.since)) {
            newest = &open;
        }
    }
    return newest;
}

std::vector<std::string> HandOvers::overdue(MonoTime now, Duration limit) const {
    std::vector<std::string> refs;
    for (const auto& [ref, open] : open_) {
        if (open.anomaly.empty() && now - open.since > limit) {
            refs.push_back(ref);
        }
    }
    return refs;
}

StateRow HandOvers::note_anomaly(const std::string& ref, const std::string& anomaly) {
    OpenHandOver& open = open_.at(ref);
    open.anomaly = anomaly;
    return to_row(open);
}

StateRow HandOvers::to_row(const OpenHandOver& open) const {
    HandOverRow row;
    row.received_first = open.first == OpenHandOver::First::received;
    row.other_edge = open.other_edge;
    row.anomaly = open.anomaly;
    row.notice = open.notice;
    return {std::string(kBridgeEdge), std::string(kHandOverRows), open.ref, encode_row(row)};
}

Result<void> HandOvers::load(const StateRow& stored, MonoTime now) {
    if (stored.kind == kEarlyHalfRows) {
        early_.insert(stored.key);
        return {};
    }
    TALLY_TRY_ASSIGN(HandOverRow row, decode_hand_over_row(stored.value));
    OpenHandOver open;
    open.first = row.received_first ? OpenHandOver::First::received : OpenHandOver::First::given;
    open.ref = stored.key;
    open.edge = row.notice.edge;
    open.notice = std::move(row.notice);
    open.other_edge = std::move(row.other_edge);
    open.anomaly = std::move(row.anomaly);
    open.since = now;
    open_[stored.key] = std::move(open);
    return {};
}

}  // namespace tally
