// Goods that come back: taken in, inspected, graded, and then sold again, held, tagged anew or
// destroyed. What they are fit for is the quality key of their position.
#pragma once

#include <string>

#include "firmware/services/goods/counting.hpp"

namespace tally {

inline constexpr std::string_view kInspect = "inspect";  ///< came back, nobody has looked yet
inline constexpr std::string_view kHold = "hold";        ///< must not be sold for now
inline constexpr std::string_view kDestroy =
    "destroy";  ///< waits for a second person to destroy it

struct Grade {
    std::string item;
    enum class Into : std::uint8_t { restock, hold, destroy } into = Into::restock;
    std::string reason;
    std::string new_tag;  ///< EPC of a new tag; empty: the old one is good
};

/// Single-threaded.
class Returns {
 public:
    Returns(Inventory& inventory, Ledger& ledger, Tasks& tasks, Counting& counting)
        : inventory_(inventory), ledger_(ledger), tasks_(tasks), counting_(counting) {}

    /// A unit is in hand again: booked to the place with quality `inspect`, and a task to grade it
    /// is opened. conflict if it never left, or its SKU is not known.
    Result<Seq> take_in(const std::string& item, const PlaceId& place, const Actor& actor);

    /// What becomes of it: restock makes it good, hold keeps it apart, destroy waits for a second
    /// person (counting: approve). With a new tag the old one ends and the new one is bound to the
    /// same SKU and lot. Ends the task. conflict if the unit is not here for inspection or on hold.
    Result<Seq> grade(const Grade& grade, const Actor& actor);

 private:
    Result<Seq> requalify(const std::string& item, std::string_view quality, const Grade& grade,
                          const Actor& actor);
    Result<Seq> finish_task(const std::string& item, const Actor& actor);

    Inventory& inventory_;
    Ledger& ledger_;
    Tasks& tasks_;
    Counting& counting_;
};

}  // namespace tally
