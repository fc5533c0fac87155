// Vehicles that carry a reader past slots: which slots, when, and what was read there. A round is a
// mission of kind scan; at each stop the vehicle stands while its reader listens. What is read is
// evidence of where a unit is (sighted) and books nothing; what the book has there and nobody heard
// is a count for a person. A reader that does not see has looked at nothing: its stop is not seen,
// never empty. Reads have a place only while the fleet knows that the vehicle stands at it.
//
// UHF reaches some slots far, so a tag belongs to the stop where it was read best, and agrees with
// the book at any stop of the round where it was read at all. That is known when the round is over,
// minutes later: a unit that the book has moved meanwhile is passed over, heard or not.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/domain/read.hpp"
#include "firmware/services/dispatch/dispatch.hpp"
#include "firmware/services/inventory/inventory.hpp"
#include "firmware/services/tasks/tasks.hpp"

namespace tally {

/// State rows: when a slot was listened at last, UTC ms by place.
inline constexpr std::string_view kSlotScanRows = "slot_scanned";

struct ScanOptions {
    std::map<DeviceId, DeviceId> readers;  ///< by the vehicle that carries it
    std::vector<std::string> slots;        ///< places of this box with a stop on the floor
    Duration every{0};  ///< a slot with tagged units is listened at so often; 0: on order only
    Duration dwell = std::chrono::seconds(5);
    std::size_t slots_max = 20;    ///< of one mission
    std::size_t waiting_max = 80;  ///< slots that wait for a vehicle, or one mission's if more
    Duration blind_patience = std::chrono::seconds(30);  ///< at a stop, for a reader to see
    Duration retry_after = std::chrono::minutes(10);     ///< a slot not seen, or without a way
    Duration look_every = std::chrono::seconds(30);      ///< for slots that are due
    Duration tick = std::chrono::milliseconds(250);
};

/// Single-threaded, on the loop. When a slot was listened at last is a state row of the ledger; a
/// round under way is forgotten by a restart, and its slots are due again. While the ledger takes
/// no events a round that is over waits.
class ScanRounds {
 public:
    struct Ports {
        Dispatch& dispatch;
        const FleetControl& fleet;
        Inventory& inventory;
        Ledger& ledger;
        Tasks& tasks;
        Scheduler& scheduler;
        Clock& clock;
        Events& events;
    };
    using Sees = std::function<bool(const DeviceId& reader)>;
    ScanRounds(ScanOptions options, const Ports& ports, Sees sees);

    void start();
    void stop() { timer_.cancel(); }
    void tick();

    /// Of any reader of the box; those that no vehicle carries are passed over.
    void on_reads(const DeviceId& reader, std::span<const TagRead> reads);

    /// A person orders it: a slot, the zone that it stands in, "a1-*" for all that begin so, or
    /// "doubts". What there is no room or no way for stays asked for, until a restart. conflict: no
    /// vehicle carries a reader, there is no such slot, or all of them are asked for.
    [[nodiscard]] Result<void> may_ask(const std::string& places) const;
    Result<void> ask(const std::string& places);

 private:
    struct Heard {
        std::uint16_t antenna = 0;
        std::optional<std::int32_t> rssi_cdbm;
        std::uint32_t n = 0;
        MonoTime first, last;
        std::optional<Seq> booked{};  ///< the unit's last change when it was first heard here
    };
    struct Round {
        DeviceId vehicle, reader;
        std::optional<std::size_t> at{};  ///< the stop that it stands at
        MonoTime arrived;
        MonoTime sees_since;
        Seq sees_from{};  ///< the ledger's last event then
        /// Stops listened at for the whole dwell, each with the ledger's last event as that began.
        std::map<std::size_t, Seq> seen{};
        std::map<Epc, std::map<std::size_t, Heard>> heard{};
    };

    void follow(const Mission& mission);
    [[nodiscard]] bool stands_at(const DeviceId& vehicle, const std::string& place) const;
    void conclude(const Mission& mission, const Round& round);
    void tell_heard(const Mission& mission, const Round& round);
    [[nodiscard]] WallTime tell_missing(const Mission& mission, const Round& round,
                                        std::size_t stop);
    [[nodiscard]] std::optional<Seq> booked(const Epc& epc) const;

    // scan_slots.cpp
    enum class Stops : std::uint8_t { all, to_come };
    void list_due();
    [[nodiscard]] std::set<std::string> tagged_slots() const;
    [[nodiscard]] std::int64_t seen_ms(const std::string& slot) const;
    [[nodiscard]] bool is_in_doubt(const std::string& slot) const;
    [[nodiscard]] std::vector<std::string> slots_of(const std::string& places) const;
    [[nodiscard]] std::set<std::string> covered(Stops stops) const;

    // scan_missions.cpp
    void look();
    void list_asked();
    void list(const std::vector<std::string>& slots, std::int32_t priority, const std::string& why);
    void drop_without_way();
    [[nodiscard]] std::size_t room(std::int32_t priority) const;
    [[nodiscard]] std::vector<std::string> take(std::vector<std::string> wanted, std::size_t room);
    [[nodiscard]] std::vector<std::string> starts() const;
    [[nodiscard]] bool has_way(const std::vector<std::string>& starts,
                               const std::string& slot) const;
    [[nodiscard]] bool has_way(const std::vector<std::string>& starts,
                               const Mission& mission) const;
    [[nodiscard]] std::vector<std::vector<std::string>> tours_over(
        std::vector<std::string> slots) const;
    void say_no_way(const std::vector<std::string>& slots);

    ScanOptions options_;
    Ports ports_;
    Sees sees_;
    std::map<std::string, Round> rounds_;         ///< by mission
    std::map<std::string, MonoTime> not_before_;  ///< slots that were not seen
    std::map<std::string, MonoTime> no_way_;      ///< slots no way leads to; looked at again then
    std::vector<std::string> asked_;              ///< by persons, and not in a mission yet
    MonoTime looked_;
    std::uint64_t last_ = 0;
    Timer timer_;
};

}  // namespace tally
