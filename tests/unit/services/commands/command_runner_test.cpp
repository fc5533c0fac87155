// Commands from the bridge: each leaves at least one event, a refusal its reason and the next step.
#include "firmware/services/commands/command_runner.hpp"

#include "tests/support/inventory_rig.hpp"

using namespace tally;
using test::InventoryRig;
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
    InventoryRig rig;
    CommandRunner runner(rig.inventory, rig.ledger);
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
    InventoryRig rig;
    CommandRunner runner(rig.inventory, rig.ledger);
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
        InventoryRig rig;
        CommandRunner runner(rig.inventory, rig.ledger);
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
