// One run of a fleet: vehicles get goals without end while things go wrong (safety phase), then
// nothing new goes wrong and every goal that was taken must end (liveness phase). A person walks
// the floor, looks at vehicles that the fleet holds or has lost, and releases them where they
// stand.
#pragma once

#include <string>
#include <vector>

#include "sim/scenarios/fleet/fleet_site.hpp"
#include "sim/scenarios/fleet/floor_person.hpp"
#include "sim/scenarios/run.hpp"
#include "sim/scenarios/run_log.hpp"

namespace tally::sim {

/// Whether these numbers are of a fleet and not of a site.
bool is_fleet(const Draws& draws);

class FleetRun {
 public:
    FleetRun(const Draws& draws, const RunOptions& options);
    RunReport run();

 private:
    struct Goal {
        std::string node;     ///< empty: none
        std::string errand;   ///< of the box as it lives now
        std::string refusal;  ///< when it was last told
        bool has_actions = false;
        bool stays = false;  ///< until the next one
        MonoTime next_at;    ///< not before
    };

    void print_options();
    void second();
    void own(std::size_t car);
    void send(std::size_t car);
    void take_end(std::size_t car, const ErrandStatus& errand);
    [[nodiscard]] bool is_there(std::size_t car, const std::string& node) const;

    void watch_for_deadlock();
    void watch_for_jams();
    [[nodiscard]] bool is_taken(const std::string& node) const;
    [[nodiscard]] bool is_anybody_hindered();
    [[nodiscard]] bool is_all_done() const;
    void check_goals();
    void take_findings();
    void find(std::string checker, std::string text);
    void note(std::string_view text) { log_.note(site_.kernel().now(), text); }

    const Draws& draws_;
    RunLog log_;
    FleetSite site_;
    Prng prng_;
    FleetTroubles troubles_;
    FloorPerson person_;
    std::vector<Goal> goals_;
    MonoTime look_at_;
    MonoTime hindered_at_;  ///< when anybody last was, by something else than the fleet
    bool is_calm_ = false;
    bool is_deadlock_found_ = false;
    bool is_jam_found_ = false;
    RunReport report_;
};

}  // namespace tally::sim
