// Counting without stopping the site, and writing off with two people. A count is compared with
// the book as of the moment it was begun, so that what moved meanwhile stays right.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/domain/task/task.hpp"
#include "firmware/services/inventory/inventory.hpp"
#include "firmware/services/tasks/tasks.hpp"

namespace tally {

/// The key of the tasks that count a SKU at a place; one of them is not finished at most.
std::string count_key(const std::string& place, const std::string& sku);

/// Tolerance of a class in permille of the book: A 10, B 30, C 50 (reference: stock rules 2). What
/// is within it is booked at once, what is above is counted again.
std::int64_t tolerance_permille(const ItemRecord* sku);

/// Why a count was posted; the words are a closed list so that reports can add them up.
bool is_count_reason(std::string_view reason);
inline constexpr std::string_view kCountReasons =
    "cycle, zero_check, damage, theft, mislaid, receiving_error, picking_error, unknown";

struct CountPost {
    std::string task;
    std::int64_t counted_milli = 0;
    std::string reason = "cycle";
    std::vector<std::string> items;  ///< EPCs in hand, for a SKU tracked by item
};

/// What came of a posted count.
struct CountOutcome {
    enum class Verdict : std::uint8_t {
        agrees,      ///< nothing to book
        booked,      ///< within tolerance: booked
        recount,     ///< above: somebody counts again
        to_approve,  ///< still above: waits for a second person
    } verdict = Verdict::agrees;
    Seq seq;
    std::int64_t book_milli = 0;        ///< as of the baseline
    std::int64_t difference_milli = 0;  ///< counted less book
    std::string next_task;              ///< recount or approval
};
std::string_view to_string(CountOutcome::Verdict verdict) noexcept;

/// Single-threaded.
class Counting {
 public:
    Counting(Inventory& inventory, Ledger& ledger, Tasks& tasks)
        : inventory_(inventory), ledger_(ledger), tasks_(tasks) {}

    /// Opens a count for every SKU that book or planogram has at the place (or for one SKU): an
    /// empty planned slot is counted too, so that nothing is confirmed as nothing. Gives how many
    /// were opened; conflict if none.
    Result<std::size_t> start(const PlaceId& place, const std::string& sku, const Actor& actor);

    /// The count the actor has in hand, or the next open one (at the place, if one is named),
    /// taken: its baseline is the book as of now. Empty id in the task: none is left.
    Result<Task> next(const std::string& place, const Actor& actor);

    /// Books what was counted. Every post is a `counted` event; differences are `corrected`.
    Result<CountOutcome> post(CountPost post, const Actor& actor);

    /// Somebody proposes that goods are gone (or too many): waits for a second person.
    struct WriteOff {
        PlaceId place;
        std::string sku, item;              ///< item: for a SKU tracked by item
        std::int64_t difference_milli = 0;  ///< below 0: gone
        std::string reason;
    };
    Result<Seq> propose(const WriteOff& what, const Actor& actor);

    /// The second person agrees; the difference is booked with both names. refused if it is the
    /// same person. The API lets only managers ask.
    Result<Seq> approve(const std::string& task, const Actor& actor);

 private:
    Result<Seq> post_event(const Task& task, const CountPost& post, std::int64_t difference,
                           const Actor& actor);
    Result<CountOutcome> decide(const Task& task, const CountPost& post, const Actor& actor);
    Result<Seq> book(const Task& task, std::int64_t difference, const CorrectionData& why,
                     const Actor& actor);
    [[nodiscard]] Result<void> still_missing(const Task& task) const;
    Result<Seq> book_items(const Task& task, const CorrectionData& why, const Actor& actor);
    [[nodiscard]] std::vector<std::string> missing_items(const Task& task,
                                                         const CountPost& post) const;
    Result<std::string> wait_for_second(const Task& task, const Actor& actor);
    Result<std::string> open_task(const Task& task, const Actor& actor);
    Result<std::string> open_round(const Task& task, std::uint64_t round, std::int64_t difference,
                                   const CountPost& post, const Actor& actor);

    Inventory& inventory_;
    Ledger& ledger_;
    Tasks& tasks_;
};

std::string count_data(const CountOutcome& outcome);

}  // namespace tally
