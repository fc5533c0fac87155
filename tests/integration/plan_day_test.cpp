// Plans by the pool of a box, asked for on the command line: the same answers as on files, stops
// that can be repeated, and refusals.
#include <algorithm>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/operator_rig.hpp"
#include "tests/support/places.hpp"

using namespace tally;
using Catch::Contains;
using test::OperatorRig;
using test::Ran;
using Json = nlohmann::json;

namespace {

const std::string kFloor = test::source_dir() + "/deploy/example/floor.toml";

/// Sixty orders, drawn by a rule.
std::string orders() {
    std::string text = "order,place\n";
    for (int order = 0; order < 60; ++order) {
        for (int pick = 0; pick < 5; ++pick) {
            const int at = order * 37 + pick * 53;
            text += "o" + std::to_string(order) + "," + std::string(1, char('A' + at % 6)) + "-" +
                    std::to_string(1 + at * at % 22) + "\n";
        }
    }
    return text;
}

Json plan_at(OperatorRig& rig, const std::string& id) {
    return Json::parse(rig.get("/v1/plans/" + id, rig.edge_url).body)["data"];
}

Json asked(OperatorRig& rig, const std::string& query, const std::string& body) {
    const auto answer = rig.post({"/v1/plans?" + query, body, {}}, rig.edge_url);
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    return Json::parse(answer.body)["data"];
}

Json ended(OperatorRig& rig, const std::string& id) {
    Json plan = plan_at(rig, id);
    while (plan["state"] == "running") {
        plan = plan_at(rig, id);
    }
    return plan;
}

}  // namespace

TEST_CASE("a box plans what the command line plans on files", "[cli][plan]") {
    OperatorRig rig;
    const std::string picks = rig.dir.write("picks.csv", "place\nF-20\nA-3\nC-11\n").string();
    const std::string batch = rig.dir.write("orders.csv", orders()).string();
    const std::string costs = rig.dir.write("costs.csv", ",t1,t2\nv1,7,3\nv2,4,2.5\n").string();
    const std::vector<std::vector<std::string>> questions = {
        {"plan", "tour", picks, "--from", "packing", "-o", "csv"},
        {"plan", "tour", picks, "--from", "packing", "--closed", "5:13000-19000"},
        {"plan", "batch", batch, "--from", "packing", "--capacity", "20", "--work", "300000"},
        {"plan", "assign", costs, "-o", "json"}};
    for (std::vector<std::string> words : questions) {
        std::vector<std::string> here = words;
        if (words[1] != "assign") {
            here.insert(here.end(), {"--floor", kFloor});
        }
        words.emplace_back("--on-box");
        const Ran on_box = rig.tally(words, rig.edge_url);
        const Ran on_file = rig.tally(here, rig.edge_url);
        CAPTURE(on_box.err, on_file.err);
        CHECK(on_box.code == 0);
        CHECK_FALSE(on_box.out.empty());
        CHECK(on_box.out == on_file.out);
    }
    const Ran list = rig.tally({"plan", "ls"}, rig.edge_url);
    CHECK_THAT(list.out, Contains("tour") && Contains("batch") && Contains("user:"));
}

TEST_CASE("a deadline stops a search, and as many slices find the same answer again", "[plan]") {
    OperatorRig rig;
    const std::string base = "kind=batch&from=packing&capacity=20&work=100000000000";
    const Json begun = asked(rig, base + "&deadline_ms=50", orders());
    CHECK(begun["state"] == "running");
    const Json stopped = ended(rig, begun["plan"]);
    CHECK(stopped["state"] == "done");
    CHECK(stopped["stopped"] == "deadline");
    const std::int64_t slices = stopped["slices"];
    REQUIRE(slices > 0);
    const Json again =
        ended(rig, asked(rig, base + "&stop_after=" + std::to_string(slices), orders())["plan"]);
    CHECK(again["stopped"] == "slices");
    CHECK(again["answer"] == stopped["answer"]);
    // The same question is the same plan, and is not searched again.
    CHECK(asked(rig, base + "&deadline_ms=50", orders()) == stopped);
}

TEST_CASE("a cancelled plan answers with what it has; restarts keep the best", "[plan]") {
    OperatorRig rig;
    const std::string base = "kind=batch&from=packing&capacity=20&work=100000000000";
    const Json begun = asked(rig, base, orders());
    const std::string id = begun["plan"];
    const auto cancelled = rig.post({"/v1/plans/" + id + "/cancel", {}, {}}, rig.edge_url);
    CHECK(cancelled.status == 200);
    CHECK(ended(rig, id)["stopped"] == "cancelled");
    std::vector<double> totals;
    for (const char* seed : {"1", "2", "3"}) {
        const Json one = ended(
            rig,
            asked(rig, "kind=batch&from=packing&capacity=20&work=200000&seed=" + std::string(seed),
                  orders())["plan"]);
        totals.push_back(std::stod(one["answer"]["total"].get<std::string>()));
    }
    const Json best = ended(
        rig,
        asked(rig, "kind=batch&from=packing&capacity=20&work=200000&restarts=3", orders())["plan"]);
    CHECK(std::stod(best["answer"]["total"].get<std::string>()) ==
          *std::min_element(totals.begin(), totals.end()));
}

TEST_CASE("what a box does not plan is refused with a reason", "[cli][plan]") {
    OperatorRig rig;
    const std::string picks = rig.dir.write("picks.csv", "Z-1\n").string();
    const Ran unknown = rig.tally({"plan", "tour", picks, "--on-box"}, rig.edge_url);
    CHECK(unknown.code == cli::exit_code::kRefused);
    CHECK_THAT(unknown.err, Contains("no place 'Z-1'"));
    const Ran floor =
        rig.tally({"plan", "tour", picks, "--on-box", "--floor", kFloor}, rig.edge_url);
    CHECK_THAT(floor.err, Contains("a box plans on the floor of its site.toml"));
    const Ran auditor =
        rig.tally({"plan", "tour", picks, "--on-box"}, rig.edge_url, OperatorRole::auditor);
    CHECK_THAT(auditor.err, Contains("role auditor"));
    const std::string good = rig.dir.write("good.csv", "A-1\n").string();
    CHECK_THAT(rig.tally({"plan", "tour", good, "--on-box"}, rig.bridge_url).err,
               Contains("plans are made at the edges"));
    CHECK_THAT(rig.tally({"plan", "show", "none"}, rig.edge_url).err, Contains("no plan none"));
    for (const char* query : {"kind=tour&capacity=0", "kind=tour&work=x", "kind=batch&restarts=0",
                              "kind=dance", "kind=tour&restarts=9"}) {
        CAPTURE(query);
        CHECK(rig.post({"/v1/plans?" + std::string(query), "A-1", {}}, rig.edge_url).status == 400);
    }
    const std::string busy = "kind=batch&from=packing&capacity=20&work=100000000000&seed=";
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < PlanService::kRunningMax; ++i) {
        ids.push_back(asked(rig, busy + std::to_string(i), orders())["plan"]);
    }
    const auto more = rig.post({"/v1/plans?" + busy + "99", orders(), {}}, rig.edge_url);
    CHECK(more.status != 200);
    CHECK_THAT(more.body, Contains("busy with 8 plans"));
    for (const std::string& id : ids) {
        rig.post({"/v1/plans/" + id + "/cancel", {}, {}}, rig.edge_url);
        CHECK(ended(rig, id)["state"] != "running");
    }
}
