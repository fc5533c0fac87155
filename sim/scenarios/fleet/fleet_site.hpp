// The box that moves the vehicles, the broker, and the emulated vehicles on a drawn floor. The
// services of the daemon on simulated ports.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "firmware/site/fleet_unit.hpp"
#include "sim/scenarios/fleet/fleet_scene.hpp"
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

class FleetSite final : public FleetScene, private VehicleFeed, private FleetFeed {
 public:
    explicit FleetSite(FleetSiteOptions options);
    ~FleetSite() override;

    Kernel& kernel() { return kernel_; }
    Network& network() override { return network_; }
    VehicleYard& yard() override { return yard_; }
    FleetJudge& judge() { return yard_.judge(); }
    [[nodiscard]] const FloorLayout& floor() const { return yard_.floor(); }
    [[nodiscard]] std::size_t size() const { return yard_.size(); }
    [[nodiscard]] const std::string& name(std::size_t car) const { return yard_.name(car); }
    [[nodiscard]] planner::Seen seen(std::size_t car) const { return yard_.seen(car); }

    Node& box() override { return box_; }
    [[nodiscard]] bool is_up() const { return unit_ != nullptr; }
    Fleet& fleet() { return unit_->fleet(); }
    Fleet* running_fleet() override { return unit_ ? &unit_->fleet() : nullptr; }
    /// Hears what becomes of errands, whichever life of the box they are of.
    std::function<void(std::size_t car, const ErrandStatus& errand)> on_errand_news;
    void kill_box() override;
    void start_box() override;
    void pause(std::size_t car) override;
    void resume(std::size_t car) override;
    Result<void> release(std::size_t car, const std::string& node) override;
    void close_road(std::size_t lane, Duration span) override;
    void open_road(std::size_t lane) override;
    /// Why it could not be started; "" if it could.
    [[nodiscard]] const std::string& no_fleet() const { return no_fleet_; }

    /// Runs on and lets the judge look, twenty times a second.
    void run_for(Duration span);

 private:
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
    VehicleYard yard_;
    std::unique_ptr<MessageBus> bus_, tap_, wrapped_;
    std::unique_ptr<FleetUnit> unit_;
    std::string no_fleet_;
    std::uint64_t lives_ = 0;
};

}  // namespace tally::sim
