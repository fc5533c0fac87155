// Bridge: taking in batches of events.
#include <utility>

#include "firmware/messages/event_data.hpp"
#include "firmware/services/bridge/bridge_service.hpp"

namespace tally {

void BridgeService::on_delta(EdgeLink& edge, std::string payload) {
    if (edge.refolding) {
        if (edge.backlog.size() < EdgeLink::kBacklogMax) {
            edge.backlog.push_back(std::move(payload));
        }
        return;  // What does not fit is sent again: it is not acknowledged.
    }
    if (own_.full()) {
        return;
    }
    const Result<Delta> delta = decode_delta(payload);
    if (!delta) {
        events_.report(Severity::warning, "edge " + edge.edge.str(),
                       "ignored a batch: " + delta.error().text);
        ask_resend(edge);
        return;
    }
    ++edge.batches;
    note_commands(edge, {delta->header.cmd_epoch, delta->header.cmd_next}, nullptr);
    const Line& line = edge.stored.line();
    if (delta->header.epoch < line.epoch()) {
        acknowledge(edge);
    } else if (delta->header.epoch > line.epoch() && line.seq().value() > 0) {
        new_epoch(edge, std::move(payload));
    } else {
        take(edge, *delta);
    }
}

void BridgeService::take(EdgeLink& edge, const Delta& delta) {
    const Line& line = edge.stored.line();
    const std::uint64_t next = line.seq().value() + 1;
    const std::uint64_t first = delta.header.first_seq.value();
    if (first > next) {
        ++edge.gaps;
        ask_resend(edge);
        return;
    }
    const std::size_t skip = next - first;
    if (skip >= delta.events.size()) {
        ++edge.duplicates;
        acknowledge(edge);
        return;
    }
    const Result<News> news = check_heads(line.tree(), delta, skip);
    if (!news) {
        edge.trouble = news.error().text;
        events_.report(Severity::error, "edge " + edge.edge.str(), edge.trouble);
        if (skip == 0 && delta.header.prev_head != line.tree().root()) {
            alarm_ledgers(edge, line.seq());
        }
        acknowledge(edge);
        return;
    }
    JournalCommit change;
    if (const auto applied = apply(edge, edge.stored.line(), *news, change); !applied) {
        recover(edge, applied.error());
        return;
    }
    edge.trouble.clear();
    edge.resend_asked.reset();
    own_.together([&] {
        after_events(delta, skip, change);
        own_.add(std::move(change), {});
    });
    acknowledge(edge);
    try_snapshot(edge);
    if (auto due = edge.stored.checkpoint(StoredLine::When::due)) {
        own_.add(std::move(*due), {});
    }
}

/// The edge's heads are not believed but computed, from the very bytes that will be stored.
auto BridgeService::check_heads(const TreeHead& before, const Delta& delta, std::size_t skip) const
    -> Result<News> {
    if (skip == 0 && delta.header.prev_head != before.root()) {
        return fail(ErrorKind::conflict,
                    "a batch from event " + std::to_string(delta.header.first_seq.value()) +
                        " stands on another ledger than the one held here; the edge must open a "
                        "new epoch");
    }
    News news{delta, skip, {}};
    news.leaves.reserve(delta.canonical.size() - skip);
    TreeHead tree = before;
    for (std::size_t i = skip; i < delta.canonical.size(); ++i) {
        news.leaves.push_back(leaf_hash(delta.canonical[i]));
        tree.append(news.leaves.back());
    }
    if (tree.root() != delta.header.head) {
        return fail(ErrorKind::conflict,
                    "the events of a batch from event " +
                        std::to_string(delta.header.first_seq.value()) +
                        " do not give the head it names; it was altered on its way");
    }
    return news;
}

Result<void> BridgeService::apply(EdgeLink& edge, Line& line, const News& news,
                                  JournalCommit& change) {
    const Delta& delta = news.delta;
    change.rows.reserve(change.rows.size() + news.leaves.size());
    change.positions.reserve(change.positions.size() + 2 * news.leaves.size());
    change.items.reserve(change.items.size() + news.leaves.size());
    for (std::size_t i = news.skip; i < delta.events.size(); ++i) {
        HashedText text{std::string(delta.canonical[i]), news.leaves[i - news.skip]};
        TALLY_TRY(line.apply(delta.events[i], std::move(text), change));
        if (&line == &edge.stored.line()) {
            edge.stored.note_applied(change);
        }
    }
    return {};
}

void BridgeService::after_events(const Delta& delta, std::size_t skip, JournalCommit& change) {
    CommandLog& commands = edges_.at(delta.header.edge)->commands;
    std::optional<StateRow> told;  // One mark, of the newest.
    for (std::size_t i = skip; i < delta.events.size(); ++i) {
        const Event& event = delta.events[i];
        if (auto mark = commands.told(event.cause)) {
            told = std::move(mark);
        }
        relay(hand_overs_.on_event(event, clock_.mono_now()), change);
        if (!event.item.empty() && !event.to.empty()) {
            check_twice(event);
        }
    }
    if (told) {
        change.states.push_back(std::move(*told));
    }
}

/// One unit at real places of two edges, while no hand-over explains it, is an alarm; it ends when
/// one of them has let the unit go.
void BridgeService::check_twice(const Event& event) {
    const std::string& item = event.item.str();
    if (!site_.has_place(event.to)) {
        settle(AnomalyKind::item_twice, {}, item, "one edge has it now");
        return;
    }
    const std::string other = holder(item, event.edge.str());
    if (other.empty()) {
        settle(AnomalyKind::item_twice, {}, item, "one edge has it now");
    } else if (hand_overs_.of_item(item) == nullptr) {
        raise_once(AnomalyKind::item_twice, {}, item,
                   "edges " + event.edge.str() + " and " + other +
                       " both have the unit at a place of theirs, and no hand-over is open");
    }
}

void BridgeService::relay(const HandOverOutcome& outcome, JournalCommit& change) {
    change.states.insert(change.states.end(), outcome.states.begin(), outcome.states.end());
    if (outcome.resolved_anomaly &&
        own_.registers().anomalies().contains(*outcome.resolved_anomaly)) {
        Event event;
        event.type = EventType::anomaly_resolved;
        event.by = "bridge:sync";
        event.data = encode(ResolutionData{*outcome.resolved_anomaly, "the other half came"});
        static_cast<void>(own_.write(std::move(event)));
    }
    if (!outcome.send) {
        return;
    }
    const auto to = edges_.find(EdgeId(outcome.send->edge));
    if (to == edges_.end()) {
        return;
    }
    EdgeLink& other = *to->second;
    auto row =
        other.commands.append("bridge:hand_over", outcome.send->type, encode(outcome.send->notice));
    if (!row) {
        events_.report(Severity::error, "sync", row.error().text);
        return;
    }
    own_.after_commit([this, &other, row = *row] { release_commands(other, row); });
    change.commands.push_back(std::move(*row));
}

void BridgeService::ask_resend(EdgeLink& edge) {
    const MonoTime now = clock_.mono_now();
    if (edge.resend_asked && now - *edge.resend_asked < options_.resend_ask_every) {
        return;
    }
    edge.resend_asked = now;
    publish(edge.edge, TopicKind::cmd, encode(ResendRequest{edge.stored.line().seq().next()}),
            Retain::no);
}

/// A batch whose heads are right but whose events do not fold: something is badly wrong. Memory is
/// folded back to what is stored; nothing is acknowledged.
void BridgeService::recover(EdgeLink& edge, const Error& why) {
    edge.trouble = why.text;
    edge.refolding = true;
    raise_once(AnomalyKind::ledger_corrupt, edge.edge.str(), {},
               "an event of edge " + edge.edge.str() + " does not fold: " + why.text);
    own_.after_commit([this, &edge] {
        edge.stored.refold(UINT64_MAX, [this, &edge](auto line) {
            edge.refolding = false;
            if (line) {
                JournalCommit unused;
                const std::uint64_t seq = (*line)->seq().value();
                edge.stored.replace(std::move(*line), seq, unused);
            } else {
                events_.report(Severity::error, "edge " + edge.edge.str(), line.error().text);
            }
            edge.backlog.clear();
        });
    });
}

void BridgeService::new_epoch(EdgeLink& edge, std::string payload) {
    const Result<Delta> delta = decode_delta(payload);
    const bool opens = delta && delta->events.front().type == EventType::epoch_began;
    const std::uint64_t next = edge.stored.line().seq().value() + 1;
    if (!opens || delta->header.first_seq.value() > next) {
        acknowledge(edge);  // Its beginning is still to come.
        return;
    }
    edge.refolding = true;
    const std::uint64_t common = delta->header.first_seq.value() - 1;
    own_.after_commit([this, &edge, common, payload = std::move(payload)] {
        edge.stored.refold(common, [this, &edge, payload](auto line) {
            if (!line) {
                edge.refolding = false;
                events_.report(Severity::error, "edge " + edge.edge.str(), line.error().text);
                return;
            }
            edge.incoming = std::move(*line);
            take_new_epoch(edge, payload);
        });
    });
}

void BridgeService::take_new_epoch(EdgeLink& edge, const std::string& payload) {
    const Result<Delta> delta = decode_delta(payload);
    const std::uint64_t common = edge.incoming->seq().value();
    edge.incoming_change = {};
    const Result<News> news = check_heads(edge.incoming->tree(), *delta, 0);
    const Result<void> fits = news ? apply(edge, *edge.incoming, *news, edge.incoming_change)
                                   : Result<void>(fail(news.error()));
    if (!fits) {
        edge.refolding = false;
        edge.trouble = fits.error().text;
        events_.report(Severity::error, "edge " + edge.edge.str(), edge.trouble);
        acknowledge(edge);
        drain_backlog(edge);
        return;
    }
    // The old tail is named in anomalies first: told twice after a crash is better than not at all.
    raise_lost(edge, common, [this, &edge, payload](Result<void> raised) {
        edge.refolding = false;
        if (!raised) {
            events_.report(Severity::error, "edge " + edge.edge.str(), raised.error().text);
            return;
        }
        swap_epoch(edge, payload);
        drain_backlog(edge);
    });
}

void BridgeService::swap_epoch(EdgeLink& edge, const std::string& payload) {
    const Result<Delta> delta = decode_delta(payload);
    const std::uint64_t common = delta->header.first_seq.value() - 1;
    JournalCommit change = std::exchange(edge.incoming_change, {});
    edge.stored.replace(std::move(edge.incoming), common, change);
    own_.together([&] {
        after_events(*delta, 0, change);
        own_.add(std::move(change), {});
    });
    settle(AnomalyKind::ledger_diverged, edge.edge.str(), {}, "the edge has opened a new epoch");
    acknowledge(edge);
}

void BridgeService::raise_lost(EdgeLink& edge, std::uint64_t common, Ready then) {
    RowQuery query;
    query.edge = edge.edge.str();
    query.after_seq = common;
    query.rows_max = 10'000;
    query.bytes_max = std::size_t{64} << 20;
    journal_.rows(std::move(query), [this, &edge, then = std::move(then)](auto rows) {
        if (!rows) {
            then(fail(std::move(rows).error()));
            return;
        }
        own_.together([&] {
            for (const FoundRow& found : *rows) {
                const JournalRow& row = found.row;
                raise(AnomalyKind::lost_by_restore, row.item,
                      "event " + row.edge + ":" + std::to_string(row.epoch) + ":" +
                          std::to_string(row.seq) + " (" + row.type +
                          (row.from_place.empty()
                               ? ""
                               : " from " + row.from_place + " to " + row.to_place) +
                          ") is known here, but edge " + edge.edge.str() +
                          " was restored and no longer has it");
            }
        });
        then({});
    });
}

void BridgeService::drain_backlog(EdgeLink& edge) {
    while (!edge.backlog.empty() && !edge.refolding) {
        std::string payload = std::move(edge.backlog.front());
        edge.backlog.pop_front();
        on_delta(edge, std::move(payload));
    }
}

}  // namespace tally
