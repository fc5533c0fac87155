#include "firmware/services/outbox/outbox.hpp"

#include <algorithm>
#include <utility>

#include "firmware/base/check.hpp"
#include "firmware/messages/canonical_reader.hpp"
#include "firmware/messages/topics.hpp"

namespace tally {

namespace {

constexpr const char* kCursorRows = "cursor";
constexpr const char* kCommandCursor = "commands";
constexpr const char* kPastCommands = "commands_past";

/// "<epoch>:<next seq>".
CommandCursor parse_cursor(const std::string& text) {
    const auto colon = text.find(':');
    if (colon == std::string::npos) {
        return {};
    }
    return {Epoch(std::stoull(text.substr(0, colon))), Seq(std::stoull(text.substr(colon + 1)))};
}

std::string text_of(const CommandCursor& cursor) {
    return std::to_string(cursor.epoch.value()) + ":" + std::to_string(cursor.next.value());
}

/// Cursors with a blank behind each.
std::vector<CommandCursor> parse_cursors(const std::string& text) {
    std::vector<CommandCursor> cursors;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find(' ', at);
        cursors.push_back(parse_cursor(text.substr(at, end - at)));
        at = end == std::string::npos ? text.size() : end + 1;
    }
    return cursors;
}

}  // namespace

/// Opens the epoch; the one before it is remembered.
void Outbox::HadCommands::open(Epoch epoch) {
    if (now.next > Seq(1)) {
        past.push_back(now);
    }
    if (past.size() > kPastCommandsMax) {
        past.erase(past.begin());
    }
    now = {epoch, Seq(1)};
}

void Outbox::keep_cursor(const HadCommands& had, Ledger::Effect durable) {
    std::string past;
    for (const CommandCursor& cursor : had.past) {
        past += text_of(cursor) + " ";
    }
    if (ledger_.state_row(kCursorRows, kPastCommands) != past) {
        ledger_.write_state(kCursorRows, kPastCommands, std::move(past), {});
    }
    ledger_.write_state(kCursorRows, kCommandCursor, text_of(had.now), std::move(durable));
}

std::string_view to_string(OutboxHealth::Phase phase) noexcept {
    switch (phase) {
        case OutboxHealth::Phase::offline:
            return "offline";
        case OutboxHealth::Phase::connecting:
            return "connecting";
        case OutboxHealth::Phase::announced:
            return "announced";
        case OutboxHealth::Phase::searching:
            return "searching";
        case OutboxHealth::Phase::reopening:
            return "reopening";
        case OutboxHealth::Phase::streaming:
            return "streaming";
    }
    return "offline";
}

Outbox::Outbox(OutboxOptions options, Ledger& ledger, MessageBus& bus, CommandSink& commands,
               Clock& clock, Scheduler& scheduler, Entropy& entropy, Events& events)
    : options_(std::move(options)),
      ledger_(ledger),
      bus_(bus),
      commands_(commands),
      clock_(clock),
      entropy_(entropy),
      events_(events),
      reconnect_(std::chrono::milliseconds(250), std::chrono::seconds(5)),
      yield_(std::chrono::minutes(1), std::chrono::minutes(10)),
      resend_(options_.resend_min, options_.resend_max),
      connect_timer_(scheduler),
      answer_timer_(scheduler),
      linger_timer_(scheduler),
      resend_timer_(scheduler),
      beat_timer_(scheduler) {}

void Outbox::listen(TopicKind kind, std::function<void(std::string)> listener) {
    listeners_[kind] = std::move(listener);
}

void Outbox::tell(TopicKind kind, std::string payload) {
    static_cast<void>(publish(kind, std::move(payload), Retain::no));
}

void Outbox::start() {
    had_.now = parse_cursor(ledger_.state_row(kCursorRows, kCommandCursor));
    had_.past = parse_cursors(ledger_.state_row(kCursorRows, kPastCommands));
    taken_ = had_;
    waiting_since_ = clock_.mono_now();
    ledger_.on_durable([this] { on_durable(); });
    connect();
}

