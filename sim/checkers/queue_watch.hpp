// I7: queues in memory have bounds, whatever happens; what is durable may grow with the disk. The
// bounds stand here once more, as the documents state them, so that a program that changes its own
// does not change its judge.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "sim/checkers/finding.hpp"

namespace tally::sim {

/// How full a queue was when it was looked at, at most, and how full it may be.
struct QueuePeak {
    std::size_t depth = 0, bound = 0;
};

/// Single-threaded.
class QueueWatch {
 public:
    enum class Queue : std::size_t {
        client_messages,  ///< at the broker for one client; as drawn, and one on its way twice
        bridge_batches,   ///< of one edge at the bridge
        disk_rows,        ///< of one edge; as drawn, and what one turn may add
        opening_rows,     ///< likewise, while people tell it what is there
        batches,          ///< of one edge, told and not acknowledged
        reads,            ///< of one reader at its gate
        movements,        ///< that one edge remembers
        blind_spans,      ///< that one edge remembers of one device
        count
    };
    /// docs/adr/0005-delivery.md and docs/operations.md.
    static constexpr std::size_t kBridgeBatches = 64, kBatches = 32, kReads = 65'536,
                                 kMovements = 4'096, kBlindSpans = 64;
    /// What may be added after a box has said that it is full: one turn of each of its devices and
    /// of people; for each open order what a sweep may promise it, up to what one turn of a sweep
    /// writes and its last claim adds; an opening file is read in parts of 500 rows.
    static constexpr std::size_t kTurnRows = 96, kOrderRows = 6, kSweepRows = 130,
                                 kOpeningRows = 640;
    /// The part of it that is for orders.
    static constexpr std::size_t sweep_rows(std::size_t open_orders) {
        return std::min(kOrderRows * open_orders, kSweepRows);
    }

    /// As drawn: what the broker keeps for a client, and a box for its disk.
    struct Drawn {
        std::size_t client_messages = 0, disk_rows = 0;
    };
    explicit QueueWatch(Drawn drawn);

    /// "queue.bound" if it is beyond its bound and `more`, once for each queue and owner. Cheap:
    /// asked after every event of the kernel.
    void look(Queue queue, std::string_view owner, std::size_t depth, std::size_t more = 0) {
        QueuePeak& peak = peaks_[static_cast<std::size_t>(queue)];
        peak.depth = depth > peak.depth ? depth : peak.depth;
        if (depth > peak.bound + more) {
            find(queue, owner, depth);
        }
    }

    [[nodiscard]] std::map<std::string, QueuePeak> peaks() const;
    [[nodiscard]] Findings take_findings() { return std::exchange(findings_, {}); }

 private:
    void find(Queue queue, std::string_view owner, std::size_t depth);

    std::array<QueuePeak, static_cast<std::size_t>(Queue::count)> peaks_;
    std::set<std::string> found_;
    Findings findings_;
};

}  // namespace tally::sim
