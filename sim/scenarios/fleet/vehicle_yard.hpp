// The emulated vehicles of a simulated floor and the broker they are on, with the judge that
// watches them: a tap next to the broker hears what is published to them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "firmware/domain/layout/floor_layout.hpp"
#include "sim/checkers/fleet_judge.hpp"
#include "sim/devices/vda5050_agv/agv.hpp"
#include "sim/kernel/broker.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/scenarios/scenario.hpp"

namespace tally::sim {

/// Single-threaded; kernel, network and nodes outlive it.
class VehicleYard {
 public:
    static constexpr std::int32_t kClearance_mm = 900;

    struct Setup {
        Draws draws;
        FloorLayout floor;
        std::int64_t vehicles = 0;   ///< at most one for three nodes; on a small floor fewer
        std::string box_user;        ///< of the box that moves them, at their broker
        bool number_states = false;  ///< each state carries its number as a load, for the judge
    };
    /// Vehicles are switched on and stand on nodes drawn by chance; "v0" and on.
    VehicleYard(Kernel& kernel, Network& network, Node& desk, Node& host, Setup setup);
    ~VehicleYard();
    VehicleYard(const VehicleYard&) = delete;
    VehicleYard& operator=(const VehicleYard&) = delete;

    SimBroker& broker() { return broker_; }
    FleetJudge& judge() { return judge_; }
    [[nodiscard]] const FloorLayout& floor() const { return setup_.floor; }

    [[nodiscard]] std::size_t size() const { return cars_.size(); }
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    [[nodiscard]] const std::string& name(std::size_t car) const { return names_[car]; }
    [[nodiscard]] const std::string& start_node(std::size_t car) const { return starts_[car]; }
    agv::Agv& car(std::size_t i) { return *cars_[i]->agv; }
    Node& car_node(std::size_t i) { return *cars_[i]->node; }
    /// Every second one speaks 2.1.
    [[nodiscard]] static bool is_old(std::size_t car) { return car % 2 == 0; }
    /// Where it really is.
    [[nodiscard]] planner::Seen seen(std::size_t car) const;

    /// Around the box's own connection to the vehicles' broker, which outlives it.
    std::unique_ptr<MessageBus> tap(MessageBus& inner);
    /// A copy of what the vehicle last said is kept by the broker, as no vehicle should want.
    void retain_old_state(std::size_t car);
    /// Radio as bad as drawn.
    void spoil();
    /// All vehicles and their broker as good as new.
    void mend();

    /// The judge looks where they are now.
    void look();
    /// And does so from now on, twenty times a second.
    void watch();

 private:
    struct Car {
        Node* node = nullptr;
        std::unique_ptr<MessageBus> bus;
        std::unique_ptr<agv::Agv> agv;
    };
    class Tap;
    class Hoarder;

    void add_car(const FloorNode& at, Prng& prng);

    Setup setup_;
    Kernel& kernel_;
    SimBroker broker_;
    FleetJudge judge_{kClearance_mm};
    std::vector<std::string> names_, starts_;
    std::vector<std::unique_ptr<Car>> cars_;
    std::unique_ptr<Hoarder> hoarder_;
};

/// How often the judge looks.
inline constexpr Duration kJudgeLooksEvery = std::chrono::milliseconds(50);

}  // namespace tally::sim
