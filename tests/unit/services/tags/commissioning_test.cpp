// From a serial to a bound tag, with a kill at every step, and what is refused.
#include <set>

#include "firmware/domain/epc/text.hpp"
#include "tests/support/tag_rig.hpp"

namespace tally {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::TagRig;
using test::tea;

std::uint64_t serial_in(const std::string& item) {
    return decode_gs1(*Epc::parse(item)).fields.serial;
}

TEST_CASE("a label is printed, its tag seen, and only then bound") {
    TagRig rig;
    const auto items = rig.order(2);
    REQUIRE(items.size() == 2);
    CHECK(gs1_key(decode_gs1(*Epc::parse(items[0])).fields) == "80614141123458");
    rig.run(seconds(5));
    CHECK(rig.state(items[0]) == "printed");
    REQUIRE(rig.printer.labels().size() == 2);
    CHECK(rig.printer.labels()[0].epc == items[0]);
    CHECK(rig.printer.labels()[1].epc == items[1]);
    rig.see(items[0], 2);
    CHECK(rig.state(items[0]) == "printed");  // The antenna of a gate, not of the desk.
    rig.see(items[0]);
    CHECK(rig.state(items[0]) == "bound");
    CHECK(*rig.rig.ledger->registers().binding(items[0]) == BindingRecord{items[0], "tea", "L7"});
    CHECK(rig.state(items[1]) == "printed");
}

TEST_CASE("nothing is printed before the ledger holds its serial") {
    TagRig rig;
    rig.rig.journal->deaf = true;
    const auto items = rig.order();
    rig.run(seconds(10));
    CHECK(rig.printer.labels().empty());
    rig.crash();
    CHECK(rig.state(items[0]) == "unknown");
    CHECK(rig.printer.labels().empty());
}

TEST_CASE("a kill at every step leaves a state that says so, and no EPC comes out twice") {
    std::set<std::string> states;
    for (int step = 0; step <= 60; ++step) {
        TagRig rig;
        const auto items = rig.order(2);
        rig.run(milliseconds(50) * step);
        const std::string before = rig.state(items[0]);
        rig.crash();
        const std::string after = rig.state(items[0]);
        INFO(step << ": " << before << ", then " << after);
        // Only what was certainly at no printer goes there again. The printer's word may be durable
        // before anybody has heard of it.
        CHECK((before == "waiting" ? after != "unsure"
               : before == "sent"  ? after == "unsure" || after == "printed"
                                   : after == before));
        states.insert(before);
        rig.run(seconds(10));
        std::multiset<std::string> written;
        for (const auto& label : rig.printer.labels()) {
            written.insert(label.epc);
        }
        for (const std::string& item : items) {
            CHECK(written.count(item) <= 1);
            if (rig.state(item) == "unsure") {
                // Both ways out: a person sees the tag, or gives it up.
                REQUIRE((step % 2 == 0 ? rig.service->bind({item, {}, {}, {}, item}, rig.user)
                                       : rig.service->discard(item, "not found", rig.user)));
                CHECK(rig.state(item) == (step % 2 == 0 ? "bound" : "retired"));
            }
        }
        // And the serials of the life before are given out to nobody again.
        for (const std::string& item : rig.order(3)) {
            CHECK(serial_in(item) >> 8U != serial_in(items[0]) >> 8U);
        }
    }
    CHECK(states.contains("waiting"));
    CHECK(states.contains("sent"));
    CHECK(states.contains("printed"));
}

TEST_CASE("no serial is given out twice over crashes, restored disks and epochs") {
    TagRig rig;
    std::set<std::string> given;
    const auto take = [&] {
        for (const std::string& item : rig.order(20)) {
            INFO(item);
            CHECK(given.insert(item).second);
        }
        rig.run(seconds(1));
    };
    for (int i = 0; i < 8; ++i) {
        take();
        rig.crash();
    }
    for (int i = 0; i < 15; ++i) {
        take();  // Over the end of a block.
    }
    // A disk that is older than what the bridge holds: the bridge opens an epoch behind it, and
    // what was reserved in the lost tail is nobody's.
    const Seq common(rig.rig.ledger->line().seq().value() - 40);
    bool opened = false;
    rig.rig.ledger->open_epoch(Epoch(2), common, "restored",
                               [&](Result<void> done) { opened = done.has_value(); });
    rig.run(seconds(3));
    REQUIRE(opened);
    rig.crash();
    take();
    CHECK((serial_in(*rig.order().begin()) >> 22U & 0xFFU) == 2);
}

TEST_CASE("no serial is given out that the bridge has not confirmed in this life of the box") {
    TagRig rig;
    const auto first = rig.order();
    rig.bridge = false;
    CHECK(rig.service->print({"tea", "L7", 1, {}, {}}, rig.user));  // Confirmed before: goes on.
    rig.crash();
    const auto refused = rig.service->print({"tea", "L7", 1, {}, {}}, rig.user);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::offline);
    CHECK(refused.error().text.find("tally sync status") != std::string::npos);
    rig.bridge = true;
    rig.run(seconds(1));
    CHECK(serial_in(rig.order()[0]) != serial_in(first[0]));
}

