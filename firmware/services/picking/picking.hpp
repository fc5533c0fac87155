// From tasks of people to missions of vehicles: open pick tasks become batches that a cart can
// carry, batches become tours over the floor's stops, tours become missions; tasks to put away, to
// replenish and to transfer become missions from where the goods stand to where they are wanted; a
// scan that ends a task lets the vehicle go on that waits for it. Whatever it decides it derives
// from the tasks, from what stands on the carts by the book, and from the missions under way, so
// after a restart it goes on by itself: nothing here is on disk.
//
// Two ways of working, by what a vehicle has:
// - *cart follows picker* ("cart"): the vehicle waits at the slot, a person puts the goods on it
//   and scans; then the next slot, then a packing station until the cart is empty. A weight or a
//   gate ends the task and not the stop: until a scan says that the goods are on the cart, they are
//   in somebody's hands. Where goods are put away, replenished or transferred it waits where they
//   stand until they are scanned onto the cart, and where they are wanted until their tasks are
//   done;
// - *goods to station* ("lift"): the vehicle picks up the carrier of a slot, brings it to a
//   station, waits for the picks there, and brings it back.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "firmware/domain/task/task.hpp"
#include "firmware/services/dispatch/dispatch.hpp"
#include "firmware/services/picking/tour_plan.hpp"

namespace tally {

/// How much somebody wants what a task asks for.
struct Urgency {
    std::int32_t priority = 0;         ///< as of a mission: higher ones first, 0 is usual
    std::optional<Duration> due_in{};  ///< from now; below 0: it should be there by now
};

/// What picking knows of the goods. The ledger's registers and book in the daemon.
class PickWork {
 public:
    virtual ~PickWork() = default;
    [[nodiscard]] virtual const std::map<std::string, Task>& tasks() const = 0;
    /// Unfinished ones whose goods are on their way on this cart (Task::via), by id. Asked for each
    /// cart in each tick: it must not cost a look at all tasks.
    [[nodiscard]] virtual std::vector<const Task*> on_way(const std::string& cart) const = 0;
    [[nodiscard]] virtual bool holds_goods(const std::string& place) const = 0;
    /// Something that the task asks for stands where it comes from, by the book.
    [[nodiscard]] virtual bool is_left(const Task& task) const = 0;
    /// Goods of a pick that a weight or a gate has told of, and that nobody has scanned anywhere
    /// since: they are in somebody's hands, and not on this cart by the book.
    [[nodiscard]] virtual bool is_in_hand(const Task& task, const std::string& cart) const = 0;
    /// By the order that it is for; usual where it is for none.
    [[nodiscard]] virtual Urgency urgency_of(const Task& task) const = 0;
};

struct PickingOptions {
    /// The cart of a vehicle is a place of the book; vehicles without one are not named.
    std::map<DeviceId, std::string> carts;
    /// Slots whose carrier a vehicle with "lift" can pick up: picks there go to a station, what is
    /// to be put away, replenished or transferred from there to where it is wanted. All others are
    /// for vehicles with "cart".
    std::set<std::string> carriers;
    std::vector<std::string> stations;  ///< for packing; places with a stop
    /// Places beyond a gate, and the place of this edge where goods for them are put down.
    std::map<std::string, std::string> before_gates;
    std::int32_t cart_tasks_max = 12;  ///< pick tasks that a cart has room for
    std::int64_t batch_work = 3'000;   ///< of planner/batch, a wave of orders
    std::int64_t tour_work = 100'000;  ///< of planner/tour, a tour
    std::int64_t plan_work = 200'000;  ///< of a plan of tours at once, some 2 ms; then a pause
    Duration plan_pause = std::chrono::milliseconds(20);
    Duration hand_back_after = std::chrono::seconds(20);  ///< picks of a stranded vehicle
    std::string pick_action = "pick", drop_action = "drop";
    /// What both say of a carrier (VDA 5050 6.8.2, predefined actions: stationType, loadType; the
    /// place is the stationName). Which words a vehicle takes its maker says; empty: left out.
    std::string station_type = "floor", load_type = "EPAL";
    Duration tick = std::chrono::seconds(1);
};

/// To pick a carrier up at a place, or to put it down there.
VehicleAction load_action(const PickingOptions& options, const std::string& type,
                          const std::string& place);

/// Missions made of tasks are called so, and numbered.
inline constexpr std::string_view kOurMissions = "goods-";
MissionKind mission_kind_of(TaskKind kind) noexcept;
bool is_transport(MissionKind kind) noexcept;

/// A task that no vehicle is sent for, and why.
struct UnservedTask {
    std::string task, text;
};

/// Single-threaded, on the loop. All must outlive it.
class Picking {
 public:
    struct Ports {
        const PickWork& work;
        Dispatch& dispatch;
        FleetControl& fleet;
        Scheduler& scheduler;
        Clock& clock;
        Events& events;
    };
    Picking(PickingOptions options, const Ports& ports);

    void start();
    void stop();
    /// Tours for many picks are planned in slices, and listed some hundred milliseconds after the
    /// tick that began with them; until then the tours before stay listed.
    void tick();

    [[nodiscard]] const std::vector<UnservedTask>& unserved() const { return unserved_; }

 private:
    void close_stops();
    void trim_missions();
    void hand_back();
    void bring_home();
    void make_missions();
    [[nodiscard]] bool is_closed(const Mission& mission) const;
    [[nodiscard]] bool is_reached(const std::string& slot) const;
    [[nodiscard]] bool is_open(const std::string& task) const;
    [[nodiscard]] bool is_in_hand(const std::string& task, const std::string& cart) const;
    [[nodiscard]] std::set<std::string> covered() const;
    [[nodiscard]] std::vector<Mission> ours() const;
    [[nodiscard]] std::string cart_of(const DeviceId& vehicle) const;
    void make_carrier_missions(const std::vector<const Task*>& tasks);
    [[nodiscard]] std::string why_carrier_waits(const std::string& slot) const;
    // picking_transports.cpp
    [[nodiscard]] std::string goal_of(const Task& task) const;
    [[nodiscard]] bool is_wanted(const Task& task) const;
    [[nodiscard]] std::string why_unserved(const Task& task) const;
    [[nodiscard]] bool is_served_at(const std::string& task, const MissionStop& stop,
                                    const std::string& cart) const;
    [[nodiscard]] bool is_on_cart(const Task& task) const;
    [[nodiscard]] bool is_carried_out(const Task& task) const;
    void trim_transport(const Mission& mission);
    void make_transports(const std::vector<const Task*>& tasks);
    [[nodiscard]] std::vector<MissionStop> unload_stops(
        const std::string& start, const std::vector<const Task*>& tasks) const;

    // picking_tours.cpp
    void plan_tours(const std::vector<const Task*>& tasks);
    void go_on_planning();
    void list_tours();
    [[nodiscard]] std::vector<const Task*> tasks_of(const Mission& mission) const;

    void list(Mission mission, const std::vector<const Task*>& tasks);
    void set_urgency(Mission& mission, const std::vector<const Task*>& tasks) const;

    PickingOptions options_;
    Ports ports_;
    std::map<std::string, MonoTime> seen_at_;  ///< tasks, since this program runs
    std::map<std::string, MonoTime> stranded_at_;
    std::vector<UnservedTask> unserved_;
    std::uint64_t last_ = 0;
    std::optional<TourPlan> plan_;  ///< under way
    Timer timer_, plan_timer_;
};

}  // namespace tally
