// Orders of one box: added once, promised stock, picked, cancelled. Everything is ledger events;
// this service only decides (docs/life-of-an-order.md). It also keeps what is promised within what
// is there: an event that takes promised goods away takes the promise back in the same commit.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "firmware/domain/order/order.hpp"
#include "firmware/messages/order_answer.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/services/orders/availability.hpp"
#include "firmware/services/tasks/tasks.hpp"

namespace tally {

/// Single-threaded; the ports and services must outlive it, and the ledger must not be written
/// after its end. A box without orders does nothing at all, not even wake up.
///
/// While an order is open it looks every kLook, if something changed: covers what waits (priority,
/// due, age), drops picks that have lost their reason, ends anomalies that are answered. One open
/// `pick` task a claim: key pick:<order>:<line>:<n>, document the order, `to` empty.
///
/// A pick is closed by what comes first: the scan for its task (Tasks::scan), the weight of its
/// slot or a gate that sees the unit go, both only while somebody has the task in hand: who takes
/// goods of a shelf without a task is a stranger, and what was promised there is promised anew.
class Orders final : public StockKeeper {
 public:
    static constexpr Duration kLook = std::chrono::seconds(1);
    static constexpr std::size_t kOpenMax = 10'000;  ///< orders that are not finished
    /// Events of one turn of a sweep, from which on it begins nothing more (a claim and its task
    /// are begun together).
    static constexpr std::uint64_t kTurnRows = 128;
    static constexpr Duration kTurnPause = std::chrono::milliseconds(20);  ///< between two of them

    Orders(Inventory& inventory, Ledger& ledger, Tasks& tasks, Scheduler& scheduler, Clock& clock);

    /// Once the ledger has started.
    void start();

    struct Added {
        Seq seq;  ///< of the event that added it
        bool is_new = true;
    };
    /// Takes an order in and promises what is there. SKUs of lines may be any code of theirs. The
    /// same order twice is one (is_new false); conflict for other content under a known id, an
    /// unknown code or a broken quantity; refused for a place of another box; exhausted while
    /// kOpenMax orders are open; malformed per check_order().
    Result<Added> add(Order order, const Actor& actor);

    /// Frees what is promised; what is picked becomes tasks to put it back. conflict for an order
    /// that is unknown or finished.
    Result<Seq> cancel(const std::string& id, const std::string& why, const Actor& actor);

    /// The same for who does not see the goods: is_new false where it is cancelled already; refused
    /// where a part is in a parcel or has left; conflict where it is not known (any more).
    struct Withdrawn {
        Seq seq;
        bool is_new = true;
    };
    Result<Withdrawn> withdraw(const std::string& id, const std::string& why, const Actor& actor);

    /// A person's word that nobody has in hand what a weight or a gate alone has told of for a
    /// finished pick: somebody else took it. The order is promised other stock, and where the book
    /// has it is in doubt until it was counted, as after a short pick. conflict for a task that has
    /// no such goods.
    Result<Seq> say_not_in_hand(const std::string& task, const Actor& actor);

    /// One turn of what it does every kLook: at most kTurnRows events, and what the last thing
    /// begun adds; false: more is to be done, kTurnPause later. Each turn begins anew with the
    /// order to serve first, by what is there then: whoever was served already, or waits and was
    /// told so, writes nothing, so that turns come to the same end as one long one, the last order
    /// is served after as many turns as there are events to write, and a crash between two of them
    /// leaves nothing half done. Promises come first, then tasks and anomalies.
    bool sweep();

    [[nodiscard]] const OrderBook& book() const { return ledger_.registers().orders(); }

    // The ledger asks; nobody else.
    [[nodiscard]] bool watches(const Event& draft) const override;
    void before(const Event& draft) override;
    void after(const Event& event) override;

 private:
    /// Goods of an order that an event takes along; they are promised again where they arrive.
    struct Following {
        ClaimRef ref;
        Claim claim;  ///< as it was
        std::int64_t milli = 0;
        bool is_pick = false;
    };
    struct Revoked {
        std::string order, sku, place;
        std::int64_t milli = 0;
    };

    static constexpr std::uint64_t kNoEnd = std::numeric_limits<std::uint64_t>::max();

    void look();
    void go_on();
    void look_later();
    [[nodiscard]] Result<void> check_places(const Order& order) const;
    struct Covering {
        Availability& stock;
        std::uint64_t until_seq = 0;  ///< of the ledger: no claim is begun from there on
    };
    void cover(const std::string& id, const Covering& with);
    [[nodiscard]] bool is_before(std::uint64_t until_seq) const {
        return ledger_.line().seq().value() < until_seq;
    }
    /// `left_out`: a spot that this cover promises nothing of; null: none.
    void cover_now(const std::string& id, const SpotKey* left_out = nullptr);
    void grant(const std::string& order, const std::string& sku, const Claim& claim,
               const std::string& cause);
    void open_pick(const Order& order, const Claim& claim);
    void put_back(const Order& order, const Claim& claim);
    void drop_pick(const std::string& order, const Claim& claim, const std::string& why);

    // sweep.cpp
    void cover_open(std::uint64_t until_seq);
    void drop_idle_picks(std::uint64_t until_seq);
    void open_lost_picks(std::uint64_t until_seq);
    void settle(std::uint64_t until_seq);
    void settle_counts(std::uint64_t until_seq);
    void resolve(const std::vector<std::pair<std::string, std::string>>& answered,
                 std::uint64_t until_seq);

    // promises.cpp
    struct Giving {
        ClaimRef ref;
        std::int64_t milli = 0;
        ReleaseWhy why = ReleaseWhy::revoked;
        std::string by, cause, text;
    };
    void give(const Giving& giving);
    [[nodiscard]] std::vector<ClaimRef> takers(const Event& draft) const;
    [[nodiscard]] std::vector<ClaimRef> task_takers(const Task& task, const Event& draft) const;
    [[nodiscard]] std::vector<ClaimRef> parcel_takers(const Event& draft) const;
    [[nodiscard]] std::vector<ClaimRef> evidence_takers(const Event& draft) const;
    void take_along(const Event& draft, const ClaimRef& ref, std::int64_t milli);
    void make_room(const Event& draft);
    void arrive(const Event& event, const Following& following);
    void move_task_on(const Event& event, const Following& following);
    void tell_revoked(const Event& event, const std::vector<Revoked>& revoked);
    void on_task(const Event& event);
    /// Goods of a claim that a person has not found: who says it, and of which event or task.
    struct Lacking {
        ClaimRef ref;
        std::string by, task;
    };
    void tell_short(const Lacking& lacking);

    Inventory& inventory_;
    Ledger& ledger_;
    Tasks& tasks_;
    Clock& clock_;
    Timer timer_;
    std::uint64_t looked_ = 0;  ///< ledger seq of the last sweep
    PositionIndex positions_{&PositionView::sku};
    // Between before() and after() of one event.
    std::vector<Following> following_;
    std::vector<Revoked> revoked_;
};

/// What a sender is told of an order that add() has answered for.
OrderTaken taken_of(const std::string& id, const Result<Orders::Added>& added,
                    const OrderBook& orders);

}  // namespace tally
