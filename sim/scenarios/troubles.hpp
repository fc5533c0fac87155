// What goes wrong in a run: planned from the draws before it begins, printed, carried out at its
// time, taken back at the latest when the safety phase ends.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/checkers/blind_watch.hpp"
#include "sim/scenarios/goods.hpp"
#include "sim/scenarios/scenario.hpp"
#include "sim/scenarios/work.hpp"

namespace tally::sim {

/// One fault. `at` counts from the begin of the safety phase.
struct Trouble {
    std::string kind;  ///< key of its parameter without the table, in the plural
    Duration at{0};
    Duration lasts{0};
    std::string target, other;
    std::int64_t value = 0;  ///< what else its kind needs: which change of the disk, which antenna
    std::int64_t tags = 0;   ///< of a flood
};

/// All that was drawn of it: "fault at_ms=1000 kind=kills target=e1 lasts_ms=500 value=73".
std::string to_line(const Trouble& trouble);

/// Plans every fault of the draws for this site, by time; each kind from a generator of its own.
std::vector<Trouble> plan_troubles(const Draws& draws, const SiteLayout& site, const Prng& prng);

/// Edges that join late, by the same draws: those at the end of the row.
std::set<std::string> late_edges(const Draws& draws, const SiteLayout& site);

/// Single-threaded; all that it acts on outlives it.
class Troubles {
 public:
    struct Stage {
        SimSite& site;
        Goods& goods;
        BlindWatch& watch;
        Note note;
        std::function<void(const std::string& box)> at_rest;  ///< it is about to come up again
    };
    Troubles(Stage stage, std::vector<Trouble> plan);

    /// The safety phase begins: everything is planned from now on.
    void begin();
    /// From here on nothing is wrong any more: all ends now that has not ended.
    void end_all();

    /// For one more cause; it comes up again with the last of them.
    void down(const std::string& box, Death death);
    void up(const std::string& box);

    /// When the box last came up, or its disk last had room again.
    [[nodiscard]] MonoTime undisturbed_since(const std::string& box) const;
    [[nodiscard]] bool exchanged_a_disk() const { return exchanged_; }

 private:
    void carry_out(const Trouble& trouble);
    void box_trouble(const Trouble& trouble);
    void disk_trouble(const Trouble& trouble);
    void room_trouble(const Trouble& trouble);
    void reader_trouble(const Trouble& trouble);
    void firmware_trouble(const Trouble& trouble, LlrpReader& reader);
    void shelf_trouble(const Trouble& trouble);
    void link_trouble(const Trouble& trouble);
    void cut_site_power(const Trouble& trouble);
    void step_clock(const Trouble& trouble);

    void down_at_work(const Trouble& trouble, Death death);
    void start(const std::string& box);
    void for_a_while(const Trouble& trouble, std::function<void()> undo);
    /// A device, an antenna, a line has one trouble at a time; false: it has one, and this one does
    /// not happen.
    bool claim(const std::string& what) { return troubled_.insert(what).second; }
    /// Empty: it is no reader.
    [[nodiscard]] std::string edge_of_reader(const std::string& reader) const;
    void blind_reader(const Trouble& trouble, std::function<void()> undo = {});
    void pull_antenna(const Trouble& trouble);
    void blind_rack(const std::string& rack, bool blind);
    void blink_far_end(const std::string& device);
    void blind_far_end(const std::string& device, bool blind);
    void set_slot_fault(const std::string& slot, std::int64_t which, bool on);

    Stage stage_;
    Kernel& kernel_;
    std::vector<Trouble> plan_;
    std::map<std::uint64_t, std::function<void()>> undo_;  ///< what has not been taken back yet
    std::uint64_t last_undo_ = 0;
    std::map<std::string, int> down_causes_;
    std::map<std::string, MonoTime> disturbed_;
    std::set<std::string> troubled_;  ///< devices
    bool ended_ = false;
    bool exchanged_ = false;
};

}  // namespace tally::sim
