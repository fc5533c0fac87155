// An emulated vehicle that speaks VDA 5050 2.0 or 2.1. Two faces: messages toward master control,
// verbs toward the scene. Written from the standard, with its own codec; runs on ports only, so it
// serves virtual time and a real broker. It drives from node to node in straight lines, turns on
// the spot, speeds up and slows down, and uses up its battery.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/prng.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/message_bus.hpp"
#include "firmware/ports/scheduler.hpp"
#include "sim/devices/reader_verbs.hpp"
#include "sim/devices/vda5050_agv/order_text.hpp"
#include "sim/devices/verb.hpp"

namespace tally::sim::agv {

/// All 0: a vehicle that does as it is told.
struct Faults {
    std::int64_t deaf_ppm = 0;   ///< of what is sent to it, so much never arrives
    std::int64_t mute_ppm = 0;   ///< of its states, so many are lost
    std::int64_t twice_ppm = 0;  ///< of its states, so many come twice
    std::int64_t late_ppm = 0;   ///< of its states, so many come up to late_ms late, overtaken
    std::int64_t late_ms = 3'000;
    std::int64_t stuck = 0;         ///< does not move, and says nothing of it
    std::int64_t slow_percent = 0;  ///< of its speed is missing
    std::int64_t lost = 0;          ///< does not know where it is, and stands
    std::int64_t wrong_node = 0;    ///< says that it is at a node that nobody knows
    std::int64_t refuse_next = 0;   ///< so many orders or updates are refused
    std::int64_t fail_actions = 0;  ///< so many actions fail
    std::int64_t no_online = 0;     ///< does not say ONLINE when it is back
    std::int64_t noise_mm = 0;      ///< where it says that it is, is off by so much at most
};

struct FaultInfo {
    std::string_view name;
    std::int64_t Faults::*value;
    std::string_view meaning;
};
std::span<const FaultInfo> agv_faults();
Result<void> set_fault(Faults& faults, std::string_view name, std::int64_t value);

/// A place of its world that it has to meet: the contacts of a charger, where a load is taken or
/// put down.
struct Spot {
    enum class Kind : std::uint8_t { charger, load };
    Kind kind = Kind::charger;
    double x = 0, y = 0;  ///< metres
};

struct Setup {
    std::string interface = "uagv";
    std::string manufacturer = "tally";
    std::string serial;
    std::string version = "2.0.0";
    std::string map = "floor";
    std::string node;                  ///< where it stands at first
    double x = 0, y = 0;               ///< metres
    double speed = 1.2;                ///< m/s
    double acceleration = 0.6;         ///< m/s^2, both ways
    double turn_rate = 1.0;            ///< rad/s
    double width = 0.5, length = 0.7;  ///< metres, as its factsheet says
    double charge = 90;                ///< percent
    double charge_per_metre = 0.01;    ///< percent
    double charge_per_second = 0.05;   ///< percent, on a charger
    Duration state_every = std::chrono::seconds(1);
    std::uint64_t seed = 1;
    /// It fails to charge where no charger is, to pick and drop where no load is, each within
    /// `reach` of where it really stands. Of a kind that is not listed it knows nothing, and does
    /// it anywhere.
    std::vector<Spot> spots{};
    double reach = 0.05;         ///< metres
    Faults faults;               ///< from the start
    bool number_states = false;  ///< each carries a load "state-<n>", counted over restarts
};

/// What really is, for checkers.
struct Truth {
    double x = 0, y = 0;
    std::string last_node;
    std::string order;
    std::uint32_t update = 0;
    bool busy = false;
    bool past_base = false;  ///< it has ever driven beyond what was released to it
    std::uint64_t orders_taken = 0, updates_taken = 0, refused = 0, cancelled = 0;
};

/// Single-threaded, on the loop.
class Agv final : private BusHandler {
 public:
    struct Ports {
        MessageBus& bus;
        Scheduler& scheduler;
        const Clock& clock;
    };
    Agv(const Ports& ports, Setup setup);
    ~Agv() override;

    void power_on();
    /// Forgets its order and its counters, not where it stands. The broker is told nothing.
    void power_off();

