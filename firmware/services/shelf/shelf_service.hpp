// All weighed slots of one edge: readings in, bookings, doubts and blind spans out through the
// inventory. Weight moves goods tracked by count; of goods tracked by identity it opens an
// unidentified departure or arrival, which the next sighting binds to a unit (design 5).
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "firmware/domain/layout/site.hpp"
#include "firmware/domain/shelf/reading.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/services/inventory/inventory.hpp"
#include "firmware/services/shelf/slot_watch.hpp"

namespace tally {

/// How a slot does, for people.
struct SlotHealth {
    std::optional<ShelfReading> last;   ///< the newest good one
    std::optional<ShelfReading> blind;  ///< since when and why it cannot tell
    std::uint64_t readings = 0;
    bool is_odd = false;
};

/// Single-threaded; the ledger must have started before start(). What a slot must not forget
/// (SlotMemory) is made durable with the event it belongs to; after a restart the first stable
/// weight is compared with it, so that what moved meanwhile is booked then. While the ledger cannot
/// take events readings are let go: the next one says as much.
class ShelfService final : public ShelfFeed, private ShelfWatch {
 public:
    using Command = std::function<void(const PlaceId& slot, ShelfCommand what,
                                       std::function<void(Result<void>)> reply)>;

    /// So long after a lost answer an instrument may still be about to carry a command out.
    static constexpr Duration kLookAgain = std::chrono::seconds(5);

    ShelfService(const SiteLayout& site, Inventory& inventory, Ledger& ledger, Clock& clock,
                 Scheduler& scheduler);

    /// Who passes tare and zero on. Set before they are asked for.
    void on_command(Command command) { command_ = std::move(command); }

    void start();
    void on_reading(const PlaceId& slot, const ShelfReading& reading) override;

    /// Writes that it was asked for, passes it on after the commit, and writes how it went. Where
    /// the answer was lost that is `unknown` until a stable weight tells. conflict if this edge has
    /// no such slot, refused while one is under way or its outcome not known.
    Result<Seq> command(const PlaceId& slot, ShelfCommand what, const Actor& actor);

    [[nodiscard]] const SlotHealth* health(const PlaceId& slot) const;
    /// In the order of their places.
    [[nodiscard]] std::vector<PlaceId> slots() const;
    [[nodiscard]] const SlotLayout& layout(const PlaceId& slot) const;
    /// What may stand there and what its units weigh, as the item master says now.
    [[nodiscard]] std::vector<UnitWeight> candidates(const PlaceId& slot) const;
    [[nodiscard]] std::size_t open_changes(const PlaceId& slot) const;

 private:
    struct Slot {
        explicit Slot(const ShelfLayout& shelf, SlotLayout layout)
            : around(shelf.around), limit(shelf.identify_limit), watch(std::move(layout)) {}
        PlaceId around;
        Duration limit;
        SlotWatch watch;
        SlotHealth health;
        std::optional<std::int64_t> stored_mg;  ///< baseline as made durable
        bool ever_weighed = false;
        std::optional<AskedCommand> asked;  ///< tare or zero whose outcome is not known
        bool is_answered = true;            ///< no: it is on its way still
        MonoTime look_again;                ///< answer lost: what it shows from then on tells
    };

    // ShelfWatch
    [[nodiscard]] std::string open_departure(const PlaceId& slot,
                                             const std::string& sku) const override;
    void on_item_moved(const Event& event) override;
    void on_item_in_place(const PlaceId& slot, const std::string& item,
                          const std::string& sku) override;
    void on_corrected(const Event& event) override;
    void on_unit_weight(const std::string& sku) override;
    [[nodiscard]] UnnamedGoods unnamed(const PlaceId& slot, const std::string& sku) const override;
    void on_named(const PlaceId& slot, const std::string& sku, const UnnamedGoods& named) override;
    void on_told_ahead(const PlaceId& slot, const std::string& sku, std::int64_t units) override;
    void on_owed(const PlaceId& slot, const OpenShelfChange& owed) override;
    void on_lent_wrongly(const PlaceId& slot, const OpenShelfChange& owed) override;

    // What weights say (shelf_service.cpp).
    void take_blind(const PlaceId& place, const ShelfReading& reading);
    void take_stable(const PlaceId& place, Slot& slot, const ShelfReading& reading);
    void judge(const PlaceId& place, Slot& slot, const ShelfReading& reading);
    void first_weighing(const PlaceId& place, Slot& slot, Weight weight);
    [[nodiscard]] bool agrees(const PlaceId& place, const Slot& slot) const;
    [[nodiscard]] bool is_doubted(const PlaceId& place, const Slot& slot) const;
    void book(const PlaceId& place, Slot& slot, const WeightVerdict& verdict, Weight weight);
    void forget_counted(const PlaceId& place, Slot& slot);
    void save(const PlaceId& place, Slot& slot);

    // What becomes of changes and of what others tell (shelf_changes.cpp).
    void book_counted(const PlaceId& place, Slot& slot, ShelfChange change);
    void open_change(const PlaceId& place, Slot& slot, ShelfChange change);
    std::int64_t confirm(const PlaceId& place, Slot& slot, const ShelfChange& change);
    void bind_arrivals(const PlaceId& place, Slot& slot, const ShelfChange& change,
                       const std::string& cause);
    void moved(Slot& slot, const PlaceId& place, const Event& event, std::int64_t units);
    void settle(const std::vector<std::string>& anomalies, const std::string& how);
    [[nodiscard]] Tracking tracking_of(const std::string& sku) const;
    void look_at_deadlines();
    void overdue(const PlaceId& place, Slot& slot, MonoTime now);
    bool doubt_changes(const PlaceId& place, Slot& slot, MonoTime now);
    bool doubt_moves(const PlaceId& place, Slot& slot, MonoTime now);
    [[nodiscard]] bool is_open(const std::string& anomaly) const;

    // Tare and zero (shelf_commands.cpp).
    void commanded(const PlaceId& place, const Result<void>& outcome, const Actor& actor);
    void read_back(const PlaceId& place, Slot& slot, const ShelfReading& reading);
    void note_command(const PlaceId& place, const Slot& slot, const std::string& how,
                      const std::string& text, const Actor& actor);

    Inventory& inventory_;
    Ledger& ledger_;
    Clock& clock_;
    std::map<PlaceId, Slot> slots_;
    Command command_;
    Timer deadline_timer_;
};

}  // namespace tally
