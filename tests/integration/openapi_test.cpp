// docs/api/openapi.yaml against the route table and against real answers of edge and bridge: every
// route stands in it, with its roles and parameters, and every answer has exactly its shape.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/operator_rig.hpp"
#include "tests/support/places.hpp"
#include "tests/support/plain_yaml.hpp"
#include "tests/support/rig_vehicles.hpp"

using namespace tally;
using test::OperatorRig;
using Json = nlohmann::json;

namespace {

const Json& document() {
    static const Json kDocument = [] {
        std::ifstream file(test::source_dir() + "/docs/api/openapi.yaml");
        return Json::parse(test::plain_yaml_to_json({std::istreambuf_iterator<char>(file), {}}));
    }();
    return kDocument;
}

const Json& resolved(const Json& schema) {
    return schema.contains("$ref")
               ? document().at(Json::json_pointer(schema["$ref"].get<std::string>().substr(1)))
               : schema;
}

bool has_type(const Json& value, const std::string& type) {
    return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
           (type == "string" && value.is_string()) || (type == "boolean" && value.is_boolean()) ||
           (type == "integer" && value.is_number_integer());
}

/// The first way in which a value is not what a schema says; empty: it is.
std::string first_mismatch(const Json& value, const Json& reference, const std::string& where) {
    const Json& schema = resolved(reference);
    if (!has_type(value, schema.at("type"))) {
        return where + " is no " + schema["type"].get<std::string>();
    }
    if (schema.contains("enum") &&
        std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end()) {
        return where + " is " + value.dump();
    }
    if (value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            const std::string wrong =
                first_mismatch(value[i], schema.at("items"), where + "/" + std::to_string(i));
            if (!wrong.empty()) {
                return wrong;
            }
        }
    }
    if (!value.is_object()) {
        return {};
    }
    for (const Json& key : schema.value("required", Json::array())) {
        if (!value.contains(key.get<std::string>())) {
            return where + " lacks " + key.dump();
        }
    }
    if (!schema.contains("properties")) {
        return {};
    }
    for (const auto& [key, member] : value.items()) {
        if (!schema["properties"].contains(key)) {
            return where + " has an undocumented member " + key;
        }
        const std::string wrong =
            first_mismatch(member, schema["properties"][key], where + "/" + key);
        if (!wrong.empty()) {
            return wrong;
        }
    }
    return {};
}

/// "/v1/items/{epc}" -> "/v1/items/{}".
std::string pattern_of(std::string path) {
    for (auto open = path.find('{'); open != std::string::npos; open = path.find('{', open + 2)) {
        path.erase(open + 1, path.find('}', open) - open - 1);
    }
    return path;
}

const Json* operation_of(const Route& route) {
    for (const auto& [path, methods] : document()["paths"].items()) {
        const std::string method = route.method == "GET" ? "get" : "post";
        if (pattern_of(path) == route.pattern && methods.contains(method)) {
            return &methods[method];
        }
    }
    return nullptr;
}

void check_answer(const Route& route, const host::HttpAnswer& answer) {
    CAPTURE(route.pattern, answer.status, answer.body);
    const Json& responses = (*operation_of(route))["responses"];
    const Json& response = resolved(responses[answer.status == 200 ? "200" : "default"]);
    const Json& content = response["content"].begin().value();
    std::istringstream lines(answer.body);
    std::string text;
    std::size_t checked = 0;
    while (std::getline(lines, text)) {
        if (text.empty()) {
            continue;
        }
        ++checked;
        CHECK(first_mismatch(Json::parse(text), content["schema"], "") == "");
    }
    CHECK(checked > 0);
}

const Route& route_of(Operation operation) {
    const auto routes = api_routes();
    return *std::find_if(routes.begin(), routes.end(),
                         [&](const Route& route) { return route.operation == operation; });
}

const Route& route_of(Work work) {
    const auto routes = api_routes();
    return *std::find_if(routes.begin(), routes.end(),
                         [&](const Route& route) { return route.work == work; });
}

}  // namespace

