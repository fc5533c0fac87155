// Moves vehicles to nodes of the floor without two of them ever claiming one place: the traffic
// planner plans, the action graph releases, and what is released becomes the base of each vehicle's
// order, the rest its horizon (docs/traffic.md). Not a safety device.
//
// Track is a vehicle's from its release until it has arrived beyond it. Of a vehicle that is lost,
// or whose order ended otherwise than at its end, it is kept until an operator releases it. While
// one says that it is where it has no track, nobody gets new track.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "firmware/domain/fleet/vehicle.hpp"
#include "firmware/domain/layout/floor_layout.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/services/fleet/door_control.hpp"
#include "firmware/services/fleet/fleet_control.hpp"
#include "firmware/services/fleet/floor_ways.hpp"
#include "planner/traffic/action_graph.hpp"
#include "planner/traffic/rolling_traffic.hpp"

namespace tally {

/// What vehicles are told at once, as VDA 5050 names it.
inline constexpr const char* kStartPause = "startPause";
inline constexpr const char* kStopPause = "stopPause";
inline constexpr const char* kStopCharging = "stopCharging";

/// Slower than any vehicle drives that gets on.
inline constexpr std::int64_t kSlowWalk_mm_s = 250;

struct FleetVehicle {
    DeviceId id;
    /// Where it is expected while it has said nothing: a node or place; empty: nowhere. Either way
    /// nobody gets track before it has said where it is or a person has. What it says itself wins.
    std::string node;
};

struct FleetOptions {
    FloorLayout floor;
    std::string map = "floor";  ///< as the vehicles call it
    planner::CellOptions cells;
    std::vector<FleetVehicle> vehicles;
    std::string name = "fleet";  ///< the same in every life: its own orders are known by it
    std::string run;             ///< of this program's life; makes order ids unique for ever
    std::size_t base_max = 4;    ///< cells released to a vehicle ahead of it
    std::int64_t work = 4'000;   ///< of planning, a tick
    Duration tick = std::chrono::milliseconds(500);
    Duration lost_after = std::chrono::seconds(60);   ///< not heard for so long: lost
    Duration retry_after = std::chrono::seconds(10);  ///< after a refused order
    /// One that is heard, has track and has passed no node for so long, and for what its next step
    /// takes at a slow walk, counts as standing.
    Duration stall_after = std::chrono::seconds(15);
    /// Whoever says that it cannot move (emergency stop, ...) is driven around at once where that
    /// is near, and after so long also where it is far: a short stop sends nobody on a detour.
    Duration detour_after = std::chrono::seconds(5);
    /// Coming past one that stands at work, or stays there for a person, counts as so much of a
    /// way: what a vehicle drives in the 20 s that a pick takes, at 1 m/s.
    std::int32_t at_work_mm = 20'000;
    DoorControl* doors = nullptr;  ///< outlives the fleet; none: doors stand open
    /// Who waits for each other in a circle, looked at every tick. No plan that the graph takes has
    /// one, so only a test says anything else.
    std::function<std::vector<std::uint32_t>(const planner::ActionGraph&)> circle =
        [](const planner::ActionGraph& graph) { return graph.circle(); };
    /// What was said before one was first heard may still be on its way; also an update of an order
    /// of an earlier life: meanwhile nobody gets new track.
    Duration settle_after = std::chrono::seconds(5);
};

/// A road that nobody may be planned through for a time: a person in the aisle, something spilt.
struct RoadBlock {
    /// Of vehicles that are in it, or have track into it already.
    enum class Inside : std::uint8_t {
        leaves,  ///< at either end, as they were about to
        stands,  ///< at the end of their base, until the road is open: a person is in there
    };
    std::string from, to;  ///< the nodes of a lane, in either order; all lanes between the two
    std::string reason;
    Duration span{0};  ///< from now on
    Inside inside = Inside::leaves;
};

/// Single-threaded, on the loop. Give it to the driver as its feed.
class Fleet final : public VehicleFeed, public FleetControl {
 public:
    struct Ports {
        VehicleControl& vehicles;
        Scheduler& scheduler;
        Clock& clock;
        Events& events;
    };
    /// Malformed: what the floor's or the planner's own checks object to, an unknown or a shared
    /// node.
    static Result<std::unique_ptr<Fleet>> make(FleetOptions options, const Ports& ports);

