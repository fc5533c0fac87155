// Judges vehicles by what can be seen on the floor and heard on the wire: where they really are,
// moment after moment, and what is published to them. It knows nothing of plans or of whose track
// is whose, and reads messages with the emulator's codec, not the driver's.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/time.hpp"
#include "planner/check/floor_watch.hpp"
#include "sim/checkers/finding.hpp"

namespace tally::sim {

class FleetJudge {
 public:
    /// Centres of two vehicles never come nearer than the clearance ("fleet.overlap"; two that
    /// change places meet on the way).
    explicit FleetJudge(std::int64_t clearance_mm) : watch_(clearance_mm) {}

    /// All vehicles, in the same order each time. "fleet.beyond_base": one is where nothing that
    /// was published to it is released, nor where it stood at first or was put by hand.
    void look(MonoTime now, const std::vector<std::string>& names,
              const std::vector<planner::Seen>& vehicles);
    /// A person has moved it there.
    void put_by_hand(std::size_t index, const std::string& vehicle, planner::Seen to);

    /// As published toward a vehicle, whatever becomes of it. "fleet.cancelled_order": an order or
    /// update of one that was cancelled more than a second before.
    void heard_order(MonoTime now, const std::string& vehicle, std::string_view payload);
    void heard_instant(MonoTime now, const std::string& vehicle, std::string_view payload);
    /// Number of a state that the driver believes (the vehicle counts them). "fleet.stale_state":
    /// it believed a newer one before.
    void believed(MonoTime now, const std::string& vehicle, std::uint64_t state);
    /// The box was started anew: what its life before had heard it cannot know.
    void box_started();

    /// Since when nobody has moved.
    [[nodiscard]] MonoTime still_since() const;
    /// Since when this one has not, in the order of look().
    [[nodiscard]] MonoTime still_since(std::size_t index) const;
    /// Where the nodes and cells are that orders spoke of, by name.
    [[nodiscard]] const std::map<std::string, planner::Seen>& places() const { return places_; }
    [[nodiscard]] std::uint64_t orders() const { return orders_; }
    [[nodiscard]] Findings take_findings();

 private:
    struct Way {
        std::string order;
        std::map<std::uint32_t, planner::Seen> released;  ///< by sequence number
    };
    struct Vehicle {
        std::deque<Way> ways;              ///< the newest last
        std::vector<planner::Seen> stood;  ///< at first, and where it was put
        std::map<std::string, MonoTime> cancelled;
        std::uint64_t newest = 0;
        bool is_beyond = false;
    };
    void find(MonoTime now, const char* checker, const std::string& text);
    [[nodiscard]] static bool may_be_at(const Vehicle& vehicle, planner::Seen at);

    planner::FloorWatch watch_;
    std::map<std::string, Vehicle> vehicles_;
    std::map<std::string, planner::Seen> places_;
    std::vector<planner::Seen> before_;
    std::vector<MonoTime> moved_at_;
    std::uint64_t orders_ = 0;
    Findings findings_;
};

}  // namespace tally::sim
