#include "tools/bench/traffic.hpp"

#include "firmware/domain/epc/scheme.hpp"
#include "firmware/messages/event_data.hpp"

namespace tally::bench {

namespace {

constexpr std::uint32_t kTrolley = 16;
constexpr std::uint8_t kNowhere = 0xff;

}  // namespace

Epc bench_tag(std::uint32_t serial) {
    return *encode_gs1({EpcScheme::sgtin_96, 1, 5, 614141, 107346, serial});
}

Traffic::Traffic(const TrafficOptions& options)
    : options_(options), prng_(options.seed), at_(options.items, kNowhere) {
    units_.reserve(options.items);
    for (std::uint32_t i = 0; i < options.items; ++i) {
        units_.push_back(bench_tag(kFirstUnit + i).str());
    }
}

std::string Traffic::place(std::uint32_t number) const {
    return "aisle-" + std::to_string(100 + number);
}

Event Traffic::next() {
    // 7919 trolleys on is another corner of the house; whole trolleys keep every unit in turn.
    const std::uint64_t trolleys = options_.items / kTrolley;
    const std::uint64_t trolley = count_ / kTrolley * 7919 % trolleys;
    const auto unit = static_cast<std::uint32_t>(trolley * kTrolley + count_ % kTrolley);
    ++count_;
    const std::uint8_t from = at_[unit];
    auto to = static_cast<std::uint8_t>(prng_.below(options_.places));
    to = to == from ? static_cast<std::uint8_t>((to + 1) % options_.places) : to;
    at_[unit] = to;

    GateEvidence evidence;
    evidence.device = "dock-reader";
    evidence.gate = "dock";
    evidence.antenna = 2;
    evidence.rssi_cdbm = -5'150;
    evidence.n = 14;
    evidence.span_us = 900'000;
    evidence.direction = "in";
    evidence.rule = "antennas";
    evidence.why = "the inner side heard it 420 ms after the outer side";
    Event event;
    event.type = from == kNowhere ? EventType::received : EventType::moved;
    event.item = ItemId(units_[unit]);
    event.sku = SkuId("tea-500");
    event.lot = LotId(kDefaultLot);
    event.qty = Quantity::of_units(1);
    event.from = PlaceId(from == kNowhere ? "SUPPLIER" : place(from));
    event.to = PlaceId(place(to));
    event.by = "device:dock-reader";
    event.evidence = encode(evidence);
    return event;
}

}  // namespace tally::bench