TEST_CASE("the OpenAPI file says what the route table says, no more and no less", "[api]") {
    std::size_t operations = 0;
    for (const auto& [path, methods] : document()["paths"].items()) {
        operations += methods.size();
    }
    CHECK(operations == api_routes().size());
    for (const Route& route : api_routes()) {
        CAPTURE(route.pattern);
        const Json* operation = operation_of(route);
        REQUIRE(operation != nullptr);
        std::set<std::string> roles, allowed, query, known;
        for (const Json& role : (*operation)["x-roles"]) {
            roles.insert(role.get<std::string>());
        }
        for (const OperatorToken& user : test::rig_users()) {
            if (route.allows(user.role)) {
                allowed.insert(std::string(to_string(user.role)));
            }
        }
        CHECK(roles == allowed);
        bool has_key = false;
        for (const Json& parameter : operation->value("parameters", Json::array())) {
            if (parameter["in"] == "query") {
                query.insert(parameter["name"].get<std::string>());
            }
            has_key = has_key || parameter["name"] == "Idempotency-Key";
        }
        std::istringstream words{std::string(route.query)};
        for (std::string word; words >> word;) {
            known.insert(word);
        }
        CHECK(query == known);
        CHECK(has_key == (route.effect == Route::Effect::writes));
    }
}

TEST_CASE("real answers of edge and bridge have the documented shape", "[api]") {
    OperatorRig rig;
    const std::string unit = OperatorRig::kUnit;
    const auto manager_posts = [&](Operation operation, const std::string& target,
                                   const std::string& body, const std::string& url) {
        static int keys = 0;
        const host::HttpAnswer answer =
            rig.post({target, body, "key-" + std::to_string(++keys)}, url);
        check_answer(route_of(operation), answer);
        return answer.status;
    };
    using O = Operation;
    CHECK(manager_posts(O::master_import, "/v1/master", OperatorRig::kMaster, rig.edge_url) == 200);
    rig.passage(PassageOutcome::in);
    rig.passage(PassageOutcome::undecided);
    rig.settle();
    const std::vector<std::pair<Operation, std::string>> reads = {
        {O::status, "/v1/status"},
        {O::doctor, "/v1/doctor"},
        {O::stock, "/v1/stock?virtual=1"},
        {O::items, "/v1/items?limit=1"},
        {O::item_trace, "/v1/items/" + unit},
        {O::gates, "/v1/gates"},
        {O::gate_log, "/v1/gates/dock/log?limit=10"},
        {O::gate_why, "/v1/gates/dock/why/" + unit},
        {O::readers, "/v1/readers"},
        {O::anomalies, "/v1/anomalies"},
        {O::sync, "/v1/sync"},
        {O::events, "/v1/events?after=0&follow=0"},
    };
    for (const std::string& url : {rig.edge_url, rig.bridge_url}) {
        for (const auto& [operation, target] : reads) {
            const host::HttpAnswer answer = rig.get(target, url);
            CHECK(answer.status == 200);
            check_answer(route_of(operation), answer);
        }
        CHECK(manager_posts(O::stock_verify, "/v1/stock/verify", {}, url) == 200);
        check_answer(route_of(O::item_trace), rig.get("/v1/items/ABCDEF", url));
        check_answer(route_of(O::item_trace), rig.get("/v1/items/no-epc", url));
        check_answer(route_of(O::gate_log), rig.get("/v1/gates/nowhere/log", url));
    }
    const std::string id = rig.edge->ledger().registers().anomalies().begin()->first;
    CHECK(manager_posts(O::anomaly_resolve, "/v1/anomalies/" + id + "/resolve",
                        R"({"how": "seen by a person"})", rig.edge_url) == 200);
    CHECK(manager_posts(O::item_correct, "/v1/items/" + unit + "/correct",
                        R"({"place": "back.aisle", "reason": "seen there"})", rig.edge_url) == 200);
    CHECK(manager_posts(O::pallet_unpack, "/v1/pallets/" + unit + "/unpack", {}, rig.edge_url) ==
          409);
    CHECK(manager_posts(O::sync_resync, "/v1/sync/resync", {}, rig.edge_url) == 200);
    CHECK(manager_posts(O::sync_resync, "/v1/sync/resync?edge=back", {}, rig.bridge_url) == 200);
    CHECK(manager_posts(O::master_import, "/v1/master", OperatorRig::kMaster, rig.bridge_url) ==
          200);
}

