// The reading half. Bounded answers: no read holds the writer up for long.
#include <algorithm>

#include "firmware/host/store/core.hpp"
#include "firmware/host/store/statements.hpp"

namespace tally::host {

using store::EpochSpan;
using store::Sql;
using store::Statement;

namespace {

// Ends a use of a statement however the reader leaves.
class Use {
 public:
    explicit Use(Statement& statement) : statement_(statement) {}
    ~Use() { statement_.reset(); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

 private:
    Statement& statement_;
};

Digest digest_at(const Statement& statement, int column) {
    Digest digest{};
    const ByteView stored = statement.blob(column);
    std::copy_n(stored.begin(), std::min(stored.size(), digest.size()), digest.begin());
    return digest;
}

// Calls `take(statement)` for each row.
template <typename Take>
Result<void> for_each(Statement& statement, Take take) {
    const Use use(statement);
    while (true) {
        TALLY_TRY_ASSIGN(const bool found, statement.next());
        if (!found) {
            return {};
        }
        take(statement);
    }
}

}  // namespace

struct SqliteStore::Core::Page {
    const RowQuery& query;
    std::vector<FoundRow> rows;
    std::size_t bytes = 0;

    /// False if the page is full.
    bool take(const Statement& found, const EpochSpan& span) {
        const std::string_view canonical = found.text(12);
        if (rows.size() >= query.rows_max ||
            (!rows.empty() && bytes + canonical.size() > query.bytes_max)) {
            return false;
        }
        bytes += canonical.size();
        FoundRow& added = rows.emplace_back();
        added.arrival = found.count(0);
        JournalRow& row = added.row;
        row.edge = span.edge;
        row.epoch = span.epoch;
        row.seq = found.count(2);
        row.type = found.text(3);
        row.t_ms = found.number(4);
        row.item = found.text(5);
        row.sku = found.text(6);
        row.lot = found.text(7);
        row.qty_milli = found.number(8);
        row.from_place = found.text(9);
        row.to_place = found.text(10);
        row.leaf = digest_at(found, 11);
        row.canonical = canonical;
        return rows.size() < query.rows_max;
    }
};

Result<std::vector<FoundRow>> SqliteStore::Core::rows(const RowQuery& query) {
    Page page{query, {}, 0};
    const bool plain = query.item.empty() && query.type.empty();
    if (query.rows_max == 0) {
        return std::move(page.rows);
    }
    TALLY_TRY(plain && !query.edge.empty() ? rows_of_edge(query, page)
                                           : rows_filtered(query, page));
    return std::move(page.rows);
}

// Along the index by seq, epoch after epoch: no row of another edge is looked at.
Result<void> SqliteStore::Core::rows_of_edge(const RowQuery& query, Page& page) {
    const std::uint64_t after_seq = query.whole_history ? 0 : query.after_seq;
    const std::uint64_t after_arrival = query.whole_history ? query.after_seq : 0;
    for (const EpochSpan& span : epochs_.spans()) {
        if (span.edge != query.edge) {
            continue;
        }
        Statement& found = sql(Sql::rows_of_span);
        const Use use(found);
        found.bind(1, span.id)
            .bind(2, std::min(after_seq, EpochSpan::kNoCut))
            .bind(3, query.whole_history ? EpochSpan::kNoCut : span.cut_seq)
            .bind(4, std::min(after_arrival, EpochSpan::kNoCut));
        while (true) {
            TALLY_TRY_ASSIGN(const bool more, found.next());
            if (!more) {
                break;
            }
            if (!page.take(found, span)) {
                return {};
            }
        }
    }
    return {};
}

// Along the index by item or by type (or all arrivals), passing over rows that do not belong.
Result<void> SqliteStore::Core::rows_filtered(const RowQuery& query, Page& page) {
    TALLY_TRY_ASSIGN(const auto after, arrival_before(query));
    if (!after) {
        return {};
    }
    const bool by_item = !query.item.empty();
    const bool by_type = !by_item && !query.type.empty();
    Statement& found = sql(by_item   ? Sql::rows_by_item
                           : by_type ? Sql::rows_by_type
                                     : Sql::rows_by_arrival);
    const Use use(found);
    found.bind(1, *after);
    if (by_item || by_type) {
        found.bind(2, by_item ? query.item : query.type);
    }
    while (true) {
        TALLY_TRY_ASSIGN(const bool more, found.next());
        if (!more) {
            return {};
        }
        const EpochSpan* span = epochs_.by_id(found.number(1));
        const bool belongs = span != nullptr && (query.edge.empty() || span->edge == query.edge) &&
                             (query.whole_history || span->on_line(found.count(2))) &&
                             (query.type.empty() || found.text(3) == query.type);
        if (belongs && !page.take(found, *span)) {
            return {};
        }
    }
}

// Along one line arrival and seq grow together, so a seq to start behind is an arrival to start
// behind. None: nothing of the line lies behind it.
Result<std::optional<std::uint64_t>> SqliteStore::Core::arrival_before(const RowQuery& query) {
    if (query.edge.empty() || query.whole_history) {
        return std::min(query.after_seq, EpochSpan::kNoCut);
    }
    for (const EpochSpan& span : epochs_.spans()) {
        const std::uint64_t end_seq = std::min(span.last_seq, span.cut_seq - 1);
        if (span.edge != query.edge || end_seq <= query.after_seq) {
            continue;
        }
        Statement& first = sql(Sql::first_arrival);
        const Use use(first);
        first.bind(1, span.id).bind(2, query.after_seq);
        TALLY_TRY_ASSIGN(const bool found, first.next());
        if (found) {
            return first.count(0) - 1;
        }
    }
    return std::nullopt;
}

Result<JournalStart> SqliteStore::Core::start() {
    JournalStart start;
    TALLY_TRY(for_each(sql(Sql::states), [&](const Statement& row) {
        start.states.push_back({std::string(row.text(0)), std::string(row.text(1)),
                                std::string(row.text(2)), std::string(row.text(3))});
    }));
    TALLY_TRY(for_each(sql(Sql::checkpoints), [&](const Statement& row) {
        const std::string edge(row.text(0));
        if (!epochs_.is_replaced(edge, row.count(1), row.count(2))) {
            start.checkpoints.try_emplace(
                edge, CheckpointRow{edge, row.count(1), row.count(2), std::string(row.text(3)),
                                    std::string(row.text(4))});
        }
    }));
    for (const EpochSpan& span : epochs_.spans()) {
        start.ends[span.edge] = LineEnd{span.epoch, span.last_seq};
    }
    return start;
}

Result<std::vector<PositionRow>> SqliteStore::Core::positions(std::string_view edge) {
    std::vector<PositionRow> rows;
    TALLY_TRY(for_each(sql(Sql::positions).bind(1, edge), [&](const Statement& row) {
        rows.push_back({std::string(edge), std::string(row.text(0)), std::string(row.text(1)),
                        std::string(row.text(2)), std::string(row.text(3)),
                        std::string(row.text(4)), 0, row.number(5)});
    }));
    return rows;
}

Result<std::vector<ItemRow>> SqliteStore::Core::items(std::string_view edge) {
    std::vector<ItemRow> rows;
    TALLY_TRY(for_each(sql(Sql::items).bind(1, edge), [&](const Statement& row) {
        rows.push_back({std::string(edge), std::string(row.text(0)), std::string(row.text(1)),
                        std::string(row.text(2)), std::string(row.text(3)),
                        std::string(row.text(4)), std::string(row.text(5)),
                        std::string(row.text(6)), row.count(7)});
    }));
    return rows;
}

Result<std::vector<CommandRow>> SqliteStore::Core::commands(std::string_view edge,
                                                            std::uint64_t after_seq,
                                                            std::size_t rows_max) {
    std::vector<CommandRow> rows;
    Statement& found = sql(Sql::commands)
                           .bind(1, edge)
                           .bind(2, std::min(after_seq, EpochSpan::kNoCut))
                           .bind(3, std::min(std::uint64_t{rows_max}, EpochSpan::kNoCut));
    TALLY_TRY(for_each(found, [&](const Statement& row) {
        rows.push_back({std::string(edge), row.count(0), row.count(1), std::string(row.text(2))});
    }));
    return rows;
}

Result<std::vector<Digest>> SqliteStore::Core::leaves(std::string_view edge,
                                                      std::uint64_t after_seq,
                                                      std::uint64_t up_to_seq) {
    std::vector<Digest> leaves;
    const std::uint64_t end_seq = std::min(up_to_seq, EpochSpan::kNoCut - 1) + 1;
    for (const EpochSpan& span : epochs_.spans()) {
        if (span.edge != edge) {
            continue;
        }
        Statement& found = sql(Sql::leaves)
                               .bind(1, span.id)
                               .bind(2, std::min(after_seq, EpochSpan::kNoCut))
                               .bind(3, std::min(end_seq, span.cut_seq));
        TALLY_TRY(
            for_each(found, [&](const Statement& row) { leaves.push_back(digest_at(row, 0)); }));
    }
    return leaves;
}

}  // namespace tally::host
