#include "firmware/services/ledger/stored_line.hpp"

#include <set>
#include <utility>

#include "firmware/messages/checkpoint.hpp"
#include "firmware/services/ledger/rows.hpp"

namespace tally {

namespace {

constexpr std::string_view kFrontierRows = "frontier";

Error damaged(std::uint64_t seq, const std::string& what) {
    return {ErrorKind::corrupt, "the checkpoint at event " + std::to_string(seq) + " " + what +
                                    "; restore the database from its backup"};
}

}  // namespace

StoredLine::StoredLine(EdgeId edge, Journal& journal, StoredLineOptions options)
    : edge_(std::move(edge)),
      journal_(journal),
      options_(options),
      line_(std::make_unique<Line>(edge_)) {}

void StoredLine::start(const JournalStart& start, Ready ready) {
    if (const Result<void> loaded = load(start); !loaded) {
        ready(loaded);
        return;
    }
    fold_ = std::make_unique<LineFold>(journal_, *line_, LineFold::Parts::stock);
    fold_->run([this, ready = std::move(ready)](Result<void> folded) {
        fold_.reset();
        if (!folded) {
            ready(folded);
            return;
        }
        journal_.positions(edge_.str(), [this, ready](auto rows) {
            ready(rows ? compare_stored_positions(line_->book(), *rows)
                       : Result<void>(fail(std::move(rows).error())));
        });
    });
}

Result<void> StoredLine::load(const JournalStart& start) {
    for (const StateRow& row : start.states) {
        if (row.edge != edge_.str()) {
            continue;
        }
        if (row.kind == kFrontierRows) {
            TALLY_TRY_ASSIGN(TreeHead tree, TreeHead::parse(row.value));
            const std::uint64_t size = tree.size();
            marks_.insert_or_assign(size, std::move(tree));
        } else {
            TALLY_TRY(line_->load(row));
        }
    }
    const auto checkpoint = start.checkpoints.find(edge_.str());
    if (checkpoint == start.checkpoints.end()) {
        return {};
    }
    const CheckpointRow& row = checkpoint->second;
    TALLY_TRY_ASSIGN(Book book, decode_checkpoint(row.body));
    if (book.digest().hex() != row.digest_hex) {
        return fail(damaged(row.seq, "does not have its own digest"));
    }
    const auto mark = marks_.find(row.seq);
    if (mark == marks_.end()) {
        return fail(damaged(row.seq, "has no tree frontier beside it"));
    }
    checkpoint_seq_ = row.seq;
    line_->restore(Epoch(row.epoch), Seq(row.seq), std::move(book), mark->second);
    return {};
}

void StoredLine::add_mark(JournalCommit& change) {
    const TreeHead& tree = line_->tree();
    marks_.insert_or_assign(tree.size(), tree);
    change.states.push_back(
        {edge_.str(), std::string(kFrontierRows), std::to_string(tree.size()), tree.str()});
}

void StoredLine::note_applied(JournalCommit& change) {
    if (line_->seq().value() % options_.frontier_every_rows == 0) {
        add_mark(change);
    }
}

std::optional<JournalCommit> StoredLine::checkpoint(When when) {
    const std::uint64_t seq = line_->seq().value();
    const std::uint64_t since = seq - std::min(seq, checkpoint_seq_);
    if (since == 0 || (when == When::due && since < options_.checkpoint_every_rows)) {
        return std::nullopt;
    }
    JournalCommit change;
    change.checkpoint = CheckpointRow{edge_.str(), line_->epoch().value(), seq,
                                      line_->state().digest, encode_checkpoint(line_->book())};
    add_mark(change);
    checkpoint_seq_ = seq;
    return change;
}

void StoredLine::tree_at(std::uint64_t size, Tree reply) {
    if (size == line_->tree().size()) {
        reply(line_->tree());
        return;
    }
    const auto above = marks_.upper_bound(size);
    TreeHead mark = above == marks_.begin() ? TreeHead() : std::prev(above)->second;
    const std::uint64_t from = mark.size();
    journal_.leaves(
        edge_.str(), from, size,
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

void StoredLine::refold(std::uint64_t up_to, Refolded reply) {
    if (up_to == 0) {
        reply(std::make_unique<Line>(edge_));
        return;
    }
    fold(std::make_unique<Line>(edge_), LineFold::Parts::all, up_to, std::move(reply));
}

void StoredLine::fold_on(std::unique_ptr<Line> from, Refolded reply) {
    fold(std::move(from), LineFold::Parts::stock, line_->seq().value(), std::move(reply));
}

void StoredLine::rehash(Refolded reply) {
    fold(std::make_unique<Line>(edge_), LineFold::Parts::rehash, 0, std::move(reply));
}

void StoredLine::fold(std::unique_ptr<Line> from, LineFold::Parts parts, std::uint64_t up_to,
                      Refolded reply) {
    if (fold_) {
        reply(fail(ErrorKind::conflict, "the ledger is being folded already; ask again shortly"));
        return;
    }
    folded_ = std::move(from);
    fold_ = std::make_unique<LineFold>(journal_, *folded_, parts);
    fold_->run(
        [this, reply = std::move(reply)](Result<void> folded) {
            fold_.reset();
            if (folded) {
                reply(std::move(folded_));
            } else {
                folded_.reset();
                reply(fail(std::move(folded).error()));
            }
        },
        up_to);
}

void StoredLine::replace(std::unique_ptr<Line> line, std::uint64_t common, JournalCommit& change) {
    change.replace_stock_of = edge_.str();
    change.positions.clear();
    change.items.clear();
    change.states.clear();
    append_whole_stock(edge_, line->book(), change);
    const std::vector<StateRow> now = line->registers().rows(edge_);
    std::set<std::pair<std::string, std::string>> kept;
    for (const StateRow& row : now) {
        kept.emplace(row.kind, row.key);
    }
    for (const StateRow& row : line_->registers().rows(edge_)) {
        if (!kept.contains({row.kind, row.key})) {
            change.states.push_back({row.edge, row.kind, row.key, {}});
        }
    }
    change.states.insert(change.states.end(), now.begin(), now.end());
    for (auto mark = marks_.upper_bound(common); mark != marks_.end(); mark = marks_.erase(mark)) {
        change.states.push_back(
            {edge_.str(), std::string(kFrontierRows), std::to_string(mark->first), {}});
    }
    line_ = std::move(line);
    checkpoint_seq_ = 0;
}

}  // namespace tally
