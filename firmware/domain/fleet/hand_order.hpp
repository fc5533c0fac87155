// What a person orders of a vehicle by hand, or the vehicle undoes by being heard, and how it stood
// then: the fact that is kept, because who looks into an accident asks who freed which track, when,
// and on what word.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tally {

enum class HandAct : std::uint8_t {
    send,      ///< on to a place
    pause,     ///< stop where it is; its track stays its own
    resume,    ///< go on
    release,   ///< it stands at this place and nowhere else: its track is free
    take_off,  ///< it is nowhere on the floor: its track is free
    back,      ///< one that was taken off is heard again; by the vehicle itself
    block,     ///< close the road from a node to another one for a time
    unblock,   ///< open it again
    go_on,     ///< with a mission whose vehicle was out
    drop,      ///< a mission
    scan,      ///< slots, past which a vehicle with a reader is sent
};
std::string_view to_string(HandAct act) noexcept;
std::optional<HandAct> hand_act_from(std::string_view name) noexcept;

struct HandOrder {
    HandAct act = HandAct::pause;
    std::string vehicle;      ///< empty for a road, and for a mission that no vehicle has
    std::string mission;      ///< of go_on and drop; else empty
    std::string place;        ///< of send, release and scan; of a road, one end
    std::string to;           ///< of a road: its other end
    std::string reason;       ///< the person's own words; may be empty but for release and take_off
    std::int64_t for_ms = 0;  ///< of block: how long, from the event on
    bool stands = false;      ///< of block: who is in there stands until it is open
    std::string refused;      ///< not empty: it could not be carried out after all, and why

    // How the vehicle stood when it was ordered.
    std::string phase;  ///< of the fleet: "driving", "held", ...
    std::string node;   ///< that it had reached last
    std::string track;  ///< its own and not passed, separated by blanks
    std::string why;    ///< why it did not move; may be empty

    bool operator==(const HandOrder&) const = default;
};

}  // namespace tally
