// Scene: what breaks while units move.
#include <algorithm>

#include <fmt/format.h>

#include "tools/demo_site/scene.hpp"

namespace tally::demo {

namespace {

using Voice = Tale::Voice;
using Way = WalkOrder::Way;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kDecided = milliseconds(4'500);

}  // namespace

/// Two units pass a gate whose reader is down. One of them passes again later; the other stays
/// where nobody saw it go, until a person finds it.
Result<void> Scene::reader_reboots() {
    const auto& [site, boxes, emul, watch, tale, goods] = stage_;
    tale.chapter("The door's reader loses power while units pass");
    TALLY_TRY_ASSIGN(const std::vector<std::string> pair, some_at("back.hall", 2));
    tale.say(Voice::fault, "fault", "the reader at the door reboots");
    TALLY_TRY(emul.reboot("door-reader", 10'000));
    TALLY_TRY(watch.wait(milliseconds(prng_.between(300, 900))));
    TALLY_TRY(walk(pair, "door", Way::in, "go to the shop, unseen"));
    TALLY_TRY(all_arrived());
    TALLY_TRY_ASSIGN(const std::vector<std::string> blind, boxes.bridge.blind_gates());
    for (const std::string& gate : blind) {
        tale.say(Voice::bridge, kBridge,
                 fmt::format("gate {} is blind: its places are unsure", gate));
    }
    if (std::find(blind.begin(), blind.end(), "door") == blind.end()) {
        return fail(ErrorKind::corrupt, "the bridge does not list the door as blind");
    }
    constexpr Duration kLimit = seconds(30);
    TALLY_TRY(watch.until("the door sees again", kLimit, [&]() -> Result<bool> {
        TALLY_TRY_ASSIGN(const std::vector<std::string> still, stage_.boxes.bridge.blind_gates());
        return still.empty();
    }));
    left_alone_.insert(pair.begin() + 1, pair.end());
    const std::vector<std::string> again(pair.begin(), pair.begin() + 1);
    TALLY_TRY(walk(again, "door", Way::out, "goes back to the warehouse, seen this time"));
    TALLY_TRY(all_arrived());
    return watch.wait(kDecided);
}

Result<void> Scene::broker_dies() {
    const auto& [site, boxes, emul, watch, tale, goods] = stage_;
    tale.chapter("The broker is killed while units move");
    TALLY_TRY_ASSIGN(const std::vector<std::string> to_shop, some_at("back.hall", 2));
    TALLY_TRY_ASSIGN(const std::vector<std::string> sold, some_at("shop.floor", 1));
    TALLY_TRY(walk(to_shop, "door", Way::in, "go to the shop"));
    TALLY_TRY(walk(sold, "exit", Way::out, "is sold and leaves"));
    TALLY_TRY(walk({goods.pallets[2].sscc}, "dock", Way::in, "comes in through the dock"));
    TALLY_TRY(watch.wait(milliseconds(prng_.between(1'000, 3'500))));
    site.kill9(Part::broker);
    tale.say(Voice::fault, "fault", "kill -9: mosquitto");
    TALLY_TRY(all_arrived());
    TALLY_TRY(watch.wait(kDecided));
    TALLY_TRY(unpack(goods.pallets[2]));
    for (const BoxApi* edge : {&boxes.back, &boxes.shop}) {
        TALLY_TRY_ASSIGN(const std::vector<BoxApi::Sync> rows, edge->sync());
        tale.say(Voice::edge, edge->name(),
                 fmt::format("{} events wait in the outbox", rows.empty() ? 0 : rows[0].depth));
    }
    TALLY_TRY(site.start(Part::broker));
    tale.say(Voice::fault, "fault", "mosquitto is started again");
    return watch.until_quiet();
}

Result<void> Scene::edge_dies() {
    const auto& [site, boxes, emul, watch, tale, goods] = stage_;
    tale.chapter("The warehouse's edge box is killed while units move");
    TALLY_TRY_ASSIGN(const std::vector<std::string> to_shop, some_at("back.hall", 2));
    TALLY_TRY_ASSIGN(const std::vector<std::string> sold, some_at("shop.floor", 1));
    TALLY_TRY(walk(to_shop, "door", Way::in, "go to the shop"));
    TALLY_TRY(walk(sold, "exit", Way::out, "is sold and leaves"));
    TALLY_TRY(watch.wait(milliseconds(prng_.between(1'500, 6'500))));
    site.kill9(Part::back);
    tale.say(Voice::fault, "fault", "kill -9: tallyd of the warehouse");
    TALLY_TRY(watch.wait(milliseconds(prng_.between(500, 2'500))));
    TALLY_TRY(site.start(Part::back));
    tale.say(Voice::fault, "fault", "tallyd of the warehouse is started again");
    TALLY_TRY(all_arrived());
    constexpr Duration kLimit = seconds(30);
    return watch.until("all readers read", kLimit, [&] { return stage_.emul.all_reading(); });
}

}  // namespace tally::demo
