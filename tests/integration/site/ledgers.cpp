#include "tests/integration/site/ledgers.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "firmware/domain/ledger/merkle.hpp"
#include "firmware/domain/stock/book.hpp"
#include "firmware/host/loop/loop.hpp"
#include "firmware/host/store/inline_journal.hpp"
#include "firmware/messages/config/box_files.hpp"
#include "firmware/messages/event_json.hpp"
#include "firmware/messages/master_file.hpp"
#include "firmware/services/inventory/inventory.hpp"

namespace tally::test {
namespace {

/// A result that must be there.
template <typename T>
T must(Result<T> result) {
    if (!result) {
        FAIL(result.error().text);
    }
    return std::move(*result);
}

template <typename Row>
std::string text_of(const Row& row) {
    std::string text;
    append_row(text, row);
    return text;
}

std::vector<JournalRow> all_rows(host::SqliteStore& store, const std::string& edge) {
    std::vector<JournalRow> rows;
    RowQuery query;
    query.edge = edge;
    query.rows_max = 4096;
    for (;;) {
        auto found = must(store.rows(query));
        if (found.empty()) {
            return rows;
        }
        query.after_seq = found.back().row.seq;
        for (FoundRow& row : found) {
            rows.push_back(std::move(row.row));
        }
    }
}

/// The stock rows as stored: their texts and their digest.
void read_stock(host::SqliteStore& store, const std::string& edge, LineCopy& copy) {
    Book stored;
    for (const PositionRow& row : must(store.positions(edge))) {
        const PositionView view{row.place,   row.sku,     row.lot,
                                row.custody, row.quality, Quantity{row.qty_milli}};
        copy.positions.push_back(text_of(view));
        must(stored.load(view));
    }
    for (const ItemRow& row : must(store.items(edge))) {
        const ItemView view{row.item,    row.place,   row.sku,    row.lot,
                            row.custody, row.quality, row.parent, Seq(row.seq)};
        copy.items.push_back(text_of(view));
        const auto loaded = stored.load(view);
        INFO(copy.items.back());
        REQUIRE(loaded.has_value());
    }
    std::sort(copy.positions.begin(), copy.positions.end());
    std::sort(copy.items.begin(), copy.items.end());
    copy.digest = stored.digest().hex();
}

class NoEvents final : public Events {
    void report(Severity severity, std::string_view source, std::string_view text) override {
        if (severity == Severity::error) {
            FAIL(source << ": " << text);
        }
    }
};

}  // namespace

std::size_t LineCopy::count(std::string_view type) const {
    return static_cast<std::size_t>(std::count_if(
        rows.begin(), rows.end(), [&](const JournalRow& row) { return row.type == type; }));
}

LineCopy read_line(const std::filesystem::path& database, host::StoreKind kind,
                   const std::string& edge) {
    auto store = must(host::SqliteStore::open({.path = database.string(), .kind = kind}));
    LineCopy copy;
    copy.rows = all_rows(*store, edge);
    read_stock(*store, edge, copy);
    Book folded;
    BookChange change;
    TreeHead tree;
    for (const JournalRow& row : copy.rows) {
        const Event event = must(decode_event(row.canonical));
        const auto applied = folded.apply(event, change);
        INFO(row.canonical);
        REQUIRE(applied.has_value());
        change.clear();
        tree.append(leaf_hash(row.canonical));
    }
    copy.folded_digest = folded.digest().hex();
    copy.head = to_hex(tree.root());
    return copy;
}

void check_one_truth(const LineCopy& at_edge, const LineCopy& at_bridge,
                     const std::vector<Ack>& acks) {
    REQUIRE_FALSE(at_edge.rows.empty());
    CHECK(at_edge.rows.size() == at_bridge.rows.size());
    CHECK(at_edge.rows == at_bridge.rows);
    CHECK(at_edge.head == at_bridge.head);
    CHECK(at_edge.positions == at_bridge.positions);
    CHECK(at_edge.items == at_bridge.items);
    CHECK(at_edge.digest == at_edge.folded_digest);
    CHECK(at_bridge.digest == at_edge.folded_digest);
    std::uint64_t gaps = 0;
    std::vector<std::string> heads = {to_hex(TreeHead().root())};
    TreeHead tree;
    for (std::size_t i = 0; i < at_edge.rows.size(); ++i) {
        gaps += at_edge.rows[i].seq != i + 1 || at_edge.rows[i].epoch != 1 ? 1 : 0;
        tree.append(leaf_hash(at_edge.rows[i].canonical));
        heads.push_back(to_hex(tree.root()));
    }
    CHECK(gaps == 0);
    REQUIRE_FALSE(acks.empty());
    std::uint64_t strangers = 0, newest = 0;
    for (const Ack& ack : acks) {
        const std::uint64_t size = ack.next_seq.value() - 1;
        const bool is_prefix = size < heads.size() && heads[size] == to_hex(ack.head);
        strangers += is_prefix && size >= newest && ack.stock == Ack::Stock::ok ? 0 : 1;
        newest = std::max(newest, size);
    }
    CHECK(strangers == 0);
    CHECK(newest == at_edge.rows.size());
}

void import_master(const std::filesystem::path& edge_config, std::string_view master_file) {
    const auto config = must(load_edge(edge_config)).value;
    host::Loop loop;
    NoEvents events;
    auto store = must(host::SqliteStore::open(
        {.path = config.database.string(),
         .kind = host::StoreKind::edge,
         .owner = host::StoreOwner{config.site.id.str(), config.edge.str()}}));
    host::InlineJournal journal(std::move(store), loop);
    const auto fatal = [](const Error& error) { FAIL(error.text); };
    LedgerOptions options;
    options.edge = config.edge;
    Ledger ledger(options, journal, loop, loop, events, fatal);
    std::unique_ptr<Inventory> inventory;
    ledger.start([&](Result<void> started) {
        REQUIRE(started.has_value());
        inventory = std::make_unique<Inventory>(config.site, ledger, loop, events);
        const auto records = must(read_master_file(master_file));
        const auto outcome = inventory->import_master(records, {"user:test", {}}, {});
        REQUIRE(outcome.has_value());
        CHECK(outcome->changed == records.size());
        ledger.checkpoint();
        ledger.after_commit([&] { loop.stop(); });
    });
    loop.run();
}

}  // namespace tally::test
