// Who does what: missions to vehicles, vehicles to chargers and parking. A tick is five phases in
// one list that anybody can read: finish, continue, assign, recharge, park. Whoever is not
// considered for a mission is named, with the reason and what comes of it. All that can be assigned
// is assigned together, at the least total cost, with some reluctance to change what was decided
// (planner/assign). Nothing here is on disk: what must outlive a restart lists its missions anew.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/domain/fleet/mission.hpp"
#include "firmware/domain/layout/floor_layout.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/services/fleet/fleet_control.hpp"
#include "planner/assign/assignment.hpp"

namespace tally {

struct DispatchedVehicle {
    DeviceId id;
    std::int32_t draw_permille_per_km = 100;         ///< of its battery, driving with a load
    std::set<MissionKind> kinds{};                   ///< what it can do besides charging; none: all
    std::set<std::string> has{};                     ///< what missions need: "cart", "lift"
    std::optional<std::int32_t> reserve_permille{};  ///< none: as for all
};

/// Batteries in permille of full, ways in mm.
struct DispatchOptions {
    std::vector<DispatchedVehicle> vehicles;
    std::vector<std::string>
        chargers;  ///< places with a stop; stops_of() takes them from the floor
    std::vector<std::string> parking;
    std::int32_t reserve_permille = 150;         ///< what is left at the charger, predicted
    std::int32_t recharge_below_permille = 300;  ///< no work before it was charged
    std::int32_t top_up_below_permille = 700;    ///< charged when idle, where nobody else needs to
    std::int32_t enough_permille = 600;          ///< may leave a charger for work or for others
    std::int32_t full_permille = 950;            ///< charged
    std::int32_t detour_percent = 150;         ///< ways as driven, in traffic, of the shortest ones
    std::int64_t stop_mm = 10'000;             ///< what a stop draws, as way
    std::int64_t stickiness_mm = 15'000;       ///< a change of mind must save so much way
    std::int64_t priority_mm = 1'000'000;      ///< a step of priority is worth so much way
    std::int64_t waiting_mm_per_min = 20'000;  ///< and a minute in the list
    std::int64_t overdue_mm = 1'000'000;       ///< and being due now, or overdue; before that less
    Duration due_soon = std::chrono::hours(1);        ///< so long before it is worth nothing more
    Duration retry_after = std::chrono::seconds(30);  ///< a vehicle that refused an errand
    Duration no_current_after = std::chrono::seconds(60);  ///< at a charger, and does not charge
    Duration shun_charger_for = std::chrono::minutes(5);   ///< by whom it did not charge
    /// A vehicle that is heard and cannot go on (emergency stop, an error, an empty battery, stuck)
    /// keeps a mission that it has begun for so long.
    Duration strand_after = std::chrono::seconds(60);
    std::string charge_action = "startCharging";
    Duration tick = std::chrono::seconds(1);
};

/// What a vehicle does at a charger.
VehicleAction charge_action(const DispatchOptions& options);

/// The places of one kind on a floor, in its order.
std::vector<std::string> stops_of(const FloorLayout& floor, StopKind kind);

enum class DispatchPhase : std::uint8_t { finish, go_on, assign, recharge, park };
std::string_view to_string(DispatchPhase phase) noexcept;  ///< go_on is "continue"

/// One line of the list of a tick: what was decided of whom, or why nothing.
struct DispatchLine {
    DispatchPhase phase = DispatchPhase::finish;
    std::string vehicle;  ///< may be empty
    std::string mission;  ///< may be empty
    std::string text;
};

/// Single-threaded, on the loop.
class Dispatch {
 public:
    static constexpr std::size_t kFinishedMax = 256;  ///< missions that are over, the newest kept

    struct Ports {
        FleetControl& fleet;
        Scheduler& scheduler;
        Clock& clock;
        Events& events;
    };
    Dispatch(DispatchOptions options, const Ports& ports);

    void start();
    void stop() { timer_.cancel(); }
    /// Phase after phase, now.
    void tick();

