// Commands from the bridge: each leaves at least one event, a refusal its reason and the next step.
#include "firmware/services/commands/command_runner.hpp"

#include "firmware/messages/order_request.hpp"
#include "tests/support/order_rig.hpp"

using namespace tally;
using test::OrderRig;
using test::tea;

namespace {

Command command(const std::string& type, const std::string& data) {
    Command made;
    made.edge = EdgeId("back");
    made.epoch = Epoch(1);
    made.seq = Seq(4);
    made.actor = "bridge:center";
    made.type = type;
    made.data = data;
    return made;
}

}  // namespace

TEST_CASE("a command is carried out in its actor's name, with the command as the cause") {
    OrderRig rig;
    CommandRunner runner(rig.inventory, rig.ledger, rig.orders, rig.tasks);
    runner.on_command(
        command("master", encode(ItemRecord{"oil", "", "Oil", Tracking::by_item, 0})));
    const HandOverNotice notice{"shop:1:7", tea(1), "tea", "-", "free", "good", "", "shop", "dock"};
    runner.on_command(command("expect", encode(notice)));
    HandOverNotice back = notice;
    back.ref = "shop:1:8";
    back.place = "till";
    runner.on_command(command("release", encode(back)));
    CHECK(rig.ledger.registers().sku("oil") != nullptr);
    CHECK(rig.place_of(tea(1)) == "IN_TRANSIT");
    CHECK(rig.events(EventType::command_refused).empty());
    const Event changed = rig.events(EventType::master_changed).back();
    CHECK(changed.by == "bridge:center");
    CHECK(changed.cause == "cmd:1:4");
}

TEST_CASE("a record made from an older version is refused, not laid over the newer one") {
    OrderRig rig;
    CommandRunner runner(rig.inventory, rig.ledger, rig.orders, rig.tasks);
    const auto named = [](const char* name) {
        return ItemRecord{"tea", "80614141123458", name, Tracking::by_item, 0};
    };
    runner.on_command(command("master", encode_master_command({named("Green tea"), 0, 1})));
    CHECK(rig.ledger.registers().sku("tea")->name == "Green tea");
    runner.on_command(command("master", encode_master_command({named("Black tea"), 0, 1})));
    CHECK(rig.ledger.registers().sku("tea")->name == "Green tea");
    const auto refused = rig.events(EventType::command_refused);
    REQUIRE(refused.size() == 1);
    const auto data = decode_refusal_data(refused[0].data);
    CHECK(data->reason.find("is at version 2, the file was made from version 1") !=
          std::string::npos);
    CHECK(data->next.find("import it again at the bridge") != std::string::npos);
    runner.on_command(command("master", encode_master_command({named("Any tea"), 0, 0})));
    CHECK(rig.ledger.registers().sku("tea")->name == "Any tea");
}

TEST_CASE("whatever a command says, it leaves at least one event") {
    const HandOverNotice elsewhere{"shop:1:7", tea(1), "tea",  "-",      "free",
                                   "good",     "",     "shop", "nowhere"};
    struct Case {
        Command command;
        const char* says;
    };
    const std::vector<Case> cases = {
        {command("dance", "{}"), "dance"},
        {command("expect", "{}"), "custody"},
        {command("expect", ""), ""},
        {command("expect", encode(elsewhere)), "nowhere"},
        {command("release", R"({"x":1})"), "custody"},
        {command("master", R"({"record":"truck"})"), "truck"},
        {command("master", encode(BindingRecord{tea(1), "nosuch", "-"})), "nosuch"},
        {command("master",
                 encode(ItemRecord{"tea", "80614141123458", "Tea", Tracking::by_item, 0})),
         "changes nothing"},
    };
    for (const Case& refused : cases) {
        INFO(refused.command.type << " " << refused.command.data);
        OrderRig rig;
        CommandRunner runner(rig.inventory, rig.ledger, rig.orders, rig.tasks);
        runner.on_command(refused.command);
        const auto events = rig.events(EventType::command_refused);
        REQUIRE(events.size() == 1);
        CHECK(events[0].cause == "cmd:1:4");
        CHECK(events[0].by == "bridge:center");
        const auto data = decode_refusal_data(events[0].data);
        REQUIRE(data);
        CHECK(data->command == refused.command.type);
        CHECK(data->reason.find(refused.says) != std::string::npos);
        CHECK_FALSE(data->next.empty());
    }
}

