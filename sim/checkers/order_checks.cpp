#include "sim/checkers/order_checks.hpp"

#include <map>

#include "firmware/messages/event_json.hpp"
#include "firmware/messages/order_data.hpp"
#include "sim/checkers/stored.hpp"

namespace tally::sim {

Findings check_orders_taken(host::SqliteStore& disk, const std::string& edge,
                            const std::set<std::string>& taken) {
    std::map<std::string, int> added;
    for (const JournalRow& row : stored_rows(disk, edge, Span::line)) {
        const auto event = decode_event(row.canonical);
        if (event && event->type == EventType::order_changed) {
            const auto data = decode_order_data(event->data);
            if (data && data->act == OrderAct::add) {
                ++added[data->added.id];
            }
        }
    }
    Findings findings;
    for (const std::string& id : taken) {
        if (!added.contains(id)) {
            findings.push_back({"order.kept", "edge " + edge + " said that it has taken order " +
                                                  id + ", which is not on its line"});
        }
    }
    for (const auto& [id, times] : added) {
        if (times > 1) {
            findings.push_back({"order.once", "edge " + edge + " has added order " + id + " " +
                                                  std::to_string(times) + " times"});
        }
    }
    return findings;
}

Findings check_orders_cancelled(host::SqliteStore& disk, const std::string& edge,
                                const std::set<std::string>& cancelled) {
    std::map<std::string, int> times;
    Findings findings;
    for (const JournalRow& row : stored_rows(disk, edge, Span::line)) {
        const auto event = decode_event(row.canonical);
        if (!event) {
            continue;
        }
        std::string served;
        if (event->type == EventType::reserved) {
            const auto data = decode_reserved_data(event->data);
            served = data && data->claim.pick == 0 ? data->order : std::string();
        } else if (event->type == EventType::order_changed) {
            const auto data = decode_order_data(event->data);
            served = data && data->act == OrderAct::pack ? data->order : std::string();
            if (data && data->act == OrderAct::cancel) {
                ++times[data->order];
            }
        }
        if (times.contains(served)) {
            findings.push_back({"order.served_after_cancel",
                                "edge " + edge + " serves order " + served +
                                    ", which is cancelled, with event " + std::to_string(row.seq)});
        }
    }
    for (const std::string& id : cancelled) {
        if (!times.contains(id)) {
            findings.push_back({"order.cancelled", "edge " + edge + " said that order " + id +
                                                       " is cancelled, which its line does not"});
        }
    }
    for (const auto& [id, count] : times) {
        if (count > 1) {
            findings.push_back({"order.cancelled_once", "edge " + edge + " has cancelled order " +
                                                            id + " " + std::to_string(count) +
                                                            " times"});
        }
    }
    return findings;
}

}  // namespace tally::sim
