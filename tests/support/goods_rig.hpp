// An inventory with people's services on it: item master, planogram, receipts, tasks, counts.
#pragma once

#include "firmware/services/goods/returns.hpp"
#include "firmware/services/tasks/tasks.hpp"
#include "tests/support/inventory_rig.hpp"

namespace tally::test {

/// Serials of tea on the pallet of advice ASN-7.
inline const std::string kGoodsPallet = "3114257BF71952D3C0000000";

struct GoodsRig : InventoryRig {
    GoodsRig() {
        ItemRecord rice{"rice", "", "Rice", Tracking::by_count, 0};
        rice.abc = "A";
        take({rice, ItemRecord{"oil", "", "Oil", Tracking::by_count, 0}});
        rig.run();
    }

    void take(const std::vector<MasterRecord>& records) {
        const auto done = inventory.import_master(records, user, {});
        INFO((done ? std::string() : done.error().text));
        REQUIRE(done);
    }
    /// Four units of tea on a pallet, and 10 of rice beside it.
    void advise() {
        take({PalletRecord{kGoodsPallet, {tea(1), tea(2), tea(3), tea(4)}, "ASN-7"},
              AsnRecord{"ASN-7", "Tea House", "2026-11-30", {{"rice", "R1", 10'000}}}});
    }
    Result<Carried> receive(const std::string& code, std::int64_t qty_milli = 0,
                            Condition condition = Condition::good) {
        return receiving.scan({"ASN-7", code, qty_milli, PlaceId("dock"), {}, condition}, user);
    }
    /// So much of a SKU stands there from now on.
    void put(const std::string& place, const std::string& sku, std::int64_t milli) {
        Event event;
        event.type = EventType::received;
        event.by = "user:test";
        event.sku = SkuId(sku);
        event.lot = LotId(std::string(kDefaultLot));
        event.qty = Quantity{milli};
        event.from = PlaceId("SUPPLIER");
        event.to = PlaceId(place);
        rig.write(event);
    }
    [[nodiscard]] std::int64_t stock(const std::string& place, const std::string& sku,
                                     const std::string& quality = {}) const {
        return stock_at(ledger.book(), place, sku, quality);
    }
    /// Kinds of all open anomalies, sorted.
    [[nodiscard]] std::vector<std::string> all_open() const {
        std::vector<std::string> kinds;
        for (const auto& [id, open] : ledger.registers().anomalies()) {
            kinds.push_back(open.what.kind);
        }
        std::sort(kinds.begin(), kinds.end());
        return kinds;
    }
    /// "kind key state" of unfinished tasks, sorted.
    [[nodiscard]] std::vector<std::string> todo() const {
        std::vector<std::string> lines;
        for (const auto& [id, task] : ledger.registers().work().tasks()) {
            if (!task.finished()) {
                lines.push_back(task.key + " " + std::string(to_string(task.state)));
            }
        }
        std::sort(lines.begin(), lines.end());
        return lines;
    }
    [[nodiscard]] std::string task_id(const std::string& key) const {
        const Task* task = ledger.registers().work().task_of_key(key);
        return task == nullptr ? std::string() : task->id;
    }

    Receiving receiving{inventory, ledger};
    Tasks tasks{inventory, ledger, receiving, rig.node};
    Counting counting{inventory, ledger, tasks};
    Returns returns{inventory, ledger, tasks, counting};
    Actor other{"user:mei", {}};
};

template <typename T>
std::string refusal(const Result<T>& result) {
    return result ? std::string("(done)") : result.error().text;
}

}  // namespace tally::test
