// The site of the bench: one edge with one gate between the supplier and a hall, and the bridge.
#pragma once

#include <memory>
#include <string>

#include "firmware/host/entropy/os_entropy.hpp"
#include "firmware/host/loop/loop.hpp"
#include "firmware/host/mqtt/paho_message_bus.hpp"
#include "firmware/host/net/tcp.hpp"
#include "firmware/host/store/threaded_journal.hpp"
#include "firmware/services/gate/gate_service.hpp"
#include "firmware/site/edge_site.hpp"
#include "tools/bench/bench_events.hpp"
#include "tools/bench/watched_journal.hpp"

namespace tally::bench {

SiteLayout bench_site();
/// Its gate, where a tag is believed at its first read, and gone after `absence`.
GateLayout bench_gate(Duration absence);

/// What tallyd is, built of the same parts; only the reader's TCP connection is left out: reads are
/// handed to the gate service.
class EdgeBox {
 public:
    struct Options {
        std::string database;
        std::uint16_t broker_port = 1;  ///< 1: nobody listens there
        Duration absence = std::chrono::milliseconds(1500);
        std::function<void(const JournalCommit&)> on_commit{};
    };

    static Result<std::unique_ptr<EdgeBox>> open(const Options& options);

    /// Turns the loop until the edge is up, and knows the bench's SKU.
    Result<void> start();

    [[nodiscard]] host::Loop& loop() { return loop_; }
    [[nodiscard]] EdgeSite& site() { return *site_; }
    [[nodiscard]] Ledger& ledger() { return site_->ledger(); }
    [[nodiscard]] GateService& gate() { return *gate_; }

 private:
    EdgeBox() = default;

    host::Loop loop_;
    BenchEvents events_;
    host::OsEntropy entropy_;
    std::unique_ptr<host::TcpDialer> dialer_;
    std::unique_ptr<host::ThreadedJournal> store_;
    std::unique_ptr<WatchedJournal> journal_;
    std::unique_ptr<host::PahoMessageBus> bus_;
    std::unique_ptr<EdgeSite> site_;
    std::unique_ptr<GateService> gate_;
    Result<void> outcome_;
};

}  // namespace tally::bench
