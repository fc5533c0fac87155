// Opening a new epoch: the one place where rows of the ledger are ever written again.
#include <map>
#include <utility>

#include "firmware/base/check.hpp"
#include "firmware/messages/event_data.hpp"
#include "firmware/messages/event_json.hpp"
#include "firmware/services/ledger/ledger.hpp"

namespace tally {

namespace {

/// Events refer to each other by "<edge>:<epoch>:<seq>"; those above the last common event move.
class References {
 public:
    References(const EdgeId& edge, Epoch epoch) : prefix_(edge.str() + ":"), epoch_(epoch) {}

    void moved(std::uint64_t from, Seq to) { moved_[from] = to.value(); }

    void rename(Event& event) const {
        rename(event.cause);
        rename(event.data);
    }

 private:
    /// Renames every reference in `text` that starts the text or stands behind a quotation mark.
    void rename(std::string& text) const {
        std::size_t at = 0;
        while ((at = text.find(prefix_, at)) != std::string::npos) {
            const bool starts = at == 0 || text[at - 1] == '"';
            const std::size_t epoch_at = at + prefix_.size();
            const std::size_t colon = text.find_first_not_of("0123456789", epoch_at);
            at = epoch_at;
            if (!starts || colon == std::string::npos || text[colon] != ':') {
                continue;
            }
            const std::size_t end = text.find_first_not_of("0123456789", colon + 1);
            const std::string seq_text = text.substr(colon + 1, end - colon - 1);
            const bool is_seq = !seq_text.empty() && seq_text.size() <= 16;
            const auto target = moved_.find(is_seq ? std::stoull(seq_text) : 0);
            if (target == moved_.end()) {
                continue;
            }
            const std::string renamed =
                std::to_string(epoch_.value()) + ":" + std::to_string(target->second);
            text.replace(epoch_at, end == std::string::npos ? end : end - epoch_at, renamed);
        }
    }

    std::string prefix_;
    Epoch epoch_;
    std::map<std::uint64_t, std::uint64_t> moved_;  ///< seq before -> seq now
};

}  // namespace

void Ledger::open_epoch(Epoch epoch, Seq last_common, const std::string& why, Ready ready) {
    TALLY_CHECK(epoch > line().epoch() && !opening_epoch_, "epochs only grow, one at a time");
    opening_epoch_ = true;
    after_commit([this, epoch, last_common, why, ready = std::move(ready)] {
        stored_.refold(last_common.value(), [this, epoch, why, ready](auto folded) {
            if (!folded) {
                opening_epoch_ = false;
                ready(fail(std::move(folded).error()));
                return;
            }
            reopened_ = std::move(*folded);
            read_tail(epoch, why, {}, ready);
        });
    });
}

void Ledger::read_tail(Epoch epoch, const std::string& why, std::vector<JournalRow> tail,
                       Ready ready) {
    RowQuery query;
    query.edge = options_.edge.str();
    query.after_seq = tail.empty() ? reopened_->seq().value() : tail.back().seq;
    query.rows_max = 4'096;
    journal_.rows(query, [this, epoch, why, tail = std::move(tail), ready](auto found) mutable {
        if (!found) {
            opening_epoch_ = false;
            ready(fail(std::move(found).error()));
            return;
        }
        for (FoundRow& row : *found) {
            tail.push_back(std::move(row.row));
        }
        if (!found->empty()) {
            read_tail(epoch, why, std::move(tail), ready);
            return;
        }
        const Result<void> rewritten = rewrite_tail(epoch, why, tail, ready);
        if (!rewritten) {
            opening_epoch_ = false;
            ready(rewritten);
        }
    });
}

Result<void> Ledger::rewrite_tail(Epoch epoch, const std::string& why,
                                  const std::vector<JournalRow>& tail, const Ready& ready) {
    const Seq last_common = reopened_->seq();
    JournalCommit change;
    change.truncate = JournalCommit::Truncate{options_.edge.str(), last_common.value()};
    Event began;
    began.edge = options_.edge;
    began.epoch = epoch;
    began.seq = last_common.next();
    began.type = EventType::epoch_began;
    began.t_ms = clock_.wall_now().ms();
    began.by = "rule:epoch";
    began.data = encode(EpochData{last_common.value(), why});
    TALLY_TRY_ASSIGN(std::string text, encode_event(began));
    TALLY_TRY(reopened_->apply(began, std::move(text), change));
    References references(options_.edge, epoch);
    for (const JournalRow& row : tail) {
        TALLY_TRY_ASSIGN(Event event, decode_event(row.canonical));
        if (event.type == EventType::epoch_began) {
            continue;  // An epoch that never left this box needs no trace of its own.
        }
        event.epoch = epoch;
        event.seq = reopened_->seq().next();
        references.moved(row.seq, event.seq);
        references.rename(event);
        TALLY_TRY_ASSIGN(std::string renumbered, encode_event(event));
        TALLY_TRY(reopened_->apply(event, std::move(renumbered), change));
    }
    stored_.replace(std::move(reopened_), last_common.value(), change);
    recent_.clear();
    durable_seq_ = last_common;
    queue_.add(std::move(change), [this, ready] {
        durable_seq_ = line().seq();
        opening_epoch_ = false;
        events_.report(Severity::warning, "ledger",
                       "opened epoch " + std::to_string(line().epoch().value()) +
                           "; the ledger ends at event " + std::to_string(line().seq().value()));
        ready({});
    });
    return {};
}

}  // namespace tally
