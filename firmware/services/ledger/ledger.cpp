#include "firmware/services/ledger/ledger.hpp"

#include <utility>

#include "firmware/messages/checkpoint.hpp"
#include "firmware/messages/event_json.hpp"
#include "firmware/services/ledger/line_fold.hpp"

namespace tally {

Ledger::Ledger(LedgerOptions options, Journal& journal, Scheduler& scheduler, Clock& clock,
               Events& events, CommitQueue::Fatal fatal)
    : options_(std::move(options)),
      journal_(journal),
      scheduler_(scheduler),
      clock_(clock),
      events_(events),
      queue_(journal, scheduler, clock, events, std::move(fatal), options_.commit),
      line_(std::make_unique<Line>(options_.edge)) {}

Ledger::~Ledger() = default;

void Ledger::start(Ready ready) {
    journal_.start([this, ready = std::move(ready)](Result<JournalStart> start) {
        if (!start) {
            ready(fail(std::move(start).error()));
            return;
        }
        if (const Result<void> loaded = load(*start); !loaded) {
            ready(loaded);
            return;
        }
        checkpoint_seq_ = line_->seq().value();
        fold_ = std::make_unique<LineFold>(journal_, scheduler_, *line_, LineFold::Parts::stock);
        fold_->run([this, ready](Result<void> folded) {
            fold_.reset();
            if (!folded) {
                ready(folded);
                return;
            }
            durable_seq_ = line_->seq();
            compare_positions(ready);
        });
    });
}

Result<void> Ledger::load(const JournalStart& start) {
    for (const StateRow& row : start.states) {
        if (row.edge != options_.edge.str()) {
            continue;
        }
        if (row.kind == kFrontierRows) {
            TALLY_TRY_ASSIGN(TreeHead tree, TreeHead::parse(row.value));
            marks_.emplace(tree.size(), std::move(tree));
        } else {
            TALLY_TRY(line_->load(row));
            states_[{row.kind, row.key}] = row.value;
        }
    }
    const auto checkpoint = start.checkpoints.find(options_.edge.str());
    if (checkpoint == start.checkpoints.end()) {
        return {};
    }
    const CheckpointRow& row = checkpoint->second;
    TALLY_TRY_ASSIGN(Book book, decode_checkpoint(row.body));
    if (book.digest().hex() != row.digest_hex) {
        return fail(ErrorKind::corrupt, "the checkpoint at event " + std::to_string(row.seq) +
                                            " does not have its own digest; restore the database "
                                            "from its backup");
    }
    const auto mark = marks_.find(row.seq);
    if (mark == marks_.end()) {
        return fail(ErrorKind::corrupt, "the checkpoint at event " + std::to_string(row.seq) +
                                            " has no tree frontier beside it; restore the "
                                            "database from its backup");
    }
    line_->restore(Epoch(row.epoch), Seq(row.seq), std::move(book), mark->second);
    return {};
}

void Ledger::compare_positions(Ready ready) {
    journal_.positions(options_.edge.str(), [this, ready = std::move(ready)](auto rows) {
        if (!rows) {
            ready(fail(std::move(rows).error()));
            return;
        }
        ready(compare_stored_positions(line_->book(), *rows));
    });
}

Result<Seq> Ledger::write(Event draft, Effect effect) {
    if (opening_epoch_) {
        return fail(ErrorKind::exhausted,
                    "the ledger is opening a new epoch; the event must wait a moment");
    }
    draft.edge = options_.edge;
    draft.epoch = line_->epoch();
    draft.seq = line_->seq().next();
    draft.t_ms = clock_.wall_now().ms();
    TALLY_TRY_ASSIGN(std::string canonical, encode_event(draft));
    JournalCommit change;
    TALLY_TRY(line_->apply(draft, std::move(canonical), change));
    if (draft.seq.value() % options_.frontier_every_rows == 0) {
        add_mark(change);
    }
    recent_.push_back(change.rows.front());
    while (recent_.size() > options_.recent_rows_max &&
           recent_.front().seq <= durable_seq_.value()) {
        recent_.pop_front();
    }
    const Seq seq = draft.seq;
    add(std::move(change), [this, seq, effect = std::move(effect)] {
        durable_seq_ = seq;
        if (effect) {
            effect();
        }
        if (durable_listener_) {
            durable_listener_();
        }
    });
    if (together_depth_ == 0 && seq.value() - checkpoint_seq_ >= options_.checkpoint_every_rows) {
        checkpoint();
    }
    return seq;
}

void Ledger::add_mark(JournalCommit& change) {
    const TreeHead& tree = line_->tree();
    marks_.insert_or_assign(tree.size(), tree);
    change.states.push_back(
        {options_.edge.str(), std::string(kFrontierRows), std::to_string(tree.size()), tree.str()});
}

void Ledger::checkpoint() {
    const std::uint64_t seq = line_->seq().value();
    if (seq == checkpoint_seq_ || seq == 0) {
        return;
    }
    JournalCommit change;
    change.checkpoint =
        CheckpointRow{options_.edge.str(), line_->epoch().value(), seq,
                      line_->state().digest, encode_checkpoint(line_->book())};
    add_mark(change);
    checkpoint_seq_ = seq;
    queue_.add(std::move(change), {});
}

void Ledger::write_state(const std::string& kind, const std::string& key, std::string value,
                         Effect effect) {
    JournalCommit change;
    change.states.push_back({options_.edge.str(), kind, key, value});
    if (value.empty()) {
        states_.erase({kind, key});
    } else {
        states_[{kind, key}] = std::move(value);
    }
    add(std::move(change), std::move(effect));
}

void Ledger::add(JournalCommit change, Effect effect) {
    if (together_depth_ == 0) {
        queue_.add(std::move(change), std::move(effect));
        return;
    }
    append(together_, std::move(change));
    together_effects_.push_back(std::move(effect));
}

void Ledger::together(const std::function<void()>& work) {
    ++together_depth_;
    work();
    if (--together_depth_ > 0 || together_effects_.empty()) {
        return;
    }
    queue_.add(std::exchange(together_, {}), [effects = std::exchange(together_effects_, {})] {
        for (const Effect& effect : effects) {
            if (effect) {
                effect();
            }
        }
    });
}

std::string Ledger::state_row(const std::string& kind, const std::string& key) const {
    const auto found = states_.find({kind, key});
    return found == states_.end() ? std::string() : found->second;
}

void Ledger::after_commit(Effect effect) {
    if (together_depth_ > 0) {
        together_effects_.push_back(std::move(effect));
    } else {
        queue_.barrier(std::move(effect));
    }
}

void Ledger::tree_at(std::uint64_t size, std::function<void(Result<TreeHead>)> reply) {
    if (size > durable_seq_.value()) {
        reply(fail(ErrorKind::conflict, "the ledger has only " +
                                            std::to_string(durable_seq_.value()) + " events, not " +
                                            std::to_string(size)));
        return;
    }
    if (size == line_->tree().size()) {
        reply(line_->tree());
        return;
    }
    const auto above = marks_.upper_bound(size);
    TreeHead mark = above == marks_.begin() ? TreeHead() : std::prev(above)->second;
    const std::uint64_t from = mark.size();
    journal_.leaves(
        options_.edge.str(), from, size,
        [mark = std::move(mark), size, reply = std::move(reply)](auto leaves) mutable {
            if (!leaves) {
                reply(fail(std::move(leaves).error()));
                return;
            }
            for (const Digest& leaf : *leaves) {
                mark.append(leaf);
            }
            if (mark.size() != size) {
                reply(fail(ErrorKind::corrupt,
                           "the stored line has a gap below event " + std::to_string(size)));
                return;
            }
            reply(std::move(mark));
        });
}

void Ledger::rows_after(Seq seq, std::size_t rows_max,
                        std::function<void(Result<std::vector<JournalRow>>)> reply) {
    if (!recent_.empty() && recent_.front().seq <= seq.value() + 1) {
        std::vector<JournalRow> rows;
        const std::size_t skip = seq.value() + 1 - recent_.front().seq;
        for (std::size_t i = skip; i < recent_.size() && rows.size() < rows_max; ++i) {
            if (recent_[i].seq > durable_seq_.value()) {
                break;
            }
            rows.push_back(recent_[i]);
        }
        reply(std::move(rows));
        return;
    }
    RowQuery query;
    query.edge = options_.edge.str();
    query.after_seq = seq.value();
    query.rows_max = rows_max;
    journal_.rows(std::move(query), [reply = std::move(reply)](auto found) {
        if (!found) {
            reply(fail(std::move(found).error()));
            return;
        }
        std::vector<JournalRow> rows;
        rows.reserve(found->size());
        for (FoundRow& row : *found) {
            rows.push_back(std::move(row.row));
        }
        reply(std::move(rows));
    });
}

void Ledger::verify(std::function<void(Result<std::uint64_t>)> reply) {
    if (fold_) {
        reply(fail(ErrorKind::conflict, "the ledger is being folded already; ask again shortly"));
        return;
    }
    checked_ = std::make_unique<Line>(options_.edge);
    fold_ = std::make_unique<LineFold>(journal_, scheduler_, *checked_, LineFold::Parts::rehash);
    fold_->run([this, reply = std::move(reply)](Result<void> folded) {
        fold_.reset();
        const std::unique_ptr<Line> checked = std::move(checked_);
        if (folded) {
            folded = catch_up(*checked);
        }
        if (folded) {
            folded = compare_states(checked->state(), line_->state());
        }
        if (!folded) {
            reply(fail(std::move(folded).error()));
            return;
        }
        compare_at_rest(checked->seq().value(), 50, reply);
    });
}

/// Stored positions can be compared only while nothing is on its way to the disk; under load the
/// right moment is waited for.
void Ledger::compare_at_rest(std::uint64_t events, int tries_left,
                             std::function<void(Result<std::uint64_t>)> reply) {
    after_commit([this, events, tries_left, reply = std::move(reply)] {
        const Seq before = line_->seq();
        journal_.positions(options_.edge.str(), [this, before, events, tries_left,
                                                 reply](auto rows) {
            if (!rows) {
                reply(fail(std::move(rows).error()));
            } else if (line_->seq() != before || durable_seq_ != before) {
                if (tries_left == 0) {
                    reply(fail(ErrorKind::timeout,
                               "the ledger never came to rest; the events are "
                               "in order, ask again when it is quieter"));
                    return;
                }
                compare_at_rest(events, tries_left - 1, reply);
            } else if (Result<void> same = compare_stored_positions(line_->book(), *rows); !same) {
                reply(fail(std::move(same).error()));
            } else {
                reply(events);
            }
        });
    });
}

Result<void> Ledger::catch_up(Line& checked) const {
    for (const JournalRow& row : recent_) {
        if (row.seq == checked.seq().value() + 1) {
            TALLY_TRY_ASSIGN(const Event event, decode_event(row.canonical));
            TALLY_TRY(checked.replay(event, leaf_hash(row.canonical)));
        }
    }
    return {};
}

}  // namespace tally
