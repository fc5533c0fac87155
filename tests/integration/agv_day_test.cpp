// A floor manager and the vehicles of the example site, over HTTP and the command line: what is
// shown, what is refused with its reason, and that the ledger says who ordered what.
#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/support/rig_vehicles.hpp"

using namespace tally;
using test::OperatorRig;
using test::RigVehicles;
using test::turn_until;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a floor manager sends, stops and releases vehicles, and the ledger says so", "[cli]") {
    OperatorRig rig;
    RigVehicles vehicles(rig);
    const auto run = [&](const std::vector<std::string>& words,
                         OperatorRole role = OperatorRole::manager) {
        return rig.tally(words, rig.edge_url, role);
    };
    const test::Ran list = run({"agv", "ls"}, OperatorRole::auditor);
    CHECK(list.code == 0);
    CHECK(has(list.out, "agv1"));
    CHECK(has(list.out, "its track is a1c0; look where it stands, then release it there"));
    const test::Ran doctor = run({"doctor"});
    CHECK(has(doctor.out, "held, and keeps its track"));
    CHECK(has(doctor.out, "agv3"));

    // While one stands nobody knows where, nobody gets new track: agv1 waits for the release.
    REQUIRE(run({"agv", "send", "agv1", "a0c2"}).code == 0);
    CHECK(run({"agv", "resume", "agv2"}).code == 5);
    CHECK(has(run({"agv", "release", "agv2", "--at", "a1c1"}).err, "--reason is needed"));
    CHECK(
        run({"agv", "release", "agv2", "--at", "a1c1", "--reason", "seen"}, OperatorRole::receiver)
            .code == 5);
    CHECK(has(run({"agv", "release", "agv2", "--at", "a0c0", "--reason", "seen"}).err, "track"));
    const test::Ran released =
        run({"agv", "release", "agv2", "--at", "a1c1", "--reason", "pushed there, seen by mei"});
    CHECK(released.code == 0);
    CHECK(has(released.out, "its track is free"));
    // Nor while one is switched off nobody knows where.
    CHECK(has(run({"doctor"}).out, "nobody knows where it is, so no vehicle gets new track"));
    CHECK(has(run({"agv", "take-off", "agv3"}).err, "--reason is needed"));
    CHECK(run({"agv", "take-off", "agv1", "--reason", "x"}).code == 5);
    CHECK(has(run({"agv", "take-off", "agv3", "--reason", "in the workshop"}).out,
              "its track is free"));
    const auto drives = [&] { return vehicles.row("agv1").phase == FleetPhase::driving; };
    REQUIRE(turn_until(rig.loop, drives, 30s));
    REQUIRE(vehicles.row("agv2").phase == FleetPhase::idle);

    REQUIRE(run({"agv", "pause", "agv1", "--reason", "somebody in the aisle"}).code == 0);
    REQUIRE(turn_until(
        rig.loop, [&] { return vehicles.row("agv1").status.paused; }, 30s));
    CHECK(run({"agv", "release", "agv1", "--at", "a0c1", "--reason", "x"}).code == 5);
    const test::Ran shown = rig.tally({"agv", "show", "agv1"}, rig.edge_url, OperatorRole::manager,
                                      cli::Language::chinese);
    CHECK(has(shown.out, "最近一次人工指令："));
    CHECK(has(shown.out, "user:mei: 暂停"));
    REQUIRE(run({"agv", "resume", "agv1"}).code == 0);
    REQUIRE(turn_until(
        rig.loop, [&] { return vehicles.agv(0).truth().last_node == "a0c2"; }, 60s));
    CHECK_FALSE(vehicles.agv(0).truth().past_base);

    const HandOrderGiven* freed = rig.edge->ledger().registers().fleet().last_order("agv2");
    REQUIRE(freed != nullptr);
    CHECK(freed->by == "user:mei");
    CHECK(freed->what.act == HandAct::release);
    CHECK(freed->what.place == "a1c1");
    CHECK(freed->what.reason == "pushed there, seen by mei");
    CHECK(freed->what.phase == "held");
    CHECK(freed->what.node == "a1c0");
    CHECK(run({"agv", "show", "agv9"}).code == 4);
    CHECK(has(run({"road", "block", "a0c0", "a0c1", "--reason", "glass"}).err, "--minutes"));
    REQUIRE(run({"road", "block", "a0c0", "a0c1", "--reason", "glass", "--minutes", "5"}).code ==
            0);
    CHECK(has(run({"road", "ls"}).out, "glass"));
    CHECK(run({"road", "unblock", "a0c0", "a0c1"}).code == 0);
    CHECK(run({"mission", "drop", "none", "--reason", "x"}).code == 5);
    CHECK(run({"mission", "ls"}).code == 0);
    CHECK(run({"mission", "why"}).code == 0);
    CHECK(has(rig.tally({"agv", "ls"}, rig.bridge_url).err, "the site's fleet master"));
}

