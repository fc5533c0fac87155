// Tasks: what rules open and drop, scanning for them, and goods at a wrong place.
#include "firmware/messages/task_data.hpp"
#include "tests/support/goods_rig.hpp"

using namespace tally;
using namespace tally::test;
using Lines = std::vector<std::string>;

namespace {

PlanRecord plan(const std::string& place, const std::string& sku, std::int64_t min,
                std::int64_t max) {
    return {place, sku, min, max};
}

}  // namespace

TEST_CASE("a planned place below min is replenished, once, and not when there is nothing") {
    GoodsRig rig;
    rig.take({plan("aisle", "rice", 5'000, 20'000)});
    rig.tasks.sweep();
    CHECK(rig.todo().empty());  // There is none to bring.
    rig.put("attic", "rice", 50'000);
    rig.put("aisle", "rice", 4'000);
    rig.tasks.sweep();
    rig.tasks.sweep();
    REQUIRE(rig.todo() == Lines{"replenish:aisle rice open"});
    const Task task = *rig.tasks.find(rig.task_id("replenish:aisle rice"));
    CHECK(task.from == "attic");
    CHECK(task.qty_milli == 16'000);
    rig.put("aisle", "rice", 1'000);  // Somebody else brought some: no need any more.
    rig.tasks.sweep();
    CHECK(rig.todo().empty());
}

TEST_CASE("received goods are put away by scanning, and the ledger names who did it") {
    GoodsRig rig;
    rig.take({plan("attic", "tea", 0, 10'000)});
    rig.in("dock-door", tea(1));
    rig.in("dock-door", tea(2));
    rig.tasks.sweep();
    REQUIRE(rig.todo() == Lines{"put_away:dock tea open"});
    const std::string id = rig.task_id("put_away:dock tea");
    CHECK(refusal(rig.tasks.scan({id, tea(1), 0, {}, {}}, rig.user)).find("take it first") !=
          std::string::npos);
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    CHECK(
        refusal(rig.tasks.scan({id, tea(1), 0, {}, {}}, rig.other)).find("hands of user:li.wei") !=
        std::string::npos);
    CHECK(refusal(rig.tasks.scan({id, "rice", 0, {}, {}}, rig.user)).find("asks for SKU tea") !=
          std::string::npos);
    REQUIRE(rig.tasks.scan({id, tea(1), 0, {}, {}}, rig.user));
    REQUIRE(rig.tasks.scan({id, tea(1), 0, {}, {}}, rig.user));  // A second beep of one unit.
    CHECK(rig.tasks.find(id)->done_milli == 1'000);
    REQUIRE(rig.tasks.scan({id, tea(2), 0, {}, {}}, rig.user));
    REQUIRE(rig.tasks.step({id, TaskAct::finish, 0, {}}, rig.user));
    CHECK(rig.stock("attic", "tea") == 2'000);
    CHECK(rig.tasks.find(id)->done_milli == 2'000);
    for (const Event& event : rig.events(EventType::moved)) {
        CHECK(event.by == "user:li.wei");
        CHECK(event.cause == id);
    }
    for (const Event& event : rig.events(EventType::task_changed)) {
        CHECK((event.by == "user:li.wei" || event.by == "rule:tasks"));
    }
}

TEST_CASE("goods tracked by count go lot by lot, the first to expire first") {
    GoodsRig rig;
    rig.take({LotRecord{"rice", "L1", "2027-09-01", "", ""},
              LotRecord{"rice", "L2", "2027-03-01", "", ""}});
    for (const auto& [lot, milli] : {std::pair{"L1", 5'000}, std::pair{"L2", 3'000}}) {
        Event event;
        event.type = EventType::received;
        event.by = "user:test";
        event.sku = SkuId("rice");
        event.lot = LotId(lot);
        event.qty = Quantity{milli};
        event.from = PlaceId("SUPPLIER");
        event.to = PlaceId("attic");
        rig.rig.write(event);
    }
    Task task;
    task.kind = TaskKind::pick;
    task.key = "pick:1";
    task.sku = "rice";
    task.from = "attic";
    task.to = "aisle";
    REQUIRE(rig.tasks.open(task, rig.user));
    const std::string id = rig.task_id("pick:1");
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    REQUIRE(rig.tasks.scan({id, "rice", 4'000, {}, {}}, rig.user));
    const auto lots = lots_at(rig.ledger, PlaceId("aisle"), "rice");
    REQUIRE(lots.size() == 2);
    CHECK(lots[0].lot == "L2");
    CHECK(lots[0].milli == 3'000);
    CHECK(lots[1].milli == 1'000);
    // More in hand than the book has: booked, and somebody is told.
    REQUIRE(rig.tasks.scan({id, "rice", 6'000, {}, {}}, rig.user));
    CHECK(rig.stock("aisle", "rice") == 10'000);
    CHECK(rig.stock("attic", "rice") == 0);
    CHECK(rig.all_open() == Lines{"count_differs"});
}

TEST_CASE("a wrong put-away is found by the next evidence, is a task, and closes itself") {
    GoodsRig rig;
    rig.take({plan("attic", "tea", 0, 10'000), plan("aisle", "rice", 0, 10'000)});
    rig.in("dock-door", tea(1));
    rig.tasks.sweep();
    CHECK(rig.all_open().empty());  // Nobody planned the dock.
    REQUIRE(rig.tasks.seen(tea(1), PlaceId("aisle"), 0, rig.user));
    CHECK(rig.place_of(tea(1)) == "aisle");
    REQUIRE(rig.open(tea(1)) == Lines{"wrong_place"});
    const auto& open = rig.ledger.registers().anomalies().begin()->second;
    CHECK(open.what.next.find("attic") != std::string::npos);
    CHECK(open.what.place == "aisle");
    const Task* task = rig.tasks.find(rig.task_id("misplaced:" + tea(1)));
    REQUIRE(task != nullptr);
    CHECK(task->kind == TaskKind::put_away);
    CHECK(task->to == "attic");
    CHECK(task->text == "stands at aisle, belongs to attic");
    rig.tasks.sweep();
    CHECK(rig.all_open().size() == 1);
    REQUIRE(rig.tasks.seen(tea(1), PlaceId("attic"), 0, rig.user));
    CHECK(rig.all_open().empty());
    CHECK(rig.todo().empty());
}

TEST_CASE(
    "a gate that sees goods go where they do not belong finds them, too; hands are respected") {
    GoodsRig rig;
    rig.take({plan("attic", "tea", 0, 10'000), plan("aisle", "rice", 0, 10'000)});
    rig.in("dock-door", tea(1));
    rig.in("aisle-door", tea(1));
    rig.tasks.sweep();
    CHECK(rig.open(tea(1)) == Lines{"wrong_place"});
    const std::string id = rig.task_id("misplaced:" + tea(1));
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    REQUIRE(rig.tasks.scan({id, tea(1), 0, {}, {}}, rig.user));
    CHECK(rig.place_of(tea(1)) == "attic");
    CHECK(rig.all_open().empty());
    CHECK(rig.tasks.find(id)->state == TaskState::taken);
    REQUIRE(rig.tasks.step({id, TaskAct::finish, 0, {}}, rig.user));
}

TEST_CASE("a count at a place does not make goods belong there") {
    GoodsRig rig;
    rig.take({plan("attic", "tea", 0, 10'000), plan("aisle", "rice", 0, 10'000)});
    rig.in("dock-door", tea(1));
    rig.in("aisle-door", tea(1));
    rig.tasks.sweep();
    REQUIRE(rig.open(tea(1)) == Lines{"wrong_place"});
    REQUIRE(rig.counting.start(PlaceId("aisle"), {}, rig.user));
    rig.tasks.sweep();
    CHECK(rig.open(tea(1)) == Lines{"wrong_place"});
    CHECK_FALSE(rig.task_id("misplaced:" + tea(1)).empty());
}

TEST_CASE("counted goods are carried for a task up to what it asks for") {
    GoodsRig rig;
    rig.take({plan("aisle", "rice", 2'500, 2'500)});
    rig.put("attic", "rice", 20'000);
    rig.tasks.sweep();
    const std::string id = rig.task_id("replenish:aisle rice");
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    CHECK(refusal(rig.tasks.scan({id, "rice", 4'000, {}, {}}, rig.user))
              .find("4 are more than task " + id + " still asks for: 2.5 of 2.5") !=
          std::string::npos);
    CHECK(rig.stock("attic", "rice") == 20'000);
    REQUIRE(rig.tasks.scan({id, "rice", 2'000, {}, {}}, rig.user));
    CHECK_FALSE(rig.tasks.scan({id, "rice", 0, {}, {}}, rig.user));
    REQUIRE(rig.tasks.scan({id, "rice", 500, {}, {}}, rig.user));
}

TEST_CASE("who receives for a task may say the lot") {
    GoodsRig rig;
    rig.take({AsnRecord{"ASN-7", "", "", {{"rice", "L1", 10'000}, {"rice", "L2", 10'000}}}});
    rig.tasks.sweep();
    const std::string id = rig.task_id("receive:ASN-7");
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    CHECK_FALSE(rig.tasks.scan({id, "rice", 10'000, "dock", {}}, rig.user));
    REQUIRE(rig.tasks.scan({id, "rice", 10'000, "dock", {}, "L2"}, rig.user));
    CHECK(lots_at(rig.ledger, PlaceId("dock"), "rice")[0].lot == "L2");
}

TEST_CASE("an advice is a task until it is closed") {
    GoodsRig rig;
    rig.advise();
    rig.tasks.sweep();
    REQUIRE(rig.todo() == Lines{"receive:ASN-7 open"});
    const std::string id = rig.task_id("receive:ASN-7");
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    REQUIRE(rig.tasks.scan({id, tea(1), 0, "dock", {}}, rig.user));
    CHECK(rig.place_of(tea(1)) == "dock");
    CHECK_FALSE(rig.receiving.close("ASN-7", Closing::announced, rig.other));
    REQUIRE(rig.receiving.close("ASN-7", Closing::announced, rig.user));
    rig.tasks.sweep();
    CHECK(rig.todo().empty());
}

TEST_CASE("a return is inspected, graded, tagged anew or destroyed by two people") {
    GoodsRig rig;
    for (int serial : {1, 2, 3}) {
        rig.in("dock-door", tea(serial));
        rig.in("aisle-door", tea(serial));
        rig.in("exit", tea(serial));  // From the aisle to the customer.
        REQUIRE(rig.returns.take_in(tea(serial), PlaceId("attic"), rig.user));
    }
    CHECK(rig.stock("attic", "tea", "inspect") == 3'000);
    CHECK(rig.todo().size() == 3);
    REQUIRE(rig.returns.grade({tea(1), Grade::Into::restock, "as new", {}}, rig.user));
    REQUIRE(rig.returns.grade({tea(2), Grade::Into::hold, "tag torn", tea(22)}, rig.user));
    REQUIRE(rig.returns.grade({tea(3), Grade::Into::destroy, "wet", {}}, rig.user));
    CHECK(rig.stock("attic", "tea", "good") == 1'000);
    CHECK(rig.stock("attic", "tea", "hold") == 1'000);
    CHECK(rig.place_of(tea(22)) == "attic");
    CHECK(rig.place_of(tea(2)) == "UNEXPLAINED");
    REQUIRE(rig.todo() == Lines{"approve:" + tea(3) + " open"});
    const std::string id = rig.task_id("approve:" + tea(3));
    CHECK(refusal(rig.counting.approve(id, rig.user)).find("two people") != std::string::npos);
    REQUIRE(rig.counting.approve(id, rig.other));
    CHECK(rig.place_of(tea(3)) == "LOST");
    CHECK_FALSE(rig.returns.take_in(tea(1), PlaceId("attic"), rig.user));
    CHECK(rig.todo().empty());
    CHECK(rig.stock("UNEXPLAINED", "tea") == 0);
}

TEST_CASE("goods are scanned onto a cart, and from there where the task wants them") {
    GoodsRig rig;
    rig.take({plan("attic", "tea", 0, 10'000)});
    rig.in("dock-door", tea(1));
    rig.in("dock-door", tea(2));
    rig.tasks.sweep();
    const std::string id = rig.task_id("put_away:dock tea");
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    REQUIRE(rig.tasks.scan({id, tea(1), 0, "aisle", {}}, rig.user));  // The aisle is the cart.
    CHECK(rig.stock("aisle", "tea") == 1'000);
    CHECK(rig.tasks.find(id)->via == "aisle");
    CHECK(rig.tasks.find(id)->via_milli == 1'000);
    CHECK(rig.tasks.find(id)->done_milli == 0);
    REQUIRE(rig.tasks.scan({id, tea(1), 0, "aisle", {}}, rig.user));  // A second beep of it.
    CHECK(rig.tasks.find(id)->via_milli == 1'000);
    REQUIRE(rig.tasks.scan({id, tea(2), 0, "aisle", {}}, rig.user));
    // Neither is what stands on the cart put away anew, nor is the task dropped.
    REQUIRE(rig.todo() == Lines{"put_away:dock tea taken"});
    REQUIRE(rig.tasks.scan({id, tea(1), 0, {}, {}}, rig.user));
    CHECK(rig.tasks.find(id)->via_milli == 1'000);
    REQUIRE(rig.tasks.scan({id, tea(2), 0, "attic", {}}, rig.user));
    CHECK(rig.stock("attic", "tea") == 2'000);
    CHECK(rig.tasks.find(id)->done_milli == 2'000);
    CHECK(rig.tasks.find(id)->via_milli == 0);
    CHECK(*decode_task(encode_task(*rig.tasks.find(id))) == [&] {
        Task task = *rig.tasks.find(id);
        task.id.clear();
        return task;
    }());
}

TEST_CASE("counted goods leave the cart that they were scanned onto, not the dock") {
    GoodsRig rig;
    rig.take({plan("attic", "rice", 10'000, 20'000)});
    rig.put("dock", "rice", 30'000);
    rig.tasks.sweep();
    const std::string id = rig.task_id("put_away:dock rice");
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    REQUIRE(rig.tasks.scan({id, "rice", 15'000, "aisle", {}}, rig.user));
    CHECK(refusal(rig.tasks.scan({id, "rice", 6'000, "aisle", {}}, rig.user)).find("6 are more") ==
          0);
    CHECK(refusal(rig.tasks.scan({id, "rice", 1'000, "till", {}}, rig.user)) !=
          std::string("(done)"));
    CHECK(refusal(rig.tasks.scan({id, "rice", 16'000, {}, {}}, rig.user)).find("15 of task") == 0);
    CHECK(rig.stock("dock", "rice") == 15'000);
    REQUIRE(rig.tasks.scan({id, "rice", 15'000, {}, {}}, rig.user));
    CHECK(rig.stock("aisle", "rice") == 0);
    CHECK(rig.stock("dock", "rice") == 15'000);
    CHECK(rig.stock("attic", "rice") == 15'000);
    CHECK(rig.all_open().empty());
}

TEST_CASE(
    "goods on a cart keep their task, in whosever hands, until they are where they are to go") {
    GoodsRig rig;
    rig.take({plan("attic", "tea", 0, 10'000)});
    rig.in("dock-door", tea(1));
    rig.tasks.sweep();
    const std::string id = rig.task_id("put_away:dock tea");
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    CHECK(refusal(rig.tasks.scan({id, tea(1), 0, "dock", {}}, rig.user)).find("name the cart") !=
          std::string::npos);
    REQUIRE(rig.tasks.scan({id, tea(1), 0, "aisle", {}}, rig.user));
    CHECK(refusal(rig.tasks.step({id, TaskAct::finish, 0, {}}, rig.user))
              .find("are still on aisle") != std::string::npos);
    REQUIRE(rig.tasks.step({id, TaskAct::put_back, 0, {}}, rig.user));
    rig.tasks.sweep();
    REQUIRE(rig.todo() == Lines{"put_away:dock tea open"});
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.other));  // Who unloads is another one.
    REQUIRE(rig.tasks.scan({id, tea(1), 0, {}, {}}, rig.other));
    CHECK(rig.stock("attic", "tea") == 1'000);
}
