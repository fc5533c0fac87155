// The people of a floor with vehicles: who wait at carts that wait for them, lay goods on them and
// scan, empty them at stations, pack, do on foot what no vehicle is sent for, count what is in
// doubt, and hand parcels to a carrier. They know where goods really are, and act from what tasks
// and missions say. What a box that died may not have heard they look up and say again.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/scenarios/goods.hpp"
#include "sim/scenarios/picking/picking_plan.hpp"
#include "sim/scenarios/run.hpp"
#include "sim/scenarios/sim_site.hpp"

namespace tally::sim {

/// Single-threaded; all outlive it.
class Crew {
 public:
    struct Stage {
        SimSite& site;
        Goods& goods;
        const PickingPlan& plan;
        const Draws& draws;
        std::function<void(const std::string&)> note;
    };
    explicit Crew(Stage stage);

    /// What they do in a second.
    void second();
    /// Nothing new comes: what lacks goods is cancelled after two minutes.
    void close_shop();

    /// Every order has ended, nobody waits for a person, nothing lies on a cart.
    [[nodiscard]] bool is_done();
    /// Of what is not.
    [[nodiscard]] std::string what_is_open();
    [[nodiscard]] CrewCounts counts();

 private:
    struct Visit {
        std::string mission;
        std::size_t at = 0;
        MonoTime ready_at;
        int idle = 0;  ///< times that there was nothing to do
    };
    /// Goods that somebody has laid where they are to go and that no scan has told of for sure.
    struct Laid {
        std::string sku, from, to;
        std::vector<TagCode> units;
        std::int64_t count = 0;  ///< of counted goods
        int refusals = 0;
        bool is_asked = false;       ///< said, and the box has not written it yet
        bool is_in_doubt = false;    ///< said to a box that died before it answered
        std::int64_t had_milli = 0;  ///< what the box had been told for its task before
        [[nodiscard]] bool empty() const { return units.empty() && count == 0; }
        [[nodiscard]] std::int64_t size() const { return std::ssize(units) + count; }
    };
    /// Somebody who does on foot what no vehicle is sent for; tasks of one way in one go.
    struct Walker {
        MonoTime at;
        std::string task, from, to;
    };
    /// What a parcel is made of, and where that lay.
    struct Content {
        std::string order, place;
        std::vector<std::pair<std::string, std::string>> units;  ///< tag, where it lay
        std::vector<std::tuple<std::string, std::string, std::int64_t>> counted;  ///< place, SKU
    };

    [[nodiscard]] EdgeSite& edge() { return site_.edge(site_.site().fleet_master.str()); }
    [[nodiscard]] Duration drawn(const char* key);
    [[nodiscard]] const std::map<std::string, Task>& tasks();
    [[nodiscard]] std::int64_t booked(const std::string& place, const std::string& sku);
    void told(std::function<void()> then);
    void note(const std::string& text) { stage_.note(text); }

    // crew.cpp: at carts
    void attend(const Mission& mission);
    bool serve(const Task& task, const std::string& place, const std::string& cart);
    void put(const std::string& place, const std::string& sku, std::int64_t units);
    bool fetch(const Task& task, std::int64_t wanted, const std::string& to);
    bool say_laid(const Task& task, Laid& laid);
    [[nodiscard]] bool has_been_told(const Task& task, const Laid& laid);
    [[nodiscard]] std::int64_t told_milli(const Task& task, const Laid& laid);
    void say_what_nobody_has();
    void put_back(const Task& task, Laid& laid);
    void drop_if_unwanted(const Task& task);
    void tidy();
    bool take_in_hand(const Task& task);
    bool finish(const Task& task, const std::string& why);
    bool deliver(const Task& task, const std::string& cart, const std::string& place);
    bool empty_cart(const std::string& cart, const std::string& station);
    bool clear_rest(const std::string& cart, const std::string& station);
    void say_done(const Mission& mission);

    // crew_desk.cpp: elsewhere
    bool rescue();
    void on_foot();
    void walk(Walker& walker);
    [[nodiscard]] std::vector<Task> for_feet(const Walker& walker);
    [[nodiscard]] bool is_for_feet(const Task& task);
    bool serve_on_foot(const Task& task);
    void count();
    void count_one(const Task& task);
    void pack();
    [[nodiscard]] bool pack_order(const Order& order);
    [[nodiscard]] bool is_within_reach(const std::string& place);
    void follow_parcels();
    void leave(const std::string& sscc);
    void carrier();
    void cancel_what_lacks();

    Stage stage_;
    SimSite& site_;
    Goods& goods_;
    Prng prng_;
    std::set<std::string> stops_;             ///< places that vehicles can be sent to
    std::map<std::string, Visit> visits_;     ///< by vehicle
    std::map<std::string, Laid> laid_;        ///< by task
    std::map<std::string, Content> packing_;  ///< by order: said, and not seen in the book yet
    std::map<std::string, Content> parcels_;  ///< by SSCC, as long as they are here
    std::set<std::string> left_;              ///< that a carrier has taken
    std::map<std::string, MonoTime> again_;   ///< nothing of this is tried before
    std::vector<Walker> walkers_;
    MonoTime count_at_, carrier_at_;
    bool was_up_ = false;
    bool is_closed_ = false;
    MonoTime closed_at_;
    CrewCounts counts_;
};

}  // namespace tally::sim
