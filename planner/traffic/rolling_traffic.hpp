// Traffic without end: goals come one after the other. A window of steps ahead is planned for all
// vehicles at once, made better for as long as there is work, and moved on step by step; at any
// moment it is free of collisions. Vehicles have headings and take time to turn.
// Method: the plan of the step before, moved on, is the first plan; then large neighbourhood search
// over small groups, each vehicle by A* in the window (after Li and others, AAAI 2021, and Jiang
// and others, SoCS 2024); a vehicle that gets nowhere weighs more and more, so that others back
// out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "firmware/base/prng.hpp"
#include "planner/traffic/dead_ends.hpp"
#include "planner/traffic/knot_plan.hpp"
#include "planner/traffic/knot_search.hpp"
#include "planner/traffic/path_plan.hpp"
#include "planner/traffic/way_back.hpp"
#include "planner/traffic/window_search.hpp"

namespace tally::planner {

struct RollingOptions {
    std::size_t window = 14;  ///< steps ahead, 2 to 64
    std::uint64_t seed = 1;
    Rings rings = Rings::allowed;
    /// After so many steps without coming nearer to its goal a vehicle leads: everybody makes way.
    std::uint32_t patience = 30;
};

/// Where execution has brought a vehicle, and what of its plan stands.
struct RollingVehicle {
    std::vector<State> path;  ///< its state after each step from now on; stays where it ends
    std::size_t fixed = 0;    ///< so many steps of it are released and stand
    /// Of a vehicle that is lost, or stands: its track, nobody's until released.
    std::vector<Cell> held;
    /// Of the same: where its track ends. It may be there already, and is in the end if it gets on.
    Cell track_end = kNoCell;
};

/// Single-threaded; the same plans everywhere after the same calls.
class RollingTraffic {
 public:
    /// The motion map must outlive it. Refuses no vehicles, more than 5,000, starts off the map, on
    /// one cell or too near each other, and windows out of bounds.
    static Result<RollingTraffic> on(const MotionMap& motion, const std::vector<State>& starts,
                                     const RollingOptions& options);

    /// Where a vehicle goes; kNoCell: nowhere, it stays or makes way, as it does once it has been
    /// at its goal (fix its steps while it must stand there). A goal that no way leads to counts as
    /// none until the roads change.
    void set_goal(std::uint32_t vehicle, Cell goal);
    [[nodiscard]] Cell goal(std::uint32_t vehicle) const { return goals_[vehicle]; }
    [[nodiscard]] bool can_reach_goal(std::uint32_t vehicle) const;

    /// Makes the plan better with about `work` more, in states looked at. Ends early when nobody is
    /// delayed.
    void run(std::int64_t work);

    /// A state a step, from now (0) to the end of the window.
    [[nodiscard]] const std::vector<State>& path(std::uint32_t vehicle) const {
        return paths_[vehicle];
    }
    [[nodiscard]] std::vector<Cell> cells(std::uint32_t vehicle) const;

    /// A step later everybody is where the plan says.
    void advance();

    /// Takes over where execution is, one a vehicle: paths free of collisions up to their fixed
    /// steps. What cannot stand any more (a closed road, held track) stops before it, and so does
    /// whoever comes after; the others keep their plans. Returns who was stopped, ascending.
    std::vector<std::uint32_t> resume(std::vector<RollingVehicle> vehicles);

    /// Roads of the motion map were closed or opened: as resume, with the plan as it is.
    std::vector<std::uint32_t> roads_changed();

    /// Livelock counter: vehicles that came no nearer to their goal for so many steps.
    [[nodiscard]] std::size_t stuck(std::uint32_t steps) const;
    /// Steps since this one came nearer to its goal than before.
    [[nodiscard]] std::uint32_t stuck_for(std::uint32_t vehicle) const { return stuck_[vehicle]; }

 private:
    RollingTraffic(const MotionMap& motion, const std::vector<State>& starts,
                   const RollingOptions& options);

    void for_claims(std::uint32_t vehicle,
                    const std::function<void(std::size_t, Cell)>& claim) const;
    void book(std::uint32_t vehicle);
    void unbook(std::uint32_t vehicle);
    void book_all();
    void aim(std::uint32_t vehicle);
    void note_progress();
    [[nodiscard]] std::uint32_t price_of(std::uint32_t vehicle) const;
    /// What it would pay if it were alone.
    [[nodiscard]] std::uint32_t least(std::uint32_t vehicle) const;
    [[nodiscard]] std::int64_t weight(std::uint32_t vehicle) const;
    [[nodiscard]] std::vector<std::uint32_t> by_urgency() const;

    std::vector<std::uint32_t> settle();
    bool stop_clashing(std::vector<char>& is_stopped);
    [[nodiscard]] std::size_t came_at(std::uint32_t vehicle, std::size_t step) const;
    bool stop_before(std::uint32_t vehicle, std::size_t step);

