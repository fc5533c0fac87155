// Messages as text: what is written, what is taken, what is refused and how that is said. The
// schemas of the standard judge both in tests/integration/vda5050/schema_test.py.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "drivers/vda5050/messages.hpp"
#include "drivers/vda5050/topics.hpp"
#include "tests/unit/drivers/vda5050/master_bench.hpp"

using namespace tally;
using namespace tally::test;
using namespace tally::vda5050;

namespace {

using Json = nlohmann::json;
using MasterBench = MasterBenchOf<Json>;

Json paper_state() {
    return paper_state_of<Json>();
}

}  // namespace

TEST_CASE("times are written and read, with any fraction and any offset") {
    CHECK(write_time(WallTime{0}) == "1970-01-01T00:00:00.000Z");
    CHECK(write_time(WallTime{-1}) == "1969-12-31T23:59:59.999Z");
    CHECK(write_time(WallTime{1'767'225'600'123'456}) == "2026-01-01T00:00:00.123Z");
    CHECK(read_time("2026-01-01T00:00:00.123456789Z")->us == 1'767'225'600'123'456);
    CHECK(read_time("2026-01-01T01:00:00+01:00")->us == 1'767'225'600'000'000);
    CHECK(read_time("2025-12-31T22:30:00.5-0130")->us == 1'767'225'600'500'000);
    for (const char* bad : {"", "2026-01-01", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00",
                            "2026-01-01T24:00:00Z", "2026-01-01T00:00:00Zx", "yesterday"}) {
        INFO(bad);
        CHECK_FALSE(read_time(bad));
    }
}

TEST_CASE("lengths go out in metres and angles in radians, and each version has its own spelling") {
    Order order;
    order.id = "o";
    order.nodes.push_back({0, true, {"a", WayPosition{-1500, 250, "hall", 180'000, 300}, {}}});
    for (const Version version : {Version::v2_0, Version::v2_1}) {
        const Json made =
            Json::parse(write_order({7, WallTime{0}, {}, "acme", "v1"}, version, order));
        const Json& position = made.at("nodes")[0].at("nodePosition");
        CHECK(position.at("x") == -1.5);
        CHECK(position.at("y") == 0.25);
        CHECK(position.at("theta") == Approx(3.14159265));
        const bool old = version == Version::v2_0;
        CHECK(position.at(old ? "allowedDeviationXy" : "allowedDeviationXY") == 0.3);
        CHECK(made.at("version") == (old ? "2.0.0" : "2.1.0"));
        CHECK(made.at("headerId") == 7);
    }
}

TEST_CASE("a heading of more than half a turn is told the short way round") {
    Order order;
    order.id = "o";
    order.nodes.push_back({0, true, {"a", WayPosition{0, 0, "hall", 270'000, {}}, {}}});
    const Json made =
        Json::parse(write_order({1, WallTime{0}, {}, "a", "v"}, Version::v2_0, order));
    CHECK(made.at("nodes")[0].at("nodePosition").at("theta") == Approx(-1.57079633));
}

TEST_CASE("instant actions of 2.0 carry both names that the field and the schema want") {
    const std::vector<VehicleAction> actions{
        {"i1", "pick", Blocking::soft, {{"n", 2.5}, {"t", std::string("x")}, {"b", true}}}};
    const Json old = Json::parse(write_instant_actions({}, Version::v2_0, actions));
    CHECK(old.at("actions") == old.at("instantActions"));
    CHECK(old.at("actions")[0].at("actionName") == "pick");
    const Json made = Json::parse(write_instant_actions({}, Version::v2_1, actions));
    CHECK_FALSE(made.contains("instantActions"));
    const Json& action = made.at("actions")[0];
    CHECK_FALSE(action.contains("actionName"));
    CHECK(action.at("blockingType") == "SOFT");
    CHECK(action.at("actionParameters")[0].at("value") == 2.5);
    CHECK(action.at("actionParameters")[2].at("value") == true);
}

TEST_CASE("a state is read whole") {
    Json text = MasterBench::showing("o", 3, 1, 2, 3);
    text["agvPosition"] = {
        {"x", 1.2345}, {"y", -2}, {"theta", 7.0}, {"mapId", "hall"}, {"positionInitialized", true}};
    text["loads"] = {{{"loadId", "L1"}}, Json::object()};
    const auto state = read_state(text.dump());
    REQUIRE(state);
    CHECK(state->order_update == 3);
    CHECK(state->nodes.size() == 2);
    CHECK(state->nodes[0].released);
    CHECK_FALSE(state->nodes[1].released);
    CHECK(state->pose->x_mm == 1235);
    CHECK(state->pose->heading_mdeg == 41'070);  // 7 rad, less a turn.
    CHECK(state->battery_permille == 805);
    CHECK(state->loads == std::vector<std::string>{"L1", "?"});
    text["agvPosition"]["positionInitialized"] = false;
    CHECK_FALSE(read_state(text.dump())->pose);  // It does not know where it is.
}

TEST_CASE("every member that is needed is missed by name, and every wrong type is named") {
    const Json whole = MasterBench::showing("o", 0, 0, 1, 1);
    for (const auto& [key, value] : whole.items()) {
        INFO(key);
        Json text = whole;
        text.erase(key);
        const auto missed = read_state(text.dump());
        REQUIRE_FALSE(missed);
        CHECK(missed.error().text.find(key + " is missing") != std::string::npos);
        text[key] = Json::array({Json::array()});
        const auto wrong = read_state(text.dump());
        REQUIRE_FALSE(wrong);
        CHECK(wrong.error().text.find(key) != std::string::npos);
    }
    Json text = whole;
    text["nodeStates"][0]["sequenceId"] = -2;
    CHECK(read_state(text.dump()).error().text.find("nodeStates[0].sequenceId must be") !=
          std::string::npos);
}

TEST_CASE("what is no message of 2.x is refused, whatever it is") {
    const std::string good = paper_state().dump();
    for (std::size_t end = 0; end < good.size(); ++end) {
        REQUIRE_FALSE(read_state(good.substr(0, end)));
    }
    Json other = paper_state();
    other["version"] = "3.0.0";
    CHECK(read_state(other.dump()).error().kind == ErrorKind::unsupported);
    CHECK_FALSE(read_state(std::string(kMessageBytesMax + 1, ' ')));
    CHECK_FALSE(read_state("[]"));
    std::string deep(100'000, '[');
    CHECK_FALSE(read_state(deep));
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string bent = good;
            bent[at] = static_cast<char>(bent[at] ^ (1 << bit));
            const auto state = read_state(bent);
            if (!state) {
                REQUIRE_FALSE(state.error().text.empty());
            }
        }
    }
}

TEST_CASE("a connection, a visualization and a factsheet are read") {
    const Json head{{"headerId", 1},
                    {"timestamp", "2026-01-01T00:00:00Z"},
                    {"version", "2.1.0"},
                    {"manufacturer", "acme"},
                    {"serialNumber", "v1"}};
    Json text = head;
    text["connectionState"] = "CONNECTIONBROKEN";
    CHECK(read_connection(text.dump())->state == ConnectionState::broken);
    text["connectionState"] = "CONNECTION_BROKEN";  // As in 3.0.
    CHECK_FALSE(read_connection(text.dump()));
    CHECK(read_visualization("{}"));
    text = head;
    text["typeSpecification"] = {{"seriesName", "S"}, {"agvClass", "CARRIER"}};
    text["physicalParameters"] = {{"speedMax", 1.5}, {"width", 0.6}, {"length", 0.9}};
    text["protocolLimits"] = {{"maxStringLens", {{"idLen", 36}, {"msgLen", 0}, {"enumLen", -1}}},
                              {"maxArrayLens", {{"order.nodes", 20}}}};
    text["protocolFeatures"] = {
        {"optionalParameters",
         {{{"parameter", "order.edges.trajectory"}, {"support", "REQUIRED"}},
          {{"parameter", "order.nodes.nodePosition"}, {"support", "SUPPORTED"}}}},
        {"agvActions",
         {{{"actionType", "pick"},
           {"actionScopes", {"NODE"}},
           {"blockingTypes", {"HARD"}},
           {"actionParameters", {{{"key", "loadType"}}, {{"key", "x"}, {"isOptional", true}}}}}}}};
    text["loadSpecification"] = {{"loadSets", {{{"setName", "S"}, {"loadType", "EPAL"}}}}};
    const auto sheet = read_factsheet(text.dump());
    REQUIRE(sheet);
    CHECK(sheet->speed_max_mm_s == 1500);
    CHECK(sheet->limits.id_chars == 36);
    CHECK(sheet->limits.message_bytes == 0);
    CHECK(sheet->limits.word_chars == 0);
    CHECK(sheet->limits.nodes == 20);
    CHECK(sheet->demands == std::vector<std::string>{"order.edges.trajectory"});
    REQUIRE(sheet->actions.size() == 1);
    CHECK(sheet->actions[0].type == "pick");
    CHECK(sheet->actions[0].scopes == std::vector<std::string>{"NODE"});
    CHECK(sheet->actions[0].blocking == std::vector<std::string>{"HARD"});
    REQUIRE(sheet->actions[0].parameters.size() == 2);
    CHECK_FALSE(sheet->actions[0].parameters[0].optional);
    CHECK(sheet->actions[0].parameters[1].optional);
    CHECK(sheet->load_types == std::vector<std::string>{"EPAL"});
    text["protocolLimits"]["maxStringLens"]["idLen"] = "36";
    CHECK(read_factsheet(text.dump()).error().text.find("protocolLimits.maxStringLens.idLen") !=
          std::string::npos);
}

TEST_CASE("topics are made and split, and names that would break them are refused") {
    const Address address{"uagv", "acme", "v-1.2:3"};
    CHECK(topic_of(address, Topic::instant_actions) == "uagv/v2/acme/v-1.2:3/instantActions");
    for (const Topic topic : kHeardTopics) {
        const auto parts = split_topic(topic_of(address, topic));
        REQUIRE(parts);
        CHECK(parts->address == address);
        CHECK(parts->topic == topic);
    }
    CHECK_FALSE(split_topic("uagv/v3/acme/v1/state"));
    CHECK_FALSE(split_topic("uagv/v2/acme/v1"));
    CHECK_FALSE(split_topic("uagv/v2/acme/v1/other"));
    CHECK(check_address(address));
    CHECK_FALSE(check_address({"uagv", "ac/me", "v1"}));
    CHECK_FALSE(check_address({"uagv", "acme", "v 1"}));
    CHECK_FALSE(check_address({"", "acme", "v1"}));
}
