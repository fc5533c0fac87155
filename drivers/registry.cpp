#include "drivers/registry.hpp"

#include <utility>

#include "drivers/llrp/session.hpp"
#include "drivers/smart_shelf/session.hpp"

namespace tally {

namespace {

class LlrpDriver final : public ReaderDriver {
 public:
    LlrpDriver(const ReaderSpec& spec, const DriverPorts& ports, ReaderFeed& feed)
        : session_(options_of(spec),
                   {ports.dialer, ports.scheduler, ports.clock, ports.entropy, ports.events},
                   feed) {}

    void start() override { session_.start(); }
    void stop() override { session_.stop(); }
    void set_reading(Stream::Reading reading) override { session_.set_reading(reading); }

    std::string status_text() const override {
        const llrp::SessionStatus& status = session_.status();
        std::string text = "LLRP, " + std::string(llrp::to_string(status.phase));
        if (!status.firmware.empty()) {
            text += ", maker " + std::to_string(status.manufacturer) + " model " +
                    std::to_string(status.model) + " firmware " + status.firmware;
        }
        return text;
    }

 private:
    static llrp::SessionOptions options_of(const ReaderSpec& spec) {
        llrp::SessionOptions options;
        options.name = "reader " + spec.id.str();
        options.endpoint = spec.endpoint;
        options.antennas = spec.antennas;
        options.inputs = spec.inputs;
        return options;
    }

    llrp::Session session_;
};

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

std::unique_ptr<ReaderDriver> make_reader_driver(const ReaderSpec& spec, const DriverPorts& ports,
                                                 ReaderFeed& feed) {
    if (spec.kind == "llrp") {
        return std::make_unique<LlrpDriver>(spec, ports, feed);
    }
    return nullptr;
}

std::unique_ptr<ShelfDriver> make_shelf_driver(const ShelfBusSpec& spec, RegisterBus& bus,
                                               const DriverPorts& ports, ShelfFeed& feed) {
    return std::make_unique<SmartShelfDriver>(spec, bus, ports, feed);
}

std::vector<std::string> reader_kinds() {
    return {"llrp"};
}

}  // namespace tally
