// Movements for tests of the book, and a second, slow and obvious book to hold it against.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "firmware/base/prng.hpp"
#include "firmware/domain/ledger/event.hpp"
#include "firmware/domain/place.hpp"
#include "firmware/domain/stock/rows.hpp"

namespace tally::test {

struct Move {
    std::string item, sku, from, to;
    std::int64_t milli = 1000;
    std::uint64_t seq = 1;
};

inline Event moved(const Move& move) {
    Event event;
    event.edge = EdgeId("back");
    event.epoch = Epoch(1);
    event.seq = Seq(move.seq);
    event.type = EventType::moved;
    event.item = ItemId(move.item);
    event.sku = SkuId(move.sku);
    event.lot = LotId(kDefaultLot);
    event.qty = Quantity{move.milli};
    event.from = PlaceId(move.from);
    event.to = PlaceId(move.to);
    event.by = "rule:test";
    return event;
}

/// The rules of docs/adr/0003 once more, in maps of plain texts and without any cleverness.
class ShadowBook {
 public:
    using Key = std::tuple<std::string, std::string, std::string, std::string, std::string>;
    struct Item {
        Key at;
        std::string parent;
        std::uint64_t seq = 0;
    };

    bool apply(const Event& event) {
        const bool same_state = event.custody_to.empty() && event.quality_to.empty();
        if (event.qty.milli == 0) {
            pallets(event);
            return true;
        }
        if (event.from == event.to && same_state) {
            return false;
        }
        const Key left{event.from.str(), event.sku.str(), event.lot.str(), event.custody,
                       event.quality};
        const Key entered{event.to.str(), event.sku.str(), event.lot.str(),
                          event.custody_to.empty() ? event.custody : event.custody_to,
                          event.quality_to.empty() ? event.quality : event.quality_to};
        if (!event.item.empty()) {
            const auto known = items.find(event.item.str());
            const bool was_outside =
                known == items.end() || is_virtual(PlaceId(std::get<0>(known->second.at)));
            const bool at_left = (was_outside && is_virtual(event.from)) ||
                                 (known != items.end() && known->second.at == left);
            if (event.qty.milli != 1000 || !at_left) {
                return false;
            }
            items[event.item.str()] = {entered, event.parent, event.seq.value()};
        } else if (!is_virtual(event.from)) {
            std::int64_t named = 0;
            for (const auto& [id, item] : items) {
                named += item.at == left ? 1000 : 0;
            }
            if (quantities[left] - event.qty.milli < named) {
                return false;
            }
        }
        quantities[left] -= event.qty.milli;
        quantities[entered] += event.qty.milli;
        if (event.type == EventType::unpacked) {
            free_children(event);
        }
        return true;
    }

    std::map<Key, std::int64_t> quantities;
    std::map<std::string, Item> items;

 private:
    void free_children(const Event& event) {
        for (auto& [id, item] : items) {
            if (!event.item.empty() && item.parent == event.item.str()) {
                item.parent.clear();
                item.seq = event.seq.value();
            }
        }
    }

    void pallets(const Event& event) {
        const auto known = items.find(event.item.str());
        const bool said = !event.parent.empty() || event.type == EventType::unpacked;
        if (known != items.end() && said && known->second.parent != event.parent) {
            known->second.parent = event.parent;
            known->second.seq = event.seq.value();
        }
        if (event.type == EventType::unpacked) {
            free_children(event);
        }
    }
};

/// A random event over few names, so that about half of them break a rule.
inline Event random_move(Prng& prng, std::uint64_t seq) {
    static constexpr std::array<const char*, 7> kPlaces = {
        "dock", "cold", "shop", "SUPPLIER", "CUSTOMER", "UNEXPLAINED", "IN_TRANSIT"};
    static constexpr std::array<const char*, 3> kSkus = {"tea", "oil", "rug"};
    static constexpr std::array<const char*, 3> kPallets = {"", "P1", "P2"};
    const std::string from = kPlaces[prng.below(kPlaces.size())];
    const std::string to = kPlaces[prng.below(kPlaces.size())];
    const std::string sku = kSkus[prng.below(kSkus.size())];
    Event event = moved({.item = {}, .sku = sku, .from = from, .to = to, .seq = seq});
    event.lot = LotId(prng.chance_ppm(300'000) ? "L2" : "-");
    if (prng.chance_ppm(600'000)) {
        event.item = ItemId("item" + std::to_string(prng.below(12)));
        event.parent = kPallets[prng.below(kPallets.size())];
    } else {
        event.qty = Quantity{prng.between(1, 3'000)};
    }
    if (prng.chance_ppm(150'000)) {
        event.custody = "bonded";
    }
    if (prng.chance_ppm(150'000)) {
        event.custody_to = event.custody == "bonded" ? "free" : "bonded";
    }
    if (prng.chance_ppm(50'000)) {
        event.type = EventType::unpacked;
        event.item = ItemId(kPallets[prng.below(kPallets.size())]);
        event.parent.clear();
        event.qty = Quantity();
    }
    if (prng.chance_ppm(100'000)) {
        event.qty = Quantity();
    }
    return event;
}

}  // namespace tally::test
