// Vehicles that carry a reader past slots: which slots, when, and what was read there. A round is a
// mission of kind scan; at each stop the vehicle stands while its reader listens. What is read is
// evidence of where a unit is (sighted) and books nothing; what the book has there and nobody heard
// is a count for a person. A reader that does not see has looked at nothing: its stop is not seen,
// never empty. Reads have a place only while the fleet knows that the vehicle stands at it.
//
// UHF reaches some slots far, so a tag belongs to the stop where it was read best, and agrees with
// the book at any stop of the round where it was read at all.
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
    std::size_t slots_max = 20;                          ///< of one mission
    Duration blind_patience = std::chrono::seconds(30);  ///< at a stop, for a reader to see
    Duration retry_after = std::chrono::minutes(10);     ///< a slot that was not seen
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
    /// "doubts". conflict: no vehicle carries a reader, or there is no such slot.
    [[nodiscard]] Result<void> may_ask(const std::string& places) const;
    Result<void> ask(const std::string& places);

 private:
    struct Heard {
        std::uint16_t antenna = 0;
        std::optional<std::int32_t> rssi_cdbm;
        std::uint32_t n = 0;
        MonoTime first, last;
    };
    struct Round {
        DeviceId vehicle, reader;
        std::optional<std::size_t> at{};  ///< the stop that it stands at
        MonoTime arrived;
        MonoTime sees_since;
        std::set<std::size_t> seen{};  ///< stops listened at for the whole dwell
        std::map<Epc, std::map<std::size_t, Heard>> heard{};
    };

    void follow(const Mission& mission);
    [[nodiscard]] bool stands_at(const DeviceId& vehicle, const std::string& place) const;
    void conclude(const Mission& mission, const Round& round);
    void tell_heard(const Mission& mission, const Round& round);
    void tell_missing(const Mission& mission, const Round& round, std::size_t stop);
    void list_due();
    [[nodiscard]] std::set<std::string> tagged_slots() const;
    [[nodiscard]] std::int64_t seen_ms(const std::string& slot) const;
    [[nodiscard]] bool is_in_doubt(const std::string& slot) const;
    [[nodiscard]] std::vector<std::string> slots_of(const std::string& places) const;
    [[nodiscard]] std::set<std::string> covered() const;
    void list(std::vector<std::string> slots, std::int32_t priority, const std::string& why);
    [[nodiscard]] std::vector<std::string> tour_over(std::vector<std::string> slots) const;

    ScanOptions options_;
    Ports ports_;
    Sees sees_;
    std::map<std::string, Round> rounds_;         ///< by mission
    std::map<std::string, MonoTime> not_before_;  ///< slots that were not seen
    MonoTime looked_;
    std::uint64_t last_ = 0;
    Timer timer_;
};

}  // namespace tally
