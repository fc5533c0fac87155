// A journal in memory with what a test writes into it, true or not: checkers are shown what they
// must find.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "firmware/host/store/sqlite_store.hpp"
#include "firmware/messages/event_data.hpp"
#include "firmware/messages/event_json.hpp"
#include "sim/checkers/stored.hpp"

namespace tally::test {

/// The line of edge "back" (or of another box) on a disk of its own.
class WrittenLine {
 public:
    explicit WrittenLine(std::string edge = "back") : edge_(std::move(edge)) {
        const auto kind = edge_ == "bridge" ? host::StoreKind::bridge : host::StoreKind::edge;
        auto opened = host::SqliteStore::open({.path = ":memory:", .kind = kind});
        REQUIRE(opened);
        store_ = std::move(*opened);
    }

    /// The event as the next of the line; stock beside it only if stock() says so.
    void write(Event event) {
        event.edge = EdgeId(edge_);
        event.epoch = Epoch(1);
        event.seq = Seq(++seq_);
        event.by = event.by.empty() ? "rule:test" : event.by;
        const auto text = encode_event(event);
        INFO((text ? "" : text.error().text));
        REQUIRE(text);
        JournalRow row;
        row.edge = edge_;
        row.epoch = 1;
        row.seq = seq_;
        row.type = std::string(to_string(event.type));
        row.item = event.item.str();
        row.canonical = *text;
        row.leaf = sim::plain_leaf(*text);
        JournalCommit commit;
        commit.rows.push_back(row);
        REQUIRE(store_->commit(commit));
    }

    /// A row of stock, free and good.
    void stock(const std::string& place, const std::string& sku, std::int64_t milli) {
        JournalCommit commit;
        commit.positions.push_back({edge_, place, sku, "-", "free", "good", milli, milli});
        REQUIRE(store_->commit(commit));
    }

    [[nodiscard]] host::SqliteStore& disk() { return *store_; }

 private:
    std::string edge_;
    std::uint64_t seq_ = 0;
    std::unique_ptr<host::SqliteStore> store_;
};

struct Goods {
    std::string sku = "tea";
    std::int64_t milli = 1'000;
};

/// Counted goods go from one place to another.
inline Event moved(const std::string& from, const std::string& to, const Goods& goods = {}) {
    Event event;
    event.type = EventType::moved;
    event.sku = SkuId(goods.sku);
    event.lot = LotId("-");
    event.qty = Quantity{goods.milli};
    event.from = PlaceId(from);
    event.to = PlaceId(to);
    return event;
}

}  // namespace tally::test