void Outbox::stop() {
    stopped_ = true;
    phase_ = Phase::offline;
    connect_timer_.cancel();
    answer_timer_.cancel();
    linger_timer_.cancel();
    resend_timer_.cancel();
    beat_timer_.cancel();
    bus_.disconnect();
}

std::string Outbox::topic(TopicKind kind) const {
    const Result<std::string> text = topic_text({options_.site, ledger_.edge(), kind});
    TALLY_CHECK(text.has_value(), "the config reader has checked site and edge names");
    return *text;
}

Result<std::uint64_t> Outbox::publish(TopicKind kind, std::string payload, Retain retain) {
    return bus_.publish({topic(kind), std::move(payload), retain});
}

void Outbox::connect() {
    ++generation_;
    phase_ = Phase::connecting;
    answered_ = false;
    session_ = session_text(entropy_.next_u64());
    BusSession session;
    session.client_id = "tally-" + options_.site.str() + "-" + ledger_.edge().str();
    session.will =
        BusMessage{topic(TopicKind::death), encode(Death{ledger_.edge(), session_}), Retain::no};
    session.keepalive = options_.keepalive;
    session.subscriptions = {topic(TopicKind::ack), topic(TopicKind::cmd)};
    for (const auto& [kind, listener] : listeners_) {
        session.subscriptions.push_back(topic(kind));
    }
    bus_.connect(session, *this);
}

void Outbox::on_connected() {
    phase_ = Phase::announced;
    trouble_ = "waiting for the bridge to answer";
    announce(Birth::Kind::birth, {});
    await_answer();
    beat_timer_.arm(options_.beat_every, [this] { beat(); });
}

void Outbox::await_answer() {
    answer_timer_.arm(options_.birth_again, [this] {
        if (phase_ == Phase::searching) {
            probe();
        } else if (phase_ == Phase::announced) {
            announce(Birth::Kind::birth, {});
        }
        await_answer();
    });
}

void Outbox::announce(Birth::Kind kind, std::vector<HeadProbe> probes) {
    const LineState state = ledger_.state();
    Birth birth;
    birth.kind = kind;
    birth.edge = ledger_.edge();
    birth.session = session_;
    birth.epoch = state.epoch;
    birth.seq = state.seq;
    birth.head = state.head;
    TALLY_CHECK(digest_from_hex(state.digest, birth.digest), "a digest is hex");
    birth.probes = std::move(probes);
    birth.t_ms = clock_.wall_now().ms();
    // What is announced must be durable: it goes out when everything written so far is.
    ledger_.after_commit([this, birth = std::move(birth), generation = generation_]() mutable {
        if (generation != generation_ || phase_ == Phase::offline) {
            return;
        }
        birth.cmd_epoch = had_.now.epoch;
        birth.cmd_next = had_.now.next;
        birth.cmd_past = had_.past;
        static_cast<void>(publish(TopicKind::birth, encode(birth), Retain::yes));
    });
}

void Outbox::beat() {
    if (phase_ == Phase::streaming) {
        announce(Birth::Kind::beat, {});
    }
    beat_timer_.arm(options_.beat_every, [this] { beat(); });
}

void Outbox::on_lost(const Error& why) {
    if (stopped_) {
        return;
    }
    if (phase_ != Phase::connecting) {
        reconnect_.reset();
    }
    if (trouble_ != why.text) {
        events_.report(Severity::warning, "sync", why.text);
    }
    trouble_ = why.text;
    phase_ = Phase::offline;
    ++generation_;
    ++stream_;
    flights_.clear();
    reading_ = false;
    search_.reset();
    snapshot_.clear();
    snapshot_token_.reset();
    answer_timer_.cancel();
    linger_timer_.cancel();
    resend_timer_.cancel();
    beat_timer_.cancel();
    // Another live box has this one's name (a copied disk?): taking the name back at once would
    // make both open epochs in turn for as long as both run.
    Backoff& wait = why.kind == ErrorKind::conflict ? yield_ : reconnect_;
    connect_timer_.arm(wait.next(entropy_), [this] { connect(); });
}

