// BridgeApi: folds every edge's line anew and compares it with what the bridge shows and stores.
#include <utility>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/services/api/bridge_api.hpp"

namespace tally {

namespace {

constexpr int kTriesMax = 20;  // A line that grows meanwhile is folded again.

ApiReply failed(const EdgeLink& edge, const Error& why) {
    return error_reply({why.kind, "edge " + edge.edge.str() + ": " + why.text},
                       "tally sync resync --edge " + edge.edge.str());
}

}  // namespace

void BridgeApi::verify(ApiReplyTo reply) {
    if (verification_) {
        reply(error_reply({ErrorKind::conflict, "the lines are being checked already"},
                          "tally stock verify, in a moment"));
        return;
    }
    verification_.emplace(Verification{std::move(reply), view_.service.edges().begin(), {}, 0});
    verify_next();
}

void BridgeApi::end_verification(ApiReply reply) {
    const ApiReplyTo to = std::move(verification_->reply);
    verification_.reset();
    to(std::move(reply));
}

void BridgeApi::verify_next() {
    if (verification_->next == view_.service.edges().end()) {
        view_.service.own().verify([this](Result<std::uint64_t> events) {
            if (!events) {
                end_verification(error_reply(events.error(), "tally doctor"));
                return;
            }
            verification_->done.emplace_back(kBridgeEdge, *events);
            end_verification(verified());
        });
        return;
    }
    EdgeLink& edge = *verification_->next->second;
    ++verification_->next;
    verification_->tries = 0;
    verify_edge(edge);
}

void BridgeApi::verify_edge(EdgeLink& edge) {
    if (edge.refolding || edge.stored.folding()) {
        end_verification(error_reply(
            {ErrorKind::conflict, "the line of edge " + edge.edge.str() + " is being rebuilt"},
            "tally stock verify, in a moment"));
        return;
    }
    edge.stored.rehash([this, &edge](Result<std::unique_ptr<Line>> folded) {
        if (!folded) {
            end_verification(failed(edge, folded.error()));
            return;
        }
        Line& line = edge.stored.line();
        if ((*folded)->seq() != line.seq() && ++verification_->tries < kTriesMax) {
            verify_edge(edge);
            return;
        }
        if (const auto same = compare_states((*folded)->state(), line.state()); !same) {
            end_verification(failed(edge, same.error()));
            return;
        }
        compare_stored(edge);
    });
}

/// Stored rows can be compared only while nothing of this edge is on its way to the disk.
void BridgeApi::compare_stored(EdgeLink& edge) {
    view_.service.own().after_commit([this, &edge] {
        const Seq before = edge.stored.line().seq();
        view_.journal.positions(edge.edge.str(), [this, &edge, before](auto rows) {
            const Line& line = edge.stored.line();
            if (rows && line.seq() != before && ++verification_->tries < kTriesMax) {
                compare_stored(edge);
                return;
            }
            Result<void> same;
            if (!rows) {
                same = fail(rows.error());
            } else if (line.seq() != before) {
                same = fail(ErrorKind::timeout, "the line never came to rest; ask again later");
            } else {
                same = compare_stored_positions(line.book(), *rows);
            }
            if (!same) {
                end_verification(failed(edge, same.error()));
                return;
            }
            verification_->done.emplace_back(edge.edge, line.seq().value());
            verify_next();
        });
    });
}

ApiReply BridgeApi::verified() const {
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("rows").begin_array();
    for (const auto& [edge, events] : verification_->done) {
        w.begin_object().key("edge").text(edge.str()).key("events").number(events);
        w.key("result").text("equal").end_object();
    }
    w.end_array().end_object();
    return ok("stock_verify", data);
}

}  // namespace tally
