// The writing half: one transaction a commit, all or nothing.
#include <algorithm>
#include <limits>

#include "firmware/host/store/core.hpp"
#include "firmware/host/store/statements.hpp"

namespace tally::host {

using store::EpochSpan;
using store::Sql;

namespace {

constexpr std::uint64_t kNumberMax = std::numeric_limits<std::int64_t>::max();

Result<void> check_numbers(const JournalRow& row) {
    if (row.edge.empty() || row.epoch == 0 || row.seq == 0 || row.epoch >= kNumberMax ||
        row.seq >= kNumberMax) {
        return fail(
            ErrorKind::malformed,
            "a ledger event needs an edge, and an epoch and seq from 1; nothing was stored");
    }
    return {};
}

std::string name_of(const PositionRow& row) {
    return row.edge + " " + row.place + " " + row.sku + " lot " + row.lot + " " + row.custody +
           " " + row.quality;
}

}  // namespace

Result<void> SqliteStore::Core::load() {
    for (std::size_t i = 0; i < statements_.size(); ++i) {
        TALLY_TRY_ASSIGN(statements_[i], database_.prepare(store::text_of(static_cast<Sql>(i))));
    }
    return load_epochs();
}

Result<void> SqliteStore::Core::load_epochs() {
    TALLY_TRY_ASSIGN(auto spans,
                     database_.prepare("SELECT id, edge, epoch, first_seq, (SELECT max(seq) FROM "
                                       "event WHERE epoch_id = epoch.id) FROM epoch"));
    while (true) {
        TALLY_TRY_ASSIGN(const bool found, spans.next());
        if (!found) {
            break;
        }
        epochs_.add({spans.number(0), std::string(spans.text(1)), spans.count(2), spans.count(3),
                     spans.count(4)});
    }
    TALLY_TRY_ASSIGN(const auto last, database_.number("SELECT max(arrival) FROM event"));
    TALLY_TRY_ASSIGN(const auto floor,
                     database_.number("SELECT value FROM meta WHERE name = 'arrival_floor'"));
    next_arrival_ = static_cast<std::uint64_t>(std::max(last, floor)) + 1;
    return {};
}

Result<void> SqliteStore::Core::commit(const JournalCommit& commit) {
    if (failed_) {
        return fail(*failed_);
    }
    const store::EpochBook epochs_before = epochs_;
    const std::uint64_t arrival_before = next_arrival_;
    auto outcome = write(commit);
    if (outcome) {
        return outcome;
    }
    const bool disk_failed =
        outcome.error().kind == ErrorKind::corrupt && database_.disk_complained();
    database_.rollback();
    epochs_ = epochs_before;
    next_arrival_ = arrival_before;
    if (disk_failed || database_.in_transaction()) {
        failed_ = outcome.error();
        database_.on_close(store::Database::OnClose::leave);
    }
    return fail("journal " + options_.path, outcome.error());
}

Result<void> SqliteStore::Core::write(const JournalCommit& commit) {
    TALLY_TRY(sql(Sql::begin).run());
    if (commit.truncate) {
        TALLY_TRY(truncate(*commit.truncate));
    }
    if (commit.replace_stock_of) {
        TALLY_TRY(clear_stock(*commit.replace_stock_of));
    }
    for (const JournalRow& row : commit.rows) {
        TALLY_TRY(append(row));
    }
    for (const PositionRow& row : commit.positions) {
        TALLY_TRY(put(row));
    }
    for (const ItemRow& row : commit.items) {
        TALLY_TRY(put(row));
    }
    for (const StateRow& row : commit.states) {
        TALLY_TRY(put(row));
    }
    for (const CommandRow& row : commit.commands) {
        TALLY_TRY(put(row));
    }
    if (commit.checkpoint) {
        TALLY_TRY(put(*commit.checkpoint));
    }
    return sql(Sql::commit).run();
}

// The floor keeps arrival numbers of removed rows from being given again.
Result<void> SqliteStore::Core::truncate(const JournalCommit::Truncate& truncate) {
    const std::string_view edge = truncate.edge;
    const std::uint64_t after = std::min(truncate.after_seq, kNumberMax);
    TALLY_TRY(sql(Sql::raise_arrival_floor).bind(1, next_arrival_ - 1).run());
    TALLY_TRY(sql(Sql::allow_truncation).bind(1, edge).bind(2, after).run());
    for (const Sql step : {Sql::truncate_events, Sql::truncate_epochs, Sql::truncate_checkpoints}) {
        TALLY_TRY(sql(step).bind(1, edge).bind(2, after).run());
    }
    TALLY_TRY(sql(Sql::forbid_truncation).run());
    epochs_.truncate(edge, after);
    return {};
}

Result<void> SqliteStore::Core::clear_stock(std::string_view edge) {
    TALLY_TRY(sql(Sql::clear_positions).bind(1, edge).run());
    return sql(Sql::clear_items).bind(1, edge).run();
}

Result<EpochSpan*> SqliteStore::Core::span_for(const JournalRow& row) {
    EpochSpan* newest = epochs_.newest(row.edge);
    if (newest != nullptr && newest->epoch == row.epoch && row.seq > newest->last_seq) {
        return newest;
    }
    if (newest != nullptr && row.epoch <= newest->epoch) {
        return fail(ErrorKind::conflict,
                    "ledger event " + row.edge + ":" + std::to_string(row.epoch) + ":" +
                        std::to_string(row.seq) + " is not above the edge's last, " +
                        std::to_string(newest->epoch) + ":" + std::to_string(newest->last_seq) +
                        "; nothing was stored; read the ledger's end again");
    }
    const std::int64_t id = epochs_.next_id();
    TALLY_TRY(sql(Sql::add_epoch)
                  .bind(1, id)
                  .bind(2, row.edge)
                  .bind(3, row.epoch)
                  .bind(4, row.seq)
                  .run());
    return &epochs_.add({id, row.edge, row.epoch, row.seq, 0});
}

Result<void> SqliteStore::Core::append(const JournalRow& row) {
    TALLY_TRY(check_numbers(row));
    TALLY_TRY_ASSIGN(EpochSpan * span, span_for(row));
    TALLY_TRY(sql(Sql::add_event)
                  .bind(1, next_arrival_)
                  .bind(2, span->id)
                  .bind(3, row.seq)
                  .bind(4, row.type)
                  .bind(5, row.t_ms)
                  .bind(6, row.item)
                  .bind(7, row.sku)
                  .bind(8, row.lot)
                  .bind(9, row.qty_milli)
                  .bind(10, row.from_place)
                  .bind(11, row.to_place)
                  .bind(12, ByteView(row.leaf))
                  .bind(13, row.canonical)
                  .run());
    span->last_seq = row.seq;
    ++next_arrival_;
    return {};
}

// Compare and set: the row must hold exactly what the ledger made it before this commit.
Result<void> SqliteStore::Core::put(const PositionRow& row) {
    std::int64_t before = 0;
    if (__builtin_sub_overflow(row.qty_milli, row.delta_milli, &before)) {
        return fail(ErrorKind::malformed,
                    "position " + name_of(row) + " overflows; nothing was stored");
    }
    const auto keyed = [&row](store::Statement& statement) -> store::Statement& {
        return statement.bind(1, row.edge)
            .bind(2, row.place)
            .bind(3, row.sku)
            .bind(4, row.lot)
            .bind(5, row.custody)
            .bind(6, row.quality);
    };
    Result<void> outcome;
    bool as_expected = true;
    if (before != 0 && row.qty_milli != 0) {
        outcome = keyed(sql(Sql::change_position)).bind(7, row.qty_milli).bind(8, before).run();
        as_expected = database_.changes() == 1;
    } else if (before != 0) {
        outcome = keyed(sql(Sql::remove_position)).bind(7, before).run();
        as_expected = database_.changes() == 1;
    } else if (row.qty_milli != 0) {
        outcome = keyed(sql(Sql::add_position)).bind(7, row.qty_milli).run();
        as_expected = outcome || outcome.error().kind != ErrorKind::conflict;
    } else {
        TALLY_TRY_ASSIGN(const bool is_there, keyed(sql(Sql::find_position)).next());
        sql(Sql::find_position).reset();
        as_expected = !is_there;
    }
    if (!as_expected) {
        return fail(ErrorKind::corrupt,
                    "position " + name_of(row) + " is not the " + std::to_string(before) +
                        " thousandths the ledger made it: it was changed beside the ledger; "
                        "nothing was stored; run 'tally stock verify'");
    }
    return outcome;
}

Result<void> SqliteStore::Core::put(const ItemRow& row) {
    if (row.place.empty()) {
        return sql(Sql::remove_item).bind(1, row.edge).bind(2, row.item).run();
    }
    return sql(Sql::put_item)
        .bind(1, row.edge)
        .bind(2, row.item)
        .bind(3, row.sku)
        .bind(4, row.lot)
        .bind(5, row.place)
        .bind(6, row.custody)
        .bind(7, row.quality)
        .bind(8, row.parent)
        .bind(9, row.seq)
        .run();
}

Result<void> SqliteStore::Core::put(const StateRow& row) {
    if (row.value.empty()) {
        return sql(Sql::remove_state).bind(1, row.edge).bind(2, row.kind).bind(3, row.key).run();
    }
    return sql(Sql::put_state)
        .bind(1, row.edge)
        .bind(2, row.kind)
        .bind(3, row.key)
        .bind(4, row.value)
        .run();
}

Result<void> SqliteStore::Core::put(const CommandRow& row) {
    return sql(Sql::add_command)
        .bind(1, row.edge)
        .bind(2, row.epoch)
        .bind(3, row.seq)
        .bind(4, row.canonical)
        .run();
}

Result<void> SqliteStore::Core::put(const CheckpointRow& row) {
    TALLY_TRY(sql(Sql::put_checkpoint)
                  .bind(1, row.edge)
                  .bind(2, row.epoch)
                  .bind(3, row.seq)
                  .bind(4, row.digest_hex)
                  .bind(5, row.body)
                  .run());
    return sql(Sql::trim_checkpoints).bind(1, row.edge).run();
}

}  // namespace tally::host
