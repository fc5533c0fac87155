#include "sim/kernel/traced_journal.hpp"

#include "firmware/base/bytes.hpp"
#include "firmware/base/sha256.hpp"

namespace tally::sim {

namespace {

// Every field of a commit, each with its length: what differs anywhere differs here.
class CommitWriter {
 public:
    void text(const std::string& value) {
        writer_.u64(value.size());
        writer_.raw(as_bytes(value));
    }
    void texts(std::initializer_list<const std::string*> values) {
        for (const std::string* value : values) {
            text(*value);
        }
    }
    void number(std::uint64_t value) { writer_.u64(value); }
    void amount(std::int64_t value) { writer_.u64(static_cast<std::uint64_t>(value)); }
    void raw(ByteView bytes) { writer_.raw(bytes); }
    [[nodiscard]] const Bytes& bytes() const noexcept { return writer_.bytes(); }

 private:
    ByteWriter writer_;
};

void write(CommitWriter& out, const JournalRow& row) {
    out.texts({&row.edge, &row.type, &row.item, &row.sku, &row.lot, &row.from_place, &row.to_place,
               &row.canonical});
    out.number(row.epoch);
    out.number(row.seq);
    out.amount(row.t_ms);
    out.amount(row.qty_milli);
    out.raw(row.leaf);
}

void write(CommitWriter& out, const PositionRow& row) {
    out.texts({&row.edge, &row.place, &row.sku, &row.lot, &row.custody, &row.quality});
    out.amount(row.delta_milli);
    out.amount(row.qty_milli);
}

void write(CommitWriter& out, const ItemRow& row) {
    out.texts({&row.edge, &row.item, &row.sku, &row.lot, &row.place, &row.custody, &row.quality,
               &row.parent});
    out.number(row.seq);
}

void write(CommitWriter& out, const StateRow& row) {
    out.texts({&row.edge, &row.kind, &row.key, &row.value});
}

void write(CommitWriter& out, const CommandRow& row) {
    out.texts({&row.edge, &row.canonical});
    out.number(row.epoch);
    out.number(row.seq);
}

template <typename Row>
void write_all(CommitWriter& out, const std::vector<Row>& rows) {
    out.number(rows.size());
    for (const Row& row : rows) {
        write(out, row);
    }
}

Digest digest_of(const JournalCommit& commit) {
    CommitWriter out;
    write_all(out, commit.rows);
    write_all(out, commit.positions);
    write_all(out, commit.items);
    write_all(out, commit.states);
    write_all(out, commit.commands);
    out.number(commit.checkpoint ? 1 : 0);
    if (commit.checkpoint) {
        out.texts(
            {&commit.checkpoint->edge, &commit.checkpoint->digest_hex, &commit.checkpoint->body});
        out.number(commit.checkpoint->epoch);
        out.number(commit.checkpoint->seq);
    }
    out.number(commit.truncate ? 1 : 0);
    if (commit.truncate) {
        out.text(commit.truncate->edge);
        out.number(commit.truncate->after_seq);
    }
    out.number(commit.replace_stock_of ? 1 : 0);
    out.text(commit.replace_stock_of.value_or(""));
    return sha256(out.bytes());
}

std::string summary_of(const JournalCommit& commit) {
    std::string text = "rows=" + std::to_string(commit.rows.size());
    if (!commit.rows.empty()) {
        const JournalRow& last = commit.rows.back();
        text += " last=" + last.edge + ":" + std::to_string(last.epoch) + ":" +
                std::to_string(last.seq);
    }
    return text;
}

}  // namespace

void TracedJournal::commit(JournalCommit commit, Committed reply) {
    const std::string summary = summary_of(commit);
    const Digest digest = digest_of(commit);
    inner_.commit(std::move(commit),
                  [&kernel = kernel_, &node = node_, summary, digest, answer = std::move(reply)](
                      Result<void> outcome, JournalCommit back) {
                      const std::string ended = outcome ? "ok" : outcome.error().text;
                      kernel.trace().record(kernel.now(), node.name(), "journal.commit",
                                            {as_bytes(summary), as_bytes(ended), ByteView(digest)});
                      answer(std::move(outcome), std::move(back));
                  });
}

}  // namespace tally::sim
