#include "tests/support/shelf_story.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "firmware/services/shelf/shelf_service.hpp"
#include "tests/support/goods_rig.hpp"

namespace tally::test {

namespace {

using What = StoryStep::What;
constexpr std::int64_t kBoltMg = 100'000;
constexpr std::int64_t kTeaMg = 250'000;

struct StoryRig : GoodsRig {
    StoryRig() {
        ItemRecord bolts{"bolts", "", "Bolts", Tracking::by_count, kBoltMg};
        bolts.unit_sigma_mg = 500;
        take({bolts, ItemRecord{"tea", "80614141123458", "Tea", Tracking::by_item, kTeaMg},
              PalletRecord{kGoodsPallet, {tea(1), tea(2), tea(3)}, "ASN-7"},
              AsnRecord{"ASN-7", "House", "2026-11-30", {{"bolts", "B1", 20'000}}}});
        ShelfLayout shelf;
        shelf.id = "rack-1";
        shelf.edge = EdgeId("back");
        shelf.around = PlaceId("aisle");
        for (const auto& [name, sku] : kSlots) {
            site.places.push_back({PlaceId(name), EdgeId("back")});
            shelf.slots.push_back(
                {PlaceId(name), {sku}, Weight::of_grams(30'000), Weight::of_grams(1)});
        }
        site.shelves.push_back(shelf);
        open_service();
    }
    void open_service() {
        service = std::make_unique<ShelfService>(site, inventory, ledger, rig.node, rig.node);
        service->start();
    }
    static std::int64_t unit_mg(const std::string& slot) { return slot == "a1" ? kTeaMg : kBoltMg; }
    void look(const std::string& slot) {
        ShelfReading reading;
        reading.quality = ReadingQuality::stable;
        reading.weight = {weight_mg[slot]};
        reading.at = rig.node.mono_now();
        service->on_reading(PlaceId(slot), reading);
    }
    void blind(const std::string& slot) {
        ShelfReading reading;
        reading.fault = ShelfFault::silent;
        reading.text = "silent";
        reading.at = rig.node.mono_now();
        service->on_reading(PlaceId(slot), reading);
    }

    static constexpr std::array<std::pair<const char*, const char*>, 3> kSlots = {
        {{"a1", "tea"}, {"a2", "bolts"}, {"a3", "bolts"}}};
    std::map<std::string, std::int64_t> weight_mg;
    std::map<std::string, bool> is_dark;
    std::unique_ptr<ShelfService> service;
};

class Teller {
 public:
    std::optional<std::string> tell(const Story& story) {
        for (const auto& [slot, sku] : StoryRig::kSlots) {
            rig_.look(slot);
        }
        for (std::size_t i = 0; i < story.size(); ++i) {
            if (auto trouble = after(story[i])) {
                return fmt::format("after step {}: {}", i, *trouble);
            }
        }
        return at_the_end();
    }

 private:
    std::optional<std::string> after(const StoryStep& step) {
        if (auto refused = take(step)) {
            return refused;
        }
        const Result<void> sound = rig_.ledger.book().verify();
        return sound ? std::nullopt : std::optional(sound.error().text);
    }

    std::optional<std::string> take(const StoryStep& step) {
        const auto told = [](const auto& done) {
            return done ? std::nullopt : std::optional(done.error().text);
        };
        const PlaceId to(step.to);
        switch (step.what) {
            case What::load:
                rig_.weight_mg[step.from] += step.n * StoryRig::unit_mg(step.from);
                stands_[step.from] += step.n;
                unscanned_[step.from] += std::max<std::int64_t>(step.n, 0);
                return rig_.is_dark[step.from] ? std::nullopt : look(step.from);
            case What::look:
                return rig_.is_dark[step.from] ? std::nullopt : look(step.from);
            case What::dark:
                rig_.is_dark[step.from] = true;
                rig_.blind(step.from);
                return std::nullopt;
            case What::light:
                rig_.is_dark[step.from] = false;
                return look(step.from);
            case What::restart:
                rig_.open_service();
                for (const auto& [slot, sku] : StoryRig::kSlots) {
                    rig_.is_dark[slot] ? rig_.blind(slot) : rig_.look(slot);
                }
                return std::nullopt;
            case What::wait:
                rig_.rig.run(std::chrono::seconds(step.n));
                return std::nullopt;
            case What::scan:
                told_[step.from] -= step.n;
                told_[step.to] += step.n;
                unscanned_[step.to] -= step.n;
                return told(carry(rig_.inventory, rig_.ledger,
                                  {"bolts", step.n * 1'000, PlaceId(step.from), to, {}, {}},
                                  rig_.user));
            case What::receive:
                told_["dock"] += step.n;
                return told(rig_.receive("bolts", step.n * 1'000));
            case What::arrive:
                return told(rig_.receive(tea(static_cast<int>(step.n))));
            case What::seen:
                return told(rig_.tasks.seen(tea(static_cast<int>(step.n)), to, 0, rig_.other));
            case What::sight:
                rig_.sight(step.from, tea(static_cast<int>(step.n)));
                return std::nullopt;
            case What::pass:
                rig_.in(step.from, tea(static_cast<int>(step.n)));
                return std::nullopt;
        }
        return std::nullopt;
    }

    /// The weight is read; then book, memory and weight must agree.
    std::optional<std::string> look(const std::string& slot) {
        rig_.look(slot);
        const std::string sku = slot == "a1" ? "tea" : "bolts";
        const auto memory = decode_slot_memory(rig_.ledger.state_row("shelf_slot", slot));
        if (!memory) {
            return "slot " + slot + " has no memory";
        }
        std::int64_t units = rig_.stock(slot, sku) / 1'000;
        for (const WaitingMove& move : memory->moves) {
            units -= move.units;
        }
        for (const OpenShelfChange& open : memory->open) {
            units += sku == "tea" ? open.units : 0;
        }
        const std::int64_t weighs = rig_.weight_mg[slot] / StoryRig::unit_mg(slot);
        if (units == weighs) {
            return std::nullopt;
        }
        return fmt::format("slot {} carries {} of {}, the book makes it {}: {}", slot, weighs, sku,
                           units, encode(*memory));
    }

    std::optional<std::string> at_the_end() {
        for (const auto& [slot, sku] : StoryRig::kSlots) {
            for (const What what : {What::light, What::look}) {
                if (auto trouble = after({what, slot, {}, 0})) {
                    return "at the end: " + *trouble;
                }
            }
        }
        rig_.rig.run(std::chrono::seconds(100));
        std::map<std::string, int> entered;
        for (const Event& event : rig_.events(EventType::received)) {
            if (!event.item.empty() && event.qty.milli > 0 && ++entered[event.item.str()] > 1) {
                return "unit " + event.item.str() + " was received twice";
            }
        }
        for (const auto& [slot, sku] : StoryRig::kSlots) {
            if (std::string(sku) == "bolts" && stands_[slot] != told_[slot]) {
                return std::nullopt;  // Scans were left out: weights alone know where they went.
            }
        }
        return where_the_bolts_are();
    }

    /// Bolts that no scan ever brought and none took away came out of nothing and may be in the
    /// aisle now: the book says so, and doubts it.
    std::optional<std::string> where_the_bolts_are() {
        std::int64_t strays_most = 0;
        for (const char* slot : {"a2", "a3"}) {
            strays_most += std::max<std::int64_t>(unscanned_[slot], 0);
        }
        const std::int64_t strays = -rig_.stock("UNEXPLAINED", "bolts") / 1'000;
        if (strays < 0 || strays > strays_most) {
            return fmt::format("at the end: {} bolts came out of nothing, of at most {}", strays,
                               strays_most);
        }
        for (const char* place : {"dock", "aisle", "attic", "a2", "a3"}) {
            const std::int64_t units = rig_.stock(place, "bolts") / 1'000;
            const std::int64_t due = told_[place] + (std::string(place) == "aisle" ? strays : 0);
            if (units != due) {
                return fmt::format("at the end: {} has {} bolts, the scans told of {}", place,
                                   units, due);
            }
        }
        bool is_doubted = false;
        for (const auto& [id, open] : rig_.ledger.registers().anomalies()) {
            if (open.what.kind == "count_differs" && open.what.place != "a1") {
                if (strays == 0) {
                    return "at the end still open: " + open.what.text;
                }
                is_doubted = true;
            }
        }
        if (strays > 0 && !is_doubted) {
            return fmt::format("at the end: nobody doubts {} bolts out of nothing", strays);
        }
        return std::nullopt;
    }

    StoryRig rig_;
    std::map<std::string, std::int64_t> stands_, told_;
    std::map<std::string, std::int64_t> unscanned_;  ///< came to the slot, less scanned into it
};

/// What one actor lives through: its steps keep their order, those of others come in between.
using Life = std::vector<StoryStep>;

void maybe(Prng& prng, Life& life, const StoryStep& step, std::uint64_t times_max) {
    const std::uint64_t times = prng.below(times_max + 1);
    for (std::uint64_t i = 0; i < times; ++i) {
        life.push_back(step);
    }
}

void shuffle_from(Prng& prng, Life& life, std::size_t first) {
    for (std::size_t i = life.size(); i > first + 1; --i) {
        const std::size_t other = first + prng.below(i - first);
        std::swap(life[i - 1], life[other]);
    }
}

Life life_of_tea(Prng& prng, std::int64_t n) {
    Life life{{What::pass, "dock-door", {}, n}};
    maybe(prng, life, {What::arrive, {}, {}, n}, 2);
    maybe(prng, life, {What::sight, "dock-door", {}, n}, 2);
    shuffle_from(prng, life, 0);
    std::size_t group = life.size();
    maybe(prng, life, {What::sight, "aisle-door", {}, n}, 1);
    maybe(prng, life, {What::pass, "aisle-door", {}, n}, 2);
    shuffle_from(prng, life, group);
    group = life.size();
    life.push_back({What::load, "a1", {}, 1});
    maybe(prng, life, {What::seen, {}, "a1", n}, 2);
    shuffle_from(prng, life, group);
    if (prng.below(4) == 0) {  // Looked at and put back.
        life.push_back({What::load, "a1", {}, -1});
        life.push_back({What::load, "a1", {}, 1});
    }
    if (prng.below(4) > 0) {
        group = life.size();
        life.push_back({What::load, "a1", {}, -1});
        maybe(prng, life, {What::sight, "exit", {}, n}, 2);
        maybe(prng, life, {What::pass, "exit", {}, n}, 2);
        maybe(prng, life, {What::seen, {}, "attic", n}, 1);
        shuffle_from(prng, life, group);
    }
    return life;
}

/// Movements of bolts in the order in which they happen; the scan of each may come before its
/// weight, or at any time later, or not at all.
Life life_of_bolts(Prng& prng) {
    Life life{{What::receive, {}, {}, 20}};
    std::map<std::string, std::int64_t> there{{"dock", 20}};
    Life late;
    const bool all_scanned = prng.below(2) == 0;
    for (int i = 0; i < 6; ++i) {
        static constexpr const char* kWays[][2] = {
            {"dock", "a2"}, {"dock", "a3"}, {"a2", "attic"}, {"a3", "attic"}, {"a2", "a3"}};
        const std::size_t pick = prng.below(5);
        const std::string from = kWays[pick][0];
        const std::string to = kWays[pick][1];
        if (there[from] == 0) {
            continue;
        }
        const auto most = static_cast<std::uint64_t>(std::min<std::int64_t>(there[from], 6));
        const auto n = static_cast<std::int64_t>(1 + prng.below(most));
        there[from] -= n;
        there[to] += n;
        const StoryStep scan{What::scan, from, to, n};
        const std::uint64_t when = prng.below(all_scanned ? 3 : 4);
        if (when == 0) {
            life.push_back(scan);
        }
        if (from != "dock") {
            life.push_back({What::load, from, {}, -n});
        }
        if (to != "attic") {
            life.push_back({What::load, to, {}, n});
        }
        if (when == 1) {
            life.push_back(scan);
        } else if (when == 2) {
            late.push_back(scan);
        }
        if (!late.empty() && prng.below(2) == 0) {
            life.push_back(late.back());
            late.pop_back();
        }
    }
    life.insert(life.end(), late.begin(), late.end());
    return life;
}

StoryStep disturbance(Prng& prng) {
    static constexpr What kKinds[] = {What::look, What::dark,    What::light,
                                      What::look, What::restart, What::wait};
    const What what = kKinds[prng.below(std::size(kKinds))];
    const std::size_t slot = prng.below(StoryRig::kSlots.size());
    const auto seconds = static_cast<std::int64_t>(1 + prng.below(90));
    return {what, StoryRig::kSlots[slot].first, {}, what == What::wait ? seconds : 0};
}

std::string_view name_of(What what) {
    static constexpr std::string_view kNames[] = {"load",    "look", "dark",  "light",
                                                  "restart", "wait", "scan",  "receive",
                                                  "arrive",  "seen", "sight", "pass"};
    return kNames[static_cast<std::size_t>(what)];
}

}  // namespace

Story make_story(Prng& prng) {
    std::vector<Life> lives;
    for (std::int64_t n = 1; n <= 3; ++n) {
        lives.push_back(life_of_tea(prng, n));
    }
    lives.push_back(life_of_bolts(prng));
    std::vector<std::size_t> at(lives.size(), 0);
    Story story;
    for (;;) {
        std::vector<std::size_t> going;
        for (std::size_t i = 0; i < lives.size(); ++i) {
            if (at[i] < lives[i].size()) {
                going.push_back(i);
            }
        }
        if (going.empty()) {
            return story;
        }
        if (prng.below(4) == 0) {
            story.push_back(disturbance(prng));
        }
        const std::size_t actor = going[prng.below(going.size())];
        story.push_back(lives[actor][at[actor]++]);
    }
}

bool is_possible(const Story& story) {
    std::map<std::string, std::int64_t> stands, told;
    for (const StoryStep& step : story) {
        if (step.what == What::load && (stands[step.from] += step.n) < 0) {
            return false;
        }
        if (step.what == What::receive) {
            told["dock"] += step.n;
        } else if (step.what == What::scan) {
            told[step.from] -= step.n;
            told[step.to] += step.n;
        }
    }
    return std::all_of(told.begin(), told.end(), [](const auto& at) { return at.second >= 0; });
}

std::optional<std::string> trouble_in(const Story& story) {
    return Teller().tell(story);
}

Story shortened(Story story) {
    for (bool shorter = true; shorter;) {
        shorter = false;
        for (std::size_t i = story.size(); i-- > 0;) {
            Story less = story;
            less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
            if (is_possible(less) && trouble_in(less)) {
                story = std::move(less);
                shorter = true;
            }
        }
    }
    return story;
}

std::string text_of(const Story& story) {
    std::string text;
    for (const StoryStep& step : story) {
        text += fmt::format("{{What::{}, \"{}\", \"{}\", {}}},\n", name_of(step.what), step.from,
                            step.to, step.n);
    }
    return text;
}

}  // namespace tally::test
