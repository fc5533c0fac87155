// Master records tried on the registers before any is written: a file is taken whole or not at all.
#pragma once

#include <map>
#include <string>

#include "firmware/base/result.hpp"
#include "firmware/messages/master.hpp"
#include "firmware/services/ledger/registers.hpp"

namespace tally {

/// The registers as they would be with the records taken so far. Holds only those records: a trial
/// costs what its records cost, however much the registers hold. Single-threaded; the registers
/// must outlive it and stay as they are meanwhile.
class MasterTrial {
 public:
    enum class Effect { none, changes };

    explicit MasterTrial(const Registers& registers) : registers_(registers) {}

    /// Takes a record and says whether it would change anything. conflict, and nothing is taken, if
    /// a GTIN already belongs to another SKU, a binding names an unknown SKU or a unit is on two
    /// pallets.
    Result<Effect> take(const MasterRecord& record);

 private:
    Result<Effect> take_item(const ItemRecord& record);
    Result<Effect> take_binding(const BindingRecord& record);
    Result<Effect> take_pallet(const PalletRecord& record);

    [[nodiscard]] const ItemRecord* sku(const std::string& sku) const;
    [[nodiscard]] const ItemRecord* sku_of_gtin(const std::string& gtin) const;
    [[nodiscard]] const PalletRecord* pallet(const std::string& sscc) const;
    [[nodiscard]] const PalletRecord* pallet_of(const std::string& item) const;

    const Registers& registers_;
    std::map<std::string, ItemRecord> skus_;
    std::map<std::string, std::string> sku_by_gtin_;  ///< empty: nobody's any more
    std::map<std::string, BindingRecord> bindings_;
    std::map<std::string, PalletRecord> pallets_;
    std::map<std::string, std::string> pallet_by_child_;  ///< empty: on none any more
};

}  // namespace tally
