// Work for people: tasks opened by rules and persons, taken, worked on by scanning, done. All of it
// is ledger events; this service only decides.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/domain/task/task.hpp"
#include "firmware/messages/refill.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/services/goods/receiving.hpp"
#include "firmware/services/goods/scanned.hpp"

namespace tally {

/// Single-threaded; the ledger must have started.
///
/// Rules, each about what the ledger says now, so that running one twice does nothing (they run at
/// most every kLook, and only after something changed; a sweep costs one look at every position of
/// the book while there is a planogram, else nothing):
/// - an advice that is not closed, at a box with a dock: receive it;
/// - goods at a dock (inner side of a gate to SUPPLIER) whose SKU the planogram wants elsewhere:
///   put them away, up to max;
/// - a planned place below min, and goods of the SKU at another place: replenish up to max;
/// - a write-off of a unit that was seen since it was proposed, in nobody's hands: dropped, and the
///   count's anomaly with it;
/// - goods at a planned place that neither planogram nor a task allows: anomaly wrong_place, and
///   where the planogram wants them elsewhere a task to put them away there; both ended by the rule
///   when they have left (a task in somebody's hands by that person).
class Tasks {
 public:
    static constexpr Duration kLook = std::chrono::seconds(1);

    Tasks(Inventory& inventory, Ledger& ledger, Receiving& receiving, Scheduler& scheduler);

    /// Begins to look.
    void start();
    /// Applies the rules now.
    void sweep();

    [[nodiscard]] const Task* find(const std::string& id) const;

    /// A task that a person or an order asks for. conflict if the same is open already.
    Result<Seq> open(const Task& task, const Actor& actor);
    /// One step of a task; `text` says why, may be empty.
    struct Step {
        std::string id;
        TaskAct act = TaskAct::take;
        std::int64_t qty_milli = 0;
        std::string text;
        std::string via = {};    ///< of a transport's move_on: the cart that it is on (TaskStep)
        std::string cause = {};  ///< empty: the task itself
    };
    Result<Seq> step(const Step& step, const Actor& actor);

    /// A scan for a task that somebody has in hand: goods go from `from` to `to` of the task (to
    /// `place` where it names none), and the task moves on. Receive tasks book against their
    /// advice. What the task does not ask for is refused with the reason and books nothing. Goods
    /// that are to be put away, replenished or transferred may be scanned onto another `place`
    /// first, a cart: they stand there by the book, the task is not done, and the scan where they
    /// are to go takes counted ones from there. A transfer ends with the scan that fills it. A pick
    /// of an order ends with the scan that fills it; one that a weight or a gate has ended may
    /// still be scanned, to name where the goods were put.
    struct TaskScan {
        std::string id, code;
        std::int64_t qty_milli = 0;
        std::string place;
        Condition condition = Condition::good;
        std::string lot = {};  ///< of counted goods that are received; may be empty
    };
    Result<Carried> scan(const TaskScan& scan, const Actor& actor);

    /// Opens the transfer of what a place of another edge lacks to the gate between, from where
    /// this box has most to spare, as much as that is; or drops it where nobody has taken it.
    /// conflict for what is under way, cannot be spared or has no gate.
    Result<Seq> refill(const Refill& refill, const Actor& actor);

    /// A person sees these goods at this place: booked as such, and looked at by the rules.
    Result<Carried> seen(const std::string& code, const PlaceId& place, std::int64_t qty_milli,
                         const Actor& actor);

 private:
    Result<Carried> scan_pick(const Task& task, const TaskScan& scan, const Scanned& what,
                              const Actor& actor);
    Result<Carried> scan_transport(const Task& task, const TaskScan& scan, const Actor& actor);
    [[nodiscard]] static Result<void> fits(const Task& task, const TaskScan& scan,
                                           const Scanned& what);
    [[nodiscard]] std::set<std::pair<std::string, std::string>> under_way() const;
    void look();
    void open_by_rule(Task task);
    void drop_by_rule(const Task& task, const std::string& why);
    void receive_rule();
    void plan_rules();
    void write_off_rule();
    void misplaced_rule();
    void judge_place(const std::string& item, const std::string& sku, const std::string& place);
    [[nodiscard]] std::string planned_place(const std::string& sku) const;
    void settle_places();
    [[nodiscard]] bool is_allowed(const std::string& sku, const std::string& place) const;
    [[nodiscard]] bool is_dock(const std::string& place) const;

    Inventory& inventory_;
    Ledger& ledger_;
    Receiving& receiving_;
    Timer timer_;
    std::uint64_t swept_ = 0;   ///< ledger seq of the last sweep
    std::uint64_t judged_ = 0;  ///< of the last movement judged
};

/// `data` of a list of tasks. Empty texts of the filter: all.
struct TaskFilter {
    std::string kind, state, place, who;
};
std::string tasks_data(const WorkBook& work, const TaskFilter& filter);
std::string task_data(const Task& task);

}  // namespace tally
