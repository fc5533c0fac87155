// This folder as one of the drivers that drivers/registry.cpp names.
#include "drivers/driver.hpp"

#include <utility>

#include "drivers/smart_shelf/session.hpp"

namespace tally {

namespace {

class SmartShelfDriver final : public ShelfDriver {
 public:
    SmartShelfDriver(const ShelfBusSpec& spec, RegisterBus& bus, const DriverPorts& ports,
                     ShelfFeed& feed)
        : slots_(spec.slots.size()),
          session_(options_of(spec), {bus, ports.scheduler, ports.clock, ports.events}, feed) {}

    void start() override { session_.start(); }
    void stop() override { session_.stop(); }
    void command(const PlaceId& slot, ShelfCommand what,
                 std::function<void(Result<void>)> reply) override {
        session_.command(slot, what, std::move(reply));
    }

    std::string status_text() const override {
        const smart_shelf::SessionStatus& status = session_.status();
        return "Modbus, " + std::to_string(slots_) + " slots in " +
               std::to_string(session_.plan().blocks().size()) + " requests a cycle, " +
               std::to_string(status.silent) + " of them unanswered";
    }

 private:
    static smart_shelf::SessionOptions options_of(const ShelfBusSpec& spec) {
        smart_shelf::SessionOptions options;
        options.name = "shelf bus " + spec.id;
        options.period = spec.period;
        options.timeout = spec.timeout;
        for (const ShelfSlotSpec& slot : spec.slots) {
            options.slots.push_back({slot.place, slot.unit, slot.channel, slot.map, slot.offset,
                                     slot.capacity, slot.division});
        }
        return options;
    }

    std::size_t slots_;
    smart_shelf::Session session_;
};

}  // namespace

MakeDriver<DriverClass::shelf> make_modbus_shelf;

std::unique_ptr<ShelfDriver> make_modbus_shelf(const ShelfBusSpec& spec, RegisterBus& bus,
                                               const DriverPorts& ports, ShelfFeed& feed) {
    return std::make_unique<SmartShelfDriver>(spec, bus, ports, feed);
}

}  // namespace tally
