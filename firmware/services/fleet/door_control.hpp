// What must be opened before a vehicle may come through: a door, a lift, a lock. Its place has a
// stop of kind door on a lane of the floor.
#pragma once

#include <string>

#include "firmware/domain/ids.hpp"

namespace tally {

/// Single-threaded, on the loop.
class DoorControl {
 public:
    virtual ~DoorControl() = default;
    /// Again every tick while somebody is before it or under way through it.
    virtual void ask_open(const PlaceId& door) = 0;
    /// Nobody needs it any more.
    virtual void let_go(const PlaceId& door) = 0;
    /// It is open and stays so while it is asked for.
    [[nodiscard]] virtual bool is_open(const PlaceId& door) const = 0;
    /// It was asked for and does not open, or nobody can tell how it is.
    [[nodiscard]] virtual bool is_broken(const PlaceId& door) const = 0;
    /// How it is, and what to do if that is wrong, for a person who asks why a vehicle waits.
    [[nodiscard]] virtual std::string state_text(const PlaceId& door) const = 0;
};

}  // namespace tally