TEST_CASE("answers about plans have the documented shape", "[api]") {
    OperatorRig rig;
    using O = Operation;
    const auto asked =
        rig.post({"/v1/plans?kind=tour&from=packing", "B-2\nA-9\n", {}}, rig.edge_url);
    CHECK(asked.status == 200);
    check_answer(route_of(O::plan_ask), asked);
    const std::string id = Json::parse(asked.body)["data"]["plan"];
    std::string state = "running";
    while (state == "running") {
        const auto plan = rig.get("/v1/plans/" + id, rig.edge_url);
        check_answer(route_of(O::plan), plan);
        state = Json::parse(plan.body)["data"]["state"];
    }
    CHECK(state == "done");
    check_answer(route_of(O::plans), rig.get("/v1/plans", rig.edge_url));
    check_answer(route_of(O::plan_cancel),
                 rig.post({"/v1/plans/" + id + "/cancel", {}, {}}, rig.edge_url));
    check_answer(route_of(O::plan), rig.get("/v1/plans/none", rig.edge_url));
    check_answer(route_of(O::plans), rig.get("/v1/plans", rig.bridge_url));
    const auto floor = rig.get("/v1/floor", rig.edge_url);
    check_answer(route_of(O::floor), floor);
    CHECK(Json::parse(floor.body)["data"]["stops"].size() > 2);
    check_answer(route_of(O::floor), rig.get("/v1/floor", rig.bridge_url));
    check_answer(route_of(O::plan_ask), rig.post({"/v1/plans?kind=dance", {}, {}}, rig.edge_url));
}

TEST_CASE("answers about goods and people have the documented shape", "[api]") {
    OperatorRig rig;
    const std::string unit = OperatorRig::kUnit;
    int keys = 0;
    const auto asks = [&](Work work, const std::string& target, const std::string& body) {
        const Route& route = route_of(work);
        const std::string key =
            route.effect == Route::Effect::writes ? "work-" + std::to_string(++keys) : "";
        const host::HttpAnswer answer = rig.ask(
            {std::string(route.method), target, test::token_of(OperatorRole::manager), key, body},
            rig.edge_url);
        check_answer(route, answer);
        return answer.status;
    };
    const std::string master = std::string(OperatorRig::kMaster) +
                               "sku,tracking\nRICE,by_count\nasn,sku,lot,units\nA1,RICE,-,10\n"
                               "place,sku,min,max\nback.aisle,TEA-500,1,20\n";
    REQUIRE(rig.post({"/v1/master", master, "m"}, rig.edge_url).status == 200);
    for (const char* format : {"csv", "json"}) {
        const host::HttpAnswer answer =
            rig.get(std::string("/v1/master?kind=plan&format=") + format, rig.edge_url);
        CHECK(answer.status == 200);
        check_answer(route_of(Operation::master_export), answer);
    }
    CHECK(asks(Work::opening_book, "/v1/opening?document=list&file=x.csv",
               "place,sku,units\nback.hall,RICE,5\n") == 200);
    CHECK(asks(Work::opening_book, "/v1/opening?document=list",
               "place,sku,units\nback.hall,RICE,5\n") == 400);
    CHECK(asks(Work::shadow_compare, "/v1/shadow", "place,sku,units\nback.hall,RICE,7\n") == 200);
    CHECK(asks(Work::receipts, "/v1/receipts", {}) == 200);
    CHECK(asks(Work::receipt, "/v1/receipts/A1", {}) == 200);
    CHECK(asks(Work::receipt, "/v1/receipts/none", {}) == 404);
    CHECK(asks(Work::receipt_scan, "/v1/receipts/A1/scan",
               R"({"code":"RICE","units":"4","place":"back.hall"})") == 200);
    rig.passage(PassageOutcome::in);
    rig.edge->work().tasks.sweep();
    const WorkBook& work = rig.edge->ledger().registers().work();
    const std::string away = work.task_of_key("put_away:back.hall TEA-500")->id;
    CHECK(asks(Work::tasks, "/v1/tasks", {}) == 200);
    CHECK(asks(Work::task_take, "/v1/tasks/" + away + "/take", {}) == 200);
    CHECK(asks(Work::task_put_back, "/v1/tasks/" + away + "/put-back", {}) == 200);
    CHECK(asks(Work::task_take, "/v1/tasks/" + away + "/take", "{}") == 200);
    CHECK(asks(Work::task_scan, "/v1/tasks/" + away + "/scan", R"({"code":")" + unit + R"("})") ==
          200);
    CHECK(asks(Work::task_done, "/v1/tasks/" + away + "/done", {}) == 200);
    CHECK(asks(Work::task_drop, "/v1/tasks/" + away + "/drop", {}) == 409);
    CHECK(asks(Work::scan, "/v1/scan", R"({"code":")" + unit + R"(","place":"back.hall"})") == 200);
    CHECK(asks(Work::count_start, "/v1/counts", R"({"place":"back.hall","sku":"RICE"})") == 200);
    CHECK(asks(Work::count_next, "/v1/counts/next", {}) == 200);
    const std::string count = work.task_of_key("count:back.hall RICE")->id;
    CHECK(asks(Work::count_post, "/v1/counts/" + count + "/post", R"({"units":"9"})") == 200);
    CHECK(asks(Work::write_off, "/v1/writeoffs",
               R"({"place":"back.hall","sku":"RICE","units":"-1","reason":"damage"})") == 200);
    CHECK(asks(Work::count_approve,
               "/v1/counts/" + work.task_of_key("approve:back.hall RICE")->id + "/approve",
               {}) == 403);
    CHECK(asks(Work::receipt_close, "/v1/receipts/A1/close", R"({"how":"scanned"})") == 200);
    CHECK(asks(Work::return_take, "/v1/returns/" + unit + "/take", R"({"place":"back.hall"})") ==
          409);
    CHECK(asks(Work::return_grade, "/v1/returns/" + unit + "/grade", R"({"into":"hold"})") == 409);
}