    // --- toward the scene -----------------------------------------------------------------------
    Faults& faults() { return faults_; }
    void set_emergency_stop(bool pressed);
    void set_mode(std::string mode);  ///< AUTOMATIC, MANUAL, ...
    /// A person drives it by hand to a node and sets its place there; its order is gone.
    void put(const std::string& node, double x, double y);
    [[nodiscard]] Truth truth() const;
    [[nodiscard]] bool connected() const { return connected_; }
    [[nodiscard]] double charge() const { return charge_; }
    [[nodiscard]] const Setup& setup() const { return setup_; }

 private:
    struct Error {
        std::string type, level, text;
        std::vector<std::pair<std::string, std::string>> references;
        bool of_order = false;  ///< ends with the next order that is taken
        int states_left = -1;   ///< in so many more states; below 0: until it is cleared
    };
    enum class Mood : std::uint8_t { idle, turning, driving, acting };

    void on_connected() override;
    void on_message(const BusMessage& message) override;
    void on_lost(const tally::Error& why) override;
    void on_published(std::uint64_t token, const Result<void>& outcome) override;

    // agv_orders.cpp
    void take_order(std::string_view text);
    void take_instant(std::string_view text);
    void do_instant(Action action);
    void accept_new(OrderText order);
    void accept_update(OrderText order);
    void refuse_order(const OrderText& order, const char* type, std::string text);
    void refuse_action(const Action& action, const char* type, std::string text);
    void begin_cancel(Action action);
    void finish_cancel();
    [[nodiscard]] bool active() const;
    [[nodiscard]] bool is_off(const Node& node) const;
    [[nodiscard]] const char* why_no_order() const;
    [[nodiscard]] std::string why_out_of_reach(std::string_view action) const;
    [[nodiscard]] static std::string why_not_executable(const OrderText& order);

    // agv_motion.cpp
    void tick();
    void move(double seconds);
    void turn(double seconds, double wanted);
    void arrive();
    void cut_way();
    /// At nodes_[node]: its base ends there, an action blocks, or the way bends.
    [[nodiscard]] bool stops_at(std::size_t node) const;
    [[nodiscard]] double speed_max() const;
    [[nodiscard]] double way_to_stand(double speed) const;
    void act(double seconds);
    void charge(double seconds);
    [[nodiscard]] bool may_move() const;
    [[nodiscard]] bool held_by_actions() const;
    void enter_node(const Node& node);

    // agv_state.cpp
    /// What it can do at nodes, as its factsheet says: the parameters that each wants, and those
    /// that it takes.
    struct Skill {
        std::string_view type;
        std::vector<std::string_view> wants, takes{};
    };
    static const std::vector<Skill>& skills();
    void say_state();
    void send_state(const std::string& payload);
    void say_factsheet();
    void say_connection(const char* word);
    [[nodiscard]] std::string head(std::uint32_t id) const;
    [[nodiscard]] std::string state_text();
    [[nodiscard]] double noise_m();
    [[nodiscard]] std::string topic(std::string_view name) const;
    void connect();

    Ports ports_;
    Setup setup_;
    Prng prng_;
    Faults faults_;
    bool on_ = false;
    bool connected_ = false;
    std::uint32_t state_header_ = 0, connection_header_ = 0, factsheet_header_ = 0;
    std::uint64_t states_ever_ = 0;

    double x_, y_, heading_ = 0, speed_ = 0, charge_;
    bool driving_ = false, paused_ = false, charging_ = false, emergency_ = false;
    std::string mode_ = "AUTOMATIC";
    std::string load_;

    OrderText order_;                ///< id and update; its parts are in nodes_ and edges_
    std::deque<Node> nodes_;         ///< still before it
    std::deque<Edge> edges_;         ///< edges_[i] leads to nodes_[i]
    Node last_;                      ///< reached last
    Node base_end_;                  ///< the last one released
    std::vector<Action> actions_;    ///< of the order, reached or not
    std::vector<std::string> here_;  ///< ids of actions of nodes reached, in their order
    std::vector<Action> instants_;
    std::string cancelling_;  ///< the actionId; empty: it is not
    std::vector<Error> errors_;
    Truth truth_;
    bool changed_ = false;
    Timer tick_timer_, state_timer_, connect_timer_;
};

/// Carries out a verb of a vehicle (agv_verbs). The answer is "ok" or a short text.
Result<std::string> apply_agv_verb(Agv& agv, const Verb& verb);
std::span<const VerbInfo> agv_verbs();

}  // namespace tally::sim::agv
