// Scene: goods that are counted by weight, and a rack that goes dark while they move.
#include <algorithm>

#include <fmt/format.h>

#include "tools/demo_site/scene.hpp"
#include "tools/demo_site/shelves.hpp"

namespace tally::demo {

namespace {

using Voice = Tale::Voice;
using std::chrono::seconds;

constexpr Duration kBooked = seconds(60);  ///< a dark rack is asked ever more rarely

}  // namespace

Result<void> Scene::fill_shelves() {
    for (const DemoSlot& slot : kSlots) {
        TALLY_TRY(stage_.emul.load_shelf(slot.unit, slot.at_first * slot.unit_mg));
        counted_.push_back({std::string(slot.place), std::string(slot.sku), slot.at_first, 0, 0});
    }
    return {};
}

/// Takes so many off a slot into the hall, as a person would who carries them away.
Result<void> Scene::take_from_shelf(std::size_t slot_index, std::int64_t units) {
    const DemoSlot& slot = kSlots.at(slot_index);
    stage_.tale.say(Voice::scene, "scene",
                    fmt::format("{} of {} are taken off {}", units, slot.sku, slot.place));
    TALLY_TRY(stage_.emul.load_shelf(slot.unit, -units * slot.unit_mg));
    counted_.at(slot_index).truth -= units;
    const auto in_hall = std::find_if(counted_.begin(), counted_.end(), [&](const StockLine& line) {
        return line.place == kAroundRack && line.sku == slot.sku;
    });
    if (in_hall != counted_.end()) {
        in_hall->truth += units;
    } else {
        counted_.push_back({std::string(kAroundRack), std::string(slot.sku), units, 0, 0});
    }
    return {};
}

Result<bool> Scene::shelves_are_booked() const {
    TALLY_TRY_ASSIGN(const std::vector<StockQuantity> rows, stage_.boxes.back.stock());
    return std::all_of(counted_.begin(), counted_.end(), [&](const StockLine& line) {
        return std::any_of(rows.begin(), rows.end(), [&](const StockQuantity& row) {
            return row.place == line.place && row.sku == line.sku && row.units == line.truth;
        });
    });
}

Result<void> Scene::rack_goes_dark() {
    const auto& [site, boxes, emul, watch, tale, goods] = stage_;
    tale.chapter("A rack of four weighed slots counts what is taken, and goes dark meanwhile");
    TALLY_TRY(watch.until("the first weighing is booked", kBooked,
                          [this] { return shelves_are_booked(); }));
    TALLY_TRY(take_from_shelf(0, 2));
    TALLY_TRY(watch.until("the weight says so", kBooked, [this] { return shelves_are_booked(); }));
    tale.say(Voice::fault, "fault", "somebody pulls the rack's network cable");
    TALLY_TRY(emul.shelf_cable("pulled"));
    TALLY_TRY(watch.until("every slot is blind", kBooked, [&]() -> Result<bool> {
        return std::all_of(kSlots.begin(), kSlots.end(), [&](const DemoSlot& slot) {
            return std::any_of(stage_.watch.blind().begin(), stage_.watch.blind().end(),
                               [&](const BlindSpan& span) { return span.device == slot.place; });
        });
    }));
    TALLY_TRY(take_from_shelf(1, prng_.between(3, 6)));
    TALLY_TRY(take_from_shelf(3, prng_.between(1, 4)));
    TALLY_TRY(watch.wait(seconds(2)));
    tale.say(Voice::fault, "fault", "the cable is plugged in again");
    TALLY_TRY(emul.shelf_cable("connected"));
    return watch.until("what moved in the dark is booked", kBooked,
                       [this] { return shelves_are_booked(); });
}

}  // namespace tally::demo
