#include "firmware/services/ledger/ledger.hpp"

#include <algorithm>
#include <utility>

#include "firmware/messages/event_json.hpp"

namespace tally {

Ledger::Ledger(LedgerOptions options, Journal& journal, Scheduler& scheduler, Clock& clock,
               Events& events, CommitQueue::Fatal fatal)
    : options_(std::move(options)),
      journal_(journal),
      clock_(clock),
      events_(events),
      queue_(journal, scheduler, clock, events, std::move(fatal), options_.commit),
      stored_(options_.edge, journal, options_.line) {}

void Ledger::start(Ready ready) {
    journal_.start([this, ready = std::move(ready)](Result<JournalStart> start) {
        if (!start) {
            ready(fail(std::move(start).error()));
            return;
        }
        for (const StateRow& row : start->states) {
            if (row.edge == options_.edge.str()) {
                states_[{row.kind, row.key}] = row.value;
            }
        }
        stored_.start(*start, [this, ready](Result<void> started) {
            durable_seq_ = line().seq();
            ready(std::move(started));
        });
    });
}

Result<Seq> Ledger::write(Event draft, Effect effect) {
    if (opening_epoch_) {
        return fail(ErrorKind::exhausted,
                    "the ledger is opening a new epoch; the event must wait a moment");
    }
    if (keeper_ == nullptr || !keeper_->watches(draft)) {
        return write_one(std::move(draft), std::move(effect));
    }
    TALLY_TRY(book().check(draft));
    Result<Seq> seq = Seq();
    together([&] {
        keeper_->before(draft);
        Event event = draft;
        seq = write_one(std::move(draft), std::move(effect));
        if (seq) {
            event.edge = options_.edge;
            event.epoch = line().epoch();
            event.seq = *seq;
            keeper_->after(event);
        }
    });
    return seq;
}

Result<Seq> Ledger::write_one(Event draft, Effect effect) {
    draft.edge = options_.edge;
    draft.epoch = line().epoch();
    draft.seq = line().seq().next();
    draft.t_ms = clock_.wall_now().ms();
    TALLY_TRY_ASSIGN(std::string canonical, encode_event(draft));
    TALLY_TRY(stored_.line().apply(draft, std::move(canonical), change_));
    stored_.note_applied(change_);
    const JournalRow& row = change_.rows.front();
    recent_.push_back({row.epoch, row.seq, row.leaf, row.canonical});
    while (recent_.size() > options_.recent_rows_max &&
           recent_.front().seq <= durable_seq_.value()) {
        recent_.pop_front();
    }
    const Seq seq = draft.seq;
    const auto durable = [this, seq] {  // So small that a function holds it without memory.
        durable_seq_ = seq;
        if (durable_listener_) {
            durable_listener_();
        }
    };
    if (effect) {
        add(std::move(change_), [this, seq, durable, effect = std::move(effect)] {
            durable_seq_ = seq;
            effect();
            durable();
        });
    } else {
        add(std::move(change_), durable);
    }
    if (together_depth_ == 0) {
        checkpoint_if_due();
    }
    return seq;
}

void Ledger::checkpoint_if_due() {
    if (auto due = stored_.checkpoint(StoredLine::When::due)) {
        queue_.add(std::move(*due), {});
    }
}

void Ledger::checkpoint() {
    if (auto now = stored_.checkpoint(StoredLine::When::now)) {
        queue_.add(std::move(*now), {});
    }
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

void Ledger::add(JournalCommit&& change, Effect effect) {
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
    checkpoint_if_due();
}

std::string Ledger::state_row(const std::string& kind, const std::string& key) const {
    const auto found = states_.find({kind, key});
    return found == states_.end() ? std::string() : found->second;
}

std::map<std::string, std::string> Ledger::state_rows(const std::string& kind) const {
    std::map<std::string, std::string> rows;
    for (auto row = states_.lower_bound({kind, {}});
         row != states_.end() && row->first.first == kind; ++row) {
        rows.emplace(row->first.second, row->second);
    }
    return rows;
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
    stored_.tree_at(size, std::move(reply));
}

void Ledger::texts_after(Seq seq, std::size_t rows_max,
                         std::function<void(Result<std::vector<LineText>>)> reply) {
    if (!recent_.empty() && recent_.front().seq <= seq.value() + 1) {
        std::vector<LineText> texts;
        const std::size_t skip = seq.value() + 1 - recent_.front().seq;
        for (std::size_t i = skip; i < recent_.size() && texts.size() < rows_max; ++i) {
            const Recent& row = recent_[i];
            if (row.seq > durable_seq_.value()) {
                break;
            }
            texts.push_back({row.epoch, row.seq, row.leaf, row.canonical});
        }
        reply(std::move(texts));
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
        std::vector<LineText> texts;
        texts.reserve(found->size());
        for (const FoundRow& at : *found) {
            texts.push_back({at.row.epoch, at.row.seq, at.row.leaf, at.row.canonical});
        }
        reply(std::move(texts));
    });
}

void Ledger::verify(std::function<void(Result<std::uint64_t>)> reply) {
    // What is durable by now must be found on the disk; only what comes later may be taken from
    // memory.
    const Seq durable = durable_seq_;
    stored_.rehash([this, durable, reply = std::move(reply)](auto folded) {
        if (!folded) {
            reply(fail(std::move(folded).error()));
            return;
        }
        Line& checked = **folded;
        Result<void> same;
        if (checked.seq() < durable) {
            same = fail(ErrorKind::corrupt,
                        "the stored line ends at event " + std::to_string(checked.seq().value()) +
                            ", but event " + std::to_string(durable.value()) +
                            " was stored; restore the database from its backup");
        }
        if (same) {
            same = catch_up(checked);
        }
        if (same) {
            same = compare_states(checked.state(), stored_.line().state());
        }
        if (!same) {
            reply(fail(std::move(same).error()));
            return;
        }
        compare_at_rest(checked.seq().value(), 50, reply);
    });
}

/// Stored positions can be compared only while nothing is on its way to the disk; under load the
/// right moment is waited for.
void Ledger::compare_at_rest(std::uint64_t events, int tries_left,
                             std::function<void(Result<std::uint64_t>)> reply) {
    after_commit([this, events, tries_left, reply = std::move(reply)] {
        const Seq before = line().seq();
        journal_.positions(
            options_.edge.str(), [this, before, events, tries_left, reply](auto rows) {
                if (!rows) {
                    reply(fail(std::move(rows).error()));
                } else if (line().seq() != before || durable_seq_ != before) {
                    if (tries_left == 0) {
                        reply(fail(ErrorKind::timeout,
                                   "the ledger never came to rest; the events are "
                                   "in order, ask again when it is quieter"));
                        return;
                    }
                    compare_at_rest(events, tries_left - 1, reply);
                } else if (Result<void> same = compare_stored_positions(book(), *rows); !same) {
                    reply(fail(std::move(same).error()));
                } else {
                    compare_items(events, tries_left, reply);
                }
            });
    });
}

void Ledger::compare_items(std::uint64_t events, int tries_left,
                           std::function<void(Result<std::uint64_t>)> reply) {
    const Seq before = line().seq();
    journal_.items(options_.edge.str(), [this, before, events, tries_left, reply](auto rows) {
        if (!rows) {
            reply(fail(std::move(rows).error()));
        } else if (line().seq() != before) {
            compare_at_rest(events, std::max(0, tries_left - 1), reply);
        } else if (Result<void> same = compare_stored_items(book(), *rows); !same) {
            reply(fail(std::move(same).error()));
        } else {
            reply(events);
        }
    });
}

Result<void> Ledger::catch_up(Line& checked) const {
    for (const Recent& row : recent_) {
        if (row.seq == checked.seq().value() + 1) {
            TALLY_TRY_ASSIGN(const Event event, decode_event(row.canonical));
            TALLY_TRY(checked.replay(event, leaf_hash(row.canonical)));
        }
    }
    return {};
}

}  // namespace tally
