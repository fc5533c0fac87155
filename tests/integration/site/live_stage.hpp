// A scenario of the simulation's library played on real processes: the world in tally-emul, walks
// through its gates, and the plan of faults, in real time. What came of it live_judge.hpp judges.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "firmware/base/prng.hpp"
#include "firmware/domain/layout/site.hpp"
#include "sim/scenarios/troubles.hpp"
#include "tests/integration/site/proxied_site.hpp"

namespace tally::test {

/// Units that were sent through a gate together; by the wall clock.
struct LiveWalk {
    std::string gate;
    std::vector<std::string> units;
    std::int64_t from_ms = 0, to_ms = 0;  ///< 0: not through yet
};

/// For one thread; a requirement that fails ends the test.
class LiveStage {
 public:
    /// `sets` changes ranges of the scenario ("key=value").
    LiveStage(const std::string& name, std::uint64_t seed, const std::vector<std::string>& sets);
    ~LiveStage();
    LiveStage(const LiveStage&) = delete;
    LiveStage& operator=(const LiveStage&) = delete;

    /// All faults and walks, a minute long; afterwards everything is up and nobody walks.
    void play();

    struct Played {
        std::map<std::string, std::string> truth;  ///< where each unit is, by EPC
        std::map<std::string, LineCopy> lines;     ///< of each edge
        double level_s = 0;                        ///< until all was told
    };
    /// Ends the site.
    Played close();

    LiveSite& site() { return net_.site(); }
    [[nodiscard]] const sim::Draws& draws() const { return draws_; }
    [[nodiscard]] const SiteLayout& layout() const { return layout_; }
    [[nodiscard]] const std::vector<LiveWalk>& walks() const { return walks_; }
    [[nodiscard]] int faults_played() const { return played_; }
    [[nodiscard]] int faults_planned() const { return played_ + skipped_; }

 private:
    class World;
    /// A gate that is free, with somebody who can go through it.
    struct Doorway {
        GatePlan gate;
        bool in = true;
        std::vector<std::string> units;
    };

    void open();
    /// Where every unit is, and how many walk.
    std::pair<std::map<std::string, std::string>, int> where();
    std::vector<Doorway> doorways();
    void walk_somewhere();

    void after(const sim::Trouble& trouble, std::function<void()> undo);
    [[nodiscard]] Duration lasts(const sim::Trouble& trouble) const;
    void undo_due(Duration now);
    void kill(const std::string& box, const sim::Trouble& trouble);
    void carry_out(const sim::Trouble& trouble);
    void link_trouble(const sim::Trouble& trouble);
    void reboot(const std::string& reader, const sim::Trouble& trouble);
    bool reader_trouble(const sim::Trouble& trouble);

    ProxiedSite net_;
    std::unique_ptr<World> world_;
    Prng prng_;
    sim::Draws draws_;
    SiteLayout layout_;
    std::vector<sim::Trouble> plan_;
    std::int64_t pace_ = 1;  ///< site time passes so many times as fast
    std::vector<LiveWalk> walks_;
    std::set<std::string> walking_, down_;
    std::vector<std::pair<Duration, std::function<void()>>> undo_;
    int played_ = 0, skipped_ = 0;
};

}  // namespace tally::test
