// What a SqliteStore holds, and the parts of its work. Internal to host/store.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "firmware/host/store/database.hpp"
#include "firmware/host/store/epoch_book.hpp"
#include "firmware/host/store/sqlite_store.hpp"

namespace tally::host {

namespace store {

/// Every statement the store ever runs after start-up; prepared once.
enum class Sql : std::size_t {
    begin,
    commit,
    add_epoch,
    add_event,
    allow_truncation,
    truncate_events,
    forbid_truncation,
    truncate_epochs,
    truncate_checkpoints,
    raise_arrival_floor,
    clear_positions,
    clear_items,
    add_position,
    change_position,
    remove_position,
    find_position,
    put_item,
    remove_item,
    put_state,
    remove_state,
    add_command,
    put_checkpoint,
    trim_checkpoints,
    rows_of_span,
    rows_by_arrival,
    rows_by_item,
    rows_by_type,
    first_arrival,
    positions,
    items,
    commands,
    leaves,
    states,
    checkpoints,
    kCount,
};

}  // namespace store

class SqliteStore::Core {
 public:
    Core(store::Database database, StoreOptions options);

    /// Prepares the statements and reads the epochs.
    Result<void> load();
    Result<void> tidy();

    Result<void> commit(const JournalCommit& commit);
    Result<JournalStart> start();
    Result<std::vector<FoundRow>> rows(const RowQuery& query);
    Result<std::vector<PositionRow>> positions(std::string_view edge);
    Result<std::vector<ItemRow>> items(std::string_view edge);
    Result<std::vector<CommandRow>> commands(std::string_view edge, std::uint64_t after_seq,
                                             std::size_t rows_max);
    Result<std::vector<Digest>> leaves(std::string_view edge, std::uint64_t after_seq,
                                       std::uint64_t up_to_seq);

    [[nodiscard]] store::Database& database() noexcept { return database_; }
    [[nodiscard]] StoreSize size() const;

 private:
    struct Page;  // rows found so far, and how many more may come

    store::Statement& sql(store::Sql which) { return statements_[static_cast<std::size_t>(which)]; }
    Result<void> load_epochs();

    Result<void> write(const JournalCommit& commit);
    Result<void> truncate(const JournalCommit::Truncate& truncate);
    Result<void> clear_stock(std::string_view edge);
    Result<void> append(const JournalRow& row);
    Result<store::EpochSpan*> span_for(const JournalRow& row);
    Result<void> put(const PositionRow& row);
    Result<void> put(const ItemRow& row);
    Result<void> put(const StateRow& row);
    Result<void> put(const CommandRow& row);
    Result<void> put(const CheckpointRow& row);

    Result<void> rows_of_edge(const RowQuery& query, Page& page);
    Result<void> rows_filtered(const RowQuery& query, Page& page);
    Result<std::optional<std::uint64_t>> arrival_before(const RowQuery& query);

    store::Database database_;
    StoreOptions options_;
    std::array<store::Statement, static_cast<std::size_t>(store::Sql::kCount)> statements_;
    store::EpochBook epochs_;
    std::uint64_t next_arrival_ = 1;
    std::optional<Error> failed_;  // set once the disk failed; nothing is written after it
};

}  // namespace tally::host
