// Work: how a site and each of its edges opens.
#include <algorithm>

#include <fmt/format.h>

#include "firmware/base/check.hpp"
#include "firmware/services/goods/opening.hpp"
#include "sim/scenarios/site_plan.hpp"
#include "sim/scenarios/tags.hpp"
#include "sim/scenarios/work.hpp"

namespace tally::sim {

namespace {

constexpr std::size_t kRowsAtOnce = 500;  // of an opening file, as people count in parts
const Actor kCounter{"user:li.wei", ""};

}  // namespace

/// Head office tells its records once the bridge has opened.
void Work::tell_records() {
    if (!site_.is_open("bridge")) {
        later(std::chrono::milliseconds(100), [this] { tell_records(); });
        return;
    }
    for (std::int64_t item = 0; item < of("site.tagged_skus"); ++item) {
        ItemRecord record;
        record.sku = Goods::tagged_sku(item);
        record.gtin = gtin_of(static_cast<std::uint32_t>(item + 1));
        record.name = "goods " + std::to_string(item + 1);
        static_cast<void>(site_.bridge().command({}, "user:head.office", "master",
                                                 encode(MasterRecord(record)), {}));
    }
    for (std::int64_t item = 0; item < counted_skus(); ++item) {
        ItemRecord record;
        record.sku = counted_sku(item);
        record.name = "bolts " + std::to_string(item + 1);
        record.tracking = Tracking::by_count;
        record.unit_mg = kCountedUnitMg;
        record.unit_sigma_mg = std::max<std::int64_t>(of("world.unit_sigma_mg"), 1);
        static_cast<void>(site_.bridge().command({}, "user:head.office", "master",
                                                 encode(MasterRecord(record)), {}));
    }
}

void Work::open() {
    tell_records();
    const auto& edges = site_.site().edges;
    for (const EdgeId& edge : edges) {
        const std::string name = edge.str();
        const std::string hall = name + ".hall";
        std::vector<Found>& units = opening_[name];
        for (std::int64_t i = 0; i < of("site.tags") / std::ssize(edges); ++i) {
            units.push_back({goods_.create(hall), hall});
        }
        const bool has_bays = floor_ != nullptr && edge == site_.site().fleet_master;
        for (const std::string& bay : has_bays ? floor_->bays : std::vector<std::string>()) {
            for (std::int64_t i = 0; i < of("picking.bay_units"); ++i) {
                units.push_back({goods_.create(bay), bay});
            }
        }
        opening_timers_[name] = std::make_unique<Timer>(scene_);
        try_open(name);
    }
}

bool Work::opened(const std::string& edge) const {
    return !opening_.contains(edge);
}

/// Kinds of counted goods that some slot weighs.
std::int64_t Work::counted_skus() const {
    return std::min<std::int64_t>(kCountedSkus, std::ssize(goods_.slots()));
}

bool Work::knows_records(const std::string& edge) {
    if (!site_.is_open(edge)) {
        return false;
    }
    const Registers& registers = site_.edge(edge).ledger().registers();
    const std::string last_tagged = Goods::tagged_sku(of("site.tagged_skus") - 1);
    return registers.sku(last_tagged) != nullptr &&
           (goods_.slots().empty() || registers.sku(counted_sku(counted_skus() - 1)) != nullptr);
}

/// A part that is durable cannot be booked again: then the next one follows. What died with its box
/// before that is booked once more.
void Work::try_open(const std::string& edge) {
    if (knows_records(edge) && site_.edge(edge).ledger().queue().waiting_rows() == 0) {
        book_opening_of(edge);
    }
    if (!opened(edge)) {
        opening_timers_.at(edge)->arm(std::chrono::milliseconds(500),
                                      [this, edge] { try_open(edge); });
    }
}

/// People count what is there, part by part, and then the slots are filled.
void Work::book_opening_of(const std::string& edge) {
    const std::string hall = edge + ".hall";
    std::vector<Found>& units = opening_.at(edge);
    std::string rows = "place,sku,lot,units,custody,quality,item\n";
    const bool last_part = units.size() <= kRowsAtOnce;
    for (std::size_t i = 0; i < std::min(units.size(), kRowsAtOnce); ++i) {
        const std::string item = units[i].unit.str();
        rows += fmt::format("{},{},,1,,,{}\n", units[i].place, goods_.sku_of().at(item), item);
    }
    std::vector<std::string> slots;
    for (const std::string& slot : goods_.slots()) {
        if (site_.site().owner_of(PlaceId(slot)) == EdgeId(edge)) {
            slots.push_back(slot);
        }
    }
    for (std::int64_t item = 0; last_part && item < counted_skus() && !slots.empty(); ++item) {
        const std::int64_t many =
            of("site.spare_units") + of("site.slot_units") * std::ssize(slots);
        rows += fmt::format("{},{},,{},,,\n", hall, counted_sku(item), many);
    }
    EdgeSite& box = site_.edge(edge);
    const bool has_rows = !units.empty() || !slots.empty();
    if (has_rows &&
        book_opening(box.inventory(), box.ledger(), {rows, "opening", "opening"}, kCounter)) {
        return;
    }
    const auto part =
        units.begin() + static_cast<std::ptrdiff_t>(std::min(units.size(), kRowsAtOnce));
    for (auto found = units.begin(); found != part; ++found) {
        goods_.put(found->place, {found->unit});
    }
    units.erase(units.begin(), part);
    if (!last_part) {
        return;
    }
    opening_.erase(edge);
    for (const std::string& slot : slots) {
        goods_.move(slot, of("site.slot_units"));
    }
    note_("edge " + edge + " opens");
}

}  // namespace tally::sim