TEST_CASE("answers about gates' signals, labels and printers have the documented shape", "[api]") {
    OperatorRig rig;
    const std::string unit = OperatorRig::kUnit;
    int keys = 0;
    const auto asks = [&](const Route& route, const std::string& target, const std::string& body) {
        const std::string key =
            route.effect == Route::Effect::writes ? "tags-" + std::to_string(++keys) : "";
        const host::HttpAnswer answer = rig.ask(
            {std::string(route.method), target, test::token_of(OperatorRole::manager), key, body},
            rig.edge_url);
        check_answer(route, answer);
        return answer.status;
    };
    REQUIRE(rig.post({"/v1/master", OperatorRig::kMaster, "m"}, rig.edge_url).status == 200);
    CHECK(asks(route_of(Operation::barrier_order), "/v1/gates/dock/barrier",
               R"({"order":"open","reason":"test"})") == 409);  // The rig's gates have none.
    CHECK(asks(route_of(Operation::barrier_order), "/v1/gates/dock/barrier",
               R"({"order":"ajar","reason":"test"})") == 400);
    CHECK(asks(route_of(Operation::signal_test), "/v1/gates/dock/signal-test", {}) == 409);
    CHECK(asks(route_of(Operation::signal_test), "/v1/gates/nowhere/signal-test", {}) == 404);
    CHECK(asks(route_of(Work::labels), "/v1/tags?state=unsure", {}) == 200);
    CHECK(asks(route_of(Work::printers), "/v1/printers", {}) == 200);
    CHECK(asks(route_of(Work::tag_print), "/v1/tags/print", R"({"sku":"TEA-500"})") == 403);
    CHECK(asks(route_of(Work::tag_bind), "/v1/tags/" + unit + "/bind",
               R"({"sku":"TEA-500","lot":"L7","tid":"E280"})") == 200);
    CHECK(asks(route_of(Work::tag_bind), "/v1/tags/no-code/bind", {}) == 400);
    CHECK(asks(route_of(Work::tag_replace), "/v1/tags/" + unit + "/replace",
               R"({"new_tag":"(01)80614141123458(21)77","reason":"torn"})") == 200);
    CHECK(asks(route_of(Work::tag_retire), "/v1/tags/" + unit + "/retire",
               R"({"reason":"torn"})") == 409);
    CHECK(asks(route_of(Work::tag_void), "/v1/tags/" + unit + "/void", R"({"reason":"blank"})") ==
          409);
    CHECK(asks(route_of(Work::place_label), "/v1/places/back.hall/label", {}) == 403);
}

