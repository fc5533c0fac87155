// All vehicles of a site on one connection to its broker: keeps the connection, hands each message
// to the vehicle's master, and publishes what the masters say. QoS 0 for everything that is
// written, as the standard has it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "drivers/driver.hpp"
#include "drivers/vda5050/master.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/entropy.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/message_bus.hpp"
#include "firmware/ports/scheduler.hpp"

namespace tally::vda5050 {

/// The seams a line stands on; all must outlive it.
struct LinePorts {
    MessageBus& bus;
    Scheduler& scheduler;
    Clock& clock;
    Entropy& entropy;
    Events& events;
};

struct LineVehicle {
    DeviceId id;
    Address address;
    Version version = Version::v2_0;
    VehicleNeeds needs{};
};

/// Single-threaded, on the loop; the feed is told on the loop and may give orders from within.
class VehicleLine final : public VehicleDriver, private BusHandler, private MasterOutlet {
 public:
    VehicleLine(std::string client_id, const LinePorts& ports, VehicleFeed& feed);
    ~VehicleLine() override;

    /// Before start(). Malformed address; conflict if the id or the address is taken.
    Result<void> add(const LineVehicle& vehicle);
    void start() override;
    void stop() override;

    // As Master, with the time of now. conflict if there is no such vehicle.
    Result<void> order(const DeviceId& vehicle, DriveOrder order) override;
    Result<void> update(const DeviceId& vehicle, std::vector<WayLeg> onward,
                        std::size_t released) override;
    Result<void> cancel(const DeviceId& vehicle) override;
    Result<std::string> act(const DeviceId& vehicle, std::string type,
                            std::vector<ActionParameter> parameters = {}) override;

    /// Null: there is no such vehicle.
    [[nodiscard]] const Master* find(const DeviceId& vehicle) const;
    [[nodiscard]] bool connected() const override { return connected_; }

 private:
    void on_connected() override;
    void on_message(const BusMessage& message) override;
    void on_lost(const Error& why) override;
    void on_published(std::uint64_t token, const Result<void>& outcome) override;
    void publish(std::string topic, std::string payload) override;

    void connect();
    void tick();
    void say_sheet_advice(const Master& master);
    [[nodiscard]] Moment now() const;
    [[nodiscard]] Result<Master*> need(const DeviceId& vehicle);

    std::string client_id_;
    LinePorts ports_;
    VehicleFeed& feed_;
    std::string run_;
    std::map<DeviceId, std::unique_ptr<Master>> masters_;
    std::map<Address, Master*> by_address_;
    std::map<DeviceId, std::vector<std::string>> advice_said_;  ///< of factsheets, as events
    bool connected_ = false;
    int failures_ = 0;
    Timer connect_timer_, tick_timer_;
};

}  // namespace tally::vda5050