TEST_CASE("an order of head office is an order like any, taken once") {
    OrderRig rig;
    CommandRunner runner(rig.inventory, rig.ledger, rig.orders, rig.tasks);
    rig.put("attic", "rice", 5'000);
    const std::string wanted =
        encode_order_request(OrderRig::order("H-1", {OrderRig::line("rice", 2'000)}));
    runner.on_command(command("order", wanted));
    CHECK(rig.claims("H-1") == std::vector<std::string>{"attic - 2"});
    const Event added = rig.events(EventType::order_changed).front();
    CHECK(added.by == "bridge:center");
    CHECK(added.cause == "cmd:1:4");
    CHECK(rig.events(EventType::command_refused).empty());

    runner.on_command(command("order", wanted));  // Head office says it again.
    runner.on_command(command(
        "order", encode_order_request(OrderRig::order("H-1", {OrderRig::line("rice", 3'000)}))));
    runner.on_command(command(
        "order", encode_order_request(OrderRig::order("H-2", {OrderRig::line("gold", 1'000)}))));
    runner.on_command(command("order", "{}"));
    const auto refused = rig.events(EventType::command_refused);
    REQUIRE(refused.size() == 4);
    const char* const reasons[] = {"changes nothing", "known with other content",
                                   "no code of a known", "\"v\":1"};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto data = decode_refusal_data(refused[i].data);
        INFO(data->reason);
        CHECK(data->reason.find(reasons[i]) != std::string::npos);
        CHECK(data->next.find("tally order show") != std::string::npos);
        CHECK(refused[i].cause == "cmd:1:4");
    }
    CHECK(rig.orders.book().orders().size() == 1);

    runner.on_command(command("order_cancel", encode_order_cancel({"H-1", "customer rang"})));
    CHECK(rig.stage("H-1") == "cancelled");
    runner.on_command(command("order_cancel", encode_order_cancel({"H-1", "again"})));
    CHECK(rig.events(EventType::command_refused).size() == 5);
}

TEST_CASE("what another edge's place lacks becomes one transfer to the gate, and is taken back") {
    OrderRig rig;
    CommandRunner runner(rig.inventory, rig.ledger, rig.orders, rig.tasks);
    const auto refill = [&](std::int64_t milli) {
        runner.on_command(
            command(std::string(kRefillCommand),
                    encode(Refill{"till", "rice", milli, "1 left at till, at least 3 wanted"})));
    };
    const auto reasons = [&] {
        std::string text;
        for (const Event& event : rig.events(EventType::command_refused)) {
            text += decode_refusal_data(event.data)->reason + "\n";
        }
        return text;
    };
    refill(4'000);
    CHECK(reasons().find("nothing of SKU rice can be spared here") != std::string::npos);
    rig.put("attic", "rice", 5'000);
    rig.add("W-1", {OrderRig::line("rice", 2'000)});
    refill(4'000);
    const std::string id = rig.task_id(refill_key("till", "rice"));
    REQUIRE_FALSE(id.empty());
    const Task task = *rig.tasks.find(id);
    CHECK((task.kind == TaskKind::transfer && task.from == "attic" && task.to == "till"));
    CHECK(task.qty_milli == 3'000);  // Two of five are promised.
    CHECK(task.text == "1 left at till, at least 3 wanted");
    refill(4'000);
    CHECK(reasons().find("task " + id + " brings it already") != std::string::npos);
    refill(0);
    CHECK(rig.tasks.find(id)->state == TaskState::dropped);
    CHECK(rig.events(EventType::task_changed).back().cause == "cmd:1:4");
    refill(0);
    CHECK(reasons().find("nothing is to be brought to till any more") != std::string::npos);
    refill(4'000);
    const std::string again = rig.task_id(refill_key("till", "rice"));
    REQUIRE(rig.tasks.step({again, TaskAct::take, 0, {}}, rig.user));
    refill(0);
    CHECK(reasons().find("task " + again + " is in somebody's hands") != std::string::npos);
    CHECK(rig.tasks.find(again)->state == TaskState::taken);
}