TEST_CASE("the judge of shapes sees what is missing, extra or of another type", "[api]") {
    const Json schema = Json::parse(R"({"type":"object","required":["a"],
        "properties":{"a":{"type":"integer"},"b":{"type":"array","items":{"type":"string"}}}})");
    CHECK(first_mismatch(Json::parse(R"({"a":1,"b":["x"]})"), schema, "") == "");
    CHECK_FALSE(first_mismatch(Json::parse(R"({"b":[]})"), schema, "").empty());
    CHECK_FALSE(first_mismatch(Json::parse(R"({"a":1,"c":1})"), schema, "").empty());
    CHECK_FALSE(first_mismatch(Json::parse(R"({"a":"1"})"), schema, "").empty());
    CHECK_FALSE(first_mismatch(Json::parse(R"({"a":1,"b":[2]})"), schema, "").empty());
}

TEST_CASE("answers about vehicles have the documented shape", "[api]") {
    OperatorRig rig;
    test::RigVehicles vehicles(rig);
    int keys = 0;
    const auto asks = [&](Work work, const std::string& target, const std::string& body) {
        const Route& route = route_of(work);
        const std::string key =
            route.effect == Route::Effect::writes ? "agv-" + std::to_string(++keys) : "";
        const host::HttpAnswer answer =
            rig.ask({std::string(route.method), target, test::token_of(OperatorRole::integrator),
                     key, body},
                    rig.edge_url);
        check_answer(route, answer);
        return answer.status;
    };
    CHECK(asks(Work::agv_release, "/v1/agvs/agv2/release", R"({"at":"a1c1","reason":"seen"})") ==
          200);
    CHECK(asks(Work::agv_release, "/v1/agvs/agv2/release", R"({"at":"a1c1"})") == 400);
    CHECK(asks(Work::agv_take_off, "/v1/agvs/agv3/take-off", R"({"reason":"in the workshop"})") ==
          200);
    CHECK(asks(Work::agv_take_off, "/v1/agvs/agv3/take-off", "{}") == 400);
    CHECK(asks(Work::agv_send, "/v1/agvs/agv1/send", R"({"to":"a1c0"})") == 200);
    CHECK(asks(Work::agv_send, "/v1/agvs/agv1/send", R"({"to":"nowhere"})") == 409);
    CHECK(asks(Work::agv_pause, "/v1/agvs/agv1/pause", {}) == 200);
    CHECK(asks(Work::agv_resume, "/v1/agvs/agv1/resume", R"({"reason":"gone"})") == 200);
    CHECK(asks(Work::agvs, "/v1/agvs", {}) == 200);
    CHECK(asks(Work::agv, "/v1/agvs/agv1", {}) == 200);
    CHECK(asks(Work::agv, "/v1/agvs/none", {}) == 404);
    CHECK(asks(Work::road_block, "/v1/roads/block",
               R"({"from":"a0c0","to":"a0c1","reason":"glass","minutes":"3"})") == 200);
    CHECK(asks(Work::road_block, "/v1/roads/block",
               R"({"from":"a0c0","to":"a0c1","reason":"glass","minutes":"0"})") == 400);
    CHECK(asks(Work::missions, "/v1/missions", {}) == 200);
    CHECK(asks(Work::road_unblock, "/v1/roads/unblock", R"({"from":"a0c0","to":"a0c1"})") == 200);
    CHECK(asks(Work::mission_drop, "/v1/missions/none/drop", R"({"reason":"x"})") == 409);
    CHECK(asks(Work::mission_go_on, "/v1/missions/none/go-on", R"({"reason":"x"})") == 409);
    check_answer(route_of(Work::agvs), rig.get("/v1/agvs", rig.bridge_url));
}
