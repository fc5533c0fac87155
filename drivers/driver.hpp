// What a driver is to the site that wires it: one interface a class of devices, the values that
// say which device it is, and the seams it stands on. The only header that drivers share.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "firmware/domain/fleet/vehicle.hpp"
#include "firmware/domain/fleet/vehicle_needs.hpp"
#include "firmware/domain/ids.hpp"
#include "firmware/domain/printer/printer.hpp"
#include "firmware/domain/radio_settings.hpp"
#include "firmware/domain/reader_feed.hpp"
#include "firmware/domain/shelf/reading.hpp"
#include "firmware/domain/shelf/register_map.hpp"
#include "firmware/domain/signal/signal.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/entropy.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/message_bus.hpp"
#include "firmware/ports/register_bus.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/ports/stream.hpp"

namespace tally {

/// A reader as a site knows it.
struct ReaderSpec {
    DeviceId id;
    std::string kind = "llrp";
    Endpoint endpoint;
    std::vector<std::uint16_t> antennas;  ///< ports that gates watch
    std::vector<std::uint16_t> inputs;    ///< general purpose inputs with photo-eyes
    RadioSettings radio;
};

/// The seams a driver stands on; all must outlive it.
struct DriverPorts {
    StreamDialer& dialer;
    Scheduler& scheduler;
    Clock& clock;
    Entropy& entropy;
    Events& events;
};

/// A running reader driver. Single-threaded; tells its ReaderFeed on the loop.
class ReaderDriver {
 public:
    virtual ~ReaderDriver() = default;
    virtual void start() = 0;
    virtual void stop() = 0;

    /// Back-pressure: while paused, nothing is taken from the device's stream.
    virtual void set_reading(Stream::Reading reading) = 0;

    /// One line for people: phase, protocol version, make and firmware.
    [[nodiscard]] virtual std::string status_text() const = 0;
};

/// A slot's instrument as a site knows it.
struct ShelfSlotSpec {
    PlaceId place;
    std::uint8_t unit = 1;
    std::uint16_t channel = 0;
    RegisterMap map;
    std::int64_t offset = 0;  ///< counts of the empty slot
    Weight capacity, division;
};

struct ShelfBusSpec {
    std::string id;
    std::string kind = "modbus";
    Duration period = std::chrono::seconds(1);
    Duration timeout = std::chrono::milliseconds(250);
    std::vector<ShelfSlotSpec> slots;
};

/// A running shelf driver: all slots of one bus. Single-threaded; tells its ShelfFeed on the loop.
class ShelfDriver {
 public:
    virtual ~ShelfDriver() = default;
    virtual void start() = 0;
    virtual void stop() = 0;

    /// Answers on the loop, perhaps at once. unsupported, conflict, or what the bus says.
    virtual void command(const PlaceId& slot, ShelfCommand what,
                         std::function<void(Result<void>)> reply) = 0;

    /// One line for people: slots, rate, what is silent.
    [[nodiscard]] virtual std::string status_text() const = 0;
};

/// The light stack and the barrier of a gate, as a site knows them.
struct SignalSpec {
    DeviceId id;
    std::string kind = "coils";
    std::uint8_t unit = 1;
    SignalWiring wiring;
    Duration period = std::chrono::milliseconds(500);  ///< a look at the device in so long
    Duration timeout = std::chrono::milliseconds(250);
};

/// A running signal driver. Single-threaded; tells its SignalFeed on the loop. What it is told
/// stands until it is told otherwise, also over a device that was away; before it is told anything
/// it only looks.
class SignalDriver {
 public:
    virtual ~SignalDriver() = default;
    virtual void start() = 0;
    /// The lamps go dark, because nobody watches any more; the barrier stays. `done` comes when
    /// that was tried, and nothing is told after it.
    virtual void stop(std::function<void()> done) = 0;

    virtual void show(Light light) = 0;
    virtual void move(BarrierOrder order) = 0;

    /// One line for people.
    [[nodiscard]] virtual std::string status_text() const = 0;
};

/// A label printer as a site knows it.
struct PrinterSpec {
    DeviceId id;
    std::string kind = "zpl";
    Endpoint endpoint;
    LabelStock stock;
};

/// A running printer driver. Single-threaded; tells its PrinterFeed on the loop.
class PrinterDriver {
 public:
    virtual ~PrinterDriver() = default;
    virtual void start() = 0;
    /// What is being printed is not told any more.
    virtual void stop() = 0;

    /// One at a time; while one is under way another comes back as `nothing`. Answers on the loop,
    /// never inside the call.
    virtual void print(const PrintJob& job, std::function<void(PrintOutcome)> reply) = 0;
};

/// A vehicle as a site knows it.
struct VehicleSpec {
    DeviceId id;
    std::string maker, serial, version;  ///< as it writes them itself
    VehicleNeeds needs{};                ///< what it says of its kind is held against this
};

/// All vehicles on one connection to a broker.
struct VehicleLineSpec {
    std::string kind = "vda5050";
    std::string client_id;
    std::string interface = "uagv";
    std::vector<VehicleSpec> vehicles;
};

/// A running driver of vehicles. Single-threaded; tells its VehicleFeed on the loop.
class VehicleDriver : public VehicleControl {
 public:
    virtual void start() = 0;
    /// Vehicles end what is released to them, and wait.
    virtual void stop() = 0;
    [[nodiscard]] virtual bool connected() const = 0;
};

/// Kinds of device, each with an interface of its own above.
enum class DriverClass : std::uint8_t { reader, shelf, signal, printer, vehicle };

/// How a driver of a class is made; what is passed by reference must outlive it. A driver's folder
/// defines one such function, make_<kind>_<class>, and drivers/registry.cpp names it.
template <DriverClass>
struct DriverMaker;
template <>
struct DriverMaker<DriverClass::reader> {
    using Make = std::unique_ptr<ReaderDriver>(const ReaderSpec&, const DriverPorts&, ReaderFeed&);
};
template <>
struct DriverMaker<DriverClass::shelf> {
    using Make = std::unique_ptr<ShelfDriver>(const ShelfBusSpec&, RegisterBus&, const DriverPorts&,
                                              ShelfFeed&);
};
template <>
struct DriverMaker<DriverClass::signal> {
    using Make = std::unique_ptr<SignalDriver>(const SignalSpec&, RegisterBus&, const DriverPorts&,
                                               SignalFeed&);
};
template <>
struct DriverMaker<DriverClass::printer> {
    using Make = std::unique_ptr<PrinterDriver>(const PrinterSpec&, const DriverPorts&,
                                                PrinterFeed&);
};
/// Malformed: an address that the protocol cannot carry.
template <>
struct DriverMaker<DriverClass::vehicle> {
    using Make = Result<std::unique_ptr<VehicleDriver>>(const VehicleLineSpec&, MessageBus&,
                                                        const DriverPorts&, VehicleFeed&);
};
template <DriverClass of>
using MakeDriver = typename DriverMaker<of>::Make;

}  // namespace tally
