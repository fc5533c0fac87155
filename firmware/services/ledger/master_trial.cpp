#include "firmware/services/ledger/master_trial.hpp"

namespace tally {

namespace {

MasterTrial::Effect effect_of(bool same) {
    return same ? MasterTrial::Effect::none : MasterTrial::Effect::changes;
}

template <typename Record>
const Record* find_in(const std::map<std::string, Record>& records, const std::string& key) {
    const auto found = records.find(key);
    return found == records.end() ? nullptr : &found->second;
}

}  // namespace

Result<MasterTrial::Effect> MasterTrial::take(const MasterRecord& record) {
    if (const auto* item = std::get_if<ItemRecord>(&record)) {
        return take_item(*item);
    }
    if (const auto* binding = std::get_if<BindingRecord>(&record)) {
        return take_binding(*binding);
    }
    return take_pallet(std::get<PalletRecord>(record));
}

Result<MasterTrial::Effect> MasterTrial::take_item(const ItemRecord& record) {
    const ItemRecord* holder = record.gtin.empty() ? nullptr : sku_of_gtin(record.gtin);
    if (holder != nullptr && holder->sku != record.sku) {
        return fail(ErrorKind::conflict, "GTIN " + record.gtin + " already belongs to SKU " +
                                             holder->sku +
                                             "; one item has one code: correct the record, or "
                                             "retire the other SKU first");
    }
    const ItemRecord* old = sku(record.sku);
    const Effect effect = effect_of(old != nullptr && *old == record);
    if (old != nullptr && !old->gtin.empty()) {
        sku_by_gtin_[old->gtin].clear();
    }
    if (!record.gtin.empty()) {
        sku_by_gtin_[record.gtin] = record.sku;
    }
    skus_[record.sku] = record;
    return effect;
}

Result<MasterTrial::Effect> MasterTrial::take_binding(const BindingRecord& record) {
    if (sku(record.sku) == nullptr) {
        return fail(ErrorKind::conflict, "unit " + record.item + " is bound to SKU " + record.sku +
                                             ", which is not known; import the item record first");
    }
    const BindingRecord* tried = find_in(bindings_, record.item);
    const BindingRecord* old = tried != nullptr ? tried : registers_.binding(record.item);
    const Effect effect = effect_of(old != nullptr && *old == record);
    bindings_[record.item] = record;
    return effect;
}

Result<MasterTrial::Effect> MasterTrial::take_pallet(const PalletRecord& record) {
    for (const std::string& child : record.children) {
        const PalletRecord* other = pallet_of(child);
        if (other != nullptr && other->sscc != record.sscc) {
            return fail(ErrorKind::conflict, "unit " + child + " already belongs to pallet " +
                                                 other->sscc +
                                                 "; a unit is on one pallet: unpack that one or "
                                                 "correct the record");
        }
    }
    const PalletRecord* old = pallet(record.sscc);
    const Effect effect = effect_of(old != nullptr && *old == record);
    if (old != nullptr) {
        for (const std::string& child : old->children) {
            pallet_by_child_[child].clear();
        }
    }
    for (const std::string& child : record.children) {
        pallet_by_child_[child] = record.sscc;
    }
    pallets_[record.sscc] = record;
    return effect;
}

const ItemRecord* MasterTrial::sku(const std::string& sku) const {
    const ItemRecord* tried = find_in(skus_, sku);
    return tried != nullptr ? tried : registers_.sku(sku);
}

const ItemRecord* MasterTrial::sku_of_gtin(const std::string& gtin) const {
    const std::string* tried = find_in(sku_by_gtin_, gtin);
    if (tried == nullptr) {
        return registers_.sku_of_gtin(gtin);
    }
    return tried->empty() ? nullptr : sku(*tried);
}

const PalletRecord* MasterTrial::pallet(const std::string& sscc) const {
    const PalletRecord* tried = find_in(pallets_, sscc);
    return tried != nullptr ? tried : registers_.pallet(sscc);
}

const PalletRecord* MasterTrial::pallet_of(const std::string& item) const {
    const std::string* tried = find_in(pallet_by_child_, item);
    if (tried == nullptr) {
        return registers_.pallet_of(item);
    }
    return tried->empty() ? nullptr : pallet(*tried);
}

}  // namespace tally
