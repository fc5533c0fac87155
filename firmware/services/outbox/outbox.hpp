// The edge's side of the wire: tells the bridge every event of the ledger, once, in order
// (docs/adr/0005-delivery.md). The ledger is the outbox; all that is kept here is a cursor, and
// that the bridge knows better.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "firmware/messages/sync.hpp"
#include "firmware/messages/topics.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/entropy.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/message_bus.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/services/ledger/ledger.hpp"
#include "firmware/services/outbox/backoff.hpp"
#include "firmware/services/outbox/common_search.hpp"

namespace tally {

struct OutboxOptions {
    SiteId site;
    Duration keepalive = std::chrono::seconds(15);
    Duration linger = std::chrono::milliseconds(25);  ///< a batch waits at most so long to fill
    std::size_t window_batches_max = 32;              ///< unacknowledged
    Duration resend_min = std::chrono::seconds(1);
    Duration resend_max = std::chrono::seconds(30);
    Duration beat_every = std::chrono::seconds(60);
    Duration birth_again = std::chrono::seconds(3);  ///< no answer to a birth
};

/// How the edge stands with the bridge, for people.
struct OutboxHealth {
    enum class Phase { offline, connecting, announced, searching, reopening, streaming };
    Phase phase = Phase::offline;
    Seq acknowledged;           ///< committed at the bridge
    std::uint64_t depth = 0;    ///< durable here, not yet acknowledged
    Duration oldest_age{0};     ///< how long the oldest of those has waited for this process
    std::size_t in_flight = 0;  ///< batches sent and not acknowledged; window_batches_max of them
    std::uint64_t batches_sent = 0;
    std::uint64_t batches_resent = 0;
    bool diverged = false;  ///< the bridge says that stock digests differ
    std::string trouble;    ///< why it is not streaming; empty while all is well
};

std::string_view to_string(OutboxHealth::Phase phase) noexcept;

/// Takes commands in order, each exactly once; whatever it writes is committed together with the
/// cursor. It must leave at least one ledger event per command.
class CommandSink {
 public:
    virtual ~CommandSink() = default;
    virtual void on_command(const Command& command) = 0;
};

/// Single-threaded; the ledger must have started. Destroy it before the bus and the ledger.
class Outbox final : private BusHandler {
 public:
    Outbox(OutboxOptions options, Ledger& ledger, MessageBus& bus, CommandSink& commands,
           Clock& clock, Scheduler& scheduler, Entropy& entropy, Events& events);

    /// What others send to this edge under `kind` (in_orders), as it comes, maybe twice. Before
    /// start(); without it the edge does not listen there.
    void listen(TopicKind kind, std::function<void(std::string)> listener);
    /// Publishes an answer on a topic of this edge that is not part of the stream (out_orders), now
    /// or, while there is no connection or no room in flight, never: who needs it asks again.
    void tell(TopicKind kind, std::string payload);
    void start();
    /// Says good-bye in order: no will is sent.
    void stop();

    [[nodiscard]] OutboxHealth health() const;
    /// Sends the whole stock as a snapshot (an operator's resync). offline if not streaming.
    Result<void> send_snapshot();

 private:
    using Phase = OutboxHealth::Phase;
    /// How far commands have come: in the newest epoch, and in those before it.
    struct HadCommands {
        CommandCursor now;
        std::vector<CommandCursor> past;
        void open(Epoch epoch);
    };
    struct Flight {
        Epoch epoch;
        Seq last;
    };

    void on_connected() override;
    void on_message(const BusMessage& message) override;
    void on_lost(const Error& why) override;
    void on_published(std::uint64_t token, const Result<void>& outcome) override;

    void connect();
    void announce(Birth::Kind kind, std::vector<HeadProbe> probes);
    void await_answer();
    void beat();

    void on_ack(const Ack& ack);
    void judge(const Ack& ack);
    void judge_again(const Ack& ack);
    void search(const Ack& ack);
    void probe();
    void add_probe(std::uint64_t size, const Result<TreeHead>& tree);
    void found_common(Seq common);
    void stream_from(Seq next);
    void on_progress(const Ack& ack);

    void on_durable();
    void pump();
    void send(std::span<const LineText> rows);
    void send_batch(std::span<const LineText> rows);
    void arm_resend();
    void rewind(Seq next);
    void pump_snapshot();

    void on_down(std::string_view payload);
    void on_commands(const CommandBatch& batch);
    void keep_cursor(const HadCommands& had, Ledger::Effect durable);

    Result<std::uint64_t> publish(TopicKind kind, std::string payload, Retain retain);
    [[nodiscard]] std::string topic(TopicKind kind) const;

    OutboxOptions options_;
    Ledger& ledger_;
    MessageBus& bus_;
    CommandSink& commands_;
    Clock& clock_;
    Entropy& entropy_;
    Events& events_;

    Phase phase_ = Phase::offline;
    std::string session_;
    std::string trouble_;
    Backoff reconnect_;
    Backoff yield_;  ///< after another box took this one's name
    Backoff resend_;
    std::optional<CommonSearch> search_;
    std::vector<HeadProbe> probes_;
    std::size_t probes_awaited_ = 0;
    Ack bridge_;  ///< the newest answer of the bridge in this session

    std::deque<Flight> flights_;
    TreeHead sent_tree_;  ///< at next_ - 1
    Seq next_{1};         ///< first event not yet sent
    Seq sent_end_{1};     ///< the furthest that next_ has come; further than it after a rewind
    Seq acknowledged_;
    Epoch bridge_epoch_{1};   ///< of the bridge's line as it last said while streaming
    MonoTime waiting_since_;  ///< when depth last was zero
    bool reading_ = false;
    std::uint64_t generation_ = 0;  ///< answers of older sessions' reads are ignored
    std::uint64_t stream_ = 0;      ///< likewise those of reads from before a rewind
    HadCommands had_;               ///< durable
    HadCommands taken_;             ///< applied, maybe not yet durable
    std::deque<std::string> snapshot_;
    std::optional<std::uint64_t> snapshot_token_;
    std::map<TopicKind, std::function<void(std::string)>> listeners_;
    bool answered_ = false;  ///< the bridge knows of this session, so of how far commands have come
    bool diverged_ = false;
    bool stopped_ = false;
    std::uint64_t batches_sent_ = 0;
    std::uint64_t batches_resent_ = 0;
    Timer connect_timer_;
    Timer answer_timer_;
    Timer linger_timer_;
    Timer resend_timer_;
    Timer beat_timer_;
};

}  // namespace tally