    /// Puts a mission into the list; it has been waiting since `listed_at`, 0: since now.
    /// malformed: check(); conflict: its id is in use.
    Result<void> list(Mission mission);
    /// conflict: there is none, it is over, or its vehicle is at work just now.
    Result<void> drop(const std::string& id, const std::string& why);
    /// What the stop it waits at waited for has come. conflict unless it waits.
    Result<void> close_stop(const std::string& id);
    /// Other stops after those it has been at (`stops` are all that come after them), so that
    /// somebody else can do the rest. conflict while a vehicle is at work or waits at a stop.
    Result<void> change_stops(const std::string& id, std::vector<MissionStop> stops);
    /// The operator has seen to a stranded mission: its vehicle goes on with it, `is_done` without
    /// the work at this stop. One that waits for a person goes on where that person says `is_done`.
    enum class Work : std::uint8_t { again, is_done };
    Result<void> go_on(const std::string& id, Work work);
    /// A person sends it somewhere, so what it rests for (charging, parking) is dropped. Until that
    /// errand is over the vehicle is considered for nothing. conflict: it has a mission that is
    /// work, or is at work just now.
    Result<void> give_up_rest(const DeviceId& vehicle, const std::string& why);

    /// What the three would refuse as it is now.
    [[nodiscard]] Result<void> may_drop(const std::string& id) const;
    [[nodiscard]] Result<void> may_go_on(const std::string& id, Work work) const;
    [[nodiscard]] Result<void> may_give_up_rest(const DeviceId& vehicle) const;

    [[nodiscard]] const Mission* find(const std::string& id) const;
    [[nodiscard]] const std::map<std::string, Mission>& missions() const { return missions_; }
    [[nodiscard]] const Mission* of_vehicle(const DeviceId& vehicle) const;
    /// Of the last tick.
    [[nodiscard]] const std::vector<DispatchLine>& lines() const { return lines_; }
    [[nodiscard]] const DispatchOptions& options() const { return options_; }

 private:
    struct Vehicle {
        DispatchedVehicle traits;
        FleetRow row;           ///< as of this tick
        std::string mission;    ///< empty: none
        std::string errand;     ///< of the stop it is sent to; empty: not sent yet
        std::string last_sent;  ///< the last errand given to it here; any other one is a person's
        bool is_sent_by_person = false;
        std::map<std::string, MonoTime> shunned;     ///< chargers that it did not charge at, until
        std::optional<MonoTime> without_current_at;  ///< at a charger, since then
        std::string why_not;                ///< considered for nothing in this tick; empty: it is
        bool is_short = false;              ///< its battery was too low for something in the list
        std::optional<MonoTime> out_since;  ///< nothing can be told to it; not of a paused one
        bool was_driving = false;           ///< when its mission was stranded: no work was begun
        MonoTime rests_until;
        std::string rests_why;
    };
    /// From a mission's first stop to its last and on to a charger, with what stops draw.
    struct Route {
        std::int64_t way_mm = 0;
        std::string charger;
    };
    struct Charger {
        std::string place;
        bool is_usable = true;  ///< no vehicle that is out stands on it, and a way leads there
        bool is_free = true;
    };
    using Refusals = std::map<std::pair<std::string, std::string>, std::string>;

    // dispatch_tick.cpp
    void look();
    void finish(Vehicle& vehicle);
    void finish_errand(Vehicle& vehicle);
    void finish_charging(Vehicle& vehicle);
    void strand_or_return(Vehicle& vehicle, const std::string& why);
    [[nodiscard]] bool is_gone(const Vehicle& vehicle) const;
    void go_on(Vehicle& vehicle);
    void send(Vehicle& vehicle);
    bool take(Vehicle& vehicle, const std::string& mission);
    void leave(Vehicle& vehicle);
    bool take_step(const std::string& id, const MissionStep& step);
    void say(DispatchPhase phase, const Vehicle* vehicle, const std::string& mission,
             std::string text);
    void forget_oldest();

