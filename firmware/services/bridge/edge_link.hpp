// What the bridge holds of one edge: its line, its connection, its command log.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "firmware/messages/sync/snapshot.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/services/bridge/command_log.hpp"
#include "firmware/services/ledger/stored_line.hpp"

namespace tally {

/// Plain state; BridgeService is its only user.
struct EdgeLink {
    EdgeLink(const EdgeId& id, Journal& journal, Scheduler& scheduler)
        : edge(id), stored(id, journal, {}), commands(id), command_timer(scheduler) {}

    enum class Stock { ok, diverged };

    EdgeId edge;
    StoredLine stored;
    CommandLog commands;
    bool reading_commands = false;  ///< it lacks some that it had; none are sent meanwhile
    std::string session;            ///< of its newest birth; empty: none seen by this process
    bool online = false;            ///< born and not died since
    MonoTime heard;                 ///< last message
    Stock stock = Stock::ok;
    bool refolding = false;           ///< its line is being rebuilt; batches wait
    std::deque<std::string> backlog;  ///< batches that wait, at most kBacklogMax
    std::unique_ptr<Line> incoming;   ///< the line of a new epoch, while it is taken in
    JournalCommit incoming_change;    ///< what stores it
    SnapshotAssembly snapshot;
    /// A whole snapshot that waits for the events before it.
    struct Swap {
        SnapshotHeader header;
        Book book;
    };
    std::optional<Swap> swap;
    std::optional<Swap> taking;  ///< one that is being taken in; batches wait
    std::optional<MonoTime> resend_asked;
    std::string trouble;  ///< why its events are not taken; empty while all is well
    std::uint64_t batches = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t gaps = 0;
    Timer command_timer;

    static constexpr std::size_t kBacklogMax = 64;

    /// It is there, and what is known here of its stock is what it has.
    [[nodiscard]] bool has_true_stock() const {
        return online && stock == Stock::ok && trouble.empty();
    }
};

}  // namespace tally