TEST_CASE("what the printer did is what the label is") {
    struct Row {
        const char* fault;
        const char* state;
        std::size_t labels;
    };
    const Row row = GENERATE(values<Row>({
        {"void_next", "unsure", 1},
        {"misread", "unsure", 1},
        {"cut_next", "unsure", 1},
        {"paper_out", "waiting", 0},
        {"head_open", "waiting", 0},
    }));
    INFO(row.fault);
    TagRig rig;
    REQUIRE(set_fault(rig.printer.faults(), row.fault, 1));
    const auto items = rig.order();
    rig.run(seconds(12));
    CHECK(rig.state(items[0]) == row.state);
    CHECK(rig.printer.labels().size() == row.labels);
    rig.printer.faults() = {};
    rig.run(seconds(40));
    CHECK(rig.printer.labels().size() == 1);
    if (std::string(row.state) == "waiting") {
        rig.see(items[0]);
        CHECK(rig.state(items[0]) == "bound");
    }
}

TEST_CASE("a label nobody sees in time waits for a person; a late sight still binds it") {
    TagRig rig;
    const auto items = rig.order();
    rig.run(seconds(30));
    CHECK(rig.state(items[0]) == "unsure");
    CHECK(rig.rig.ledger->registers().tags().label(items[0])->text.find("did not see") !=
          std::string::npos);
    rig.see(items[0]);
    CHECK(rig.state(items[0]) == "bound");
}

TEST_CASE("each order that cannot be is refused with what to do") {
    TagRig rig;
    struct Row {
        PrintWish wish;
        const char* text;
    };
    const std::vector<Row> rows = {
        {{"nothing", {}, 1, {}, {}}, "import its item record"},
        {{"nameless", {}, 1, {}, {}}, "has no GTIN"},
        {{"foreign", {}, 1, {}, {}}, "another company's"},
        {{"tea", {}, 0, {}, {}}, "1 to 200 labels"},
        {{"tea", {}, 201, {}, {}}, "1 to 200 labels"},
        {{"tea", {}, 1, DeviceId("attic"), {}}, "no printer attic; say one of: desk"},
    };
    const Seq before = rig.rig.ledger->line().seq();
    for (const Row& row : rows) {
        const auto refused = rig.service->print(row.wish, rig.user);
        REQUIRE_FALSE(refused);
        CHECK_THAT(refused.error().text, Catch::Contains(row.text));
    }
    CHECK(rig.rig.ledger->line().seq() == before);
    rig.site.serial_ranges.clear();
    CHECK_THAT(rig.service->print({"tea", {}, 1, {}, {}}, rig.user).error().text,
               Catch::Contains("serial_range"));
}

TEST_CASE("a tag from elsewhere is bound by hand, once, to a SKU that is known") {
    TagRig rig;
    const std::string tag = tea(4711);
    CHECK_THAT(rig.service->bind({tag, {}, {}, {}, tag}, rig.user).error().text,
               Catch::Contains("say what SKU"));
    CHECK_THAT(rig.service->bind({tag, "nothing", {}, {}, tag}, rig.user).error().text,
               Catch::Contains("not known"));
    REQUIRE(rig.service->bind({tag, "tea", "L9", "E2801160", tag}, rig.user));
    CHECK(*rig.rig.ledger->registers().binding(tag) == BindingRecord{tag, "tea", "L9"});
    rig.run(seconds(1));
    const Event bound = *decode_event(rig.rig.stored().back().canonical);
    CHECK(bound.by == "user:li.wei");
    CHECK(bound.evidence == "{\"scan\":\"" + tag + "\",\"tid\":\"E2801160\"}");
    CHECK_THAT(rig.service->bind({tag, "tea", {}, {}, tag}, rig.user).error().text,
               Catch::Contains("in use already"));
}