    // dispatch_assign.cpp
    void assign();
    [[nodiscard]] std::vector<std::int32_t> match(const std::vector<Vehicle*>& free,
                                                  const std::vector<std::string>& open,
                                                  Refusals& refusals);
    [[nodiscard]] std::vector<std::int32_t> columns_of(const planner::CostMatrix& cost);
    void hand_out(const std::vector<Vehicle*>& free, const std::vector<std::string>& open,
                  const std::vector<std::int32_t>& column_of);
    void name_refusals(const std::vector<std::string>& open, const Refusals& refusals);
    [[nodiscard]] std::string why_not(const Vehicle& vehicle) const;
    [[nodiscard]] static std::string why_not(const Vehicle& vehicle, const Mission& mission);
    [[nodiscard]] std::string why_short(const Vehicle& vehicle, std::int64_t approach_mm,
                                        const Route& route) const;
    [[nodiscard]] std::optional<Route> route_of(const Mission& mission) const;
    [[nodiscard]] double worth_mm(const Mission& mission) const;

    // dispatch_charge.cpp
    void recharge();
    void look_at_chargers();
    void say_whether_chargers_are_left();
    [[nodiscard]] bool is_reached(const std::string& place) const;
    [[nodiscard]] bool adopt_charging(Vehicle& vehicle);
    void count_stuck();
    void make_room(std::size_t waiting);
    [[nodiscard]] std::vector<Vehicle*> first_of(const std::vector<Vehicle*>& queue,
                                                 const std::vector<std::string>& free) const;
    [[nodiscard]] std::string charger_at(const Vehicle& vehicle) const;
    void shun_charger(Vehicle& vehicle, const std::string& why);
    [[nodiscard]] bool shuns(const Vehicle& vehicle, const std::string& charger) const;
    [[nodiscard]] bool is_at(const Vehicle& vehicle, const std::string& place) const;
    [[nodiscard]] bool is_usable(const std::string& place) const;
    [[nodiscard]] std::vector<std::string> free_chargers() const;
    [[nodiscard]] std::string taken_by(const std::string& place, MissionKind kind) const;
    [[nodiscard]] std::optional<std::pair<std::int64_t, std::string>> charger_from(
        const std::string& place) const;
    [[nodiscard]] std::int64_t reserve_of(const Vehicle& vehicle) const {
        return vehicle.traits.reserve_permille.value_or(options_.reserve_permille);
    }
    [[nodiscard]] std::int64_t draw_permille(const Vehicle& vehicle, std::int64_t way_mm) const;

    // dispatch_park.cpp
    void park();
    void leave_chargers(const std::vector<Vehicle*>& idle);
    [[nodiscard]] std::vector<std::string> free_parking() const;
    void rest_at(MissionKind kind, Vehicle& vehicle, const std::string& place);
    void send_to_rest(MissionKind kind, const std::vector<Vehicle*>& vehicles,
                      const std::vector<std::string>& places);

    [[nodiscard]] std::string why_out(const Vehicle& vehicle) const;
    [[nodiscard]] static std::string why_sent(const Vehicle& vehicle);
    [[nodiscard]] const Vehicle* vehicle_of(const std::string& mission) const;
    [[nodiscard]] Mission* mission_of(const Vehicle& vehicle);
    [[nodiscard]] const Mission* mission_of(const Vehicle& vehicle) const;
    [[nodiscard]] bool is_resting(const Vehicle& vehicle) const;

    DispatchOptions options_;
    Ports ports_;
    std::map<std::string, Mission> missions_;
    std::vector<std::string> over_;  ///< ids of missions that are over, in that order
    std::vector<Vehicle> vehicles_;
    std::vector<DispatchLine> lines_;
    std::vector<Charger> chargers_;      ///< as of this tick
    bool is_without_charger_ = false;    ///< none of them can be used, and it was said
    std::size_t waiting_ = 0;            ///< for a charger, or to get by
    std::string assignment_problem_;     ///< of the last one that was refused
    std::vector<std::string> waits_at_;  ///< where those stand that are at none
    std::uint64_t last_rest_ = 0;
    Timer timer_;
};

}  // namespace tally
