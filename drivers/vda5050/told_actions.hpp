// Instant actions under way: repeated with the same actionId until the vehicle speaks of them, then
// followed to their end. Pure.
#pragma once

#include <string>
#include <vector>

#include "drivers/vda5050/messages.hpp"
#include "firmware/base/time.hpp"

namespace tally::vda5050 {

class ToldActions {
 public:
    static constexpr Duration kRepeat = std::chrono::seconds(3);
    /// Unanswered for so long, whether the vehicle was heard or not: failed, and never sent
    /// again, for nobody expects it any more. Cancelling our own order never gives up.
    static constexpr Duration kGiveUp = std::chrono::seconds(60);

    enum class Patience : std::uint8_t { limited, endless };
    void add(VehicleAction action, Patience patience, MonoTime now);
    void forget(const std::string& id);
    /// All of a type that have not ended.
    void forget_type(const std::string& type);
    /// At once, whatever was sent before: the line was gone.
    void repeat_now();

    /// What grew too old, as failed.
    std::vector<ActionReport> expire(MonoTime now);

    /// What must be sent now, oldest first.
    std::vector<VehicleAction> due(MonoTime now);

    /// What changed, in the order in which they were told.
    std::vector<ActionReport> take(const State& state, MonoTime now);

    [[nodiscard]] bool has(const std::string& id) const;
    /// Whether the vehicle speaks of this action, as of one that it has or that it refused.
    [[nodiscard]] static bool is_answered(const std::string& id, const State& state);

 private:
    struct Told {
        VehicleAction action;
        Patience patience = Patience::limited;
        ActionReport report;
        bool seen = false;
        bool sent = false;
        MonoTime told_at, next;

        [[nodiscard]] bool is_too_old(MonoTime now) const {
            return !seen && patience == Patience::limited && now - told_at > kGiveUp;
        }
    };
    void drop_ended();

    std::vector<Told> told_;
};

}  // namespace tally::vda5050
