#include "sim/scenarios/goods.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "firmware/base/check.hpp"
#include "sim/scenarios/site_plan.hpp"
#include "sim/scenarios/tags.hpp"

namespace tally::sim {

namespace {

constexpr std::int64_t kSlotUnitsMax = 250;  // of 30 kg

}  // namespace

Goods::Goods(World& world, DeviceYard& devices, const SiteLayout& site, Prng prng, Sorts sorts)
    : world_(world), devices_(devices), prng_(prng), sorts_(sorts) {
    for (const ShelfLayout& shelf : site.shelves) {
        std::uint8_t unit = 0;
        for (const SlotLayout& layout : shelf.slots) {
            Slot slot;
            slot.rack = shelf.id;
            slot.unit = ++unit;
            slot.sku = layout.skus.front();
            slot.carried_mg = {0};
            counted_[{layout.place.str(), slot.sku}] = 0;
            slot_names_.push_back(layout.place.str());
            slots_.emplace(layout.place.str(), std::move(slot));
        }
    }
}

std::string Goods::tagged_sku(std::int64_t index) {
    return "SKU-" + std::to_string(index + 1);
}

TagCode Goods::create(const std::string& place) {
    const auto sku =
        static_cast<std::int64_t>(prng_.below(static_cast<std::uint64_t>(sorts_.tagged_skus)));
    TagCode code = unit_tag(static_cast<std::uint32_t>(sku + 1), ++serial_);
    TALLY_CHECK(world_.add_unit(code, PlaceId(place)).has_value(), "serial numbers are new");
    sku_of_[code.str()] = tagged_sku(sku);
    return code;
}

TagCode Goods::create_pallet(const std::string& place, const std::vector<TagCode>& children) {
    TagCode label = pallet_tag(++pallet_serial_);
    TALLY_CHECK(world_.add_pallet(label, PlaceId(place), children).has_value(),
                "a pallet is packed of free units");
    return label;
}

std::vector<TagCode> Goods::take(const std::string& place, std::uint64_t most, Prng& prng) {
    std::vector<TagCode>& free = free_[place];
    const std::uint64_t count = 1 + prng.below(most);
    std::vector<TagCode> taken;
    while (!free.empty() && taken.size() < count) {
        const std::uint64_t at = prng.below(free.size());
        std::swap(free[at], free.back());
        taken.push_back(std::move(free.back()));
        free.pop_back();
    }
    return taken;
}

void Goods::put(const std::string& place, const std::vector<TagCode>& units) {
    std::vector<TagCode>& free = free_[place];
    free.insert(free.end(), units.begin(), units.end());
}

std::vector<TagCode> Goods::units_at(const std::string& place, const std::string& sku) const {
    std::vector<TagCode> found;
    if (const auto free = free_.find(place); free != free_.end()) {
        std::copy_if(
            free->second.begin(), free->second.end(), std::back_inserter(found),
            [&](const TagCode& unit) { return sku.empty() || sku_of_.at(unit.str()) == sku; });
    }
    std::sort(found.begin(), found.end());
    return found;
}

void Goods::carry(const TagCode& unit, const std::string& from, const std::string& to) {
    TALLY_CHECK(std::erase(free_[from], unit) == 1, "who carries a unit has found it there");
    TALLY_CHECK(world_.bring(unit, PlaceId(to)).has_value(), "what stands free can be carried");
    free_[to].push_back(unit);
}

std::int64_t Goods::lying(const std::string& place, const std::string& sku) const {
    const auto found = counted_.find({place, sku});
    return found == counted_.end() ? 0 : found->second;
}

bool Goods::is_known_place(const std::string& place) const {
    const auto found = counted_.lower_bound({place, std::string()});
    return found != counted_.end() && found->first.first == place;
}

bool Goods::is_counted(const std::string& sku) const {
    return std::any_of(counted_.begin(), counted_.end(),
                       [&](const auto& each) { return each.first.second == sku; });
}

void Goods::weigh(Slot& slot, std::int64_t mg) {
    ShelfUnit& cell = *devices_.rack(slot.rack).unit(slot.unit);
    cell.add(0, mg);
    slot.carried_mg.insert(cell.carried_mg(0));
}

std::int64_t Goods::move(const std::string& name, std::int64_t units) {
    Slot& slot = slots_.at(name);
    std::int64_t moved = 0, mg = 0;
    for (; moved < units && std::ssize(slot.pieces_mg) < kSlotUnitsMax; ++moved) {
        // The sum of twelve uniform draws is nearly normal with a deviation of 1/12 of their span.
        std::int64_t off = 0;
        for (int i = 0; i < 12; ++i) {
            off += prng_.between(-sorts_.unit_sigma_mg / 2, sorts_.unit_sigma_mg / 2);
        }
        slot.pieces_mg.push_back(kCountedUnitMg + off);
        mg += slot.pieces_mg.back();
    }
    for (; moved > units && !slot.pieces_mg.empty(); --moved) {
        mg -= slot.pieces_mg.back();
        slot.pieces_mg.pop_back();
    }
    if (moved != 0) {
        weigh(slot, mg);
        counted_[{name, slot.sku}] += moved;
    }
    return moved;
}

void Goods::load(const std::string& name, std::int64_t mg) {
    weigh(slots_.at(name), mg);
}

bool Goods::carried(const std::string& name, std::int64_t mg, std::int64_t tolerance_mg) const {
    const std::set<std::int64_t>& carried = slots_.at(name).carried_mg;
    const std::int64_t about_mg = tolerance_mg + sorts_.noise_mg;
    const auto from = carried.lower_bound(mg - about_mg);
    return from != carried.end() && *from <= mg + about_mg;
}

}  // namespace tally::sim
