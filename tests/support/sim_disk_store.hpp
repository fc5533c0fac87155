// The real store on a simulated disk, and everything that a journal holds as one text, so that two
// journals can be compared whole.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "firmware/base/bytes.hpp"
#include "firmware/host/store/sqlite_store.hpp"
#include "sim/disk/sim_disk.hpp"

namespace tally::test {

inline constexpr const char* kJournalName = "journal";

inline Result<std::unique_ptr<host::SqliteStore>> open_journal(
    sim::SimDisk& disk, host::StoreKind kind = host::StoreKind::edge) {
    host::StoreOptions options = disk.store(kJournalName, kind);
    options.owner = host::StoreOwner{"pudong", kind == host::StoreKind::edge ? "back" : ""};
    return host::SqliteStore::open(options);
}

/// Rows of the whole history, stock, states, checkpoints, commands of edge "back".
inline std::string contents_of(host::SqliteStore& store) {
    std::string text;
    const auto found = store.rows(
        {.rows_max = 1'000'000, .bytes_max = std::size_t{1} << 30, .whole_history = true});
    REQUIRE(found);
    for (const FoundRow& each : *found) {
        text += "row " + each.row.canonical + " " + to_hex(each.row.leaf) + "\n";
    }
    const auto positions = store.positions("back");
    REQUIRE(positions);
    for (const PositionRow& each : *positions) {
        text += "position " + each.place + " " + std::to_string(each.qty_milli) + "\n";
    }
    const auto items = store.items("back");
    REQUIRE(items);
    for (const ItemRow& each : *items) {
        text += "item " + each.item + " " + each.place + " " + std::to_string(each.seq) + "\n";
    }
    const auto start = store.start();
    REQUIRE(start);
    for (const StateRow& each : start->states) {
        text += "state " + each.kind + " " + each.key + " " + each.value + "\n";
    }
    for (const auto& [edge, checkpoint] : start->checkpoints) {
        text += "checkpoint " + std::to_string(checkpoint.seq) + " " + checkpoint.body + "\n";
    }
    const auto commands = store.commands("back", 0, 1'000);
    REQUIRE(commands);
    for (const CommandRow& each : *commands) {
        text += "command " + std::to_string(each.epoch) + ":" + std::to_string(each.seq) + " " +
                each.canonical + "\n";
    }
    return text;
}

}  // namespace tally::test
