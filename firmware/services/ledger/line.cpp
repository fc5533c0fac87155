#include "firmware/services/ledger/line.hpp"

#include <utility>

#include "firmware/base/check.hpp"
#include "firmware/messages/order_data.hpp"

namespace tally {

Result<void> Line::fits(const Event& event) const {
    if (event.edge != edge_) {
        return fail(ErrorKind::malformed, "an event of edge " + event.edge.str() +
                                              " does not belong to the line of " + edge_.str());
    }
    const bool opens = event.type == EventType::epoch_began;
    const bool first = seq_.value() == 0;
    const bool epoch_fits = opens ? event.epoch > epoch_
                                  : (event.epoch == epoch_ || (first && event.epoch.value() > 0));
    if (event.seq != seq_.next() || !epoch_fits) {
        return fail(ErrorKind::conflict, "event " + event_ref(event.edge, event.epoch, event.seq) +
                                             " does not follow " + event_ref(edge_, epoch_, seq_));
    }
    return {};
}

Result<void> Line::fits_stock(const Event& event) const {
    if (event.type != EventType::reserved) {
        return {};
    }
    TALLY_TRY_ASSIGN(const ReservedData data, decode_reserved_data(event.data));
    const Claim& claim = data.claim;
    const Quantity there =
        book_.quantity({claim.place, data.sku, claim.lot, kFreeCustody, kGoodQuality, {}, 0});
    const std::int64_t promised = registers_.orders().claimed({data.sku, claim.place, claim.lot});
    if (there.milli - promised < claim.qty_milli) {
        return fail(ErrorKind::conflict,
                    "order " + data.order + " claims " + std::to_string(claim.qty_milli) +
                        " thousandths of SKU " + data.sku + ", lot " + claim.lot + " at " +
                        claim.place + ", where " + std::to_string(there.milli) + " are and " +
                        std::to_string(promised) + " are promised already");
    }
    return {};
}

Result<void> Line::apply(const Event& event, std::string canonical, JournalCommit& into) {
    const Digest leaf = leaf_hash(canonical);
    return apply(event, HashedText{std::move(canonical), leaf}, into);
}

Result<void> Line::apply(const Event& event, HashedText text, JournalCommit& into) {
    TALLY_TRY(fits(event));
    TALLY_TRY(book_.check(event));
    TALLY_TRY(fits_stock(event));
    std::vector<StateRow> states;
    TALLY_TRY(registers_.apply(event, states));
    change_.clear();
    const Result<void> applied = book_.apply(event, change_);
    TALLY_CHECK(applied.has_value(), "what the book's check allowed, it must take");
    JournalRow row = to_journal_row(event, std::move(text));
    tree_.append(row.leaf);
    into.rows.push_back(std::move(row));
    append_stock_rows(edge_, book_, change_, into);
    into.states.insert(into.states.end(), std::make_move_iterator(states.begin()),
                       std::make_move_iterator(states.end()));
    epoch_ = event.epoch;
    seq_ = event.seq;
    return {};
}

Result<void> Line::replay(const Event& event, const Digest& leaf) {
    TALLY_TRY(fits(event));
    change_.clear();
    TALLY_TRY(book_.apply(event, change_));
    tree_.append(leaf);
    epoch_ = event.epoch;
    seq_ = event.seq;
    return {};
}

LineState Line::state() {
    return {epoch_, seq_, tree_.root(), book_.digest().hex()};
}

Line Line::with_book(Book book) const {
    Line line(edge_);
    line.restore(epoch_, seq_, std::move(book), tree_);
    line.registers_ = registers_;
    return line;
}

void Line::restore(Epoch epoch, Seq seq, Book book, TreeHead tree) {
    epoch_ = epoch;
    seq_ = seq;
    book_ = std::move(book);
    tree_ = std::move(tree);
}

}  // namespace tally
