// The doors, lifts and locks that vehicles come through: opened when the fleet asks for them, held
// open while it does, closed again a while after it lets go. What counts as open is what a limit
// switch says, never what was ordered.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/domain/signal/signal.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/services/fleet/door_control.hpp"

namespace tally {

/// A door, as the config says.
struct DoorSetup {
    DeviceId id;
    PlaceId place;  ///< with a stop of kind door on the floor
    /// It is closed so long after the last one has come through: its tail may still be in it.
    Duration close_after = std::chrono::seconds(5);
    /// What was read longer ago is not known any more.
    Duration fresh_for = std::chrono::seconds(3);
};

/// A door as a person sees it.
struct DoorRow {
    DeviceId id;
    PlaceId place;
    bool is_asked = false;  ///< a vehicle is before it or in it
    bool is_open = false;
    SignalFault fault = SignalFault::none;
    std::string text;  ///< as DoorControl::state_text
};

/// Single-threaded, on the loop. A place that no door of the config stands at has none and counts
/// as open. At its start a door is left as it is until the fleet asks for it or lets it go, for a
/// vehicle may stand in it.
class Doors final : public DoorControl, public SignalFeed {
 public:
    /// Tells the driver of a door.
    using Move = std::function<void(const DeviceId& door, BarrierOrder order)>;

    Doors(const std::vector<DoorSetup>& setups, Clock& clock, Scheduler& scheduler, Events& events);

    /// Set before the fleet starts.
    void on_move(Move move) { move_ = std::move(move); }

    void ask_open(const PlaceId& place) override;
    void let_go(const PlaceId& place) override;
    [[nodiscard]] bool is_open(const PlaceId& place) const override;
    [[nodiscard]] bool is_broken(const PlaceId& place) const override;
    [[nodiscard]] std::string state_text(const PlaceId& place) const override;

    void on_signal(const DeviceId& id, const SignalReading& reading) override;

    [[nodiscard]] std::vector<DoorRow> rows() const;

 private:
    struct Door {
        Door(DoorSetup what, Scheduler& scheduler) : setup(std::move(what)), closing(scheduler) {}
        DoorSetup setup;
        bool is_asked = false;
        MonoTime asked_at{};  ///< what was read before that says nothing of this asking
        std::optional<SignalReading> read;
        Timer closing;
    };
    [[nodiscard]] Door* at(const PlaceId& place) const;
    [[nodiscard]] bool is_fresh(const Door& door) const;
    [[nodiscard]] bool is_open(const Door& door) const;
    [[nodiscard]] std::string text_of(const Door& door) const;

    Clock& clock_;
    Events& events_;
    std::vector<std::unique_ptr<Door>> doors_;
    Move move_;
};

}  // namespace tally
