// An order of till, web, file or CLI, as a pure state machine. What it still needs it claims: a
// claim is a promise of so much of a SKU and lot at one place, and follows the goods once they are
// picked. An order is a fold of order_changed, reserved and released; nothing else changes one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "firmware/base/result.hpp"

namespace tally {

inline constexpr std::size_t kOrderLinesMax = 100;
inline constexpr std::size_t kOrderNotesMax = 60;       ///< kept, the newest
inline constexpr std::size_t kOrderTextBytesMax = 400;  ///< of a note
inline constexpr std::int64_t kUrgentPriority = 1;      ///< served first
inline constexpr std::int64_t kUsualPriority = 5;
inline constexpr std::int64_t kIdlePriority = 9;

/// Where an order stands; told by stage_of(), never stored. Wire names by to_string().
enum class OrderStage : std::uint8_t {
    back_ordered,  ///< something it needs is not there
    reserved,      ///< all of it is promised, nothing is picked
    picking,       ///< some of it is picked
    picked,        ///< all that is left to be sent is picked
    packed,        ///< all of it is in parcels
    handed_over,   ///< all of it has left; the end
    cancelled,     ///< the other end
};

/// Why a claim, or a part of one, ended. Wire names by to_string().
enum class ReleaseWhy : std::uint8_t {
    picked,     ///< the goods are in hand: the claim goes on where they are
    moved,      ///< likewise, they were carried on
    revoked,    ///< less is there than was promised
    not_found,  ///< who picked did not find it
    dropped,    ///< its pick was given up
    cancelled,  ///< the order was
    shipped,    ///< the goods have left: this part of the order is fulfilled
};

/// What happens to an order as a whole. Wire names by to_string().
enum class OrderAct : std::uint8_t {
    add,        ///< it came
    wait,       ///< a line lacks so much, and why
    cancel,     ///< nobody wants it any more
    pack,       ///< what was put into a parcel is said and weighed
    hand_over,  ///< a parcel went to the carrier
};

std::string_view to_string(OrderStage stage) noexcept;
std::string_view to_string(ReleaseWhy why) noexcept;
std::string_view to_string(OrderAct act) noexcept;
std::optional<ReleaseWhy> release_why_from(std::string_view name) noexcept;
std::optional<OrderAct> order_act_from(std::string_view name) noexcept;

/// Quantities are thousandths.
struct OrderLine {
    std::string sku;
    std::string lot, place;      ///< this one only; empty: any
    std::int64_t qty_milli = 0;  ///< above 0
    std::int64_t shipped_milli = 0;
    std::int64_t waits_milli = 0;  ///< lacked when the order's history last said so

    bool operator==(const OrderLine&) const = default;
};

struct Claim {
    std::uint64_t n = 0;     ///< within the order, from 1; never given twice
    std::uint64_t line = 0;  ///< from 1
    std::string place, lot;
    std::string item;            ///< the unit bound to the order; empty: not known by unit
    std::uint64_t pick = 0;      ///< number of the claim it was picked for; 0: not picked yet
    std::string origin;          ///< picked: where it stood
    std::string parcel;          ///< SSCC; empty: not packed
    std::int64_t qty_milli = 0;  ///< above 0
    std::uint64_t seq = 0;       ///< event that granted it

    bool operator==(const Claim&) const = default;
};

struct Parcel {
    std::string sscc;  ///< 18 digits
    std::string place;
    std::int64_t weight_mg = 0;    ///< as weighed; 0: nobody weighed it
    std::int64_t expected_mg = 0;  ///< by item master; 0: not known
    std::string manifest;          ///< handed over with it; empty: still here
    std::string carrier;

    bool operator==(const Parcel&) const = default;
};

/// One line of the order's history, for people.
struct OrderNote {
    std::int64_t t_ms = 0;
    std::string by, text;

    bool operator==(const OrderNote&) const = default;
};

/// Texts are ledger text except those of notes.
struct Order {
    std::string id;   ///< 1 to 64 of A-Z a-z 0-9 . _ -
    std::string by;   ///< "user:li.wei", "web", ...
    std::string due;  ///< as it was asked: a day, a moment (due.hpp) or empty
    /// The moment at which that day ends at the site, said when the order came; empty: it is due at
    /// a moment or not at all, or came to a version for which days began it (due_ms()).
    std::string due_by;
    std::int64_t priority = kUsualPriority;
    std::int64_t t_ms = 0;  ///< came; annotation
    std::uint64_t seq = 0;  ///< event that added it
    /// Event that ended it, with nothing claimed any more; 0: none, or not stored.
    std::uint64_t ended_seq = 0;
    bool cancelled = false;
    std::vector<OrderLine> lines;
    std::map<std::uint64_t, Claim> claims;
    std::vector<Parcel> parcels;
    std::vector<OrderNote> notes;
    std::uint64_t last_claim = 0;

    bool operator==(const Order&) const = default;
};

/// `malformed`, saying what to mend: no lines or too many, no quantity, an id that cannot stand in
/// topics and files, a due that is neither a day nor a moment as the ledger has them.
Result<void> check_order(const Order& order);

OrderStage stage_of(const Order& order);
[[nodiscard]] bool is_finished(const Order& order);

/// What a line (from 1) still needs beyond its claims and what was shipped; 0 once cancelled.
std::int64_t missing_milli(const Order& order, std::uint64_t line);
std::int64_t missing_milli(const Order& order);

/// When it must be ready, UTC milliseconds; nothing: whenever. A day whose end was not said
/// (due_by) counts from its beginning in UTC, as it did when such orders were written.
std::optional<std::int64_t> due_ms(const Order& order);

/// Which of two orders is served first: priority, when it is due, age. The smaller one.
using ServeRank = std::tuple<std::int64_t, std::int64_t, std::uint64_t>;
ServeRank serve_rank(const Order& order);

/// What was asked for, as one text: two orders with one id are one where these are equal.
std::string order_content(const Order& order);

/// A claim granted; more of an existing one where the number is known and all else agrees.
/// conflict where the order is finished, the line does not need so much, or it does not fit.
Result<void> reserve(Order& order, const Claim& claim);

struct Release {
    std::uint64_t n = 0;
    std::int64_t qty_milli = 0;
    ReleaseWhy why = ReleaseWhy::revoked;
};
/// The part of the claim ends. conflict where there is no such claim or not so much of it.
Result<void> release(Order& order, const Release& release);

/// conflict where the order is finished.
Result<void> cancel(Order& order);

/// Appends to the history; the oldest line goes where there are too many.
void note(Order& order, OrderNote note);

/// "pick:<order>:<line>:<n>", the key of the task that picks claim n; and back. Nothing where the
/// key is not of that form.
std::string pick_key(const std::string& order, const Claim& claim);
struct PickOf {
    std::string order;
    std::uint64_t line = 0, n = 0;
};
std::optional<PickOf> pick_of_key(std::string_view key);

}  // namespace tally
