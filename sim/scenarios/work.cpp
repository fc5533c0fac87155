#include "sim/scenarios/work.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "firmware/base/check.hpp"
#include "firmware/services/goods/opening.hpp"
#include "sim/scenarios/site_plan.hpp"
#include "sim/scenarios/tags.hpp"

namespace tally::sim {

namespace {

constexpr Duration kHour = std::chrono::hours(1);
const Actor kReceiver{"user:li.wei", ""};

}  // namespace

Work::Work(SimSite& site, Goods& goods, const Draws& draws, Note note, const PickingPlan* floor)
    : site_(site),
      goods_(goods),
      draws_(draws),
      note_(std::move(note)),
      scene_(site.node("scene")),
      floor_(floor) {
    add_stream("work.pallets_per_hour", &Work::receive);
    add_stream("work.walks_per_hour", &Work::walk);
    add_stream("work.picks_per_hour", &Work::pick);
    add_stream("work.orders_per_hour", &Work::order);
    add_stream("work.till_orders_per_hour", &Work::order_by_till);
    if (of("work.till_orders_per_hour") > 0) {
        till_ = std::make_unique<Till>(site.broker(), scene_, site.site().id);
    }
    add_stream("work.till_cancels_per_hour", &Work::cancel_by_till);
    add_stream("work.order_hands_per_hour", &Work::touch_order);
    add_stream("picking.cancels_per_hour", &Work::cancel_order);
    add_stream("work.masters_per_hour", &Work::change_master);
    add_stream("work.resyncs_per_hour", &Work::resync);
    add_stream("world.clone_walks_per_hour", &Work::carry_copy);
    add_stream("world.leans_per_hour", &Work::lean);
    add_stream("world.vibrations_per_hour", &Work::vibrate);
    if (of("world.creep_mg_per_hour") != 0) {
        streams_.push_back(
            {site.kernel().prng("creep"), 6, &Work::creep, std::make_unique<Timer>(scene_)});
    }
}

void Work::add_stream(const std::string& key, void (Work::*act)(Prng&)) {
    if (draws_.at(key) > 0) {
        streams_.push_back({site_.kernel().prng("work " + key), draws_.at(key), act,
                            std::make_unique<Timer>(scene_)});
    }
}

void Work::arm(Stream& stream) {
    const std::int64_t mean_ns = kHour.count() / stream.per_hour;
    stream.timer->arm(Duration(stream.prng.between(1, 2 * mean_ns)), [this, &stream] {
        (this->*stream.act)(stream.prng);
        arm(stream);
    });
}

void Work::begin() {
    working_ = true;
    for (Stream& stream : streams_) {
        arm(stream);
    }
}

void Work::stop() {
    working_ = false;
    for (Stream& stream : streams_) {
        stream.timer->cancel();
    }
}

void Work::later(Duration delay, std::function<void()> action) {
    scene_.after(delay, std::move(action));
}

void Work::receive(Prng& prng) {
    const auto count = 1 + prng.below(static_cast<std::uint64_t>(of("work.pallet_units")));
    std::vector<TagCode> children;
    PalletRecord record;
    for (std::uint64_t i = 0; i < count; ++i) {
        children.push_back(goods_.create("SUPPLIER"));
        record.children.push_back(children.back().str());
    }
    const TagCode label = goods_.create_pallet("SUPPLIER", children);
    record.sscc = label.str();
    if (site_.is_open("bridge")) {
        static_cast<void>(site_.bridge().command({}, "user:head.office", "master",
                                                 encode(MasterRecord(record)), {}));
    }
    std::vector<const GateLayout*> docks;
    for (const GateLayout& gate : site_.site().gates) {
        if (gate.outer.str() == "SUPPLIER") {
            docks.push_back(&gate);
        }
    }
    const GateLayout& dock = *docks[prng.below(docks.size())];
    later(std::chrono::seconds(prng.between(5, 60)), [this, label, children, &dock] {
        note_(fmt::format("pallet {} with {} units in through {}", label.str(), children.size(),
                          dock.id.str()));
        ++walks_;
        units_walked_ += children.size();
        const auto walked =
            site_.world().walk({{label}, dock.id, Way::in},
                               [this, label, children, &dock] { arrived(label, children, dock); });
        TALLY_CHECK(walked.has_value(), "a pallet that waits outside can walk in");
    });
}

void Work::arrived(const TagCode& label, const std::vector<TagCode>& children,
                   const GateLayout& gate) {
    later(std::chrono::seconds(5), [this, label, children, &gate] {
        TALLY_CHECK(site_.world().unpack(label).has_value(), "a pallet that has arrived stands");
        goods_.put(gate.inner.str(), children);
        tell_unpacked(gate.edge.str(), label.str(), 20);
    });
}

/// Whoever unpacks says so as soon as the box answers.
void Work::tell_unpacked(std::string edge, std::string label, int tries_left) {
    const bool can = site_.is_open(edge) && opened(edge) && !site_.edge(edge).ledger().full();
    if (can && site_.edge(edge).inventory().unpack(label, kReceiver, {})) {
        return;
    }
    if (tries_left > 0) {
        later(std::chrono::seconds(30),
              [this, edge = std::move(edge), label = std::move(label), tries_left] {
                  tell_unpacked(edge, label, tries_left - 1);
              });
    }
}

void Work::walk(Prng& prng) {
    const auto& gates = site_.site().gates;
    const bool back =
        prng.chance_ppm(static_cast<std::uint32_t>(of("work.turn_back_percent")) * 10'000);
    constexpr int kLooks = 6;  // for a doorway with goods in front of it
    std::vector<TagCode> units;
    const GateLayout* found = nullptr;
    Way way = Way::in;
    for (int look = 0; look < kLooks && units.empty(); ++look) {
        found = &gates[prng.below(gates.size())];
        way = prng.chance_ppm(500'000) ? Way::in : Way::out;
        const PlaceId& place = way == Way::in ? found->outer : found->inner;
        units = goods_.take(place.str(), static_cast<std::uint64_t>(of("work.walk_units")), prng);
    }
    if (units.empty()) {
        return;
    }
    const GateLayout& gate = *found;
    const std::string from = way == Way::in ? gate.outer.str() : gate.inner.str();
    const std::string to = way == Way::in ? gate.inner.str() : gate.outer.str();
    ++walks_;
    units_walked_ += units.size();
    note_(fmt::format("{} unit(s), first {}, {} through {}{}", units.size(), units.front().str(),
                      way == Way::in ? "in" : "out", gate.id.str(), back ? ", turning back" : ""));
    const Walk::Course course = back ? Walk::Course::turn_back : Walk::Course::through;
    const auto walked =
        site_.world().walk({units, gate.id, way, course},
                           [this, units, end = back ? from : to] { goods_.put(end, units); });
    TALLY_CHECK(walked.has_value(), "free units can walk");
}

/// Somebody carries a copy of a tag that stands elsewhere through a gate.
void Work::carry_copy(Prng& prng) {
    const auto& gates = site_.site().gates;
    const GateLayout& gate = gates[prng.below(gates.size())];
    const auto& known = goods_.sku_of();
    if (known.empty()) {
        return;
    }
    const auto original =
        std::next(known.begin(), static_cast<std::ptrdiff_t>(prng.below(known.size())));
    Walk walk{{}, gate.id, prng.chance_ppm(500'000) ? Way::in : Way::out};
    walk.copies = {*TagCode::parse(original->first)};
    note_("a copy of " + original->first + " goes through " + gate.id.str());
    static_cast<void>(site_.world().walk(std::move(walk)));
}

void Work::pick(Prng& prng) {
    if (goods_.slots().empty()) {
        return;
    }
    const std::string& slot = goods_.slots()[prng.below(goods_.slots().size())];
    const std::int64_t units = prng.between(1, of("work.pick_units"));
    const std::int64_t signed_units = prng.chance_ppm(600'000) ? -units : units;
    picks_ += goods_.move(slot, signed_units) != 0 ? 1 : 0;
}

void Work::change_master(Prng& prng) {
    ItemRecord record;
    const auto item =
        static_cast<std::int64_t>(prng.below(static_cast<std::uint64_t>(of("site.tagged_skus"))));
    record.sku = Goods::tagged_sku(item);
    record.gtin = gtin_of(static_cast<std::uint32_t>(item + 1));
    record.name = "goods, version " + std::to_string(++versions_);
    if (site_.is_open("bridge")) {
        static_cast<void>(site_.bridge().command({}, "user:head.office", "master",
                                                 encode(MasterRecord(record)), {}));
    }
}

void Work::resync(Prng& prng) {
    const auto& edges = site_.site().edges;
    const EdgeId& edge = edges[prng.below(edges.size())];
    if (site_.is_open("bridge") && site_.bridge().request_snapshot(edge)) {
        note_("the bridge asks " + edge.str() + " for a snapshot");
    }
}

void Work::lean(Prng& prng) {
    if (goods_.slots().empty()) {
        return;
    }
    const std::string slot = goods_.slots()[prng.below(goods_.slots().size())];
    const std::int64_t most_mg = of("world.lean_g") * 1'000;
    const std::int64_t mg = prng.between(most_mg / 16, most_mg);
    const auto lasts = std::chrono::seconds(prng.between(1, of("world.lean_s")));
    goods_.load(slot, mg);
    later(lasts, [this, slot, mg] { goods_.load(slot, -mg); });
}

void Work::vibrate(Prng& prng) {
    if (goods_.slots().empty()) {
        return;
    }
    const std::string slot = goods_.slots()[prng.below(goods_.slots().size())];
    for (std::int64_t i = 0; i < 10; ++i) {
        const std::int64_t most_mg = of("world.vibration_g") * 1'000;
        const std::int64_t mg = prng.between(most_mg / 20, most_mg);
        later(std::chrono::milliseconds(200 * i), [this, slot, mg] { goods_.load(slot, mg); });
        later(std::chrono::milliseconds(200 * i + 100),
              [this, slot, mg] { goods_.load(slot, -mg); });
    }
}

void Work::creep(Prng& prng) {
    for (const std::string& slot : goods_.slots()) {
        const std::int64_t mg = of("world.creep_mg_per_hour") / 6;
        goods_.load(slot, prng.chance_ppm(500'000) ? mg : 0);
    }
}

}  // namespace tally::sim
