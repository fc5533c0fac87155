// The inside of one run. For run*.cpp only.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/scenarios/picking/picking_floor.hpp"
#include "sim/scenarios/run.hpp"
#include "sim/scenarios/run_log.hpp"
#include "sim/scenarios/troubles.hpp"

namespace tally::sim {

class Run {
 public:
    Run(const Scenario& scenario, const RunOptions& options);

    RunReport run();

 private:
    // run.cpp
    void print_options();
    bool open();
    void safety_phase();
    void liveness_phase();
    void heal();
    [[nodiscard]] bool all_up();
    [[nodiscard]] bool converged();
    [[nodiscard]] bool devices_see(const std::string& edge);
    /// "" if all devices of an edge that is up see.
    [[nodiscard]] std::string who_is_blind(const std::string& edge);
    [[nodiscard]] std::string what_is_not_level();
    bool wait_for(const std::function<bool()>& done, Duration limit);

    // run_evening.cpp: people
    void show_test_tags();
    void restart_stuck_readers();
    void evening();
    void count();
    void correct(const std::string& edge, const std::string& item, const std::string& place);
    void count_if_doubted(const std::string& slot, const std::string& sku,
                          std::int64_t there_milli);
    void resolve_all();
    void take_time();

    // run_checks.cpp: judges
    void check_while_running();
    void check_at_rest(const std::string& box);
    void check_books();
    void check_till(const std::string& edge);
    void check_presence();
    void check_at_end();
    void check_delivery(const std::string& edge);
    void run_for(Duration span);
    void check_queues();
    void check_memories();
    void check_said_enough();
    void check_errors();
    [[nodiscard]] TruthInputs truth();
    void find(std::string checker, std::string text);
    void add_findings(const Findings& more);

    [[nodiscard]] std::int64_t of(const char* key) const { return draws_.at(key); }
    void note(std::string_view text) { log_.note(site_.kernel().now(), text); }

    const Scenario& scenario_;
    const RunOptions& options_;
    Draws draws_;
    SiteLayout layout_;                        ///< as planned
    std::optional<PickingPlan> picking_plan_;  ///< of a site with vehicles
    RunLog log_;
    SimSite site_;
    Goods goods_;
    BlindWatch watch_;
    QueueWatch queues_;
    Troubles troubles_;
    Work work_;
    std::unique_ptr<PickingFloor> floor_;  ///< null: no vehicles
    std::vector<std::string> edges_;
    std::set<std::string> open_edges_;       ///< that have on disk what was there at first
    std::map<std::string, MonoTime> shown_;  ///< to which reader a test tag was shown, and when
    std::map<std::string, MonoTime> stuck_;  ///< readers that refuse their box, and since when
    std::map<std::string, int> gone_;        ///< looks in a row that found an edge said to be gone
    RunReport report_;
    std::size_t acts_ = 0;  ///< of people, in the evening
};

}  // namespace tally::sim
