// The book: what is where, as the fold of one edge's ledger. Book::apply is the only way a quantity
// changes: on the edge, on the bridge, in start-up and in verification (docs/adr/0003).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/domain/ledger/event.hpp"
#include "firmware/domain/stock/item_table.hpp"
#include "firmware/domain/stock/rows.hpp"
#include "firmware/domain/stock/text_pool.hpp"

namespace tally {

/// Rows touched by one or more events, by number; Book::position and Book::item_at give the rows.
/// Numbers are given in the order of first use and stay good for the life of the book.
struct BookChange {
    struct Position {
        std::uint32_t slot = 0;
        Quantity delta;     ///< how much these events moved here
        Quantity quantity;  ///< what stands here after the last of them
    };
    std::vector<Position> positions;
    std::vector<std::uint32_t> items;

    /// Leaves one entry a row, deltas summed, ordered by number: what one commit writes.
    void merge();
    void clear();
};

/// One edge's stock. Single-threaded, move-only. Rules, asked for every event before anything
/// changes, so that an event is applied whole or not at all:
/// - the form of ledger/event_form.hpp (`malformed`);
/// - an event with an item and a quantity moves exactly one unit (`malformed`) of an item that is
///   at the position left (`conflict`); an item never met, or last at a virtual place, may come
///   from any virtual place;
/// - no real place below zero, and none below the items that are known to be there (`refused`);
/// - no quantity beyond 2^53 (`exhausted`).
/// A moving event says the item's pallet: `parent`, or none. An event that moves nothing sets the
/// pallet where it names one; `unpacked` frees its item, and all children of the pallet that is its
/// item. Items at virtual places stay known, so that a return is recognised.
///
/// Memory: about 110 bytes an item of 24 characters, 150 a position. Item lookup is O(1).
class Book {
 public:
    Book() = default;

    /// Whether apply() would succeed. Identity, time, cause and evidence are not looked at, so a
    /// draft without its number may be asked about.
    [[nodiscard]] Result<void> check(const Event& event) const;

    /// Applies the event and appends what it touched. On an error nothing has changed.
    Result<void> apply(const Event& event, BookChange& change);

    /// The row of a number from BookChange.
    [[nodiscard]] PositionView position(std::uint32_t slot) const;
    [[nodiscard]] ItemView item_at(std::uint32_t slot) const;

    [[nodiscard]] std::optional<ItemView> item(std::string_view item) const;

    /// What stands at the key of `key`, whose quantity and items are not looked at; 0 for none.
    [[nodiscard]] Quantity quantity(const PositionView& key) const;

    /// Positions that are not zero, ordered by key; items ordered by text. O(n log n).
    [[nodiscard]] std::vector<PositionView> positions() const;
    [[nodiscard]] std::vector<ItemView> items() const;
    [[nodiscard]] std::vector<ItemView> items_in(std::string_view place) const;

    /// Numbers run from 0 to these, some positions among them may be zero.
    [[nodiscard]] std::size_t item_count() const noexcept { return items_.size(); }
    [[nodiscard]] std::size_t position_count() const noexcept { return positions_.size(); }

    /// The stock digest now. Costs one SHA-256 a position touched since the last call.
    StockDigest digest();

    /// Rows read back from a store or a snapshot: positions first, then items. `corrupt` where a
    /// row breaks its form or is there twice, or an item stands at a real place without a position.
    /// Gives the position's number. verify() asks whether the whole agrees.
    Result<std::uint32_t> load(const PositionView& row);
    Result<void> load(const ItemView& row);

    /// An item at a position that load() has numbered.
    struct ItemAt {
        std::string_view item, parent;
        std::uint32_t position = 0;
        Seq seq;
    };
    Result<void> load(const ItemAt& row);
    /// The position an item stands at, by number: the inverse of the above.
    [[nodiscard]] ItemAt item_record(std::uint32_t slot) const;

    /// The whole book against its invariants: sums of each SKU are zero, real places are not below
    /// zero nor below their items. `corrupt`, naming the row. O(positions).
    [[nodiscard]] Result<void> verify() const;

 private:
    struct PositionKey {
        std::uint32_t place = 0, sku = 0, lot = 0, custody = 0, quality = 0;
        bool operator==(const PositionKey&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const PositionKey& key) const noexcept;
    };
    struct Position {
        PositionKey key;
        Quantity quantity;
        std::uint32_t items = 0;
        bool real = false;
        bool dirty = false;     // changed since the digest was asked for
        bool digested = false;  // `row` stands in the digest
        Digest row{};
    };
    struct Plan {
        std::optional<std::uint32_t> from, to, item;
        bool moves = false;
        bool moves_item = false;
    };

    [[nodiscard]] Result<Plan> plan(const Event& event) const;
    [[nodiscard]] Result<void> plan_item(const Event& event, const Plan& plan) const;
    [[nodiscard]] Result<void> plan_count(const Event& event, const Plan& plan) const;
    [[nodiscard]] std::optional<std::uint32_t> find(const PositionView& key) const;
    std::uint32_t find_or_add(const PositionView& key);
    void move(std::uint32_t slot, Quantity delta, BookChange& change);
    void move_item(const Event& event, const Plan& plan, BookChange& change);
    void set_parent(const Event& event, std::uint32_t item, BookChange& change);
    void free_children(const Event& event, BookChange& change);
    void digest_item(std::uint32_t slot);

    TextPool pool_;
    std::vector<Position> positions_;
    std::unordered_map<PositionKey, std::uint32_t, KeyHash> index_;  // never iterated
    ItemTable items_;
    StockDigest digest_;
    std::vector<std::uint32_t> dirty_;
    std::string scratch_;
};

}  // namespace tally
