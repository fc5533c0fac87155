// Ledger events for tests: one with every field set, and random ones that are valid in form.
#pragma once

#include <string>

#include "firmware/base/prng.hpp"
#include "firmware/domain/ledger/event.hpp"

namespace tally::test {

inline Event full_event() {
    Event event;
    event.edge = EdgeId("back");
    event.epoch = Epoch(2);
    event.seq = Seq(4711);
    event.type = EventType::received;
    event.t_ms = 1'763'900'000'123;
    event.item = ItemId("3034257BF7194E4000001A85");
    event.sku = SkuId("tea-500");
    event.lot = LotId("L2026-07");
    event.qty = Quantity::of_units(1);
    event.from = PlaceId("IN_TRANSIT");
    event.to = PlaceId("cold room 2");
    event.custody = "bonded";
    event.quality = "blocked";
    event.custody_to = "free";
    event.quality_to = "good";
    event.parent = "3114257BF71952D3C0000000";
    event.cause = "shop:1:99";
    event.by = "device:g1";
    event.evidence =
        R"({"antenna":2,"device":"g1","first":1763900000000,"last":1763900000100,"n":7,"rssi_cdbm":-5450})";
    event.data = R"({"from_edge":"shop","note":"冷库\n2"})";
    event.raw_ref = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    return event;
}

inline Event least_event() {
    Event event;
    event.edge = EdgeId("e");
    event.epoch = Epoch(1);
    event.seq = Seq(1);
    event.by = "rule:x";
    return event;
}

inline Event random_event(Prng& prng) {
    Event event = full_event();
    const auto drop = [&prng](std::string& text) {
        if (prng.chance_ppm(500'000)) {
            text.clear();
        }
    };
    event.epoch = Epoch(1 + prng.below(1'000));
    event.seq = Seq(1 + prng.below((std::uint64_t{1} << 53) - 1));
    event.type = static_cast<EventType>(prng.below(21));
    event.t_ms = prng.between(-1'000'000, 2'000'000'000'000);
    drop(event.parent);
    drop(event.cause);
    drop(event.evidence);
    drop(event.data);
    drop(event.raw_ref);
    drop(event.custody_to);
    drop(event.quality_to);
    if (prng.chance_ppm(300'000)) {
        event.custody_to.clear();
        event.custody = std::string(kFreeCustody);
    }
    if (prng.chance_ppm(300'000)) {
        event.quality_to.clear();
        event.quality = std::string(kGoodQuality);
    }
    if (prng.chance_ppm(500'000)) {
        event.item = ItemId();
        event.qty = Quantity{prng.between(0, (std::int64_t{1} << 53) - 1)};
    }
    if (prng.chance_ppm(300'000)) {
        event.sku = SkuId();
        event.lot = LotId();
        event.from = PlaceId();
        event.to = PlaceId();
        event.qty = Quantity();
        event.custody_to.clear();
        event.quality_to.clear();
    }
    return event;
}

}  // namespace tally::test