    void start();
    void stop() { tick_timer_.cancel(); }

    /// Who hears what becomes of errands; it must outlive the fleet.
    void listen(FleetFeed& feed) { feed_ = &feed; }

    Result<std::string> send(const DeviceId& vehicle, Errand errand) override;
    Result<void> dismiss(const DeviceId& vehicle) override;
    [[nodiscard]] std::optional<std::int64_t> way_mm(const std::string& from,
                                                     const std::string& to) const override;
    [[nodiscard]] std::optional<std::int64_t> cost_mm(const std::string& from,
                                                      const std::string& to) const override;

    /// Closes a road for a time, or for another one. Only those whose way it was are planned anew,
    /// in the next tick; whoever has track there drives it to its end at least. conflict: there
    /// is no such lane; malformed: no reason or no time.
    Result<void> block(const RoadBlock& block);
    /// conflict: it is not closed.
    Result<void> unblock(const std::string& from, const std::string& to);
    /// The error that unblock() would give now.
    [[nodiscard]] Result<void> may_unblock(const std::string& from, const std::string& to) const;
    /// With what is left of their time.
    [[nodiscard]] std::vector<RoadBlock> blocks() const;

    /// It stays paused until resume, whatever else becomes of it. One that does not take it is an
    /// event of severity warning.
    Result<void> pause(const DeviceId& vehicle);
    Result<void> resume(const DeviceId& vehicle);
    /// An operator has seen that the vehicle stands at this node and nowhere else: its track is
    /// free, its old order is cancelled, and it goes on from there when it says so itself.
    /// The node may be any place or cell that rows speak of. conflict unless it is lost, held or
    /// standing (but paused: then resume it), has refused its order or has not said yet that it
    /// stands where it should; and while the node is another one's.
    Result<void> release(const DeviceId& vehicle, const std::string& node);

    /// An operator has seen that it is nowhere on the floor: it has no track and hinders nobody,
    /// until it says that it is there. conflict as for release. Another life of this program must
    /// be told again.
    Result<void> take_off(const DeviceId& vehicle);

    /// Called when one that is off the floor is heard again, so that no later life takes it off
    /// once more: it may lie dead in an aisle by then. Nobody gets new track before let_back().
    /// An error: it is told again with the vehicle's next word. Without it: nobody has to know.
    void when_back(std::function<Result<void>(const DeviceId&)> tell) {
        tell_back_ = std::move(tell);
    }
    /// What was told is durable.
    void let_back(const DeviceId& vehicle);

    /// What release would refuse, without doing anything.
    [[nodiscard]] Result<void> may_release(const DeviceId& vehicle, const std::string& node) const;
    /// Likewise of take_off.
    [[nodiscard]] Result<void> may_take_off(const DeviceId& vehicle) const;
    /// conflict: no lane leads from one of the two to the other.
    [[nodiscard]] Result<void> may_block(const std::string& from, const std::string& to) const;
    /// What send would refuse, but for whether a way leads there.
    [[nodiscard]] Result<void> may_send(const DeviceId& vehicle, const std::string& place) const;

    [[nodiscard]] std::vector<FleetRow> rows() const override;

    /// Why the plan as a whole brings nobody new track, with what to do: the judge did not take
    /// the last one, or vehicles wait for each other in a circle. Empty: all is well.
    [[nodiscard]] std::string plan_trouble() const;

    void on_vehicle(const DeviceId& vehicle, const VehicleStatus& status) override;
    void on_order(const DeviceId& vehicle, const OrderStatus& order) override;
    void on_action(const DeviceId& vehicle, const ActionReport& action) override;

 private:
    static constexpr std::size_t kWindowSteps = 14;