void Outbox::on_message(const BusMessage& message) {
    const Result<Topic> topic = parse_topic(message.topic);
    if (topic && topic->kind == TopicKind::cmd) {
        on_down(message.payload);
        return;
    }
    if (const auto listener = topic ? listeners_.find(topic->kind) : listeners_.end();
        listener != listeners_.end()) {
        listener->second(message.payload);
        return;
    }
    const Result<Ack> ack = decode_ack(message.payload);
    if (!ack) {
        events_.report(Severity::warning, "sync", "ignored an ack: " + ack.error().text);
        return;
    }
    if (ack->session == session_) {  // Any other answers somebody else, or an older connection.
        on_ack(*ack);
    }
}

void Outbox::on_ack(const Ack& ack) {
    bridge_ = ack;
    answered_ = true;
    const bool diverged = ack.stock == Ack::Stock::diverged;
    if (diverged && !diverged_) {
        events_.report(Severity::error, "sync",
                       "the bridge holds other stock than this edge at the same event; compare, "
                       "then run `tally sync resync`");
    }
    diverged_ = diverged;
    switch (phase_) {
        case Phase::announced:
            judge(ack);
            return;
        case Phase::searching:
            search(ack);
            return;
        case Phase::streaming:
            on_progress(ack);
            return;
        case Phase::offline:
        case Phase::connecting:
        case Phase::reopening:
            return;
    }
}

/// Nothing is published before it is known that what the bridge has is a prefix of this line.
void Outbox::judge(const Ack& ack) {
    if (ledger_.opening_epoch()) {
        return;  // The birth is repeated until there is something to judge.
    }
    const std::uint64_t size = ack.next_seq.value() - 1;
    const std::uint64_t mine = ledger_.durable_seq().value();
    if (size > mine || ack.epoch > ledger_.line().epoch()) {
        ++stream_;  // What an earlier answer began ends here.
        phase_ = Phase::searching;
        search_.emplace(std::min(size, mine));
        search(ack);
        return;
    }
    ledger_.tree_at(size, [this, ack, size, generation = generation_](Result<TreeHead> tree) {
        if (generation != generation_ || phase_ != Phase::announced) {
            return;
        }
        if (!tree) {
            events_.report(Severity::error, "sync", tree.error().text);
            return;
        }
        if (tree->root() == ack.head) {
            stream_from(ack.next_seq);
            return;
        }
        ++stream_;
        phase_ = Phase::searching;
        search_.emplace(size);
        probe();
    });
}

void Outbox::search(const Ack& ack) {
    if (!search_) {
        return;
    }
    if (ack.common && !search_->done()) {
        const std::vector<std::uint64_t> asked = search_->ask();
        const bool answers =
            std::equal(asked.begin(), asked.end(), ack.probe.begin(), ack.probe.end(),
                       [](auto a, Seq b) { return a == b.value(); });
        if (!answers) {
            return;  // The answer to an earlier question, told again.
        }
        search_->answer(std::clamp(ack.common->value(), search_->common(), asked.back()));
    }
    if (search_->done()) {
        found_common(Seq(search_->common()));
    } else {
        probe();
    }
}

/// The bridge holds less than it had acknowledged, or more than was sent: its database or this one
/// is another than a moment ago.
void Outbox::judge_again(const Ack& ack) {
    events_.report(Severity::warning, "sync",
                   "the bridge now holds " + std::to_string(ack.next_seq.value() - 1) +
                       " events, not " + std::to_string(acknowledged_.value()) +
                       " as acknowledged; comparing the ledgers again");
    phase_ = Phase::announced;
    ++stream_;
    flights_.clear();
    linger_timer_.cancel();
    resend_timer_.cancel();
    await_answer();
    judge(ack);
}

