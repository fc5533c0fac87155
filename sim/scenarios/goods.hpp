// What stands where in truth, as the people at the site know it: tagged units by place, counted
// goods in weighed slots, and every weight that a slot ever carried.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/checkers/truth_checks.hpp"
#include "sim/scenarios/device_yard.hpp"
#include "sim/world/world.hpp"

namespace tally::sim {

/// Single-threaded. World, devices and layout outlive it.
class Goods {
 public:
    struct Sorts {
        std::int64_t tagged_skus = 3;
        std::int64_t unit_sigma_mg = 300;  ///< of counted goods
        std::int64_t noise_mg = 0;         ///< of instruments: what a slot shows beside its weight
    };
    Goods(World& world, DeviceYard& devices, const SiteLayout& site, Prng prng, Sorts sorts);

    // Tagged units.
    /// Serial numbers are never used twice; the SKU is drawn.
    TagCode create(const std::string& place);
    TagCode create_pallet(const std::string& place, const std::vector<TagCode>& children);
    /// Up to `most` units that stand free at `place`, taken out of it: they walk.
    std::vector<TagCode> take(const std::string& place, std::uint64_t most, Prng& prng);
    void put(const std::string& place, const std::vector<TagCode>& units);
    /// Units of a SKU that stand free at `place`, by tag; an empty SKU: of all.
    [[nodiscard]] std::vector<TagCode> units_at(const std::string& place,
                                                const std::string& sku = {}) const;
    /// Somebody carries one that stands free to another place of the house, or out of it.
    void carry(const TagCode& unit, const std::string& from, const std::string& to);
    /// The SKU of each tagged unit, by the text of its tag.
    [[nodiscard]] const std::map<std::string, std::string>& sku_of() const { return sku_of_; }
    [[nodiscard]] static std::string tagged_sku(std::int64_t index);

    // Counted goods. Slots by place.
    /// Puts in (or with a negative number takes out) whole units; gives how many really moved.
    std::int64_t move(const std::string& slot, std::int64_t units);
    /// Counted goods where nothing weighs them, and people know what lies there: on a cart, on a
    /// table. Below 0: taken away.
    void lay(const std::string& place, const std::string& sku, std::int64_t units) {
        counted_[{place, sku}] += units;
    }
    [[nodiscard]] std::int64_t lying(const std::string& place, const std::string& sku) const;
    /// Somebody counts what lies there of it, if there is any.
    [[nodiscard]] bool is_known(const std::string& place, const std::string& sku) const {
        return counted_.contains({place, sku});
    }
    [[nodiscard]] bool is_known_place(const std::string& place) const;
    [[nodiscard]] bool is_counted(const std::string& sku) const;
    [[nodiscard]] const std::string& sku_in(const std::string& slot) const {
        return slots_.at(slot).sku;
    }
    [[nodiscard]] bool is_slot(const std::string& place) const { return slots_.contains(place); }
    /// Weight without goods: an elbow, a drifting cell; negative takes it away.
    void load(const std::string& slot, std::int64_t mg);
    [[nodiscard]] const std::vector<std::string>& slots() const { return slot_names_; }
    [[nodiscard]] const CountedTruth& counted() const { return counted_; }
    /// True if the slot ever carried this, give or take and but for noise.
    [[nodiscard]] bool carried(const std::string& slot, std::int64_t mg,
                               std::int64_t tolerance_mg) const;
    [[nodiscard]] ShelfRack& rack_of(const std::string& slot) {
        return devices_.rack(slots_.at(slot).rack);
    }
    [[nodiscard]] std::uint8_t unit_of(const std::string& slot) const {
        return slots_.at(slot).unit;
    }

 private:
    struct Slot {
        std::string rack;
        std::uint8_t unit = 0;
        std::string sku;
        std::vector<std::int64_t> pieces_mg;
        std::set<std::int64_t> carried_mg;
    };
    void weigh(Slot& slot, std::int64_t mg);

    World& world_;
    DeviceYard& devices_;
    Prng prng_;
    Sorts sorts_;
    std::uint64_t serial_ = 0, pallet_serial_ = 0;
    std::map<std::string, std::vector<TagCode>> free_;  ///< by place
    std::map<std::string, std::string> sku_of_;
    std::map<std::string, Slot> slots_;
    std::vector<std::string> slot_names_;
    CountedTruth counted_;
};

}  // namespace tally::sim