TEST_CASE("a damaged tag is replaced: the unit stays where it is, the old tag is an alarm") {
    TagRig rig;
    const std::string old_tag = tea(1);
    const std::string new_tag = tea(2);
    REQUIRE(rig.service->bind({old_tag, "tea", "L7", {}, old_tag}, rig.user));
    REQUIRE(rig.inventory->correct(old_tag, PlaceId("aisle"), "found", rig.user, {}));
    const bool printed = GENERATE(false, true);
    std::string carries = new_tag;
    if (printed) {
        carries = rig.order(1, old_tag)[0];
        rig.run(seconds(5));
        CHECK(rig.rig.ledger->book().item(old_tag)->place == "aisle");  // Until it is seen.
        rig.see(carries);
    } else {
        REQUIRE(rig.service->replace(old_tag, new_tag, "torn", rig.user));
    }
    CHECK(rig.rig.ledger->book().item(carries)->place == "aisle");
    CHECK(rig.rig.ledger->book().item(old_tag)->place == "UNEXPLAINED");
    CHECK(*rig.rig.ledger->registers().binding(carries) == BindingRecord{carries, "tea", "L7"});
    CHECK(rig.state(old_tag) == "retired");

    rig.inventory->on_gate_report(test::InventoryRig::report_of("aisle-door", old_tag));
    const auto& open = rig.rig.ledger->registers().anomalies();
    REQUIRE(open.size() == 1);
    CHECK(open.begin()->second.what.kind == "retired_tag");
    CHECK(open.begin()->second.what.text.find(carries) != std::string::npos);
    GateReport through = test::InventoryRig::report_of("aisle-door", old_tag);
    through.outcome = PassageOutcome::in;
    rig.inventory->on_gate_report(through);
    CHECK(rig.rig.ledger->book().item(old_tag)->place == "UNEXPLAINED");  // Moves nothing.
    CHECK(open.size() == 1);
    CHECK_THAT(rig.service->replace(carries, old_tag, "back", rig.user).error().text,
               Catch::Contains("was retired"));
}

TEST_CASE("who binds a tag that is bound already hears to what") {
    TagRig rig;
    const std::string tag = tea(1);
    REQUIRE(rig.service->bind({tag, "tea", "L7", {}, tag}, rig.user));
    CHECK_THAT(rig.service->bind({tag, {}, {}, {}, tag}, rig.user).error().text,
               Catch::Contains("is bound already, to SKU tea, lot L7"));
}

TEST_CASE("a tag of a unit that stands somewhere is not retired, one of a void label is") {
    TagRig rig;
    const std::string tag = tea(1);
    REQUIRE(rig.service->bind({tag, "tea", {}, {}, tag}, rig.user));
    REQUIRE(rig.inventory->correct(tag, PlaceId("aisle"), "found", rig.user, {}));
    const auto refused = rig.service->retire(tag, "torn", rig.user);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::refused);
    CHECK_THAT(refused.error().text, Catch::Contains("tally tag replace"));
    GateReport sold = test::InventoryRig::report_of("exit", tag);
    sold.outcome = PassageOutcome::in;
    rig.inventory->on_gate_report(sold);
    REQUIRE(rig.rig.ledger->book().item(tag)->place == "CUSTOMER");
    REQUIRE(rig.service->retire(tag, "destroyed", rig.user));
    CHECK_FALSE(rig.service->retire(tag, "again", rig.user));
    const auto items = rig.order();
    CHECK_FALSE(rig.service->retire(items[0], "no", rig.user));
    REQUIRE(rig.service->discard(items[0], "wrong roll", rig.user));
    CHECK(rig.state(items[0]) == "retired");
    rig.run(seconds(1));  // until it is durable
    rig.crash();
    CHECK(rig.state(tag) == "retired");
    CHECK(rig.state(items[0]) == "retired");
}

TEST_CASE("a fold of the whole line tells the same of labels, tags and serials") {
    TagRig rig;
    const auto items = rig.order(3);
    rig.run(seconds(5));
    rig.see(items[0]);
    REQUIRE(rig.service->discard(items[1], "no", rig.user));
    rig.run(seconds(1));
    const std::string before = test::all_of(*rig.rig.ledger);
    REQUIRE(rig.rig.verify());
    rig.driver.reset();
    rig.service.reset();
    rig.inventory.reset();
    REQUIRE(rig.rig.restart());
    CHECK(test::all_of(*rig.rig.ledger) == before);
    rig.begin();
}

}  // namespace
}  // namespace tally
