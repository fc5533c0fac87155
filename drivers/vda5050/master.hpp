// Master control of one vehicle: gives it orders, repeats what it has not acknowledged, believes
// only states that count, and says in plain words what is wrong. Pure: messages and the time come
// in, messages and reports go out; who moves them is vehicle_line.hpp. Not a safety device: that a
// vehicle stops before a person is the vehicle's own business.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/vda5050/freshness.hpp"
#include "drivers/vda5050/messages.hpp"
#include "drivers/vda5050/order_run.hpp"
#include "drivers/vda5050/sheet_advice.hpp"
#include "drivers/vda5050/told_actions.hpp"
#include "drivers/vda5050/topics.hpp"

namespace tally::vda5050 {

struct MasterOptions {
    DeviceId vehicle;
    Address address;
    Version version = Version::v2_0;
    std::string
        run;  ///< of this program's life; with the vehicle's name it makes action ids unique
    VehicleNeeds needs{};                             ///< held against its factsheet
    Duration repeat_first = std::chrono::seconds(2);  ///< then doubled up to
    Duration repeat_max = std::chrono::seconds(10);
    Duration silent_after = std::chrono::seconds(35);  ///< the standard: a state every 30 s
};

struct Moment {
    MonoTime mono;
    WallTime wall;
};

class MasterOutlet {
 public:
    virtual ~MasterOutlet() = default;
    virtual void publish(std::string topic, std::string payload) = 0;
};

/// What came of the messages of a vehicle, for checkers and tests.
struct HeardCounts {
    std::uint64_t states = 0, repeated = 0, stale = 0, retained = 0, restarts = 0, refused = 0;
};

/// Single-threaded. The feed is told from within these calls, and may give orders from within.
class Master {
 public:
    Master(MasterOptions options, MasterOutlet& outlet, VehicleFeed& feed);

    // --- from the broker ------------------------------------------------------------------------
    void on_line(Moment now);
    void on_line_lost(Moment now);
    enum class Kept : std::uint8_t { no, by_broker };
    void on_message(Moment now, Topic topic, std::string_view payload, Kept kept);
    /// At least once a second.
    void on_tick(Moment now);

    // --- from the fleet -------------------------------------------------------------------------
    /// offline if the vehicle is not heard; conflict if it has an order, ours or another's;
    /// or a cancellation is under way, or one was sent in the last ten seconds and the vehicle has
    /// not spoken of it; refused if it is not in a state to drive; malformed.
    Result<void> order(Moment now, DriveOrder order);
    /// Replaces the horizon by `onward`, whose first `released` legs join the base. conflict while
    /// the message before is not acknowledged, and for an order that is not driven.
    Result<void> update(Moment now, std::vector<WayLeg> onward, std::size_t released);
    /// Until the vehicle says so, the order is not cancelled. Also ends an order that somebody else
    /// gave it. conflict if there is none.
    Result<void> cancel(Moment now);
    /// Something to do at once: startPause, stopPause, startCharging, ... Answers the id that the
    /// feed will hear of. offline as above.
    Result<std::string> act(Moment now, std::string type,
                            std::vector<ActionParameter> parameters = {});

    [[nodiscard]] const VehicleStatus& status() const { return status_; }
    [[nodiscard]] const std::optional<Factsheet>& factsheet() const { return factsheet_; }
    /// How its factsheet contradicts the options and what was sent; also in status().troubles, as
    /// warnings of kind "factsheet".
    [[nodiscard]] const std::vector<std::string>& sheet_advice() const { return sheet_advice_; }
    [[nodiscard]] const HeardCounts& counts() const { return counts_; }
    [[nodiscard]] const MasterOptions& options() const { return options_; }

 private:
    void take_state(Moment now, const State& state);
    void take_connection(Moment now, const Connection& connection);
    void show(const State& state);
    void look_for_strangers(Moment now, const State& state);
    [[nodiscard]] std::vector<ActionReport> news_of_actions(const State& state);
    void note_refused(const Error& why);
    void judge_sheet();
    void show_sheet_advice();
    void set_reach(VehicleReach reach);
    void add_trouble(VehicleTrouble::Weight weight, std::string kind, std::string text);
    void send_due(Moment now);
    void send_cancel(Moment now);
    void ask_for(Moment now, std::string type);
    void ask_for_state(Moment now);
    void ask_for_sheet(Moment now);
    void expect_sheet(Moment now);
    void tell_order();
    void tell_vehicle();
    [[nodiscard]] Result<void> may_drive() const;
    [[nodiscard]] bool can_hear() const;
    [[nodiscard]] Header header(Moment now, std::uint32_t& counter) const;
    [[nodiscard]] std::string next_action_id();
    [[nodiscard]] std::string last_action_id() const;

    MasterOptions options_;
    MasterOutlet& outlet_;
    VehicleFeed& feed_;
    VehicleStatus status_;
    FreshnessJudge freshness_;
    HeardCounts counts_;
    std::optional<Factsheet> factsheet_;
    SentSizes sent_;
    std::vector<std::string> sheet_advice_;
    std::optional<OrderRun> run_;
    ToldActions told_;
    std::map<std::string, ActionReport> order_actions_;  ///< as last told to the feed
    std::string withdrawn_;                              ///< our last order that was cancelled
    bool line_ = false;
    VehicleReach said_ = VehicleReach::unknown;  ///< by the connection topic or its states
    MonoTime reached_at_;                        ///< since when it should speak
    std::string refusal_;                        ///< of its last message that was no good
    std::uint32_t order_header_ = 0, instant_header_ = 0;
    std::uint64_t last_action_ = 0;
    /// The last cancellation that was sent, until the vehicle speaks of it; one that is still on
    /// its way would end the order that comes next.
    std::string unanswered_cancel_;
    MonoTime cancel_sent_at_;
    MonoTime repeat_at_, asked_at_, cancel_at_;
    MonoTime sheet_asked_at_;  ///< or since when a factsheet is missed
    int sheet_asks_left_ = 0;  ///< while no factsheet is here
    Duration repeat_every_{0};
};

}  // namespace tally::vda5050
