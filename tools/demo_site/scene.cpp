#include "tools/demo_site/scene.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tally::demo {

namespace {

using Voice = Tale::Voice;
using Way = WalkOrder::Way;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::int32_t kBriskMmPerS = 1'500;
/// A gate decides a second after the last beam, or 1.5 s after the last read; a pallet's unread
/// children are inferred 2.5 s later (docs/gates.md).
constexpr Duration kDecided = milliseconds(4'500);
constexpr Duration kBetweenGroups = milliseconds(4'000);
constexpr Duration kBetweenPallets = milliseconds(6'500);

const DemoGate& gate_of(std::string_view id) {
    return *std::find_if(kGates.begin(), kGates.end(),
                         [&](const DemoGate& gate) { return gate.id == id; });
}

}  // namespace

Result<void> Scene::play() {
    TALLY_TRY(open());
    TALLY_TRY(pallets_arrive());
    TALLY_TRY(units_go_to_the_shop());
    TALLY_TRY(put_away_wrongly());
    TALLY_TRY(customers_come_and_go());
    TALLY_TRY(rack_goes_dark());
    TALLY_TRY(reader_reboots());
    TALLY_TRY(broker_dies());
    TALLY_TRY(edge_dies());
    stage_.tale.chapter("Quiet");
    TALLY_TRY(stage_.watch.wait(kDecided));
    return stage_.watch.until_quiet();
}

std::string Scene::names(const std::vector<std::string>& tags) const {
    std::string text;
    for (const std::string& tag : tags) {
        text += (text.empty() ? "" : ", ") + stage_.goods.label_of(tag);
    }
    return text;
}

Result<std::vector<std::string>> Scene::some_at(std::string_view place, std::size_t count) {
    TALLY_TRY_ASSIGN(const std::vector<TrueUnit> truth, stage_.emul.truth());
    std::vector<std::string> there;
    for (const TrueUnit& unit : truth) {
        if (unit.place == place && !unit.walking && stage_.goods.units.contains(unit.epc) &&
            !left_alone_.contains(unit.epc)) {
            there.push_back(unit.epc);
        }
    }
    std::vector<std::string> chosen;
    while (chosen.size() < count && !there.empty()) {
        const auto at = there.begin() + static_cast<std::ptrdiff_t>(prng_.below(there.size()));
        chosen.push_back(*at);
        there.erase(at);
    }
    return chosen;
}

Result<void> Scene::walk(const std::vector<std::string>& tags, const std::string& gate, Way way,
                         std::string_view words) {
    if (tags.empty()) {
        return {};
    }
    stage_.tale.say(Voice::scene, "scene", fmt::format("{} {}", names(tags), words));
    WalkRecord record;
    record.reader = gate_of(gate).reader;
    record.from_t_ms = wall_ms();
    for (const std::string& tag : tags) {
        const auto pallet =
            std::find_if(stage_.goods.pallets.begin(), stage_.goods.pallets.end(),
                         [&](const Pallet& candidate) { return candidate.sscc == tag; });
        if (pallet != stage_.goods.pallets.end()) {
            const std::vector<std::string> loaded = pallet->loaded();
            record.units.insert(record.units.end(), loaded.begin(), loaded.end());
        } else {
            record.units.push_back(tag);
        }
    }
    open_walks_.push_back(walks_.size());
    walks_.push_back(std::move(record));
    return stage_.emul.walk({tags, gate, way, pace_ == Pace::brisk ? kBriskMmPerS : 0});
}

Result<void> Scene::all_arrived() {
    constexpr Duration kLimit = seconds(40);
    TALLY_TRY(stage_.watch.until("everybody has arrived", kLimit, [this]() -> Result<bool> {
        TALLY_TRY_ASSIGN(const std::vector<TrueUnit> truth, stage_.emul.truth());
        return std::none_of(truth.begin(), truth.end(),
                            [](const TrueUnit& unit) { return unit.walking; });
    }));
    for (const std::size_t index : open_walks_) {
        walks_[index].to_t_ms = wall_ms();
    }
    open_walks_.clear();
    return {};
}

Result<void> Scene::open() {
    const auto& [site, boxes, emul, watch, tale, goods] = stage_;
    tale.chapter("The site opens");
    for (const DemoGate& gate : kGates) {
        TALLY_TRY(emul.add_gate(gate));
    }
    for (const Pallet& pallet : goods.pallets) {
        for (const std::string& child : pallet.children) {
            TALLY_TRY(emul.add_unit(child, "SUPPLIER"));
        }
        TALLY_TRY(emul.add_pallet(pallet.sscc, "SUPPLIER", pallet.loaded()));
    }
    TALLY_TRY(emul.add_unit(goods.foreign_epc, "CUSTOMER"));
    TALLY_TRY(fill_shelves());
    constexpr Duration kLimit = seconds(30);
    TALLY_TRY(watch.until("all readers read", kLimit, [&] { return stage_.emul.all_reading(); }));
    tale.say(Voice::manager, kManager,
             fmt::format("imports {} products and {} expected pallets at the bridge",
                         goods.products.size(), goods.pallets.size()));
    TALLY_TRY(boxes.bridge.import_master(goods.master_csv()));
    TALLY_TRY(watch.until_quiet());
    tale.say(Voice::bridge, kBridge, "both edges know the item master");
    return {};
}

Result<void> Scene::unpack(const Pallet& pallet) {
    TALLY_TRY(stage_.emul.unpack(pallet.sscc));
    stage_.tale.say(Voice::manager, kManager, fmt::format("unpacks {}", pallet.label));
    return stage_.boxes.back.unpack(pallet.sscc);
}

Result<void> Scene::pallets_arrive() {
    stage_.tale.chapter("Two pallets arrive at the dock; of one a unit is missing");
    left_alone_.insert(stage_.goods.lamp_epc);
    TALLY_TRY(walk({stage_.goods.pallets[0].sscc}, "dock", Way::in, "comes in through the dock"));
    TALLY_TRY(stage_.watch.wait(kBetweenPallets));
    TALLY_TRY(walk({stage_.goods.pallets[1].sscc}, "dock", Way::in, "follows"));
    TALLY_TRY(all_arrived());
    TALLY_TRY(stage_.watch.wait(kDecided));
    TALLY_TRY(unpack(stage_.goods.pallets[0]));
    TALLY_TRY(receive_against_advice(stage_.goods.pallets[1]));
    return unpack(stage_.goods.pallets[1]);
}

Result<void> Scene::units_go_to_the_shop() {
    stage_.tale.chapter("Units go from the warehouse to the shop floor: from edge to edge");
    TALLY_TRY_ASSIGN(const std::vector<std::string> first, some_at("back.hall", 2));
    TALLY_TRY(walk(first, "door", Way::in, "go to the shop"));
    TALLY_TRY(stage_.watch.wait(kBetweenGroups));
    TALLY_TRY_ASSIGN(const std::vector<std::string> second, some_at("back.hall", 2));
    TALLY_TRY(walk(second, "door", Way::in, "go to the shop"));
    TALLY_TRY(all_arrived());
    return stage_.watch.wait(kDecided);
}

Result<void> Scene::customers_come_and_go() {
    stage_.tale.chapter("Customers: a sale, a foreign tag, a return; one unit goes back");
    TALLY_TRY_ASSIGN(const std::vector<std::string> chosen, some_at("shop.floor", 2));
    const std::vector<std::string> sold(chosen.begin(), chosen.begin() + 1);
    const std::vector<std::string> home(chosen.begin() + 1, chosen.end());
    TALLY_TRY(walk(sold, "exit", Way::out, "is sold and leaves"));
    TALLY_TRY(walk(home, "door", Way::out, "goes back to the warehouse"));
    TALLY_TRY(all_arrived());
    TALLY_TRY(stage_.watch.wait(kDecided));
    TALLY_TRY(walk({stage_.goods.foreign_epc}, "exit", Way::in, "of another shop comes in"));
    TALLY_TRY(stage_.watch.wait(kBetweenGroups));
    TALLY_TRY(walk(sold, "exit", Way::in, "is brought back"));
    TALLY_TRY(all_arrived());
    return stage_.watch.wait(kDecided);
}

}  // namespace tally::demo
