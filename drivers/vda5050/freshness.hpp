// Which states of a vehicle count. They come by QoS 0 over networks that keep some back, vehicles
// start over and set their clocks, and a broker may hold what somebody retained long ago. A state
// that is older than one already taken must never be believed: it would say where a vehicle was.
#pragma once

#include <cstdint>
#include <optional>

#include "drivers/vda5050/messages.hpp"
#include "firmware/base/time.hpp"

namespace tally::vda5050 {

enum class Freshness : std::uint8_t {
    fresh,
    restarted,  ///< fresh, and the vehicle counts from the start again
    repeated,   ///< the very one taken last
    stale,      ///< older than one already taken
    retained,   ///< kept by the broker: of unknown age
};

/// Of one vehicle. Within one life of a vehicle both headerId and timestamp rise. A later one with
/// a smaller headerId is a new life. One with an earlier timestamp is stale, unless the vehicle has
/// said nothing else for `kHold` and at least kWitnesses rising ones in a row say so: then its
/// clock was set back.
class FreshnessJudge {
 public:
    static constexpr Duration kHold = std::chrono::seconds(15);
    static constexpr int kWitnesses = 3;

    enum class Kept : std::uint8_t { no, by_broker };

    /// `now` is our own clock, at arrival.
    Freshness judge(const Header& header, Kept kept, MonoTime now);

 private:
    Freshness suspect(const Header& header, MonoTime now);
    Freshness accept(const Header& header, MonoTime now, Freshness as);

    struct Seen {
        std::uint32_t id = 0;
        WallTime at;
    };
    std::optional<Seen> last_;
    MonoTime last_fit_;
    std::optional<Seen> suspect_;
    int witnesses_ = 0;
};

}  // namespace tally::vda5050
