// The work of a day: pallets come, people walk through gates with goods, hands reach into shelves,
// head office changes records and asks for snapshots. Each stream of work draws its own times.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/scenarios/goods.hpp"
#include "sim/scenarios/picking/picking_plan.hpp"
#include "sim/scenarios/scenario.hpp"
#include "sim/scenarios/sim_site.hpp"
#include "sim/scenarios/till.hpp"

namespace tally::sim {

/// Lines about what happened, for people.
using Note = std::function<void(std::string)>;

/// Single-threaded. Site, goods and draws outlive it.
class Work {
 public:
    /// `floor`: of a site with vehicles, which gets all orders; else null. It outlives this.
    Work(SimSite& site, Goods& goods, const Draws& draws, Note note,
         const PickingPlan* floor = nullptr);

    /// Sends the item records, books what is there, fills the slots: at every edge as soon as it
    /// is up and knows the records. Then work begins.
    void open();
    [[nodiscard]] bool opened(const std::string& edge) const;
    void begin();
    /// No new work; what is under way ends.
    void stop();

    [[nodiscard]] std::size_t walks() const { return walks_; }
    [[nodiscard]] std::size_t units_walked() const { return units_walked_; }
    [[nodiscard]] std::size_t picks() const { return picks_; }
    /// Null: no orders are sent over the broker.
    [[nodiscard]] const Till* till() const { return till_.get(); }

 private:
    struct Stream {
        Prng prng{0};
        std::int64_t per_hour = 0;
        void (Work::*act)(Prng&) = nullptr;
        std::unique_ptr<Timer> timer;
    };
    void add_stream(const std::string& key, void (Work::*act)(Prng&));
    void arm(Stream& stream);
    [[nodiscard]] std::int64_t of(const char* key) const { return draws_.at(key); }

    [[nodiscard]] std::int64_t counted_skus() const;
    void try_open(const std::string& edge);
    void tell_records();
    bool knows_records(const std::string& edge);
    void book_opening_of(const std::string& edge);

    void receive(Prng& prng);
    void arrived(const TagCode& label, const std::vector<TagCode>& children,
                 const GateLayout& gate);
    void tell_unpacked(std::string edge, std::string label, int tries_left);
    void walk(Prng& prng);
    void carry_copy(Prng& prng);
    void pick(Prng& prng);
    void order(Prng& prng);
    void order_by_till(Prng& prng);
    void cancel_by_till(Prng& prng);
    [[nodiscard]] Order drawn_order(Prng& prng, const EdgeSite& edge);
    void touch_order(Prng& prng);
    void cancel_order(Prng& prng);
    [[nodiscard]] EdgeSite* working_edge(Prng& prng);
    void change_master(Prng& prng);
    void resync(Prng& prng);
    void lean(Prng& prng);
    void vibrate(Prng& prng);
    void creep(Prng& prng);
    void later(Duration delay, std::function<void()> action);

    SimSite& site_;
    Goods& goods_;
    const Draws& draws_;
    Note note_;
    Node& scene_;
    std::unique_ptr<Till> till_;
    std::deque<Stream> streams_;
    const PickingPlan* floor_;
    struct Found {
        TagCode unit;
        std::string place;
    };
    std::map<std::string, std::vector<Found>> opening_;  ///< units of edges not opened yet
    std::map<std::string, std::unique_ptr<Timer>> opening_timers_;
    std::size_t walks_ = 0, units_walked_ = 0, picks_ = 0;
    std::int64_t versions_ = 0, orders_ = 0;
    bool working_ = false;
};

}  // namespace tally::sim
