#include "firmware/services/ledger/master_book.hpp"

#include <charconv>

#include "firmware/messages/register_rows.hpp"

namespace tally {

namespace {

constexpr const char* kSkuSystem = "sku";
constexpr const char* kGtinSystem = "gtin";
constexpr const char* kCustomsSystem = "customs";

bool stands_here(const MasterRecord& record) {
    return !std::holds_alternative<BindingRecord>(record) &&
           !std::holds_alternative<PalletRecord>(record);
}

std::string_view row_kind_of(const MasterRecord& record) {
    return std::holds_alternative<ItemRecord>(record) ? kSkuRows : kind_of(record);
}

std::string row_key_of(const MasterRecord& record) {
    const std::string key = key_of(record);
    return key.substr(key.find(':') + 1);
}

template <typename Map, typename Key>
std::string text_in(const Map& map, const Key& key) {
    const auto found = map.find(key);
    return found == map.end() ? std::string() : encode(MasterRecord(found->second));
}

}  // namespace

/// A SKU that `code` means already, other than `but_not`; empty: none.
std::string MasterBook::owner_of(const std::string& code, const std::string& but_not) const {
    for (auto at = codes_.lower_bound({code, {}}); at != codes_.end() && at->first.first == code;
         ++at) {
        if (at->second != but_not) {
            return at->second;
        }
    }
    return {};
}

Result<void> MasterBook::judge_code(const std::string& code, std::string_view what,
                                    const std::string& sku) const {
    const std::string owner = code.empty() ? std::string() : owner_of(code, sku);
    if (!owner.empty()) {
        return fail(ErrorKind::conflict, std::string(what) + " " + code +
                                             " already belongs to SKU " + owner +
                                             "; one item has one code: correct the record, or "
                                             "retire the other SKU first");
    }
    return {};
}

Result<void> MasterBook::judge_sku(const std::string& wanted, const std::string& what) const {
    if (sku(wanted) == nullptr) {
        return fail(ErrorKind::conflict, what + " names SKU " + wanted +
                                             ", which is not known; import the item record first");
    }
    return {};
}

Result<void> MasterBook::judge(const MasterRecord& record) const {
    if (const auto* item = std::get_if<ItemRecord>(&record)) {
        TALLY_TRY(judge_code(item->sku, "SKU", item->sku));
        TALLY_TRY(judge_code(item->gtin, "GTIN", item->sku));
        return judge_code(item->customs_article, "customs article", item->sku);
    }
    if (const auto* alias = std::get_if<AliasRecord>(&record)) {
        TALLY_TRY(judge_sku(alias->sku, "code " + alias->code));
        return judge_code(alias->code, "code", alias->sku);
    }
    if (const auto* lot = std::get_if<LotRecord>(&record)) {
        TALLY_TRY(judge_sku(lot->sku, "lot " + lot->lot));
        const ItemRecord& item = *sku(lot->sku);
        if (item.min_life_days > 0 && lot->expiry.empty()) {
            return fail(ErrorKind::conflict, "lot " + lot->lot + " of SKU " + lot->sku +
                                                 " needs an expiry date, because its item record "
                                                 "has min_life_days " +
                                                 std::to_string(item.min_life_days));
        }
        return {};
    }
    if (const auto* plan = std::get_if<PlanRecord>(&record)) {
        return judge_sku(plan->sku, "the planogram of " + plan->place);
    }
    if (const auto* asn = std::get_if<AsnRecord>(&record)) {
        for (const AsnLine& line : asn->lines) {
            TALLY_TRY(judge_sku(line.sku, "ASN " + asn->asn));
        }
    }
    return {};
}

std::string MasterBook::standing(const MasterRecord& record) const {
    if (const auto* item = std::get_if<ItemRecord>(&record)) {
        return text_in(skus_, item->sku);
    }
    if (const auto* alias = std::get_if<AliasRecord>(&record)) {
        return text_in(aliases_, AliasKey{alias->code, alias->system});
    }
    if (const auto* lot = std::get_if<LotRecord>(&record)) {
        return text_in(lots_, LotKey{lot->sku, lot->lot});
    }
    if (const auto* plan = std::get_if<PlanRecord>(&record)) {
        const std::string text = text_in(plan_, PlanKey{plan->place, plan->sku});
        // A line that is not there is the same as one that says 0.
        return text.empty() ? encode(PlanRecord{plan->place, plan->sku, 0, 0}) : text;
    }
    if (const auto* asn = std::get_if<AsnRecord>(&record)) {
        return text_in(asns_, asn->asn);
    }
    return {};
}

void MasterBook::put(const ItemRecord& item) {
    if (const auto old = skus_.find(item.sku); old != skus_.end()) {
        codes_.erase({old->second.gtin, kGtinSystem});
        codes_.erase({old->second.customs_article, kCustomsSystem});
    }
    codes_[{item.sku, kSkuSystem}] = item.sku;
    if (!item.gtin.empty()) {
        codes_[{item.gtin, kGtinSystem}] = item.sku;
    }
    if (!item.customs_article.empty()) {
        codes_[{item.customs_article, kCustomsSystem}] = item.sku;
    }
    skus_[item.sku] = item;
}

void MasterBook::put(const AliasRecord& alias) {
    codes_[{alias.code, "alias:" + alias.system}] = alias.sku;
    aliases_[{alias.code, alias.system}] = alias;
}

void MasterBook::put(const MasterRecord& record) {
    if (const auto* item = std::get_if<ItemRecord>(&record)) {
        put(*item);
    } else if (const auto* alias = std::get_if<AliasRecord>(&record)) {
        put(*alias);
    } else if (const auto* lot = std::get_if<LotRecord>(&record)) {
        lots_[{lot->sku, lot->lot}] = *lot;
    } else if (const auto* asn = std::get_if<AsnRecord>(&record)) {
        asns_[asn->asn] = *asn;
    } else if (const auto* plan = std::get_if<PlanRecord>(&record)) {
        if (plan->max_milli == 0) {
            plan_.erase({plan->place, plan->sku});
        } else {
            plan_[{plan->place, plan->sku}] = *plan;
        }
    }
}

std::uint64_t MasterBook::version_of(const std::string& key) const {
    const auto found = versions_.find(key);
    return found == versions_.end() ? 0 : found->second;
}

const ItemRecord* MasterBook::sku(const std::string& sku) const {
    const auto found = skus_.find(sku);
    return found == skus_.end() ? nullptr : &found->second;
}

const ItemRecord* MasterBook::sku_of_gtin(const std::string& gtin) const {
    const auto found = codes_.find({gtin, kGtinSystem});
    return found == codes_.end() ? nullptr : sku(found->second);
}

CodeMeaning MasterBook::meaning_of(const std::string& code) const {
    for (auto at = codes_.lower_bound({code, {}}); at != codes_.end() && at->first.first == code;
         ++at) {
        const std::string& system = at->first.second;
        const auto alias =
            system.starts_with("alias:") ? aliases_.find({code, system.substr(6)}) : aliases_.end();
        return {at->second, alias == aliases_.end() ? 1 : alias->second.units};
    }
    const bool digits = code.find_first_not_of("0123456789") == std::string::npos;
    if (digits && code.size() >= 8 && code.size() < 14) {  // Scanners leave the zeros out.
        return meaning_of(std::string(14 - code.size(), '0') + code);
    }
    return {};
}

bool MasterBook::owns(std::string_view row_kind) {
    return row_kind == kSkuRows || row_kind == kLotRows || row_kind == kAliasRows ||
           row_kind == kPlanRows || row_kind == kAsnRows || row_kind == kVersionRows;
}

Result<void> MasterBook::load(const StateRow& row) {
    if (row.kind == kVersionRows) {
        std::uint64_t count = 0;
        const char* end = row.value.data() + row.value.size();
        const auto [stopped, error] = std::from_chars(row.value.data(), end, count);
        if (error != std::errc() || stopped != end) {
            return fail(ErrorKind::corrupt, "the stored version of " + row.key +
                                                " is not a number; restore the database from its "
                                                "backup");
        }
        versions_[row.key] = count;
        return {};
    }
    TALLY_TRY_ASSIGN(const MasterRecord record, decode_master_record(row.value));
    put(record);
    return {};
}

void MasterBook::add_rows(const std::string& edge, const MasterRecord& record,
                          std::vector<StateRow>& rows) const {
    if (stands_here(record)) {
        const auto* plan = std::get_if<PlanRecord>(&record);
        const bool gone = plan != nullptr && plan->max_milli == 0;
        rows.push_back({edge, std::string(row_kind_of(record)), row_key_of(record),
                        gone ? std::string() : encode(record)});
    }
    const std::string key = key_of(record);
    if (const std::uint64_t version = version_of(key); version > 0) {
        rows.push_back({edge, std::string(kVersionRows), key, std::to_string(version)});
    }
}

void MasterBook::add_rows(const std::string& edge, std::vector<StateRow>& rows) const {
    const auto add = [&](const auto& map) {
        for (const auto& [key, known] : map) {
            const MasterRecord record(known);
            rows.push_back(
                {edge, std::string(row_kind_of(record)), row_key_of(record), encode(record)});
        }
    };
    add(skus_);
    add(lots_);
    add(aliases_);
    add(plan_);
    add(asns_);
    for (const auto& [key, count] : versions_) {
        rows.push_back({edge, std::string(kVersionRows), key, std::to_string(count)});
    }
}

}  // namespace tally