    // rolling_dead_ends.cpp
    void mind_dead_ends();
    [[nodiscard]] Cell place(std::uint32_t vehicle) const;
    [[nodiscard]] std::vector<std::uint32_t> those_who_want_in() const;
    bool may_drive_in(std::uint32_t vehicle, const std::vector<Cell>& targets,
                      const std::vector<std::uint32_t>& admitted);
    [[nodiscard]] bool is_on(Cell cell, const std::vector<Cell>& way) const;
    [[nodiscard]] bool is_before(std::uint32_t vehicle, Cell mouth) const;
    void send_aside(std::uint32_t vehicle, const std::vector<Cell>& way);
    void take(Cell cell, std::vector<char>& is_taken) const;

    void choose_leader();
    void lead(std::int64_t work);
    void scatter(std::uint32_t turn);
    bool let_others_out(std::int64_t end);
    [[nodiscard]] std::vector<Cell> way_alone(std::uint32_t vehicle) const;
    [[nodiscard]] std::vector<std::uint32_t> those_on(const std::vector<Cell>& way) const;
    bool send_out(const std::vector<std::uint32_t>& blockers, const std::vector<Cell>& way);
    std::uint32_t make_way(std::vector<std::uint32_t> queue, std::size_t grace);
    void displace_others(std::uint32_t vehicle, std::vector<char>& is_displaced,
                         std::vector<std::uint32_t>& queue);
    void book_firm(WindowTable& table, std::uint32_t vehicle, std::size_t grace) const;
    void free_firm(WindowTable& table, std::uint32_t vehicle, std::size_t grace) const;

    // rolling_knot.cpp
    bool untie(std::int64_t work);
    [[nodiscard]] bool is_all_stuck(std::uint32_t times) const;
    [[nodiscard]] std::uint32_t deepest_in_knot() const;
    [[nodiscard]] Knot knot_now() const;
    [[nodiscard]] KnotGuard knot_guard();
    [[nodiscard]] std::vector<Cell> firm_cells(std::uint32_t vehicle) const;
    bool follow_knot();
    void leave_knot();
    [[nodiscard]] bool is_standstill() const;

    // rolling_one_way.cpp
    void mind_one_ways(std::int64_t work);
    [[nodiscard]] std::size_t way_back_ends(std::uint32_t vehicle, std::vector<Cell>& at,
                                            std::int64_t& work);
    bool may_come_back(const Knot& there, std::int64_t& work);
    [[nodiscard]] Cell end_of_track(std::uint32_t vehicle) const;

    void join_group(std::uint32_t vehicle);
    void choose_group(std::uint32_t vehicle);
    void join_those_in_the_way(std::uint32_t vehicle);
    bool plan_group();
    [[nodiscard]] bool has_ring(std::uint32_t vehicle) const;

    const MotionMap* motion_;
    RollingOptions options_;
    GoalPrices prices_;
    Prng prng_;
    WindowTable table_;
    std::vector<Cell> goals_;
    std::vector<Cell> targets_;  ///< what is planned for: kNoCell where the goal is reached or out
    std::vector<const std::vector<std::uint16_t>*> tables_;  ///< by vehicle, to its target
    std::vector<std::vector<State>> paths_;
    std::vector<std::size_t> fixed_;
    std::vector<std::vector<Cell>> held_;
    std::vector<Cell> track_end_;  ///< of those who hold something
    std::vector<std::uint32_t> costs_;
    std::vector<std::uint32_t> nearest_;  ///< least price to the goal so far
    std::vector<std::uint32_t> stuck_;    ///< steps since
    std::uint32_t leader_ = kNoVehicle;
    std::uint32_t last_leader_ = 0;
    std::uint32_t lead_until_ = 0;  ///< it has been stuck for so many steps
    std::size_t grace_turn_ = 0;
    DeadEnds dead_ends_;
    std::vector<std::uint32_t> first_in_;    ///< by dead end: for whom others come out of it
    std::vector<std::uint32_t> redirected_;  ///< in this run: whose target is not their goal
    std::uint32_t knot_leader_ = kNoVehicle;
    Knot knot_;                              ///< that is searched in
    std::unique_ptr<KnotRoads> knot_roads_;  ///< as they were open when the search began
    std::optional<KnotSearch> knot_search_;
    std::optional<KnotPlan> knot_plan_;     ///< is followed until its leader is at its goal
    std::uint32_t knot_steps_ = 0;          ///< of the search, or since anybody got on
    std::size_t knot_done_ = 0;             ///< legs of the plan
    std::vector<std::uint32_t> knot_rest_;  ///< by vehicle: steps until it may lead again
    std::uint32_t scatter_steps_ = 0;       ///< after a search that found no way
    std::uint32_t scatter_turn_ = 0;        ///< such searches so far
    std::unique_ptr<KnotRoads> roads_;      ///< all of them; none where no road is one-way
    std::optional<WayBack> way_back_;       ///< on those
    std::vector<Knot> no_way_back_;         ///< by vehicle, the last one found
    std::uint32_t one_way_turn_ = 0;        ///< who is looked at first
    std::vector<std::uint32_t> group_;
    std::vector<char> is_in_group_;
    std::size_t group_max_ = 0;
    std::vector<std::vector<State>> kept_;
    std::vector<std::uint32_t> kept_costs_;
    std::int64_t rounds_ = 0;
    std::int64_t looked_at_ = 0;
    WindowSearch search_;
};

}  // namespace tally::planner
