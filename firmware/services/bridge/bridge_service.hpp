// The bridge: takes every edge's events once, in order, keeps one book per edge, relays hand-overs,
// and sends commands down (docs/adr/0005-delivery.md). Acknowledges only what it has committed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "firmware/domain/layout/site.hpp"
#include "firmware/domain/ledger/anomaly.hpp"
#include "firmware/messages/sync.hpp"
#include "firmware/messages/topics.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/entropy.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/message_bus.hpp"
#include "firmware/services/bridge/bridge_rows.hpp"
#include "firmware/services/bridge/edge_link.hpp"
#include "firmware/services/bridge/hand_overs.hpp"
#include "firmware/services/bridge/refills.hpp"
#include "firmware/services/ledger/ledger.hpp"
#include "firmware/services/outbox/backoff.hpp"

namespace tally {

struct BridgeOptions {
    Duration keepalive = std::chrono::seconds(15);
    Duration resend_ask_every = std::chrono::seconds(1);
    Duration command_again = std::chrono::seconds(2);
    Duration stale_after = std::chrono::seconds(150);  ///< no word: its stock is unconfirmed
    CommitLimits commit;
};

/// Where the bridge shows a unit: once, whatever the edges' books say while a hand-over is open.
struct UnitView {
    EdgeId edge;
    std::string item, place, sku, lot, custody, quality, parent;
    Seq seq;
};

/// Single-threaded. The ports must outlive it.
class BridgeService final : private BusHandler {
 public:
    using Ready = std::function<void(Result<void>)>;

    BridgeService(const SiteLayout& site, BridgeOptions options, Journal& journal, MessageBus& bus,
                  Clock& clock, Scheduler& scheduler, Entropy& entropy, Events& events,
                  CommitQueue::Fatal fatal);

    /// Loads what is stored, then connects. corrupt if stored stock contradicts its ledger.
    void start(Ready ready);
    /// Disconnects in order and writes checkpoints.
    void stop();

    /// Appends a command to the log of each edge named (all edges if empty); `written` runs after
    /// the commit.
    Result<void> command(const std::vector<EdgeId>& edges, const std::string& actor,
                         const std::string& type, const std::string& data, Ledger::Effect written);
    Result<Seq> resolve_anomaly(const std::string& id, const std::string& how,
                                const std::string& by, Ledger::Effect written);
    /// Asks an edge for a snapshot of its whole stock and swaps it in when it is complete.
    Result<void> request_snapshot(const EdgeId& edge);

    [[nodiscard]] const SiteLayout& site() const { return site_; }
    [[nodiscard]] const std::map<EdgeId, std::unique_ptr<EdgeLink>>& edges() const {
        return edges_;
    }
    [[nodiscard]] Ledger& own() { return own_; }
    [[nodiscard]] const Ledger& own() const { return own_; }
    [[nodiscard]] const HandOvers& hand_overs() const { return hand_overs_; }
    [[nodiscard]] bool connected() const { return connected_; }
    [[nodiscard]] bool is_stale(const EdgeLink& edge) const;

    /// Where a unit is, by the newest applied half; nothing if no edge knows it.
    [[nodiscard]] std::optional<UnitView> unit(const std::string& item) const;

 private:
    void on_connected() override;
    void on_message(const BusMessage& message) override;
    void on_lost(const Error& why) override;
    void on_published(std::uint64_t token, const Result<void>& outcome) override;

    void start_next(Ready ready);
    void load_commands(EdgeLink& edge, Ready then);
    void connect();
    void tick();
    void refill();

    void on_birth(EdgeLink& edge, const Birth& birth);
    void on_death(EdgeLink& edge, const Death& death);
    void on_delta(EdgeLink& edge, std::string payload);
    void on_snapshot(EdgeLink& edge, std::string_view payload);
    void answer_probes(EdgeLink& edge, const Birth& birth);
    void compare_stock(EdgeLink& edge, const Birth& birth);

    void take(EdgeLink& edge, const Delta& delta);
    /// The events of a batch from `skip` on, and their leaf hashes as computed here.
    struct News {
        const Delta& delta;
        std::size_t skip = 0;
        std::vector<Digest> leaves;
    };
    Result<News> check_heads(const TreeHead& before, const Delta& delta, std::size_t skip) const;
    Result<void> apply(EdgeLink& edge, Line& line, const News& news, JournalCommit& change);
    void after_events(const Delta& delta, std::size_t skip, JournalCommit& change);
    void relay(const HandOverOutcome& outcome, JournalCommit& change);
    void new_epoch(EdgeLink& edge, std::string payload);
    void take_new_epoch(EdgeLink& edge, const std::string& payload);
    void swap_epoch(EdgeLink& edge, const std::string& payload);
    void raise_lost(EdgeLink& edge, std::uint64_t common, Ready then);
    void try_snapshot(EdgeLink& edge);
    void swap_stock(EdgeLink& edge, Line& brought);
    void refuse_snapshot(EdgeLink& edge);
    void alarm_ledgers(const EdgeLink& edge, Seq at);
    void recover(EdgeLink& edge, const Error& why);
    void drain_backlog(EdgeLink& edge);
    void ask_resend(EdgeLink& edge);
    void acknowledge(EdgeLink& edge, std::span<const HeadProbe> probes = {},
                     std::optional<Seq> common = {});
    void note_commands(EdgeLink& edge, const CommandCursor& cursor,
                       const std::vector<CommandCursor>* past);
    void release_commands(EdgeLink& edge, const CommandRow& last);
    void read_commands(EdgeLink& edge, const CommandCursor& cursor);
    void send_commands(EdgeLink& edge);
    std::string raise(AnomalyKind kind, const std::string& item, const std::string& text,
                      const std::string& device = {});
    std::string find_open(AnomalyKind kind, const std::string& device,
                          const std::string& item) const;
    void raise_once(AnomalyKind kind, const std::string& device, const std::string& item,
                    const std::string& text);
    void settle(AnomalyKind kind, const std::string& device, const std::string& item,
                const std::string& how);
    void check_twice(const Event& event);
    void publish(const EdgeId& edge, TopicKind kind, std::string payload, Retain retain);
    std::string holder(const std::string& item, const std::string& not_edge) const;

    const SiteLayout& site_;
    BridgeOptions options_;
    Journal& journal_;
    MessageBus& bus_;
    Clock& clock_;
    Entropy& entropy_;
    Events& events_;
    Ledger own_;
    HandOvers hand_overs_;
    Refills refills_;
    std::map<EdgeId, std::unique_ptr<EdgeLink>> edges_;
    JournalStart loading_;
    std::map<EdgeId, std::unique_ptr<EdgeLink>>::iterator next_edge_;
    Backoff reconnect_;
    bool connected_ = false;
    bool stopped_ = false;
    Timer connect_timer_;
    Timer tick_timer_;
};

}  // namespace tally
