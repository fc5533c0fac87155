// A factsheet against what a site assumes: each way to contradict it, changed alone in a sheet that
// agrees.
#include <functional>

#include <nlohmann/json.hpp>

#include "tests/unit/drivers/vda5050/master_bench.hpp"

using namespace tally;
using namespace tally::vda5050;
using Json = nlohmann::json;

namespace {

VehicleNeeds needs() {
    VehicleNeeds needs;
    needs.clearance_mm = 900;
    needs.speed_min_mm_s = 250;
    needs.at_nodes = {{"",
                       "pick",
                       Blocking::hard,
                       {{"stationType", std::string("floor")}, {"loadType", std::string("EPAL")}}}};
    needs.at_once = {"startPause"};
    return needs;
}

/// Of a vehicle that can do all of it.
Factsheet sheet() {
    Factsheet sheet;
    sheet.header.version = "2.1.0";
    sheet.speed_max_mm_s = 1500;
    sheet.width_mm = 540;
    sheet.length_mm = 720;  // Turns in a circle of 900.
    sheet.limits.nodes = 3;
    sheet.limits.id_chars = 6;
    sheet.actions = {{"pick", {"NODE"}, {{"stationType", false}, {"loadType", true}}, {"HARD"}},
                     {"startPause", {"INSTANT"}, {}, {}},
                     {"cancelOrder", {}, {}, {}}};
    sheet.load_types = {"EPAL", "XLT"};
    sheet.demands = {"order.nodes.nodePosition.mapId", "state.loads"};
    return sheet;
}

/// As if one order of two nodes had been sent.
SentSizes sent() {
    SentSizes sent;
    Order order;
    order.id = "order1";
    order.nodes = {{0, true, {"a", {}, {}}}, {2, true, {"b", {}, {}}}};
    order.edges = {{1, true, "a>b", "a", "b", {}}};
    sent.note(order, 400);
    sent.note(std::vector{VehicleAction{"i1", "startPause"}}, 200);
    return sent;
}

std::vector<std::string> advice(const Factsheet& sheet) {
    static const Address kAddress{"uagv", "acme", "v1"};
    return contradictions(sheet, {kAddress, Version::v2_1, needs(), sent()});
}

}  // namespace

TEST_CASE("a factsheet that agrees, or says nothing, is no advice") {
    CHECK(advice(sheet()).empty());
    CHECK(advice({}).empty());
}

TEST_CASE("whatever contradicts the site is one sentence, with what to do") {
    struct Row {
        const char* what;
        std::function<void(Factsheet&)> change;
        const char* said;
    };
    const Row rows[] = {
        {"size", [](Factsheet& s) { s.length_mm = 1200; }, "circle of 1316 mm"},
        {"speed", [](Factsheet& s) { s.speed_max_mm_s = 200; }, "drives 200 mm/s at most"},
        {"version", [](Factsheet& s) { s.header.version = "2.0.0"; }, "speaks VDA 5050 2.0.0"},
        {"no such action", [](Factsheet& s) { s.actions[0].type = "lift"; },
         "does not offer action pick at nodes"},
        {"not there", [](Factsheet& s) { s.actions[0].scopes = {"EDGE"}; },
         "does not offer action pick at nodes"},
        {"nor at once", [](Factsheet& s) { s.actions[1].scopes = {"NODE"}; },
         "does not offer action startPause at once"},
        {"no cancelOrder", [](Factsheet& s) { s.actions.pop_back(); },
         "does not offer action cancelOrder at once"},
        {"blocking",
         [](Factsheet& s) {
             s.actions[0].blocking = {"NONE", "SOFT"};
         },
         "blocking type HARD"},
        {"wants more",
         [](Factsheet& s) {
             s.actions[0].parameters.push_back({"height", false});
         },
         "asks for height with action pick"},
        {"knows less", [](Factsheet& s) { s.actions[0].parameters.pop_back(); },
         "does not know loadType of action pick"},
        {"loads",
         [](Factsheet& s) {
             s.load_types = {"XLT", "KLT"};
         },
         "takes loads of type XLT, KLT, and missions say EPAL"},
        {"demands", [](Factsheet& s) { s.demands = {"order.edges.trajectory"}; },
         "demands order.edges.trajectory"},
        {"ids", [](Factsheet& s) { s.limits.id_chars = 5; }, "takes 5 characters of an id"},
        {"numbers", [](Factsheet& s) { s.limits.are_ids_numbers = true; }, "only numbers for ids"},
        {"words", [](Factsheet& s) { s.limits.word_chars = 9; }, "takes 9 characters of an action"},
        {"bytes", [](Factsheet& s) { s.limits.message_bytes = 399; }, "takes 399 bytes"},
        {"nodes", [](Factsheet& s) { s.limits.nodes = 1; }, "takes 1 nodes of an order"},
        {"serial", [](Factsheet& s) { s.limits.serial_chars = 1; }, "characters of a serial"},
        {"maker", [](Factsheet& s) { s.limits.topic_part_chars = 3; }, "part of a topic"},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        Factsheet bent = sheet();
        row.change(bent);
        const std::vector<std::string> said = advice(bent);
        REQUIRE(said.size() == 1);
        CHECK(said[0].starts_with("by its factsheet it "));
        CHECK(said[0].find(row.said) != std::string::npos);
        CHECK(said[0].find("; ") != std::string::npos);
    }
}

TEST_CASE(
    "advice of a factsheet stands in the status, is never a reason to stop, and grows by what is "
    "sent") {
    test::MasterBenchOf<Json> bench;
    const auto say_sheet = [&](int nodes) {
        bench.master.on_message(
            bench.now, Topic::factsheet,
            Json{{"version", "2.0.0"},
                 {"protocolLimits", {{"maxArrayLens", {{"order.nodes", nodes}}}}}}
                .dump(),
            Master::Kept::by_broker);
    };
    say_sheet(2);
    CHECK_FALSE(bench.troubled("factsheet"));
    bench.accepted(test::way("o1", {"n1", "n2"}, 1));  // Three nodes.
    REQUIRE(bench.troubled("factsheet"));
    CHECK(bench.master.status().troubles[0].weight == VehicleTrouble::Weight::warning);
    CHECK(bench.order().phase == OrderPhase::driving);
    say_sheet(3);
    CHECK_FALSE(bench.troubled("factsheet"));
    CHECK(bench.vehicles.back().troubles.empty());  // The feed has heard it.
}
