// The box that moves the vehicles, the broker, and the emulated vehicles on a drawn floor. The
// services of the daemon on simulated ports; a tap next to the broker hears what is published to
// vehicles.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "firmware/site/fleet_unit.hpp"
#include "sim/checkers/fleet_judge.hpp"
#include "sim/devices/vda5050_agv/agv.hpp"
#include "sim/kernel/broker.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/scenarios/scenario.hpp"
#include "sim/scenarios/wrapped.hpp"

namespace tally::sim {

struct FleetSiteOptions {
    std::uint64_t seed = 1;
    Draws draws;
    std::size_t trace_entries_kept = 60;
    Trace::Listener on_trace;
    std::function<void(MonoTime at, const std::string& text)> on_report;
    Wrappers wrappers;
};

class FleetSite final : private VehicleFeed, private FleetFeed {
 public:
    explicit FleetSite(FleetSiteOptions options);
    ~FleetSite() override;

    Kernel& kernel() { return kernel_; }
    Network& network() { return network_; }
    SimBroker& broker() { return broker_; }
    FleetJudge& judge() { return judge_; }
    [[nodiscard]] const FloorLayout& floor() const { return floor_; }

    [[nodiscard]] std::size_t size() const { return cars_.size(); }
    [[nodiscard]] const std::string& name(std::size_t car) const { return names_[car]; }
    agv::Agv& car(std::size_t i) { return *cars_[i]->agv; }
    Node& car_node(std::size_t i) { return *cars_[i]->node; }
    /// Where it really is.
    [[nodiscard]] planner::Seen seen(std::size_t car) const;

    Node& box() { return box_; }
    [[nodiscard]] bool is_up() const { return unit_ != nullptr; }
    Fleet& fleet() { return unit_->fleet(); }
    /// Hears what becomes of errands, whichever life of the box they are of.
    std::function<void(std::size_t car, const ErrandStatus& errand)> on_errand_news;
    void kill_box();
    void start_box();
    /// Why it could not be started; "" if it could.
    [[nodiscard]] const std::string& no_fleet() const { return no_fleet_; }
    /// A copy of what the vehicle last said is kept by the broker, as no vehicle should want.
    void retain_old_state(std::size_t car);

    /// Runs on and lets the judge look, twenty times a second.
    void run_for(Duration span);

 private:
    struct Car {
        Node* node = nullptr;
        std::unique_ptr<MessageBus> bus;
        std::unique_ptr<agv::Agv> agv;
    };
    class Tap;
    class Hoarder;

    void add_car(std::size_t i, const FloorNode& at, Prng& prng);
    void on_vehicle(const DeviceId& vehicle, const VehicleStatus& status) override;
    void on_order(const DeviceId& vehicle, const OrderStatus& order) override;
    void on_action(const DeviceId& vehicle, const ActionReport& action) override;
    void on_errand(const DeviceId& vehicle, const ErrandStatus& errand) override;

    FleetSiteOptions options_;
    Kernel kernel_;
    Node& box_ = kernel_.add_node({.name = "fleet"});
    Node& desk_ = kernel_.add_node({.name = "desk"});
    Node& host_ = kernel_.add_node({.name = "broker"});
    Network network_;
    SimBroker broker_;
    FloorLayout floor_;
    FleetJudge judge_;
    std::vector<std::string> names_;
    std::vector<std::unique_ptr<Car>> cars_;
    std::vector<std::string> start_nodes_;
    std::unique_ptr<Hoarder> hoarder_;
    std::unique_ptr<MessageBus> bus_, tap_, wrapped_;
    std::unique_ptr<FleetUnit> unit_;
    std::string no_fleet_;
    std::uint64_t lives_ = 0;
};

}  // namespace tally::sim
