// An operator's day on the command line, against a real edge and a real bridge.
#include <catch2/catch.hpp>

#include "tests/support/operator_rig.hpp"

using namespace tally;
using Catch::Contains;
using test::OperatorRig;
using test::Ran;

namespace {

const std::string kUnit = OperatorRig::kUnit;

void import_items(OperatorRig& rig) {
    const Ran ran = rig.tally({"master", "import", "-"}, rig.edge_url);
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    CHECK_THAT(ran.out, Contains("changed 1, unchanged 0; done, event "));
}

}  // namespace

TEST_CASE("goods come in, are shown, traced, explained and corrected", "[cli][edge]") {
    OperatorRig rig;
    import_items(rig);
    rig.passage(PassageOutcome::in);

    const Ran stock = rig.tally({"stock", "ls"}, rig.edge_url);
    CHECK(stock.code == 0);
    CHECK_THAT(stock.out, Contains("back.hall") && Contains("TEA-500") && Contains("茶叶 500g") &&
                              Contains("blind") && Contains("gate dock cannot see: offline"));
    CHECK_THAT(stock.err, Contains("next: tally stock show"));
    const Ran csv = rig.tally({"stock", "ls", "-o", "csv", "-q"}, rig.edge_url);
    CHECK_THAT(csv.out, Contains("place,sku,name,lot,qty_milli,items,confidence,reasons\r\n") &&
                            Contains("back.hall,TEA-500,茶叶 500g,-,1000,1,blind,"));
    CHECK(csv.err.empty());

    const Ran units = rig.tally({"stock", "show", "--place", "back.hall"}, rig.edge_url);
    CHECK_THAT(units.out, Contains(kUnit));

    const Ran trace = rig.tally({"item", "trace", "3074257bf7194e4000001a85"}, rig.edge_url);
    CHECK(trace.code == 0);
    CHECK_THAT(trace.out, Contains("now at back.hall (back), TEA-500 -") && Contains("received") &&
                              Contains("SUPPLIER") && Contains("device:dock-reader"));

    const Ran why = rig.tally({"gate", "why", "dock", kUnit}, rig.edge_url);
    CHECK_THAT(why.out, Contains("decided 'in' by rule 'eyes': the outer beam was broken 210 ms"));
    const Ran log = rig.tally({"gate", "log", "dock"}, rig.edge_url);
    CHECK_THAT(log.out, Contains(kUnit) && Contains("eyes"));
    CHECK_THAT(rig.tally({"gate", "ls"}, rig.edge_url).out, Contains("dock") && Contains("door"));

    const Ran moved = rig.tally(
        {"item", "correct", kUnit, "--place", "back.aisle", "--reason", "not on the shelf"},
        rig.edge_url);
    INFO(moved.err);
    CHECK(moved.code == 0);
    CHECK_THAT(moved.out, Contains("done, event "));
    CHECK(rig.edge->ledger().book().item(kUnit)->place == "back.aisle");
    const Ran again = rig.tally(
        {"item", "correct", kUnit, "--place", "back.aisle", "--reason", "again"}, rig.edge_url);
    CHECK(again.code == cli::exit_code::kRefused);
    CHECK_THAT(again.err, Contains("is at back.aisle already"));
    const Ran alone =
        rig.tally({"item", "correct", kUnit, "--place", "LOST", "--reason", "gone"}, rig.edge_url);
    CHECK(alone.code == cli::exit_code::kRefused);
    CHECK_THAT(alone.err, Contains("two people") && Contains("tally count writeoff"));
    CHECK_THAT(rig.tally({"item", "trace", kUnit, "-o", "json"}, rig.edge_url).out,
               Contains("\"by\":\"user:mei\"") && Contains("\"reason\":\"not on the shelf\""));
}