    struct Vehicle {
        DeviceId id;
        VehicleStatus status;
        OrderStatus order;
        std::vector<planner::Cell> way;  ///< of the order: where its nodes are
        std::size_t counted = 0;         ///< of them, told to the graph as passed
        FleetPhase phase = FleetPhase::idle;
        bool released_by_hand = false;  ///< its old order is still being cancelled
        bool has_agreed = false;        ///< it stands where the fleet has it, by its own word
        bool is_vouched_for = false;    ///< by a person, where it says nothing itself
        bool is_astray = false;         ///< held, and it is where it has no track
        bool is_stopped = false;        ///< by the fleet's own startPause
        bool is_before_door = false;    ///< likewise, for a door on its way is not open any more
        bool paused_by_hand = false;    ///< only a person ends that
        std::string pause_id;           ///< of the person's startPause, while it is not taken
        bool is_off_floor = false;      ///< by a person's word
        bool is_coming_back = false;    ///< from there, and not every later life knows yet
        MonoTime first_heard_at;        ///< in this life, or since it was off the floor
        MonoTime cancel_at;             ///< its order of an earlier life was last cancelled
        MonoTime placed_at;             ///< when a person last said where it stands
        MonoTime lost_at;
        MonoTime retry_at;
        MonoTime unplug_at;        ///< when it may be told again to end charging
        std::string why_stands;    ///< it is heard and does not move; empty: it is well
        MonoTime stands_at;        ///< since then
        MonoTime ill_at;           ///< when there was a reason last
        Duration still{0};         ///< with track, heard, and past no node
        bool is_stalled = false;   ///< it has been still for too long, and has not moved since
        std::uint32_t stalls = 0;  ///< in a row: how much more time it is given
        bool is_detour_said = false;
        std::string why_off;                 ///< it stands beside its node, by its own pose
        std::vector<planner::Cell> touched;  ///< from there
        std::string text;
        ErrandStatus errand;
        std::vector<VehicleAction> actions;  ///< of the errand
        Errand::After after = Errand::After::makes_way;
    };

    struct Block {
        RoadBlock block;
        MonoTime until;
    };
    struct Door {
        PlaceId place;
        std::set<FloorWays::Step> steps;
        std::set<planner::Cell> on{};  ///< where a vehicle stands right in it
        bool is_open = false;          ///< in this tick, for whoever has it on his way
        bool is_asked = true;          ///< by the life before, maybe
        MonoTime shut_until{};         ///< it did not open: nobody is planned through it until then
        std::string why_shut{};
    };

    Fleet(FleetOptions options, const Ports& ports, planner::TrafficMap map);
    Result<void> place(const std::vector<planner::State>& starts);
    void name_cells();
    void name_stops();

    void tick();
    void look_for_lost(std::uint32_t index);
    void look_where_it_is(std::uint32_t index);
    void look_whether_it_stops(std::uint32_t index);
    void look_whether_it_stays(std::uint32_t index);
    void find_its_place(std::uint32_t index);
    [[nodiscard]] bool come_back(std::uint32_t index);
    Result<void> take_its_word(std::uint32_t index);
    void give_up_expected(planner::Cell cell);
    void agree(std::uint32_t index);
    void stop_old_order(std::uint32_t index);
    [[nodiscard]] bool is_own(const std::string& order) const;
    [[nodiscard]] bool may_be_anywhere(std::uint32_t index) const;
    [[nodiscard]] bool is_anybody_unknown() const;
    [[nodiscard]] bool is_unknown(std::uint32_t index) const;
    [[nodiscard]] std::string why_no_track() const;
    [[nodiscard]] bool may_be_released(std::uint32_t index) const;
    [[nodiscard]] Result<void> check_is_its(std::uint32_t index, planner::Cell here,
                                            const std::vector<planner::State>& base) const;
    void put(std::uint32_t index);
    void hold_astray(std::uint32_t index, std::string text);
    [[nodiscard]] bool is_anybody_astray() const;
    void plan();
    void look_for_circle();
    void tell(std::uint32_t index);
    void begin(std::uint32_t index);
    [[nodiscard]] bool is_told_closed(const Vehicle& vehicle) const;
    void go_on(std::uint32_t index);
    void end(std::uint32_t index);
    void hold(std::uint32_t index, FleetPhase phase, std::string text);

    // fleet_errand.cpp
    [[nodiscard]] Result<void> check_free(std::uint32_t index) const;
    [[nodiscard]] bool is_at_goal(std::uint32_t index) const;
    [[nodiscard]] bool must_stand(std::uint32_t index) const;
    void settle(std::uint32_t index);
    void go_on_with_errand(std::uint32_t index);
    void conclude_actions(std::uint32_t index);
    void conclude(std::uint32_t index, ErrandPhase phase, std::string text);
    void tell_owner();
    void begin_actions(std::uint32_t index);
    void look_whether_it_paused(Vehicle& vehicle, const ActionReport& action);

