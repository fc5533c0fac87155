// Outbox while streaming: batches out, acknowledgements and commands in.
#include <algorithm>
#include <utility>

#include "firmware/messages/topics.hpp"
#include "firmware/services/outbox/outbox.hpp"

namespace tally {

void Outbox::on_durable() {
    if (phase_ != Phase::streaming) {
        return;
    }
    const std::uint64_t waiting = ledger_.durable_seq().value() + 1 - next_.value();
    if (waiting >= kBatchRowsMax) {
        linger_timer_.cancel();
        pump();
    } else if (!linger_timer_.armed()) {
        linger_timer_.arm(options_.linger, [this] { pump(); });
    }
}

void Outbox::pump() {
    const bool room = flights_.size() < options_.window_batches_max;
    if (phase_ != Phase::streaming || reading_ || !room || next_ > ledger_.durable_seq()) {
        return;
    }
    reading_ = true;
    ledger_.texts_after(
        Seq(next_.value() - 1), kBatchRowsMax, [this, stream = stream_, from = next_](auto rows) {
            if (stream != stream_ || phase_ != Phase::streaming) {
                return;
            }
            reading_ = false;
            if (!rows) {
                events_.report(Severity::error, "sync", rows.error().text);
                return;
            }
            if (rows->empty()) {  // Asking again at once would never end.
                events_.report(Severity::error, "sync",
                               "the journal does not give event " + std::to_string(from.value()) +
                                   ", though it said that it was durable");
                arm_resend();
                return;
            }
            if (from == next_) {
                send(*rows);
                if (from == next_) {
                    return;  // Not taken: asking again at once would never end either.
                }
            }
            pump();
        });
}

void Outbox::send(std::span<const LineText> left) {
    while (!left.empty() && flights_.size() < options_.window_batches_max) {
        std::vector<std::string_view> texts;
        for (const LineText& row : left) {
            if (row.epoch != left.front().epoch) {
                break;
            }
            texts.push_back(row.canonical);
        }
        const std::size_t count = batch_size(texts);
        const Seq before = next_;
        send_batch(left.subspan(0, count));
        if (next_ == before) {
            return;  // The bus did not take it; the next acknowledgement or connection goes on.
        }
        left = left.subspan(count);
    }
}

void Outbox::send_batch(std::span<const LineText> rows) {
    DeltaHeader header;
    header.edge = ledger_.edge();
    header.session = session_;
    header.epoch = Epoch(rows.front().epoch);
    header.first_seq = next_;
    header.prev_head = sent_tree_.root();
    TreeHead tree = sent_tree_;
    std::vector<std::string_view> texts;
    for (const LineText& row : rows) {
        tree.append(row.leaf);
        texts.push_back(row.canonical);
    }
    header.head = tree.root();
    header.cmd_epoch = had_.now.epoch;
    header.cmd_next = had_.now.next;
    header.sent_ms = clock_.wall_now().ms();
    if (!publish(TopicKind::delta, encode_delta(header, texts), Retain::no)) {
        arm_resend();
        return;
    }
    ++batches_sent_;
    sent_tree_ = std::move(tree);
    next_ = Seq(rows.back().seq + 1);
    sent_end_ = std::max(sent_end_, next_);
    flights_.push_back({header.epoch, Seq(rows.back().seq)});
    arm_resend();
}

void Outbox::arm_resend() {
    if (!resend_timer_.armed()) {
        resend_timer_.arm(resend_.next(entropy_), [this] {
            if (phase_ == Phase::streaming && acknowledged_.next() < next_) {
                rewind(acknowledged_.next());
            } else {
                pump();
            }
        });
    }
}

/// Goes on from `next`, sending again what stands there; what was acknowledged is not sent twice
/// unless the bridge asks.
void Outbox::rewind(Seq next) {
    if (next > ledger_.durable_seq().next()) {
        return;
    }
    ++stream_;
    reading_ = true;  // nothing is sent from the old place meanwhile
    batches_resent_ += flights_.size();
    flights_.clear();
    ledger_.tree_at(next.value() - 1, [this, next, stream = stream_](auto tree) {
        if (stream != stream_ || phase_ != Phase::streaming) {
            return;
        }
        reading_ = false;
        if (!tree) {
            events_.report(Severity::error, "sync", tree.error().text);
            arm_resend();
            return;
        }
        next_ = next;
        sent_tree_ = std::move(*tree);
        pump();
    });
}

void Outbox::on_progress(const Ack& ack) {
    const Epoch epoch = ledger_.line().epoch();
    // It told of a newer epoch before: it was restored to before that.
    const bool back = ack.next_seq <= acknowledged_ || ack.epoch < bridge_epoch_;
    const bool ahead = ack.epoch > epoch || (ack.epoch == epoch && ack.next_seq > sent_end_);
    if (back || ahead) {
        judge_again(ack);
        return;
    }
    bridge_epoch_ = ack.epoch;
    if (ack.epoch == epoch && ack.next_seq > next_) {  // The first copy of what is sent again came.
        acknowledged_ = Seq(ack.next_seq.value() - 1);
        waiting_since_ = clock_.mono_now();
        resend_.reset();
        resend_timer_.cancel();
        flights_.clear();
        rewind(ack.next_seq);
        return;
    }
    bool moved = false;
    // An acknowledgement of an older epoch says nothing about events of a newer one.
    while (!flights_.empty() && flights_.front().epoch <= ack.epoch &&
           flights_.front().last < ack.next_seq) {
        acknowledged_ = flights_.front().last;
        flights_.pop_front();
        moved = true;
    }
    if (!moved) {
        return;
    }
    waiting_since_ = clock_.mono_now();
    resend_.reset();
    resend_timer_.cancel();
    if (!flights_.empty()) {
        arm_resend();
    }
    if (!linger_timer_.armed()) {
        pump();
    }
}

void Outbox::on_published(std::uint64_t token, const Result<void>& outcome) {
    if (!outcome) {
        trouble_ = outcome.error().text;
        events_.report(Severity::error, "sync", trouble_);
    }
    if (snapshot_token_ == token) {
        snapshot_token_.reset();
        pump_snapshot();
    }
}

Result<void> Outbox::send_snapshot() {
    if (phase_ != Phase::streaming) {
        return fail(ErrorKind::offline, "not connected to the bridge: " + trouble_);
    }
    const LineState state = ledger_.state();
    SnapshotHeader header;
    header.edge = ledger_.edge();
    header.id = session_text(entropy_.next_u64());
    header.epoch = state.epoch;
    header.seq = state.seq;
    header.head = state.head;
    static_cast<void>(digest_from_hex(state.digest, header.digest));
    std::vector<std::string> chunks = encode_snapshot(header, ledger_.book());
    ledger_.after_commit([this, chunks = std::move(chunks), generation = generation_]() mutable {
        if (generation != generation_) {
            return;
        }
        snapshot_.assign(std::make_move_iterator(chunks.begin()),
                         std::make_move_iterator(chunks.end()));
        if (!snapshot_token_) {
            pump_snapshot();
        }
    });
    return {};
}

/// One chunk at a time: a snapshot never crowds out events.
void Outbox::pump_snapshot() {
    if (snapshot_.empty()) {
        return;
    }
    const auto token = publish(TopicKind::snapshot, std::move(snapshot_.front()), Retain::no);
    snapshot_.pop_front();
    if (token) {
        snapshot_token_ = *token;
    } else {
        snapshot_.clear();
    }
}

void Outbox::on_down(std::string_view payload) {
    Result<Down> down = decode_down(payload);
    if (!down) {
        events_.report(Severity::warning, "sync", "ignored a command: " + down.error().text);
        return;
    }
    if (const auto* batch = std::get_if<CommandBatch>(&*down)) {
        on_commands(*batch);
    } else if (const auto* resend = std::get_if<ResendRequest>(&*down)) {
        if (phase_ == Phase::streaming && resend->from <= next_ && resend->from.value() > 0) {
            rewind(resend->from);
        }
    } else {
        static_cast<void>(send_snapshot());
    }
}

void Outbox::on_commands(const CommandBatch& batch) {
    if (ledger_.full() || !answered_) {
        return;  // The bridge sends them again until they are acknowledged.
    }
    if (batch.epoch > taken_.now.epoch && batch.first_seq == Seq(1)) {
        taken_.open(batch.epoch);  // All older epochs are done: it knows how far this edge is.
    }
    bool news = false;
    for (const Command& command : batch.commands) {
        if (command.epoch != taken_.now.epoch || command.seq != taken_.now.next) {
            continue;  // Had before, or a gap.
        }
        news = true;
        taken_.now.next = taken_.now.next.next();
        ledger_.together([&] {
            commands_.on_command(command);
            keep_cursor(taken_, [this, had = taken_] { had_ = had; });
        });
    }
    if (!news) {
        announce(Birth::Kind::beat, {});  // Tells the bridge where its log stands here.
    }
}

}  // namespace tally