TEST_CASE("the bridge shows the unit once, with its trace, and takes master data to the edges",
          "[cli][bridge]") {
    OperatorRig rig;
    const Ran sent = rig.tally({"master", "import", "-"}, rig.bridge_url);
    INFO(sent.err);
    REQUIRE(sent.code == 0);
    CHECK_THAT(sent.out, Contains("commands sent to the edges: 2"));
    REQUIRE(test::turn_until(
        rig.loop, [&] { return rig.edge->ledger().registers().sku("TEA-500") != nullptr; },
        std::chrono::seconds(20)));
    rig.passage(PassageOutcome::in);

    rig.typed_in =
        R"({"gtin":"80614141123458","name":"旧茶","record":"item","sku":"TEA-500","version":7})";
    const Ran stale = rig.tally({"master", "import", "-"}, rig.bridge_url);
    CHECK(stale.code == cli::exit_code::kRefused);
    CHECK_THAT(stale.err, Contains("edge back: item:TEA-500 is at version 1, the file was made "
                                   "from version 7"));

    const Ran stock = rig.tally({"stock", "ls", "-o", "csv", "-q"}, rig.bridge_url);
    CHECK_THAT(stock.out, Contains("back.hall,TEA-500,茶叶 500g,-,1000,1,blind,"));
    const Ran trace = rig.tally({"item", "trace", kUnit}, rig.bridge_url);
    CHECK_THAT(trace.out, Contains("now at back.hall (back)") && Contains("received"));
    CHECK_THAT(rig.tally({"gate", "why", "dock", kUnit}, rig.bridge_url).out,
               Contains("decided 'in'"));
    CHECK_THAT(rig.tally({"sync", "status"}, rig.bridge_url).out,
               Contains("back") && Contains("online") && Contains("never heard"));
    const Ran verified = rig.tally({"stock", "verify"}, rig.bridge_url);
    INFO(verified.err);
    CHECK(verified.code == 0);
    CHECK_THAT(verified.out, Contains("back") && Contains("equal"));
    const Ran refused = rig.tally(
        {"item", "correct", kUnit, "--place", "back.hall", "--reason", "x"}, rig.bridge_url);
    CHECK(refused.code == cli::exit_code::kRefused);
    CHECK_THAT(refused.err, Contains("--url of that edge"));
    const Ran resync = rig.tally({"sync", "resync", "--edge", "back"}, rig.bridge_url);
    INFO(resync.err);
    CHECK(resync.code == 0);
    CHECK_THAT(resync.out, Contains("asked for a snapshot of [\"back\"]"));
}

TEST_CASE("status and doctor say what is wrong, what to do, and exit 7", "[cli][edge]") {
    OperatorRig rig;
    const Ran status = rig.tally({"status"}, rig.edge_url);
    CHECK(status.code == cli::exit_code::kDegraded);
    CHECK_THAT(status.out,
               Contains("pudong edge back: needs somebody") &&
                   Contains("error reader dock-reader: cannot tell what passes") &&
                   Contains("next: check power and cable of the reader at 127.0.0.1:1"));
    const Ran doctor = rig.tally({"doctor"}, rig.edge_url);
    CHECK(doctor.code == cli::exit_code::kDegraded);
    CHECK_THAT(doctor.out, Contains("WAL-reset bug") && Contains("MiB free") &&
                               Contains("commits are durable"));
    const Ran bridge = rig.tally({"status"}, rig.bridge_url);
    CHECK(bridge.code == cli::exit_code::kDegraded);
    CHECK_THAT(bridge.out, Contains("warning edge shop: is not heard (never heard)"));
    const Ran chinese =
        rig.tally({"status"}, rig.edge_url, OperatorRole::auditor, cli::Language::chinese);
    CHECK_THAT(chinese.out, Contains("需要处理") && Contains("错误 读写器 dock-reader"));
}

TEST_CASE("anomalies are listed, translated, resolved once, and unknown ones are not found",
          "[cli][edge]") {
    OperatorRig rig;
    import_items(rig);
    rig.passage(PassageOutcome::undecided);
    const Ran list = rig.tally({"anomaly", "ls"}, rig.edge_url);
    CHECK_THAT(list.out, Contains("passage_undecided") && Contains(kUnit));
    CHECK_THAT(
        rig.tally({"anomaly", "ls"}, rig.edge_url, OperatorRole::auditor, cli::Language::chinese)
            .out,
        Contains("通过方向未定"));
    const std::string id = rig.edge->ledger().registers().anomalies().begin()->first;
    const Ran not_there =
        rig.tally({"anomaly", "resolve", "back:1:99999", "--how", "x"}, rig.edge_url);
    CHECK(not_there.code == cli::exit_code::kNotFound);
    const Ran resolved =
        rig.tally({"anomaly", "resolve", id, "--how", "unit found at 货架 4"}, rig.edge_url);
    INFO(resolved.err);
    CHECK(resolved.code == 0);
    CHECK(rig.edge->ledger().registers().anomalies().empty());
    CHECK(rig.tally({"anomaly", "resolve", id, "--how", "x"}, rig.edge_url).code ==
          cli::exit_code::kNotFound);
}

