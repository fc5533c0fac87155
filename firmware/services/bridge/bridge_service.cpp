#include "firmware/services/bridge/bridge_service.hpp"

#include <algorithm>
#include <utility>

#include "firmware/base/check.hpp"
#include "firmware/domain/place.hpp"
#include "firmware/messages/event_data.hpp"

namespace tally {

BridgeService::BridgeService(const SiteLayout& site, BridgeOptions options, Journal& journal,
                             MessageBus& bus, Clock& clock, Scheduler& scheduler, Entropy& entropy,
                             Events& events, CommitQueue::Fatal fatal)
    : site_(site),
      options_(options),
      journal_(journal),
      bus_(bus),
      clock_(clock),
      entropy_(entropy),
      events_(events),
      own_({EdgeId(kBridgeEdge), {}, 4'096, options.commit}, journal, scheduler, clock, events,
           std::move(fatal)),
      hand_overs_([this](const std::string& item, const std::string& not_edge) {
          return holder(item, not_edge);
      }),
      reconnect_(std::chrono::milliseconds(250), std::chrono::seconds(5)),
      connect_timer_(scheduler),
      tick_timer_(scheduler) {
    for (const EdgeId& edge : site.edges) {
        edges_.emplace(edge, std::make_unique<EdgeLink>(edge, journal, scheduler));
    }
    next_edge_ = edges_.begin();
}

void BridgeService::start(Ready ready) {
    journal_.start([this, ready = std::move(ready)](Result<JournalStart> start) {
        if (!start) {
            ready(fail(std::move(start).error()));
            return;
        }
        loading_ = std::move(*start);
        for (const StateRow& row : loading_.states) {
            if (row.kind == kHandOverRows || row.kind == kEarlyHalfRows) {
                if (const auto loaded = hand_overs_.load(row, clock_.mono_now()); !loaded) {
                    ready(loaded);
                    return;
                }
            }
        }
        own_.start([this, ready](Result<void> started) {
            if (!started) {
                ready(started);
                return;
            }
            next_edge_ = edges_.begin();
            start_next(ready);
        });
    });
}

void BridgeService::start_next(Ready ready) {
    if (next_edge_ == edges_.end()) {
        loading_ = {};
        connect();
        tick();
        ready({});
        return;
    }
    EdgeLink& edge = *next_edge_->second;
    ++next_edge_;
    edge.stored.start(loading_, [this, &edge, ready = std::move(ready)](Result<void> started) {
        if (!started) {
            ready(fail("stock of edge " + edge.edge.str(), started.error()));
            return;
        }
        load_commands(edge, ready);
    });
}

void BridgeService::load_commands(EdgeLink& edge, Ready then) {
    for (const StateRow& row : loading_.states) {
        const auto loaded = row.kind == kReplacedCommandRows ? edge.commands.load_replaced(row)
                            : row.kind == kToldCommandRows   ? edge.commands.load_told(row)
                                                             : Result<void>();
        if (!loaded) {
            then(loaded);
            return;
        }
    }
    // All rows, for their number is the log's; what the edge has had, its next birth says.
    journal_.commands(edge.edge.str(), 0, std::size_t{1} << 20,
                      [this, &edge, then = std::move(then)](auto rows) {
                          if (!rows) {
                              then(fail(std::move(rows).error()));
                              return;
                          }
                          for (const CommandRow& row : *rows) {
                              edge.commands.load(row);
                          }
                          edge.commands.begin_life(entropy_.next_u64());
                          start_next(then);
                      });
}

void BridgeService::stop() {
    stopped_ = true;
    connected_ = false;
    connect_timer_.cancel();
    tick_timer_.cancel();
    bus_.disconnect();
    for (auto& [id, edge] : edges_) {
        if (auto checkpoint = edge->stored.checkpoint(StoredLine::When::now)) {
            own_.add(std::move(*checkpoint), {});
        }
    }
    own_.checkpoint();
}

void BridgeService::connect() {
    BusSession session;
    session.client_id = "tally-bridge-" + site_.id.str();
    session.keepalive = options_.keepalive;
    for (const TopicKind kind :
         {TopicKind::birth, TopicKind::death, TopicKind::delta, TopicKind::snapshot}) {
        session.subscriptions.push_back("tally/v1/" + site_.id.str() + "/+/" +
                                        std::string(to_string(kind)));
    }
    bus_.connect(session, *this);
}

void BridgeService::on_connected() {
    connected_ = true;
    reconnect_.reset();
    events_.report(Severity::info, "sync", "connected to the broker");
    for (auto& [id, edge] : edges_) {
        acknowledge(*edge);
        send_commands(*edge);
    }
}

void BridgeService::on_lost(const Error& why) {
    if (stopped_) {
        return;
    }
    if (connected_) {
        events_.report(Severity::warning, "sync", why.text);
    }
    connected_ = false;
    connect_timer_.arm(reconnect_.next(entropy_), [this] { connect(); });
}

void BridgeService::on_published(std::uint64_t, const Result<void>& outcome) {
    if (!outcome) {
        events_.report(Severity::error, "sync", outcome.error().text);
    }
}

void BridgeService::publish(const EdgeId& edge, TopicKind kind, std::string payload,
                            Retain retain) {
    const Result<std::string> topic = topic_text({site_.id, edge, kind});
    TALLY_CHECK(topic.has_value(), "the config reader has checked site and edge names");
    if (connected_) {  // Otherwise nothing is lost: it is said again after the next connect.
        static_cast<void>(bus_.publish({*topic, std::move(payload), retain}));
    }
}

void BridgeService::on_message(const BusMessage& message) {
    const Result<Topic> topic = parse_topic(message.topic);
    const auto found = topic ? edges_.find(topic->edge) : edges_.end();
    if (found == edges_.end()) {
        events_.report(Severity::warning, "sync",
                       "ignored a message on " + message.topic + ": no such edge in site.toml");
        return;
    }
    EdgeLink& edge = *found->second;
    edge.heard = clock_.mono_now();
    Result<void> taken;
    if (topic->kind == TopicKind::birth) {
        if (const auto birth = decode_birth(message.payload)) {
            on_birth(edge, *birth);
        } else {
            taken = fail(birth.error());
        }
    } else if (topic->kind == TopicKind::death) {
        if (const auto death = decode_death(message.payload)) {
            on_death(edge, *death);
        } else {
            taken = fail(death.error());
        }
    } else if (topic->kind == TopicKind::delta) {
        on_delta(edge, message.payload);
    } else if (topic->kind == TopicKind::snapshot) {
        on_snapshot(edge, message.payload);
    }
    if (!taken) {
        events_.report(Severity::warning, "edge " + edge.edge.str(),
                       "ignored a message: " + taken.error().text);
    }
}

void BridgeService::on_birth(EdgeLink& edge, const Birth& birth) {
    if (birth.session != edge.session || !edge.online) {
        edge.session = birth.session;
        edge.online = true;
        events_.report(Severity::info, "edge " + edge.edge.str(),
                       "is online at event " + std::to_string(birth.seq.value()) + " of epoch " +
                           std::to_string(birth.epoch.value()));
    }
    const CommandCursor cursor{birth.cmd_epoch, birth.cmd_next};
    note_commands(edge, cursor, &birth.cmd_past);
    if (edge.commands.is_lacking(cursor) && !edge.reading_commands) {
        read_commands(edge, cursor);
    }
    send_commands(edge);
    if (edge.refolding) {
        return;  // It asks again until it is answered.
    }
    if (birth.probes.empty()) {
        compare_stock(edge, birth);
        acknowledge(edge);
    } else {
        answer_probes(edge, birth);
    }
}

void BridgeService::on_death(EdgeLink& edge, const Death& death) {
    if (death.session != edge.session) {
        return;  // A late will of an older connection.
    }
    edge.online = false;
    events_.report(Severity::warning, "edge " + edge.edge.str(),
                   "has lost its connection; its stock is as of event " +
                       std::to_string(edge.stored.line().seq().value()));
}

/// Heads, then digests, are compared where both stand at the same event of the same epoch.
void BridgeService::compare_stock(EdgeLink& edge, const Birth& birth) {
    const LineState mine = edge.stored.line().state();
    if (birth.epoch != mine.epoch || birth.seq != mine.seq) {
        return;
    }
    if (birth.head != mine.head) {
        alarm_ledgers(edge, mine.seq);
        return;
    }
    settle(AnomalyKind::ledger_diverged, edge.edge.str(), {}, "ledgers are equal again");
    const bool same = to_hex(birth.digest) == mine.digest;
    edge.stock = same ? EdgeLink::Stock::ok : EdgeLink::Stock::diverged;
    if (same) {
        settle(AnomalyKind::stock_diverged, edge.edge.str(), {}, "stock is equal again");
    } else {
        raise_once(AnomalyKind::stock_diverged, edge.edge.str(), {},
                   "edge " + edge.edge.str() + " and the bridge hold different stock at event " +
                       std::to_string(mine.seq.value()));
    }
}

void BridgeService::answer_probes(EdgeLink& edge, const Birth& birth) {
    const std::uint64_t size = edge.stored.line().seq().value();
    own_.after_commit([this, &edge, birth, size] {
        journal_.leaves(edge.edge.str(), 0, size, [this, &edge, birth](auto leaves) {
            if (!leaves) {
                events_.report(Severity::error, "edge " + edge.edge.str(), leaves.error().text);
                return;
            }
            std::optional<Seq> common;
            TreeHead tree;
            std::size_t at = 0;
            for (const HeadProbe& probe : birth.probes) {  // Ascending.
                while (at < leaves->size() && tree.size() < probe.seq.value()) {
                    tree.append((*leaves)[at++]);
                }
                if (tree.size() == probe.seq.value() && tree.root() == probe.head) {
                    common = probe.seq;
                }
            }
            acknowledge(edge, birth.probes, common.value_or(Seq(0)));
        });
    });
}

void BridgeService::acknowledge(EdgeLink& edge, std::span<const HeadProbe> probes,
                                std::optional<Seq> common) {
    const LineState state = edge.stored.line().state();
    Ack ack;
    ack.edge = edge.edge;
    ack.session = edge.session.empty() ? session_text(0) : edge.session;
    ack.epoch = state.epoch;
    ack.next_seq = state.seq.next();
    ack.head = state.head;
    ack.common = common;
    for (const HeadProbe& probe : probes) {
        ack.probe.push_back(probe.seq);
    }
    ack.stock = edge.stock == EdgeLink::Stock::ok ? Ack::Stock::ok : Ack::Stock::diverged;
    // The state is that of memory; it is said when it is also that of the disk.
    own_.after_commit([this, &edge, ack = std::move(ack)] {
        publish(edge.edge, TopicKind::ack, encode(ack), Retain::yes);
    });
}

void BridgeService::note_commands(EdgeLink& edge, const CommandCursor& cursor,
                                  const std::vector<CommandCursor>* past) {
    if (past == nullptr) {
        edge.commands.acknowledge(cursor);
        return;
    }
    if (edge.commands.is_behind(cursor)) {
        events_.report(Severity::warning, "edge " + edge.edge.str(),
                       "has had commands that this bridge no longer knows: its database was "
                       "restored; what is commanded now has numbers of its own");
    }
    JournalCommit change;
    CommandLog::Rewritten again = edge.commands.acknowledge(cursor, *past);
    change.commands = std::move(again.rows);
    change.states = std::move(again.marks);
    for (const CommandRow& row : again.unreadable) {
        events_.report(Severity::error, "edge " + edge.edge.str(),
                       "command " + std::to_string(row.seq) + " of epoch " +
                           std::to_string(row.epoch) +
                           " never reached it and cannot be read any more; look it up in a copy of "
                           "the bridge's database and give it again");
    }
    if (!change.commands.empty()) {
        const CommandRow last = change.commands.back();
        own_.add(std::move(change), [this, &edge, last] { release_commands(edge, last); });
    }
}

/// The row is durable: from now on it, and what stands before it, may be sent.
void BridgeService::release_commands(EdgeLink& edge, const CommandRow& last) {
    edge.commands.committed(last);
    send_commands(edge);
}

/// The edge was restored or wiped and lacks commands it once had.
void BridgeService::read_commands(EdgeLink& edge, const CommandCursor& cursor) {
    events_.report(Severity::warning, "edge " + edge.edge.str(),
                   "lacks commands from number " + std::to_string(cursor.next.value()) +
                       " of epoch " + std::to_string(cursor.epoch.value()) +
                       " on, which it had before; they are sent again");
    edge.reading_commands = true;
    own_.after_commit([this, &edge, cursor] {
        journal_.commands(
            edge.edge.str(), 0, std::size_t{1} << 20, [this, &edge, cursor](auto rows) {
                edge.reading_commands = false;
                if (!rows) {
                    events_.report(Severity::error, "edge " + edge.edge.str(), rows.error().text);
                    return;
                }
                edge.commands.take_back(*rows, cursor);
                send_commands(edge);
            });
    });
}

void BridgeService::send_commands(EdgeLink& edge) {
    if (!connected_ || !edge.online || edge.reading_commands) {
        return;
    }
    const CommandLog::Run run = edge.commands.oldest();
    if (run.canonical.empty()) {
        return;
    }
    publish(edge.edge, TopicKind::cmd, encode_commands(run.epoch, run.first, run.canonical),
            Retain::no);
    edge.command_timer.arm(options_.command_again, [this, &edge] { send_commands(edge); });
}

Result<void> BridgeService::command(const std::vector<EdgeId>& edges, const std::string& actor,
                                    const std::string& type, const std::string& data,
                                    Ledger::Effect written) {
    JournalCommit change;
    std::vector<std::pair<EdgeLink*, CommandRow>> to;
    for (auto& [id, edge] : edges_) {
        if (!edges.empty() && std::find(edges.begin(), edges.end(), id) == edges.end()) {
            continue;
        }
        TALLY_TRY_ASSIGN(CommandRow row, edge->commands.append(actor, type, data));
        to.emplace_back(edge.get(), row);
        change.commands.push_back(std::move(row));
    }
    own_.add(std::move(change), [this, to, written = std::move(written)] {
        for (const auto& [edge, row] : to) {
            release_commands(*edge, row);
        }
        if (written) {
            written();
        }
    });
    return {};
}

Result<void> BridgeService::request_snapshot(const EdgeId& edge) {
    const auto found = edges_.find(edge);
    if (found == edges_.end()) {
        return fail(ErrorKind::conflict, "there is no edge " + edge.str() + " in site.toml");
    }
    if (!connected_ || !found->second->online) {
        return fail(ErrorKind::offline, "edge " + edge.str() +
                                            " is not connected; its snapshot can be asked for "
                                            "when it is back");
    }
    publish(edge, TopicKind::cmd, encode(SnapshotRequest{}), Retain::no);
    return {};
}

bool BridgeService::is_stale(const EdgeLink& edge) const {
    return !edge.online || clock_.mono_now() - edge.heard > options_.stale_after;
}

void BridgeService::tick() {
    for (const std::string& ref : hand_overs_.overdue(clock_.mono_now(), site_.handover_limit)) {
        const OpenHandOver& open = hand_overs_.open().at(ref);
        own_.together([&] {
            const std::string id =
                raise(AnomalyKind::handover_unmatched, open.notice.item,
                      "hand-over " + ref + " of edge " + open.edge +
                          " has waited too long for its other half" +
                          (open.other_edge.empty() ? "" : " from edge " + open.other_edge));
            JournalCommit change;
            change.states.push_back(hand_overs_.note_anomaly(ref, id));
            own_.add(std::move(change), {});
        });
    }
    refill();
    tick_timer_.arm(std::chrono::seconds(1), [this] { tick(); });
}

/// Asks edges for what places of others lack.
void BridgeService::refill() {
    if (own_.full()) {
        return;
    }
    for (const Refills::Send& send : refills_.look(site_, edges_, hand_overs_, clock_.mono_now())) {
        const auto sent = command({send.edge}, "bridge:refill", std::string(kRefillCommand),
                                  encode(send.refill), {});
        if (!sent) {
            events_.report(Severity::error, "refill", sent.error().text);
        }
    }
}

}  // namespace tally
