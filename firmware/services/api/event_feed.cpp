#include "firmware/services/api/event_feed.hpp"

#include <utility>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/services/api/answer.hpp"
#include "firmware/services/api/history.hpp"

namespace tally {

namespace {

void append_line(std::string& body, std::uint64_t cursor, std::string_view canonical) {
    CanonicalWriter w(body);
    w.begin_object().key("cursor").number(cursor).key("event").verbatim(canonical).end_object();
    body += '\n';
}

}  // namespace

EventFeed::EventFeed(std::string edge, Journal& journal, Clock& clock, Scheduler& scheduler)
    : edge_(std::move(edge)), journal_(journal), clock_(clock), look_timer_(scheduler) {}

void EventFeed::ask(Wish wish, ApiReplyTo reply) {
    if (watchers_.size() >= kWatchersMax) {
        reply(error_reply({ErrorKind::exhausted, "too many are watching this box already"},
                          "end another watch, or ask again later"));
        return;
    }
    watchers_.push_back({std::move(wish), std::move(reply), clock_.mono_now() + kAliveEvery});
    ask_journal(std::prev(watchers_.end()));
}

void EventFeed::look() {
    for (auto watcher = watchers_.begin(); watcher != watchers_.end(); ++watcher) {
        if (!watcher->asking) {
            ask_journal(watcher);
        }
    }
}

void EventFeed::ask_journal(Place watcher) {
    watcher->asking = true;
    RowQuery query;
    query.edge = edge_;
    query.after_seq = watcher->wish.after;
    journal_.rows(std::move(query), [this, watcher](auto rows) {
        watcher->asking = false;
        if (!rows) {
            watcher->reply(error_reply(rows.error(), "tally doctor"));
            watchers_.erase(watcher);
            return;
        }
        take(watcher, *rows);
    });
}

void EventFeed::take(Place watcher, const std::vector<FoundRow>& rows) {
    std::string body;
    std::uint64_t cursor = watcher->wish.after;
    for (const FoundRow& row : rows) {
        cursor = edge_.empty() ? row.arrival : row.row.seq;
        if (watcher->wish.gate.empty() ||
            is_of_gate(row.row.canonical, GateId(watcher->wish.gate))) {
            append_line(body, cursor, row.row.canonical);
        }
    }
    watcher->wish.after = cursor;
    const bool once = watcher->wish.follow == Wish::Follow::once;
    if (once || !body.empty() || clock_.mono_now() >= watcher->until) {
        answer(watcher, cursor, std::move(body));
    } else if (!look_timer_.armed()) {
        look_timer_.arm(kLookEvery, [this] { look(); });
    }
}

void EventFeed::answer(Place watcher, std::uint64_t cursor, std::string body) {
    ApiReply reply;
    reply.content_type = "application/x-ndjson";
    reply.body = std::move(body);
    if (watcher->wish.follow == Wish::Follow::on) {
        reply.follow = "/v1/events?after=" + std::to_string(cursor);
        if (!watcher->wish.gate.empty()) {
            reply.follow += "&gate=" + watcher->wish.gate;  // A printable id: needs no escapes.
        }
    }
    const ApiReplyTo to = std::move(watcher->reply);
    watchers_.erase(watcher);
    to(std::move(reply));
}

void EventFeed::find_end(std::function<void(Result<std::uint64_t>)> reply) {
    has_rows_behind(0, [this, reply = std::move(reply)](Result<bool> rows) {
        if (!rows) {
            reply(fail(std::move(rows).error()));
        } else if (!*rows) {
            reply(0);
        } else {
            search(0, 0, reply);
        }
    });
}

void EventFeed::has_rows_behind(std::uint64_t cursor, std::function<void(Result<bool>)> reply) {
    RowQuery query;
    query.edge = edge_;
    query.after_seq = cursor;
    query.rows_max = 1;
    journal_.rows(std::move(query), [reply = std::move(reply)](auto rows) {
        if (rows) {
            reply(!rows->empty());
        } else {
            reply(fail(std::move(rows).error()));
        }
    });
}

/// Bisection: there are rows behind `low`, and none behind `high` once it is not 0.
void EventFeed::search(std::uint64_t low, std::uint64_t high,
                       std::function<void(Result<std::uint64_t>)> reply) {
    if (high == low + 1) {
        reply(high);
        return;
    }
    const std::uint64_t probe = high == 0 ? low * 2 + 1'024 : low + (high - low) / 2;
    has_rows_behind(probe, [this, low, high, probe, reply = std::move(reply)](Result<bool> rows) {
        if (!rows) {
            reply(fail(std::move(rows).error()));
        } else {
            search(*rows ? probe : low, *rows ? high : probe, reply);
        }
    });
}

}  // namespace tally