/// Asks the bridge about some of this line's heads; each needs the tree at that size.
void Outbox::probe() {
    if (!search_) {
        return;
    }
    trouble_ = "looking for the last event that bridge and edge have in common";
    const std::vector<std::uint64_t> sizes = search_->ask();
    probes_.clear();
    probes_awaited_ = sizes.size();
    for (const std::uint64_t size : sizes) {
        ledger_.tree_at(size, [this, size, generation = generation_](auto tree) {
            if (generation == generation_ && phase_ == Phase::searching) {
                add_probe(size, tree);
            }
        });
    }
}

void Outbox::add_probe(std::uint64_t size, const Result<TreeHead>& tree) {
    if (tree) {
        probes_.push_back({Seq(size), tree->root()});
    }
    if (probes_awaited_ == 0 || --probes_awaited_ > 0) {
        return;
    }
    std::sort(probes_.begin(), probes_.end(),
              [](const HeadProbe& a, const HeadProbe& b) { return a.seq < b.seq; });
    announce(Birth::Kind::birth, std::exchange(probes_, {}));
}

void Outbox::found_common(Seq common) {
    search_.reset();
    ledger_.texts_after(common, 1, [this, common, generation = generation_](auto rows) {
        if (generation != generation_) {
            return;
        }
        if (!rows || ledger_.opening_epoch()) {
            phase_ = Phase::announced;  // The birth is repeated, and all is judged anew.
            return;
        }
        const bool opened =
            !rows->empty() &&
            text_member(rows->front().canonical, "type") == to_string(EventType::epoch_began) &&
            rows->front().epoch > bridge_.epoch.value();
        if (opened) {  // The new epoch was opened before, and the bridge has not heard of it yet.
            stream_from(common.next());
            return;
        }
        phase_ = Phase::reopening;
        const Epoch epoch = std::max(bridge_.epoch, ledger_.line().epoch()).next();
        const std::string why = "the bridge holds " + std::to_string(bridge_.next_seq.value() - 1) +
                                " events, and only the first " + std::to_string(common.value()) +
                                " are also here: this database was restored or copied";
        events_.report(Severity::warning, "sync", why);
        ledger_.open_epoch(epoch, common, why, [this, common, generation](Result<void> opened_now) {
            if (generation != generation_) {
                return;
            }
            if (!opened_now) {
                trouble_ = opened_now.error().text;
                events_.report(Severity::error, "sync", trouble_);
                phase_ = Phase::announced;  // The birth is repeated, and all is judged anew.
                return;
            }
            stream_from(common.next());
        });
    });
}

void Outbox::stream_from(Seq next) {
    // Where several answers ask for it, the newest counts.
    ledger_.tree_at(next.value() - 1, [this, next, stream = ++stream_](auto tree) {
        if (stream != stream_) {
            return;
        }
        if (!tree) {
            trouble_ = tree.error().text;
            events_.report(Severity::error, "sync", trouble_);
            phase_ = Phase::announced;  // The birth is repeated, and all is judged anew.
            return;
        }
        phase_ = Phase::streaming;
        ++stream_;
        trouble_.clear();
        reconnect_.reset();
        resend_.reset();
        answer_timer_.cancel();
        flights_.clear();
        reading_ = false;
        acknowledged_ = Seq(next.value() - 1);
        bridge_epoch_ = bridge_.epoch;
        next_ = next;
        sent_end_ = next;
        sent_tree_ = std::move(*tree);
        events_.report(Severity::info, "sync",
                       "streaming from event " + std::to_string(next.value()));
        pump();
    });
}

OutboxHealth Outbox::health() const {
    OutboxHealth health;
    health.phase = phase_;
    health.acknowledged = acknowledged_;
    const std::uint64_t durable = ledger_.durable_seq().value();
    health.depth = durable - std::min(durable, acknowledged_.value());
    health.oldest_age = health.depth == 0 ? Duration(0) : clock_.mono_now() - waiting_since_;
    health.in_flight = flights_.size();
    health.batches_sent = batches_sent_;
    health.batches_resent = batches_resent_;
    health.diverged = diverged_;
    health.trouble = trouble_;
    return health;
}

}  // namespace tally
