// The floor of a site with vehicles: what goes wrong with them, the person who looks at them, the
// crew at carts and stations, and the judges of the floor. Beside everything else that a site has.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/scenarios/fleet/floor_person.hpp"
#include "sim/scenarios/picking/crew.hpp"
#include "sim/scenarios/run.hpp"
#include "sim/scenarios/troubles.hpp"

namespace tally::sim {

/// Single-threaded; all outlive it. Its people work from begin() on, a step a second.
class PickingFloor final : private FleetScene {
 public:
    struct Stage {
        SimSite& site;
        Goods& goods;
        Troubles& troubles;
        const PickingPlan& plan;
        const Draws& draws;
        std::function<void(const std::string&)> note;
        std::uint64_t seed = 1;
    };
    explicit PickingFloor(const Stage& stage);

    [[nodiscard]] const std::vector<FleetTrouble>& plan() const { return troubles_.plan(); }
    /// The safety phase begins.
    void begin();
    /// Nothing new goes wrong with vehicles, and no more orders come.
    void end_all();

    /// Every order and every mission has ended, and carts are empty.
    [[nodiscard]] bool is_done() { return crew_.is_done(); }
    [[nodiscard]] std::string what_is_open() { return crew_.what_is_open(); }
    [[nodiscard]] Findings take_findings();
    /// What vehicles and people have done so far.
    void count(FleetCounts& counts);

 private:
    VehicleYard& yard() override { return *site_.vehicles(); }
    Network& network() override { return site_.network(); }
    Node& box() override { return site_.node(master_); }
    Fleet* running_fleet() override;
    void kill_box() override { stage_.troubles.down(master_, Death::process); }
    void start_box() override { stage_.troubles.up(master_); }
    void pause(std::size_t car) override;
    void resume(std::size_t car) override;
    Result<void> release(std::size_t car, const std::string& node) override;
    void close_road(std::size_t lane, Duration span) override;
    void open_road(std::size_t lane) override;

    void second();
    Result<void> order(HandWish wish, const std::string& reason);
    [[nodiscard]] HandWish road(HandAct act, std::size_t lane);
    void say_who_stands();
    void watch_for_deadlock();
    [[nodiscard]] bool is_anybody_hindered();
    [[nodiscard]] bool is_anybody_to_drive();

    Stage stage_;
    SimSite& site_;
    std::string master_;
    FleetTroubles troubles_;
    FloorPerson person_;
    Crew crew_;
    MonoTime began_, look_at_, hindered_at_;
    Duration longest_still_{0};
    bool is_deadlock_found_ = false;
    Findings findings_;
};

}  // namespace tally::sim