TEST_CASE("why tells of a tag that nobody commissioned which way it went", "[cli][edge]") {
    OperatorRig rig;
    import_items(rig);
    const std::string stranger = "3034257bf7194e8000000001";  // our prefix, another reference
    rig.passage(PassageOutcome::in, stranger);
    CHECK_THAT(rig.tally({"gate", "why", "dock", stranger}, rig.edge_url).out,
               Contains("decided 'in' by rule 'eyes'") && !Contains("no passage"));
    rig.passage(PassageOutcome::undecided);
    CHECK_THAT(rig.tally({"gate", "why", "dock", kUnit}, rig.edge_url).out,
               Contains("passage_undecided"));
}

TEST_CASE("words that the box finds wrong are exit code 2, as wrong words here", "[cli][edge]") {
    OperatorRig rig;
    CHECK(rig.tally({"item", "trace", "XYZ"}, rig.edge_url).code == cli::exit_code::kUsage);
    const auto bad = rig.dir.write("bad.csv", "what,is,this\n1,2,3\n");
    CHECK(rig.tally({"master", "import", bad.string()}, rig.edge_url).code ==
          cli::exit_code::kUsage);
}

TEST_CASE("a watch gives events as they happen, and can begin in the past", "[api][edge]") {
    OperatorRig rig;
    import_items(rig);
    std::vector<std::string> lines;
    std::atomic<bool> began{false};
    host::HttpAnswer answer;
    std::thread watcher([&] {
        const auto client = host::HttpClient::make(rig.edge_url, std::chrono::seconds(30));
        began = true;
        answer = client
                     ->watch({"GET",
                              "/v1/events?after=0&gate=dock",
                              test::token_of(OperatorRole::auditor),
                              {},
                              {}},
                             [&](std::string_view line) {
                                 lines.emplace_back(line);
                                 rig.loop.post([] {});
                                 return false;
                             })
                     .value();
    });
    REQUIRE(test::turn_until(
        rig.loop, [&] { return began.load(); }, std::chrono::seconds(20)));
    rig.passage(PassageOutcome::in);
    std::atomic<bool> ended{false};
    std::thread waiter([&] {
        watcher.join();
        ended = true;
        rig.loop.post([] {});
    });
    const bool in_time = test::turn_until(
        rig.loop, [&] { return ended.load(); }, std::chrono::seconds(30));
    if (!in_time) {
        rig.edge_server->stop();
    }
    waiter.join();
    REQUIRE(in_time);
    CHECK(answer.status == 200);
    REQUIRE(lines.size() == 1);
    CHECK_THAT(lines[0], Contains("{\"cursor\":") && Contains("\"gate\":\"dock\"") &&
                             Contains("\"type\":\"received\""));
}

TEST_CASE("a write sent again with its key is answered again and done once, over a restart too",
          "[api][edge]") {
    OperatorRig rig;
    const OperatorRig::Post post{"/v1/master", OperatorRig::kMaster, "key-1"};
    const host::HttpAnswer first = rig.post(post, rig.edge_url);
    REQUIRE(first.status == 200);
    CHECK_THAT(first.body, Contains("\"changed\":1"));
    const Seq seq = rig.edge->ledger().line().seq();
    const host::HttpAnswer second = rig.post(post, rig.edge_url);
    CHECK(second.body == first.body);
    rig.edge_server->stop();
    rig.bridge_server->stop();
    rig.serve();  // A new API, which knows only what the ledger remembers.
    const host::HttpAnswer third = rig.post(post, rig.edge_url);
    CHECK(third.body == first.body);
    CHECK(rig.edge->ledger().line().seq() == seq);
    const host::HttpAnswer other =
        rig.post({"/v1/master", "sku,gtin\nX,\n", "key-1"}, rig.edge_url);
    CHECK(other.status == 409);
    const host::HttpAnswer without =
        rig.post({"/v1/master", OperatorRig::kMaster, {}}, rig.edge_url);
    CHECK(without.status == 400);
    const host::HttpAnswer others_key = rig.post(
        {"/v1/master", OperatorRig::kMaster, "key-1", OperatorRole::integrator}, rig.edge_url);
    CHECK_THAT(others_key.body, Contains("\"changed\":0") && Contains("\"unchanged\":1"));
}
