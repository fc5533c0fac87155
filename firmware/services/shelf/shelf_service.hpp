// All weighed slots of one edge: readings in, bookings, doubts and blind spans out through the
// inventory. Weight moves goods tracked by count; of goods tracked by identity it opens an
// unidentified departure or arrival, which the next sighting binds to a unit (design 5).
#pragma once

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
/// (baseline, open changes) is made durable with the event it belongs to; after a restart the first
/// stable weight is compared with it, so that what moved meanwhile is booked then. While the ledger
/// cannot take events readings are let go: the next one says as much.
class ShelfService final : public ShelfFeed, private ShelfWatch {
 public:
    using Command = std::function<void(const PlaceId& slot, ShelfCommand what,
                                       std::function<void(Result<void>)> reply)>;

    ShelfService(const SiteLayout& site, Inventory& inventory, Ledger& ledger, Clock& clock,
                 Scheduler& scheduler);

    /// Who passes tare and zero on. Set before they are asked for.
    void on_command(Command command) { command_ = std::move(command); }

    void start();
    void on_reading(const PlaceId& slot, const ShelfReading& reading) override;

    /// Writes that it was asked for, passes it on after the commit, and writes how it went.
    /// conflict if this edge has no such slot, refused while one is under way.
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
        bool ever_weighed = false;              ///< its memory says so
        bool commanded = false;                 ///< tare or zero is under way
    };

    // ShelfWatch
    [[nodiscard]] std::string open_departure(const PlaceId& slot,
                                             const std::string& sku) const override;
    void on_item_moved(const Event& event) override;

    void take_blind(const PlaceId& place, const ShelfReading& reading);
    void take_stable(const PlaceId& place, Slot& slot, const ShelfReading& reading);
    void first_weighing(const PlaceId& place, Slot& slot, Weight weight);
    void book(const PlaceId& place, Slot& slot, const WeightVerdict& verdict, Weight weight);
    void open_change(const PlaceId& place, Slot& slot, const ShelfChange& change);
    void bind_arrivals(const PlaceId& place, Slot& slot, const ShelfChange& change,
                       const std::string& cause);
    void look_at_deadlines();
    void overdue(const PlaceId& place, Slot& slot, MonoTime now);
    void moved(Slot& slot, const PlaceId& place, const Event& event, std::int64_t units);
    void commanded(const PlaceId& place, ShelfCommand what, const Actor& actor,
                   const Result<void>& outcome);
    void save(const PlaceId& place, Slot& slot);

    Inventory& inventory_;
    Ledger& ledger_;
    Clock& clock_;
    std::map<PlaceId, Slot> slots_;
    Command command_;
    Timer deadline_timer_;
};

}  // namespace tally
