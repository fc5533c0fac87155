#include "firmware/services/api/history.hpp"

#include <algorithm>
#include <set>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/event_json.hpp"

namespace tally {

namespace {

Result<void> take(PastEvents& into, std::vector<FoundRow>& rows) {
    for (FoundRow& row : rows) {
        Result<Event> event = decode_event(row.row.canonical);
        if (!event) {
            return fail(ErrorKind::corrupt, "event " + std::to_string(row.row.seq) + " of " +
                                                row.row.edge + ": " + event.error().text);
        }
        into.push_back({std::move(*event), std::move(row.row.canonical)});
    }
    return {};
}

/// Stable: an event waits only for a cause that is among the events.
PastEvents in_causal_order(PastEvents events) {
    std::set<std::string> waiting;
    for (const PastEvent& event : events) {
        waiting.insert(event.ref());
    }
    PastEvents ordered;
    ordered.reserve(events.size());
    bool moved = true;
    while (!events.empty() && moved) {
        moved = false;
        PastEvents later;
        for (PastEvent& event : events) {
            if (waiting.contains(event.event.cause) && event.event.cause != event.ref()) {
                later.push_back(std::move(event));
                continue;
            }
            waiting.erase(event.ref());
            ordered.push_back(std::move(event));
            moved = true;
        }
        events = std::move(later);
    }
    std::move(events.begin(), events.end(), std::back_inserter(ordered));  // A ring: as they came.
    return ordered;
}

}  // namespace

void History::trace_unit(const EdgeId& edge, const std::string& item, PastReply reply) {
    RowQuery query;
    query.edge = edge.str();
    query.item = item;
    next_slice(traces_.insert(traces_.end(), {std::move(query), std::move(reply)}));
}

void History::next_slice(TraceAt trace) {
    journal_.rows(trace->query, [this, trace](auto rows) {
        if (!rows) {
            end(trace, fail(std::move(rows).error()));
            return;
        }
        if (rows->empty() || trace->events.size() >= kPastEventsMax) {
            end(trace, in_causal_order(std::move(trace->events)));
            return;
        }
        trace->query.after_seq =
            trace->query.edge.empty() ? rows->back().arrival : rows->back().row.seq;
        if (const auto taken = take(trace->events, *rows); !taken) {
            end(trace, fail(taken.error()));
            return;
        }
        next_slice(trace);
    });
}

void History::end(TraceAt trace, Result<PastEvents> events) {
    const PastReply reply = std::move(trace->reply);
    traces_.erase(trace);
    reply(std::move(events));
}

void History::gate_events(GateQuestion question, PastReply reply) {
    if (question.newest.value() == 0 || question.limit == 0) {
        reply(PastEvents());
        return;
    }
    look_from_window(looks_.insert(looks_.end(), {std::move(question), std::move(reply)}));
}

void History::look_from_window(LookAt back) {
    const std::uint64_t newest = back->question.newest.value();
    back->from = newest - std::min(newest, back->window);
    back->found.clear();
    look(back, back->from);
}

void History::look(LookAt back, std::uint64_t after) {
    RowQuery query;
    query.edge = back->question.edge.str();
    query.after_seq = after;
    query.rows_max = 1'024;
    journal_.rows(std::move(query), [this, back](auto rows) {
        if (rows) {
            take_rows(back, std::move(*rows));
        } else {
            end(back, fail(std::move(rows).error()));
        }
    });
}

void History::take_rows(LookAt back, std::vector<FoundRow> rows) {
    const GateQuestion& question = back->question;
    const std::uint64_t newest = question.newest.value();
    const std::uint64_t last = rows.empty() ? newest : rows.back().row.seq;
    std::erase_if(rows, [&](const FoundRow& row) {
        return row.row.seq > newest || !is_of_gate(row.row.canonical, question.gate);
    });
    PastEvents events;
    if (const auto taken = take(events, rows); !taken) {
        end(back, fail(taken.error()));
        return;
    }
    for (PastEvent& event : events) {
        back->found.push_back(std::move(event));
        if (back->found.size() > question.limit) {
            back->found.pop_front();
        }
    }
    if (last < newest) {
        look(back, last);
    } else if (back->found.size() < question.limit && back->from > 0) {
        back->window *= 8;
        look_from_window(back);
    } else {
        end(back, PastEvents(std::make_move_iterator(back->found.begin()),
                             std::make_move_iterator(back->found.end())));
    }
}

void History::end(LookAt back, Result<PastEvents> events) {
    const PastReply reply = std::move(back->reply);
    looks_.erase(back);
    reply(std::move(events));
}

bool is_of_gate(std::string_view canonical, const GateId& gate) {
    return canonical.find("\"gate\":\"" + gate.str() + "\"") != std::string_view::npos;
}

}  // namespace tally
