// A piece of work for a person, as a pure state machine: open -> taken -> done, with a way back and
// a way out. Every step names who took it. Tasks are folds of task_changed events; nothing else
// changes one, but that evidence of a unit is noted at the write-off that waits for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/base/result.hpp"

namespace tally {

/// What is to be done. The wire name is to_string(); `take_back` is a customer's return ("return").
enum class TaskKind : std::uint8_t {
    receive,
    put_away,
    replenish,
    pick,
    count,
    take_back,
    transfer,  ///< goods or a parcel to a gate, or wherever a person wants them
};

/// Goods go from one place to another one that the task names.
constexpr bool is_transport(TaskKind kind) noexcept {
    return kind == TaskKind::put_away || kind == TaskKind::replenish || kind == TaskKind::transfer;
}

enum class TaskState : std::uint8_t { open, taken, done, dropped };

/// What can happen to a task after it was opened. Wire names by to_string().
enum class TaskAct : std::uint8_t {
    take,      ///< somebody begins
    put_back,  ///< and leaves it to others again
    move_on,   ///< a part is done
    finish,    ///< the rest is done, or what is done is all there is
    drop,      ///< it need not be done any more
};

std::string_view to_string(TaskKind kind) noexcept;
std::string_view to_string(TaskState state) noexcept;
std::string_view to_string(TaskAct act) noexcept;
std::optional<TaskKind> task_kind_from(std::string_view name) noexcept;
std::optional<TaskAct> task_act_from(std::string_view name) noexcept;

/// A count that is made again because the first one differs.
inline constexpr std::uint64_t kRecountRound = 2;
/// A write-off that waits for a second person; `document` names the first.
inline constexpr std::uint64_t kApprovalRound = 3;

/// One task. Texts are ledger text except `text`; quantities are thousandths.
struct Task {
    std::string id;  ///< reference of the event that opened it
    TaskKind kind = TaskKind::count;
    TaskState state = TaskState::open;
    std::string key;              ///< why it exists; of one key at most one task is not finished
    std::string sku, lot, item;   ///< what; may be empty
    std::string from, to;         ///< places; may be empty
    std::int64_t qty_milli = 0;   ///< how much; 0: all there is
    std::int64_t done_milli = 0;  ///< so far
    std::string document;         ///< advice or order; may be empty
    std::string who;              ///< has taken it, or finished it: "user:li.wei"
    std::string text;             ///< the reason, one sentence for a person
    std::int64_t t_ms = 0;        ///< opened, annotation
    std::uint64_t base_seq = 0;   ///< count: the ledger as of which the book is compared
    std::uint64_t round = 0;      ///< count: 1, kRecountRound, or kApprovalRound
    std::uint64_t seen_seq = 0;   ///< write-off of a unit: newest evidence of it since; 0: none
    std::uint64_t ended_seq = 0;  ///< event that finished or dropped it; 0: none, or not stored
    std::string via;              ///< transport: the cart that goods of it were scanned onto
    std::int64_t via_milli = 0;   ///< and how much of it stands there

    [[nodiscard]] bool finished() const {
        return state == TaskState::done || state == TaskState::dropped;
    }
    bool operator==(const Task&) const = default;
};

struct TaskStep {
    TaskAct act = TaskAct::take;
    std::string by;              ///< "user:li.wei", "rule:tasks"
    std::int64_t qty_milli = 0;  ///< move_on and finish: what this step did
    /// Of move_on: the goods are not there yet but on this place, on their way.
    std::string via = {};
};

/// The task after the step, or why it may not be taken (conflict; refused where it is another
/// person's). What is taken is finished by its taker; rules ("rule:") and drop overrule nobody's
/// hands: a taken task is dropped by its taker only. A pick that somebody has in hand is also moved
/// on and finished by the evidence of a device ("device:"), a transfer by the rule that looks at
/// where its goods are by the book.
Result<Task> step(const Task& task, const TaskStep& step);

}  // namespace tally
