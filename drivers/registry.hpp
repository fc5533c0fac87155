// All device drivers by kind: the one shared place a new reader driver is named in.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "firmware/domain/ids.hpp"
#include "firmware/domain/reader_feed.hpp"
#include "firmware/domain/shelf/reading.hpp"
#include "firmware/domain/shelf/register_map.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/entropy.hpp"
#include "firmware/ports/events.hpp"
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

/// The driver of a kind, or null if there is none. `feed` must outlive it.
std::unique_ptr<ReaderDriver> make_reader_driver(const ReaderSpec& spec, const DriverPorts& ports,
                                                 ReaderFeed& feed);

/// The kinds there are, for config checks and help.
std::vector<std::string> reader_kinds();

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

/// `bus` and `feed` must outlive it.
std::unique_ptr<ShelfDriver> make_shelf_driver(const ShelfBusSpec& spec, RegisterBus& bus,
                                               const DriverPorts& ports, ShelfFeed& feed);

}  // namespace tally
