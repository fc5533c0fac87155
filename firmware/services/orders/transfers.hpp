// Goods that go to a gate: parcels to the carrier's, what a person orders to any gate or place.
// Each is a task (and so a mission, where vehicles are), opened and ended by what the ledger says:
// a scan where it is to go, or a gate that has seen it leave; never by a vehicle's word.
#pragma once

#include <cstdint>
#include <string>

#include "firmware/services/orders/packing.hpp"

namespace tally {

/// Single-threaded; the ledger must have started.
///
/// Rules, at most every Tasks::kLook and only after something changed:
/// - a parcel that no carrier has taken stands elsewhere than at the place of the carrier's gate:
///   transfer it there;
/// - what a transfer is about stands where it was to go, or is no longer this box's: the transfer
///   ends, and says which event told it.
class Transfers {
 public:
    /// `parcels_to`: the place in front of the carrier's gate; empty: people see to parcels.
    Transfers(Inventory& inventory, Ledger& ledger, Tasks& tasks, Packing& packing,
              Scheduler& scheduler, PlaceId parcels_to);

    /// Begins to look.
    void start();
    /// Applies the rules now.
    void sweep();

    struct Wish {
        std::string code;            ///< a unit's tag, any code of a SKU, a parcel's label
        std::string from;            ///< needed for goods that are counted; else where it is
        std::string to;              ///< a gate, or a place
        std::int64_t qty_milli = 0;  ///< of goods; 0: all that stands there
        std::string reason;          ///< may be empty
    };
    /// A person orders it: the task. conflict for what does not stand there, is on its way already
    /// or has no way out of this box; malformed for a code or place that is not known.
    Result<Seq> open(const Wish& wish, const Actor& actor);

    /// As Tasks::scan(), and the label of a parcel for the transfer of that parcel: all that is in
    /// it goes along.
    Result<Carried> scan(const Tasks::TaskScan& scan, const Actor& actor);

 private:
    void look();
    void parcels_rule();
    void end_rule();
    void follow_moves();
    [[nodiscard]] Result<Task> task_of(const Wish& wish) const;
    [[nodiscard]] Result<PlaceId> stand_of(const std::string& to) const;
    [[nodiscard]] bool is_arrival(const Task& task, const std::string& place) const;
    [[nodiscard]] bool is_left(const Task& task) const;
    void end(const Task& task, const std::string& why);

    Inventory& inventory_;
    Ledger& ledger_;
    Tasks& tasks_;
    Packing& packing_;
    Timer timer_;
    PlaceId parcels_to_;
    std::uint64_t swept_ = 0;
    std::uint64_t judged_ = 0;  ///< of the last movement looked at
};

}  // namespace tally