TEST_CASE("a floor manager has goods brought to a gate, and asks in vain for a scan", "[cli]") {
    OperatorRig rig;
    const auto run = [&](const std::vector<std::string>& words,
                         OperatorRole role = OperatorRole::manager,
                         cli::Language in = cli::Language::english) {
        return rig.tally(words, rig.edge_url, role, in);
    };
    rig.typed_in = "sku,tracking\nRICE,by_count\n";
    REQUIRE(run({"master", "import", "-"}).code == 0);
    const auto counted = rig.dir.write("c.csv", "place,sku,units\nback.aisle,RICE,5\n");
    REQUIRE(run({"opening", "book", counted.string(), "--document", "list 1"}).code == 0);
    CHECK(has(run({"mission", "scan", "A-5"}).err, "no vehicle carries a reader"));
    CHECK(has(run({"mission", "transfer", "RICE", "moon", "--from", "back.aisle"}).err,
              "neither a gate nor a place"));
    CHECK(
        has(run({"mission", "transfer", "RICE", "door"}).err, "say where SKU RICE is taken from"));
    const std::vector<std::string> order = {"mission", "transfer",   "RICE",    "door",
                                            "--from",  "back.aisle", "--units", "3"};
    CHECK(run(order, OperatorRole::receiver).code == 5);
    const test::Ran ordered = run(order, OperatorRole::manager, cli::Language::chinese);
    INFO(ordered.err);
    CHECK(ordered.code == 0);
    CHECK(has(ordered.out, "货物将运往该处"));
    CHECK(has(run(order).err, "is about the same"));
    const test::Ran tasks = run({"task", "ls", "--kind", "transfer", "-o", "csv", "-q"});
    CHECK(has(tasks.out, "transfer"));
    CHECK(has(tasks.out, "back.hall"));
    CHECK(has(run({"task", "ls"}, OperatorRole::manager, cli::Language::chinese).out, "转运"));
    const auto& work = rig.edge->ledger().registers().work().tasks();
    const auto made = std::find_if(work.begin(), work.end(), [](const auto& one) {
        return one.second.kind == TaskKind::transfer;
    });
    REQUIRE(made != work.end());
    CHECK(made->second.qty_milli == 3'000);
}

TEST_CASE("what is sent twice under one key is ordered once", "[api]") {
    OperatorRig rig;
    RigVehicles vehicles(rig);
    const auto count = [&] { return rig.edge->ledger().line().seq().value(); };
    const OperatorRig::Post post{"/v1/agvs/agv1/pause", R"({"reason":"look"})", "once"};
    CHECK(rig.post(post, rig.edge_url).status == 200);
    const auto before = count();
    CHECK(rig.post(post, rig.edge_url).status == 200);
    CHECK(count() == before);
    // Nobody hears it: it is refused, and the ledger says nothing of it.
    const OperatorRig::Post deaf{"/v1/agvs/agv3/pause", "{}", "deaf"};
    const host::HttpAnswer refused = rig.post(deaf, rig.edge_url);
    CHECK(refused.status != 200);
    CHECK(has(refused.body, "see that it is switched on and has radio"));
    CHECK(count() == before);
}