    // fleet_stand.cpp
    void look_whether_it_stands(std::uint32_t index);
    void count_still(std::uint32_t index);
    void note_moved(std::uint32_t index);
    [[nodiscard]] std::string why_it_cannot_move(std::uint32_t index) const;
    [[nodiscard]] Duration still_max(std::uint32_t index) const;
    [[nodiscard]] bool needs_detour(std::uint32_t index) const;
    [[nodiscard]] std::string no_way(std::uint32_t index) const;

    // fleet_pose.cpp
    void look_at_pose(std::uint32_t index);
    [[nodiscard]] double pose_off_max_mm() const;
    [[nodiscard]] double off_mm(std::uint32_t index) const;
    [[nodiscard]] std::vector<planner::Cell> cells_touched(const VehiclePose& pose) const;
    [[nodiscard]] std::vector<planner::Cell> cells_kept(std::uint32_t index) const;

    // fleet_roads.cpp
    [[nodiscard]] std::vector<std::uint32_t> lanes_between(const std::string& from,
                                                           const std::string& to) const;
    void apply_blocks();
    void weigh_ways();
    void close_around_standing(std::set<FloorWays::Step>& closed) const;
    void end_blocks();
    void find_doors();
    void look_at_doors();
    void look_whether_it_opens(Door& door);
    [[nodiscard]] bool is_on_way(const Door& door, std::uint32_t index) const;
    [[nodiscard]] std::string door_before(std::uint32_t index) const;
    /// The first step of a vehicle's track, counted from where it is, that leads over a door which
    /// is not open (any more).
    struct ShutDoor {
        const Door* door = nullptr;
        std::size_t step = 0;
    };
    [[nodiscard]] std::optional<ShutDoor> shut_door(std::uint32_t index) const;
    [[nodiscard]] std::string why_before_door(std::uint32_t index) const;
    void stop_before_door(std::uint32_t index);
    void end_charging(std::uint32_t index);

    [[nodiscard]] WayNode node_of(planner::Cell cell) const;
    [[nodiscard]] WayLeg leg(planner::Cell from, planner::Cell to) const;
    [[nodiscard]] Result<std::uint32_t> need(const DeviceId& vehicle) const;
    [[nodiscard]] Result<planner::Cell> need_place(const std::string& node) const;
    [[nodiscard]] Result<planner::Cell> need_cell(const std::string& name) const;
    [[nodiscard]] bool is_on_floor(std::uint32_t index) const;
    [[nodiscard]] std::string next_order_id();

    FleetOptions options_;
    Ports ports_;
    planner::TrafficMap map_;
    planner::MotionMap motion_;
    std::unique_ptr<planner::RollingTraffic> traffic_;
    std::unique_ptr<planner::ActionGraph> graph_;
    std::vector<Vehicle> vehicles_;
    std::map<DeviceId, std::uint32_t> index_;
    std::map<std::string, planner::Cell> places_;  ///< nodes, and places with a stop
    std::map<std::string, planner::Cell> cells_;   ///< by the name that orders give them
    std::vector<std::string> names_;               ///< by cell; empty: off the floor
    std::size_t off_floor_ = 0;                    ///< the first of the cells off the floor
    std::unique_ptr<FloorWays> ways_;
    std::unique_ptr<FloorWays> weighed_;  ///< longer past those who are at work
    std::map<std::pair<std::string, std::string>, Block> blocks_;  ///< by their nodes, ordered
    std::vector<Door> doors_;
    std::uint64_t last_order_ = 0;
    std::uint64_t last_errand_ = 0;
    FleetFeed* feed_ = nullptr;
    std::function<Result<void>(const DeviceId&)> tell_back_;
    std::vector<std::uint32_t> errand_news_;  ///< whose has a new phase, to be told
    std::string plan_problem_;
    std::string circle_;      ///< who waits in it; empty: there is none
    bool must_plan_ = false;  ///< somebody was put elsewhere: the standing plan knows nothing of it
    MonoTime started_at_;
    Timer tick_timer_;
};

}  // namespace tally
