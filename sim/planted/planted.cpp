#include "sim/planted/planted.hpp"

#include <functional>
#include <limits>
#include <map>
#include <memory>

#include "firmware/base/near_name.hpp"
#include "sim/planted/delivery.hpp"
#include "sim/planted/stock.hpp"
#include "sim/planted/timing.hpp"
#include "sim/planted/vehicles.hpp"

namespace tally::sim {

namespace {

bool is_bridge(const std::string& box) {
    return box == "bridge";
}

enum class At { bridge, edges };

/// Wrappers of the boxes that the bug sits in.
template <typename Make>
Wrappers journals(At at, Make make) {
    Wrappers wrappers;
    wrappers.journal = [at, make](const std::string& box, Node& node,
                                  Journal& inner) -> std::unique_ptr<Journal> {
        return is_bridge(box) == (at == At::bridge) ? make(node, inner) : nullptr;
    };
    return wrappers;
}

template <typename Bus>
Wrappers buses(At at) {
    Wrappers wrappers;
    wrappers.bus = [at](const std::string& box, Node&,
                        MessageBus& inner) -> std::unique_ptr<MessageBus> {
        return is_bridge(box) == (at == At::bridge) ? std::make_unique<Bus>(inner) : nullptr;
    };
    return wrappers;
}

Wrappers hasty(At at) {
    return journals(
        at, [](Node& node, Journal& inner) { return std::make_unique<HastyJournal>(inner, node); });
}

Wrappers careless(At at, CarelessJournal::Bug bug, std::uint64_t seed) {
    return journals(at, [bug, seed](Node&, Journal& inner) {
        return std::make_unique<CarelessJournal>(inner, bug, seed);
    });
}

Wrappers stale_snapshot() {
    return journals(At::bridge, [](Node&, Journal& inner) {
        return std::make_unique<StaleSnapshotJournal>(inner);
    });
}

Wrappers dropping() {
    Wrappers wrappers;
    wrappers.bounded_journal = [](std::size_t rows_max, Journal& inner) {
        return std::make_unique<DroppingJournal>(inner, rows_max);
    };
    return wrappers;
}

Wrappers boundless() {
    Wrappers wrappers;
    wrappers.limits = [](const std::string&, CommitLimits& limits) {
        limits.waiting_rows_max = std::numeric_limits<std::size_t>::max();
    };
    return wrappers;
}

Wrappers zero_bus() {
    Wrappers wrappers;
    wrappers.register_bus = [](const std::string&, Node&, std::unique_ptr<RegisterBus> inner) {
        return std::make_unique<ZeroBus>(std::move(inner));
    };
    return wrappers;
}

Wrappers mixed_up_bus(std::uint64_t seed) {
    Wrappers wrappers;
    wrappers.register_bus = [seed](const std::string&, Node&, std::unique_ptr<RegisterBus> inner) {
        return std::make_unique<MixedUpBus>(std::move(inner), seed);
    };
    return wrappers;
}

Wrappers forgetful() {
    Wrappers wrappers;
    wrappers.keeper = [](const std::string&, StockKeeper& inner) {
        return std::make_unique<ForgetfulKeeper>(inner);
    };
    return wrappers;
}

Wrappers lying_disk() {
    Wrappers wrappers;
    wrappers.disk = [](const std::string& box, DiskOptions& options) {
        options.sync_truth = is_bridge(box) ? SyncTruth::lies : SyncTruth::honest;
    };
    return wrappers;
}

Wrappers by_address() {
    Wrappers wrappers;
    wrappers.scheduler = [](const std::string&, Node& node) {
        return std::make_unique<AddressScheduler>(node);
    };
    return wrappers;
}

Wrappers fleet_bus(std::function<std::unique_ptr<MessageBus>(Node& node, MessageBus& inner)> make) {
    Wrappers wrappers;
    wrappers.bus = [make = std::move(make)](const std::string&, Node& node, MessageBus& inner) {
        return make(node, inner);
    };
    return wrappers;
}

Wrappers stubborn_orders() {
    Wrappers wrappers;
    // What was published is remembered over the lives of the box, as vehicles do.
    wrappers.bus = [orders = PublishedOrders()](const std::string&, Node& node,
                                                MessageBus& inner) mutable {
        return std::make_unique<StubbornOrders>(inner, node, orders);
    };
    return wrappers;
}

Wrappers split_floor() {
    Wrappers wrappers;
    wrappers.floor = split_lanes;
    return wrappers;
}

const std::vector<PlantedBug>& bugs() {
    static const std::vector<PlantedBug> all = {
        {"ack_before_commit",
         "the bridge acknowledges what it has not committed",
         {"acknowledged.kept"}},
        {"ack_unsynced",
         "the bridge acknowledges what was written, and is not synced",
         {"acknowledged.kept"}},
        {"publish_before_commit",
         "an edge tells what it has not committed",
         {"told.durable", "epoch.explained", "told.kept"}},
        {"delta_twice", "the bridge applies a delta twice", {"stock.fold", "bridge.stock"}},
        {"stock_beside_ledger",
         "an edge updates stock beside the ledger",
         {"stock.fold", "bridge.stock"}},
        {"seq_reused",
         "a restored edge goes on with numbers that it has used",
         {"identity.reused", "bridge.equal", "bridge.complete", "recovered"}},
        {"stale_snapshot",
         "the bridge swaps in the snapshot before the one that came",
         {"stock.fold", "bridge.stock"}},
        {"overflow_dropped",
         "a queue drops what is above its bound and says that all is well",
         {"line.dense", "told.durable", "bridge.complete", "fatal", "stock.fold"}},
        {"bound_ignored",
         "a box takes in more than may wait for its disk",
         {"queue.bound"},
         "disk_full"},
        {"blind_as_empty",
         "a shelf that cannot be read is taken for an empty one",
         {"blind.unsaid", "evidence.weight", "truth.slot"}},
        {"wrong_slot",
         "an instrument's answer is taken for another slot's",
         {"evidence.weight", "truth.slot"}},
        {"promise_kept",
         "what takes promised goods away leaves the promise standing",
         {"promise.over"},
         "orders"},
        {"late_will", "a will of an old session counts for the new one", {"presence.wrong"}},
        {"timer_by_address",
         "timers of one instant run in the order of their addresses",
         {"run.twice"}},
        {"track_before_passed",
         "track is released before it is passed: a vehicle that drives is taken to be there",
         {"fleet.overlap"},
         "fleet"},
        {"swap_missed",
         "the two directions of a lane are taken for two lanes",
         {"fleet.overlap"},
         "fleet"},
        {"stale_state", "every state is taken for the newest", {"fleet.stale_state"}, "fleet"},
        {"update_after_cancel",
         "an order that was cancelled is continued",
         {"fleet.cancelled_order"},
         "fleet"},
        {"update_unsent",
         "after five minutes no order is continued any more: vehicles wait for ever",
         {"fleet.deadlock", "fleet.jam", "fleet.goal_open"},
         "fleet"},
    };
    return all;
}

}  // namespace

std::span<const PlantedBug> planted_bugs() {
    return bugs();
}

Result<Wrappers> plant(const std::string& name, std::uint64_t seed) {
    using Bug = CarelessJournal::Bug;
    const std::map<std::string, std::function<Wrappers()>> makers = {
        {"ack_before_commit", [] { return hasty(At::bridge); }},
        {"ack_unsynced", lying_disk},
        {"publish_before_commit", [] { return hasty(At::edges); }},
        {"delta_twice", [&] { return careless(At::bridge, Bug::twice, seed); }},
        {"stock_beside_ledger", [&] { return careless(At::edges, Bug::beside, seed); }},
        {"seq_reused", [] { return buses<SelfAnsweringBus>(At::edges); }},
        {"stale_snapshot", stale_snapshot},
        {"overflow_dropped", dropping},
        {"bound_ignored", boundless},
        {"blind_as_empty", zero_bus},
        {"wrong_slot", [&] { return mixed_up_bus(seed); }},
        {"promise_kept", forgetful},
        {"late_will", [] { return buses<GullibleBus>(At::bridge); }},
        {"timer_by_address", by_address},
        {"track_before_passed",
         [] {
             return fleet_bus(
                 [](Node&, MessageBus& inner) { return std::make_unique<HastyStates>(inner); });
         }},
        {"swap_missed", split_floor},
        {"stale_state",
         [] {
             return fleet_bus(
                 [](Node&, MessageBus& inner) { return std::make_unique<AgelessStates>(inner); });
         }},
        {"update_after_cancel", stubborn_orders},
        {"update_unsent",
         [] {
             return fleet_bus([](Node& node, MessageBus& inner) {
                 return std::make_unique<UnsentUpdates>(inner, node);
             });
         }},
    };
    const auto found = makers.find(name);
    if (found != makers.end()) {
        return found->second();
    }
    std::vector<std::string> names;
    std::string all;
    for (const PlantedBug& bug : bugs()) {
        names.emplace_back(bug.name);
        all += (all.empty() ? "" : ", ") + names.back();
    }
    const std::string near = near_name(name, names);
    return fail(ErrorKind::malformed,
                "there is no bug '" + name + "' to plant; " +
                    (near.empty() ? "there are: " : "did you mean '" + near + "'? There are: ") +
                    all);
}

}  // namespace tally::sim
