// The scripted scene: what happens on the site, step by step, as the seed has it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "firmware/base/prng.hpp"
#include "tools/demo_site/emul_link.hpp"
#include "tools/demo_site/reckoning.hpp"
#include "tools/demo_site/watch.hpp"

namespace tally::demo {

/// What the scene is played on; all must outlive it.
struct Stage {
    SiteProcesses& site;
    const Boxes& boxes;
    EmulLink& emul;
    Watch& watch;
    const Tale& tale;
    const Goods& goods;
};

/// Who walked through which reader's gate, in UTC milliseconds.
struct WalkRecord {
    std::vector<std::string> units;
    std::string reader;
    std::int64_t from_t_ms = 0, to_t_ms = 0;
};

enum class Pace : std::uint8_t { person, brisk };

/// Single-threaded, blocking. Each chapter ends when everybody has arrived.
class Scene {
 public:
    Scene(const Stage& stage, Prng prng, Pace pace) : stage_(stage), prng_(prng), pace_(pace) {}

    /// All chapters. Fails where the site does not do its part (a process falls, a box refuses).
    Result<void> play();

    [[nodiscard]] const std::vector<WalkRecord>& walks() const { return walks_; }
    /// Where how many of the counted goods really are.
    [[nodiscard]] const std::vector<StockLine>& counted() const { return counted_; }

 private:
    Result<void> open();
    Result<void> pallets_arrive();
    Result<void> receive_against_advice(const Pallet& pallet);
    Result<void> put_away_wrongly();
    Result<void> units_go_to_the_shop();
    Result<void> customers_come_and_go();
    Result<void> reader_reboots();
    Result<void> broker_dies();
    Result<void> edge_dies();
    Result<void> rack_goes_dark();

    Result<void> fill_shelves();
    Result<void> take_from_shelf(std::size_t slot_index, std::int64_t units);
    [[nodiscard]] Result<bool> shelves_are_booked() const;

    Result<void> walk(const std::vector<std::string>& tags, const std::string& gate,
                      WalkOrder::Way way, std::string_view words);
    Result<void> all_arrived();
    Result<void> unpack(const Pallet& pallet);
    /// `count` units that really stand at a place, as the seed draws them; fewer if there are not
    /// so many.
    Result<std::vector<std::string>> some_at(std::string_view place, std::size_t count);
    [[nodiscard]] std::string names(const std::vector<std::string>& tags) const;

    Stage stage_;
    Prng prng_;
    Pace pace_;
    std::vector<WalkRecord> walks_;
    std::vector<StockLine> counted_;
    std::vector<std::size_t> open_walks_;  ///< into walks_
    std::set<std::string> left_alone_;     ///< units that the manager shall find
};

}  // namespace tally::demo
