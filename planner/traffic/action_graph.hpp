// From a plan to vehicles that run early, late or not at all: an action dependency graph. Each
// action (a turn, or a drive into the next cell) waits for the actions of others by which its
// place, and those too near it, become free; it is released when these are done, not when the
// plan's clock says so. While the graph has no cycle nobody can deadlock, and a slow vehicle delays
// only those behind it. What is released of a vehicle is the base of its VDA 5050 order, the rest
// the horizon. Source: Hoenig, Kiesel, Tinka, Durham and Ayanian, IEEE RA-L 4 (2019).
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "firmware/base/result.hpp"
#include "planner/traffic/rolling_traffic.hpp"

namespace tally::planner {

struct ReleaseOptions {
    /// At most so many actions of a vehicle are released and not done: the length of its base.
    std::size_t base_max = 4;
};

/// Track is a vehicle's from when it is released until the vehicle has arrived at the cell after
/// it: never freed because it was planned to be passed, nor because time went by.
class ActionGraph {
 public:
    /// The motion map must outlive it. Vehicles stand at these states, on cells apart.
    ActionGraph(const MotionMap& motion, const std::vector<State>& starts,
                const ReleaseOptions& options);

    /// Takes a plan for all that is not released: by vehicle its states from now on, by step, first
    /// those that are released. `conflict` if it leaves out what is released, if two could come to
    /// one place in no order, or if actions would wait for each other in a circle (a ring); then
    /// all stays as it was.
    Result<void> plan(const std::vector<std::vector<State>>& paths);

    /// Releases what may be; returns the vehicles that got more, ascending. The way back over a
    /// cell that is in its base already is not released before it has left that behind: by then
    /// it may have nothing to go back for, and what is released is driven.
    std::vector<std::uint32_t> release();

    /// A vehicle has done its next action and stands where that leads. `conflict` if that was never
    /// released: the vehicle is not where it may be, and a person must look.
    Result<void> done(std::uint32_t vehicle);

    /// A lost vehicle keeps its track (where it is, and what was released), and nothing more is
    /// planned for it until it is found again or its track is handed back.
    void set_lost(std::uint32_t vehicle, bool is_lost);

    /// Cells that a lost vehicle keeps besides its track, for it stands on the edge of them: nobody
    /// else is planned into them or put there. Whoever has track there already drives it.
    void set_kept(std::uint32_t vehicle, std::vector<Cell> cells) {
        tracks_[vehicle].kept = std::move(cells);
    }

    /// The vehicle will stop at this cell when it comes to it, however the plan goes on: nothing
    /// beyond is released or in its horizon. kNoCell: nowhere.
    void set_stop(std::uint32_t vehicle, Cell cell) { tracks_[vehicle].stop = cell; }

    /// A step that nobody is released over while it is locked: a door that is not open.
    enum class Lock : std::uint8_t { open, locked };
    void set_locked(Cell from, Cell to, Lock lock);

    /// A person has taken a vehicle away and says so: it stands at `to` now. Or it is found there,
    /// on its way along `base`, which becomes its released track. `conflict` if another one has
    /// track there, or too near; `may_put_back` only looks, `whose` says the first of those others.
    [[nodiscard]] Result<void> may_put_back(std::uint32_t vehicle, State to,
                                            const std::vector<State>& base = {}) const;
    Result<void> put_back(std::uint32_t vehicle, State to, const std::vector<State>& base = {});
    [[nodiscard]] std::optional<std::uint32_t> whose(std::uint32_t vehicle, State to,
                                                     const std::vector<State>& base = {}) const;

    [[nodiscard]] State at(std::uint32_t vehicle) const { return tracks_[vehicle].at; }
    /// Released and not done, in order.
    [[nodiscard]] std::vector<State> base(std::uint32_t vehicle) const;
    [[nodiscard]] std::vector<State> horizon(std::uint32_t vehicle) const;
    /// Actions to wait for before the next one of the horizon is released: by whom.
    [[nodiscard]] std::vector<std::uint32_t> waits_for(std::uint32_t vehicle) const;

    /// The check of every tick: empty, or the vehicles with actions that wait for each other in a
    /// circle, or for those, ascending. No plan that plan() takes has any.
    [[nodiscard]] std::vector<std::uint32_t> circle() const { return circle(tracks_); }

    /// Where everybody will be if nobody is late from now on: what RollingTraffic::resume takes.
    [[nodiscard]] std::vector<RollingVehicle> forecast(std::size_t window) const;

 private:
    /// Done when more than `number` of the vehicle's actions are.
    struct Need {
        std::uint32_t vehicle;
        std::uint64_t number;
    };
    struct Action {
        State to;
        std::vector<Need> needs;
    };
    struct Track {
        State at = 0;
        std::uint64_t done = 0;
        std::size_t released = 0;  ///< of the actions
        std::deque<Action> actions;
        bool is_lost = false;
        std::vector<Cell> kept;
        Cell stop = kNoCell;
        [[nodiscard]] State end() const { return released == 0 ? at : actions[released - 1].to; }
    };
    /// A stay on a cell in a plan.
    struct Stay {
        std::size_t step;
        std::uint32_t vehicle;
        std::uint64_t entered;  ///< number of the action that enters, if it is one to come
        bool is_there = false;  ///< from the beginning
        std::uint64_t left;     ///< number of the action that leaves; kNever
    };
    static constexpr std::uint64_t kNever = ~std::uint64_t{0};

    [[nodiscard]] Result<std::vector<Track>> actions_of(
        const std::vector<std::vector<State>>& paths, std::vector<std::vector<Stay>>& stays) const;
    [[nodiscard]] Result<void> add_needs(std::vector<Track>& tracks,
                                         std::vector<std::vector<Stay>>& stays) const;
    [[nodiscard]] static std::vector<std::uint32_t> circle(const std::vector<Track>& tracks);
    [[nodiscard]] bool may_release(const Track& track) const;
    [[nodiscard]] bool is_way_back(const Track& track, Cell to) const;
    [[nodiscard]] bool is_met(const Need& need) const {
        return tracks_[need.vehicle].done > need.number;
    }

    const MotionMap* motion_;
    ReleaseOptions options_;
    std::vector<Track> tracks_;
    std::set<std::pair<Cell, Cell>> locked_;
};

}  // namespace tally::planner
