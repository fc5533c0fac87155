// Bridge: taking in an edge's whole stock.
#include <utility>

#include "firmware/services/bridge/bridge_service.hpp"

namespace tally {

void BridgeService::on_snapshot(EdgeLink& edge, std::string_view payload) {
    const Result<SnapshotChunk> chunk = decode_snapshot(payload);
    if (!chunk) {
        events_.report(Severity::warning, "edge " + edge.edge.str(),
                       "ignored a snapshot chunk: " + chunk.error().text);
        return;
    }
    const auto progress = edge.snapshot.add(*chunk);
    if (!progress) {
        events_.report(Severity::warning, "edge " + edge.edge.str(), progress.error().text);
        return;
    }
    if (*progress != SnapshotAssembly::Progress::complete) {
        return;
    }
    edge.swap = EdgeLink::Swap{edge.snapshot.header(), edge.snapshot.take()};
    try_snapshot(edge);
}

/// Swapped in whole. A snapshot that overtook events waits for them; one that events overtook is
/// brought forward by them, so that a busy edge can be resynced too; one of another line is
/// refused.
void BridgeService::try_snapshot(EdgeLink& edge) {
    if (!edge.swap || edge.refolding || edge.swap->header.seq > edge.stored.line().seq()) {
        return;
    }
    edge.refolding = true;
    edge.taking = std::exchange(edge.swap, std::nullopt);
    own_.after_commit([this, &edge] {
        edge.stored.tree_at(edge.taking->header.seq.value(), [this, &edge](Result<TreeHead> tree) {
            const SnapshotHeader& header = edge.taking->header;
            if (!tree || tree->root() != header.head) {
                refuse_snapshot(edge);
                return;
            }
            auto from = std::make_unique<Line>(edge.edge);
            from->restore(header.epoch, header.seq, std::move(edge.taking->book), std::move(*tree));
            edge.stored.fold_on(std::move(from), [this, &edge](auto brought) {
                edge.refolding = false;
                if (brought) {
                    swap_stock(edge, **brought);
                } else {
                    events_.report(Severity::error, "edge " + edge.edge.str(),
                                   "its snapshot was not taken: " + brought.error().text);
                }
                drain_backlog(edge);
            });
        });
    });
}

void BridgeService::refuse_snapshot(EdgeLink& edge) {
    const bool is_old = edge.taking->header.epoch < edge.stored.line().epoch();
    edge.refolding = false;
    events_.report(Severity::warning, "edge " + edge.edge.str(),
                   "refused a snapshot of another ledger than the one held here");
    if (is_old) {  // A new epoch overtook it; the next one is of that.
        publish(edge.edge, TopicKind::cmd, encode(SnapshotRequest{}), Retain::no);
    } else {
        alarm_ledgers(edge, edge.taking->header.seq);
    }
    drain_backlog(edge);
}

void BridgeService::swap_stock(EdgeLink& edge, Line& brought) {
    const Line& line = edge.stored.line();
    const std::uint64_t seq = line.seq().value();
    JournalCommit change;
    edge.stored.replace(std::make_unique<Line>(line.with_book(brought.take_book())), seq, change);
    edge.stock = EdgeLink::Stock::ok;
    own_.together([&] {
        settle(AnomalyKind::stock_diverged, edge.edge.str(), {},
               "stock was replaced by the edge's snapshot at event " + std::to_string(seq));
        own_.add(std::move(change), {});
    });
    acknowledge(edge);
    events_.report(Severity::info, "edge " + edge.edge.str(),
                   "stock replaced by its snapshot at event " + std::to_string(seq));
}

}  // namespace tally
