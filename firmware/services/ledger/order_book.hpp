// What an edge's ledger says about orders: which are open, what of the stock is promised to them. A
// fold of its events, part of the registers.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "firmware/domain/ledger/event.hpp"
#include "firmware/domain/order/order.hpp"
#include "firmware/ports/journal_rows.hpp"

namespace tally {

/// What can be promised: goods of good quality and free custody (docs/orders.md). The rest of a
/// position's key.
struct SpotKey {
    std::string sku, place, lot;
    auto operator<=>(const SpotKey&) const = default;
};

/// Names a claim beyond its order.
struct ClaimRef {
    std::string order;
    std::uint64_t n = 0;
    auto operator<=>(const ClaimRef&) const = default;
};

/// Single-threaded value. Same events in the same order give the same book.
class OrderBook {
 public:
    static constexpr std::size_t kFinishedMax = 256;  ///< orders kept whole, the last to end
    static constexpr std::size_t kPastMax = 10'000;   ///< ids and contents of older ones

    /// Folds one event; appends the state rows that changed. conflict or malformed where it does
    /// not fit its order; nothing has changed then.
    Result<void> apply(const Event& event, std::vector<StateRow>& changed);

    [[nodiscard]] const std::map<std::string, Order>& orders() const { return orders_; }
    [[nodiscard]] const Order* find(const std::string& id) const;
    /// Ids of orders that are not finished, the one to serve first in front: priority, due, age.
    [[nodiscard]] std::vector<std::string> open() const;
    /// Whether anything is open.
    [[nodiscard]] bool any_open() const { return open_count() > 0; }
    [[nodiscard]] std::size_t open_count() const { return orders_.size() - finished_.size(); }
    /// Content hash of an order that is finished and no longer kept; empty: never heard of it.
    [[nodiscard]] std::string past(const std::string& id) const;

    /// What is promised of a spot, in thousandths, and to whom, by order and number.
    [[nodiscard]] std::int64_t claimed(const SpotKey& spot) const;
    [[nodiscard]] std::vector<ClaimRef> claims_on(const SpotKey& spot) const;
    /// The claim that a unit is bound to; its order is empty where there is none.
    [[nodiscard]] ClaimRef claim_of_item(const std::string& item) const;
    /// Null if there is no such claim (any more).
    [[nodiscard]] const Claim* claim(const ClaimRef& ref) const;
    [[nodiscard]] const std::map<SpotKey, std::set<ClaimRef>>& spots() const { return spots_; }

    [[nodiscard]] static bool owns(std::string_view row_kind);
    Result<void> load(const StateRow& row);
    void add_rows(const std::string& edge, std::vector<StateRow>& rows) const;

 private:
    Result<void> apply_order(const Event& event, std::vector<StateRow>& changed);
    Result<void> apply_reserved(const Event& event, std::vector<StateRow>& changed);
    Result<void> apply_released(const Event& event, std::vector<StateRow>& changed);
    Result<void> add(const Event& event, Order order, std::vector<StateRow>& changed);
    [[nodiscard]] Result<Order> open_order(const std::string& id) const;
    /// Takes an order as it is after an event of the line.
    void keep(const Event& event, Order order, std::vector<StateRow>& changed);
    void store(const std::string& edge, Order order, std::vector<StateRow>& changed);
    void index(const Order& order);
    void unindex(const Order& order);
    void forget_oldest(const std::string& edge, std::vector<StateRow>& changed);

    std::map<std::string, Order> orders_;
    std::set<std::pair<std::uint64_t, std::string>> finished_;  ///< by event that ended it
    std::map<SpotKey, std::set<ClaimRef>> spots_;
    std::map<std::string, ClaimRef> items_;
    struct Past {
        std::string digest;
        std::uint64_t seq = 0;
    };
    std::map<std::string, Past> past_;
    std::map<std::uint64_t, std::string> past_by_seq_;
};

/// Kinds of its state rows.
inline constexpr std::string_view kOrderRows = "order";
inline constexpr std::string_view kPastOrderRows = "order_past";

/// What two orders of one id are compared by: hex SHA-256 of order_content().
std::string order_digest(const Order& order);

}  // namespace tally
