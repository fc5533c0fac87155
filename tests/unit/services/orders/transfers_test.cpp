// Transfers: what is to go to a gate becomes a task, and ends by what the ledger says of the goods.
#include "firmware/services/orders/transfers.hpp"

#include "firmware/messages/task_data.hpp"
#include "tests/support/order_rig.hpp"

using namespace tally;
using namespace tally::test;
using Lines = std::vector<std::string>;

namespace {

struct TransferRig : OrderRig {
    TransferRig() {
        in("dock-door", tea(1));
        in("dock-door", tea(2));
        put("attic", "rice", 9'000);
    }
    std::string ask(const Transfers::Wish& wish) {
        const auto opened = transfers.open(wish, user);
        INFO((opened ? std::string() : opened.error().text));
        REQUIRE(opened);
        return event_ref(ledger.edge(), ledger.line().epoch(), *opened);
    }
    void take_up(const std::string& id) { REQUIRE(tasks.step({id, TaskAct::take, 0, {}}, user)); }
    [[nodiscard]] TaskState state(const std::string& id) const { return tasks.find(id)->state; }
    /// Tea 2 in a parcel of order W-1, packed at the dock; its number.
    std::string pack() {
        add("W-1", {line("tea", 1'000)});
        const std::string pick = pick_of("W-1");
        take_up(pick);
        REQUIRE(tasks.scan({pick, tea(2), 0, "aisle", {}}, user));
        Packing::Wish wish;
        wish.order = "W-1";
        wish.place = PlaceId("dock");
        wish.codes = {tea(2)};
        const auto packed = packing.pack(wish, user);
        INFO((packed ? std::string() : packed.error().text));
        REQUIRE(packed);
        return packed->parcel.sscc;
    }

    Transfers transfers{inventory, ledger, tasks, packing, rig.node, PlaceId("aisle")};
};

}  // namespace

TEST_CASE("a person has a unit brought to a gate, and its scan there ends the task") {
    TransferRig rig;
    const std::string id = rig.ask({tea(1), {}, "exit", 0, "the customer waits"});
    const Task task = *rig.tasks.find(id);
    CHECK(task.kind == TaskKind::transfer);
    CHECK(task.from == "dock");
    CHECK(task.to == "aisle");  // The side of the gate that is ours.
    CHECK(rig.events(EventType::task_changed).back().by == "user:li.wei");
    rig.take_up(id);
    REQUIRE(rig.transfers.scan({id, tea(1), 0, "attic", {}}, rig.user));  // Onto the cart.
    CHECK(rig.state(id) == TaskState::taken);
    REQUIRE(rig.transfers.scan({id, tea(1), 0, {}, {}}, rig.user));
    CHECK(rig.state(id) == TaskState::done);
    CHECK(rig.stock("aisle", "tea") == 1'000);
}

TEST_CASE("a gate that has seen the goods leave ends their transfer") {
    TransferRig rig;
    const std::string taken = rig.ask({tea(1), {}, "aisle", 0, {}});
    const std::string open = rig.ask({tea(2), {}, "aisle", 0, {}});
    rig.take_up(taken);
    rig.in("aisle-door", tea(1));
    rig.in("aisle-door", tea(2));
    rig.transfers.sweep();
    CHECK(rig.state(taken) == TaskState::done);
    CHECK(rig.tasks.find(taken)->done_milli == 1'000);
    CHECK(rig.state(open) == TaskState::dropped);
    const TaskData told = *decode_task_data(rig.events(EventType::task_changed).back().data);
    CHECK(told.text.find("tells it: " + tea(2) + " is at aisle") != std::string::npos);
}

TEST_CASE(
    "units of a SKU that a gate sees go count for their transfer, and it ends with the last") {
    TransferRig rig;
    const std::string id = rig.ask({"tea", "dock", "aisle", 2'000, {}});
    rig.take_up(id);
    rig.in("aisle-door", tea(1));
    rig.transfers.sweep();
    rig.transfers.sweep();
    CHECK(rig.tasks.find(id)->done_milli == 1'000);
    CHECK(rig.state(id) == TaskState::taken);
    rig.in("aisle-door", tea(2));
    rig.transfers.sweep();
    CHECK(rig.state(id) == TaskState::done);
}

TEST_CASE("no vehicle's word and nobody else's goods end a transfer") {
    TransferRig rig;
    const std::string id = rig.ask({"rice", "attic", "aisle", 4'000, {}});
    rig.take_up(id);
    rig.put("attic", "rice", 2'000);
    REQUIRE(rig.lose("attic", "rice", 1'000));
    rig.transfers.sweep();
    CHECK(rig.state(id) == TaskState::taken);
    CHECK(rig.tasks.find(id)->done_milli == 0);
}

TEST_CASE("what rides on a cart to where it is wanted is promised to nobody until it is there") {
    TransferRig rig;
    const std::string id = rig.ask({"rice", "attic", "aisle", 4'000, {}});
    rig.take_up(id);
    REQUIRE(rig.transfers.scan({id, "rice", 4'000, "dock", {}}, rig.user));  // The cart.
    CHECK(rig.stock("dock", "rice") == 4'000);
    rig.add("W-1", {rig.line("rice", 7'000)});
    CHECK(rig.claims("W-1") == Lines{"attic - 5"});
    CHECK(rig.history("W-1").find("4 on a cart to another place") != std::string::npos);
    REQUIRE(rig.transfers.scan({id, "rice", 4'000, "aisle", {}}, rig.user));
    CHECK(rig.state(id) == TaskState::done);
    rig.orders.sweep();
    CHECK(rig.claims("W-1") == Lines{"attic - 5", "aisle - 2"});
    rig.check_promises();
}

TEST_CASE("a packed parcel goes to the carrier's gate by itself, by its label, with its promises") {
    TransferRig rig;
    const std::string sscc = rig.pack();
    rig.transfers.sweep();
    rig.transfers.sweep();
    const std::string id = rig.task_id("transfer:parcel " + sscc);
    REQUIRE_FALSE(id.empty());
    CHECK(rig.tasks.find(id)->document == "W-1");
    CHECK(refusal(rig.transfers.scan({id, "(00)" + sscc, 0, {}, {}}, rig.user))
              .find("take it first") != std::string::npos);
    rig.take_up(id);
    CHECK(
        refusal(rig.transfers.scan({id, tea(2), 0, {}, {}}, rig.user)).find("that is not parcel") ==
        0);
    REQUIRE(rig.transfers.scan({id, "(00)" + sscc, 0, "attic", {}}, rig.user));  // The cart.
    CHECK(rig.tasks.find(id)->via == "attic");
    CHECK(rig.claims("W-1") == Lines{"attic - 1 in hand"});
    REQUIRE(rig.transfers.scan({id, "(00)" + sscc, 0, {}, {}}, rig.user));
    CHECK(rig.state(id) == TaskState::done);
    CHECK(rig.claims("W-1") == Lines{"aisle - 1 in hand"});
    CHECK(rig.stage("W-1") == "packed");
    CHECK_FALSE(std::string(rig.ledger.book().item(tea(2))->parent).empty());
    rig.check_promises();
    rig.transfers.sweep();
    CHECK(rig.task_id("transfer:parcel " + sscc).empty());  // It is where it is to be.
}

TEST_CASE("a parcel that its carrier has taken is not brought any more") {
    TransferRig rig;
    const std::string sscc = rig.pack();
    rig.transfers.sweep();
    const std::string id = rig.task_id("transfer:parcel " + sscc);
    REQUIRE_FALSE(id.empty());
    REQUIRE(rig.packing.hand_over({{"W-1"}, "SF"}, rig.user));
    rig.transfers.sweep();
    CHECK(rig.state(id) == TaskState::dropped);
}

TEST_CASE("what cannot be transferred is refused with its reason and writes nothing") {
    TransferRig rig;
    const Seq before = rig.ledger.line().seq();
    const auto why = [&](const Transfers::Wish& wish) {
        return refusal(rig.transfers.open(wish, rig.user));
    };
    CHECK(why({tea(1), {}, "moon", 0, {}}).find("neither a gate nor a place") != std::string::npos);
    CHECK(why({tea(1), {}, "aisle-door", 0, {}}).find("name the place") != std::string::npos);
    CHECK(why({tea(9), {}, "exit", 0, {}}).find("at no place of this box") != std::string::npos);
    CHECK(why({"rice", {}, "exit", 0, {}}).find("say where SKU rice") == 0);
    CHECK(why({"rice", "attic", "exit", 10'000, {}}).find("9 of SKU rice stand at attic, not 10") ==
          0);
    CHECK(why({"rice", "attic", "attic", 0, {}}).find("stands at attic already") !=
          std::string::npos);
    CHECK(why({"(00)006141410000000018", {}, "exit", 0, {}}).find("no parcel") == 0);
    CHECK(rig.ledger.line().seq() == before);
    // To another edge's place: in front of the gate that leads there.
    CHECK(rig.tasks.find(rig.ask({"rice", "attic", "till", 1'000, {}}))->to == "aisle");
}

TEST_CASE("a weight that only got lighter ends no transfer, nor does another of its places") {
    TransferRig rig;
    const std::string rice = rig.ask({"rice", "attic", "aisle", 4'000, {}});
    const std::string unit = rig.ask({tea(1), {}, "aisle", 0, {}});
    rig.take_up(rice);
    rig.take_up(unit);
    const auto move = [&](const std::string& sku, const std::string& item, std::int64_t milli,
                          const std::string& from, const std::string& to) {
        Event event;
        event.type = item.empty() ? EventType::shelf_changed : EventType::moved;
        event.by = "device:scale";
        event.item = ItemId(item);
        event.sku = SkuId(sku);
        event.lot = LotId(std::string(kDefaultLot));
        event.qty = Quantity{milli};
        event.from = PlaceId(from);
        event.to = PlaceId(to);
        rig.rig.write(event);
        rig.transfers.sweep();
    };
    move("rice", {}, 4'000, "attic", "dock");  // Into somebody's hands, in the zone of the slot.
    CHECK(rig.state(rice) == TaskState::taken);
    CHECK(rig.tasks.find(rice)->done_milli == 0);
    move("tea", tea(1), 1'000, "dock", "attic");  // Through a gate on the way.
    CHECK(rig.state(unit) == TaskState::taken);
    CHECK(refusal(rig.transfers.scan({unit, tea(2), 0, {}, {}}, rig.user))
              .find("the task asks for unit " + tea(1)) != std::string::npos);
    move("tea", tea(1), 1'000, "attic", "aisle");
    CHECK(rig.state(unit) == TaskState::done);
}

TEST_CASE("of two parcels of an order the one whose label was scanned goes along") {
    TransferRig rig;
    rig.add("W-2", {OrderRig::line("rice", 3'000), OrderRig::line("rice", 2'000)});
    std::vector<std::string> parcels;
    for (const int milli : {3'000, 2'000}) {
        const std::string pick = rig.pick_of("W-2");
        rig.take_up(pick);
        REQUIRE(rig.tasks.scan({pick, "rice", milli, "dock", {}}, rig.user));
        Packing::Wish wish;
        wish.order = "W-2";
        wish.place = PlaceId("dock");
        wish.codes.assign(static_cast<std::size_t>(milli / 1'000), "rice");
        const auto packed = rig.packing.pack(wish, rig.user);
        INFO((packed ? std::string() : packed.error().text));
        REQUIRE(packed);
        parcels.push_back(packed->parcel.sscc);
    }
    REQUIRE(rig.packing.move_parcel("W-2", parcels[1], PlaceId("aisle"), rig.user));
    CHECK(rig.stock("aisle", "rice") == 2'000);
    for (const auto& [n, claim] : rig.at("W-2").claims) {
        INFO(n << " " << claim.place << " " << claim.qty_milli << " " << claim.parcel);
        CHECK(claim.place == (claim.parcel == parcels[1] ? "aisle" : "dock"));
        CHECK(claim.qty_milli == (claim.parcel == parcels[1] ? 2'000 : 3'000));
    }
    rig.check_promises();
}
