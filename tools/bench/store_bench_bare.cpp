#include "tools/bench/store_bench_bare.hpp"

#include <sqlite3.h>

namespace tally::bench {
namespace {

enum Which { begin, commit, event, position, item };

constexpr std::array<const char*, 5> kSql{
    "BEGIN IMMEDIATE",
    "COMMIT",
    "INSERT INTO event VALUES(?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    "INSERT INTO position VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET "
    "qty_milli = qty_milli + excluded.qty_milli",
    "INSERT INTO item VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO UPDATE SET "
    "sku = excluded.sku, lot = excluded.lot, place = excluded.place, custody = excluded.custody, "
    "quality = excluded.quality, parent = excluded.parent, seq = excluded.seq",
};

void text(sqlite3_stmt* statement, int index, const std::string& value) {
    sqlite3_bind_text(statement, index, value.data(), static_cast<int>(value.size()),
                      SQLITE_STATIC);
}

void number(sqlite3_stmt* statement, int index, std::uint64_t value) {
    sqlite3_bind_int64(statement, index, static_cast<sqlite3_int64>(value));
}

bool run(sqlite3_stmt* statement) {
    const bool done = sqlite3_step(statement) == SQLITE_DONE;
    return sqlite3_reset(statement) == SQLITE_OK && done;
}

bool put(sqlite3_stmt* statement, const JournalRow& row, std::int64_t arrival) {
    sqlite3_bind_int64(statement, 1, arrival);
    number(statement, 2, row.seq);
    text(statement, 3, row.type);
    sqlite3_bind_int64(statement, 4, row.t_ms);
    text(statement, 5, row.item);
    text(statement, 6, row.sku);
    text(statement, 7, row.lot);
    sqlite3_bind_int64(statement, 8, row.qty_milli);
    text(statement, 9, row.from_place);
    text(statement, 10, row.to_place);
    sqlite3_bind_blob(statement, 11, row.leaf.data(), static_cast<int>(row.leaf.size()),
                      SQLITE_STATIC);
    text(statement, 12, row.canonical);
    return run(statement);
}

bool put(sqlite3_stmt* statement, const PositionRow& row) {
    int index = 0;
    for (const std::string* key :
         {&row.edge, &row.place, &row.sku, &row.lot, &row.custody, &row.quality}) {
        text(statement, ++index, *key);
    }
    sqlite3_bind_int64(statement, ++index, row.delta_milli);
    return run(statement);
}

bool put(sqlite3_stmt* statement, const ItemRow& row) {
    int index = 0;
    for (const std::string* key : {&row.edge, &row.item, &row.sku, &row.lot, &row.place,
                                   &row.custody, &row.quality, &row.parent}) {
        text(statement, ++index, *key);
    }
    number(statement, ++index, row.seq);
    return run(statement);
}

}  // namespace

BareLoop::BareLoop(const std::string& path) {
    sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    sqlite3_exec(database_,
                 "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                 "PRAGMA mmap_size=0; PRAGMA secure_delete=OFF; PRAGMA cache_size=-8192;"
                 "PRAGMA wal_autocheckpoint=4096; PRAGMA journal_size_limit=16777216;"
                 "INSERT INTO epoch VALUES(1, 'back', 1, 1);",
                 nullptr, nullptr, nullptr);
    for (std::size_t i = 0; i < kSql.size(); ++i) {
        sqlite3_prepare_v2(database_, kSql[i], -1, &statements_[i], nullptr);
    }
}

BareLoop::~BareLoop() {
    for (sqlite3_stmt* statement : statements_) {
        sqlite3_finalize(statement);
    }
    sqlite3_close(database_);
}

bool BareLoop::commit(const JournalCommit& rows) {
    bool fine = run(statements_[Which::begin]);
    for (const JournalRow& row : rows.rows) {
        fine = put(statements_[Which::event], row, ++arrival_) && fine;
    }
    for (const PositionRow& row : rows.positions) {
        fine = put(statements_[Which::position], row) && fine;
    }
    for (const ItemRow& row : rows.items) {
        fine = put(statements_[Which::item], row) && fine;
    }
    return run(statements_[Which::commit]) && fine;
}

}  // namespace tally::bench
