// The text side of tally-emul: commands, scenes, and what the stage answers, in virtual time.
#include "tools/emul/stage.hpp"

#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/devices/reader_verbs.hpp"
#include "sim/kernel/broker.hpp"
#include "sim/kernel/streams.hpp"
#include "tests/support/scratch_dir.hpp"
#include "tools/emul/play.hpp"

using namespace tally;
using namespace tally::emul;
using Json = nlohmann::json;

namespace {

struct Theatre {
    Theatre() : network(kernel, {}), streams(kernel, network) {
        for (const std::string name : {"g1", "g2"}) {
            REQUIRE(stage.add_reader({.name = name}, {"", 0}));
        }
    }
    Json tell(const std::string& line) {
        const Result<Command> command = read_command(line);
        REQUIRE(command);
        return Json::parse(stage.carry_out(*command));
    }

    sim::Kernel kernel{{.seed = 1}};
    sim::Node& node = kernel.add_node({.name = "emul"});
    sim::Network network;
    sim::Streams streams;
    std::vector<Json> events;
    Stage stage{{node, node, streams.of(node)}, 1, [this](const std::string& line) {
                    events.push_back(Json::parse(line));
                }};
};

}  // namespace

TEST_CASE("a command is a JSON object with a verb; numbers and texts are equal, lists are words") {
    const Result<Command> command = read_command(
        R"({"at_ms":1500,"reader":"g1","id":7,"verb":"walk","units":["AA","BB"],"n":3,"t":"x"})");
    REQUIRE(command);
    CHECK(command->at_ms == 1500);
    CHECK(command->reader == "g1");
    CHECK(command->id == "7");
    CHECK(command->verb.name == "walk");
    CHECK(command->verb.args ==
          std::map<std::string, std::string>{{"units", "AA BB"}, {"n", "3"}, {"t", "x"}});
    for (const std::string wrong : {"", "[]", "{}", R"({"verb":3})", R"({"verb":"x","at_ms":-1})",
                                    R"({"verb":"x","at_ms":"soon"})", R"({"verb":"x")"}) {
        INFO(wrong);
        CHECK_FALSE(read_command(wrong));
    }
}

TEST_CASE("the stage answers each command with what became of it") {
    Theatre theatre;
    const Json seen = theatre.tell(R"({"reader":"g1","verb":"tag_seen","epc":"AA","id":"x"})");
    CHECK(seen["ok"] == true);
    CHECK(seen["answer"] == "not_reading");
    CHECK(seen["id"] == "x");
    const std::vector<std::pair<std::string, std::string>> wrong = {
        {R"({"reader":"g9","verb":"reboot"})", "no reader 'g9'"},
        {R"({"reader":"g1","verb":"dance"})", "no verb 'dance'"},
        {R"({"reader":"g1","verb":"input","port":1})", "needs 'level'"},
        {R"({"reader":"g1","verb":"input","port":9,"level":"high"})", "1..4"},
        {R"({"reader":"g1","verb":"reboot","down":1})", "no argument 'down'"},
        {R"({"reader":"g1","verb":"fault","name":"id_clsh"})", "did you mean 'id_clash'"},
        {R"({"verb":"walk","units":["AA"],"gate":"g1"})", "no gate g1"},
        {R"({"verb":"unit","epc":"zz","place":"yard"})", "is no EPC"},
    };
    for (const auto& [line, why] : wrong) {
        const Json answer = theatre.tell(line);
        INFO(answer);
        CHECK(answer["ok"] == false);
        CHECK(answer["error"].get<std::string>().find(why) != std::string::npos);
    }
    CHECK(theatre.stage.refused() == wrong.size());
    bool quit = false;
    theatre.stage.on_quit = [&] { quit = true; };
    theatre.tell(R"({"verb":"quit"})");
    CHECK(quit);
}

TEST_CASE("every verb of a reader can be said in text") {
    const std::map<std::string, std::string> args = {
        {"tag_seen", R"(,"epc":"AA")"},
        {"input", R"(,"port":1,"level":"high")"},
        {"antenna", R"(,"number":1,"state":"pulled")"},
        {"fill_buffer", R"(,"percent":50)"},
        {"set_clock", R"(,"jump_ms":-1000)"},
        {"fault", R"(,"name":"id_clash","value":0)"},
    };
    Theatre theatre;
    for (const sim::VerbInfo& verb : sim::reader_verbs()) {
        const std::string name(verb.name);
        const std::string more = args.contains(name) ? args.at(name) : "";
        const Json answer = theatre.tell(R"({"reader":"g2","verb":")" + name + "\"" + more + "}");
        INFO(answer);
        CHECK(answer["ok"] == true);
    }
}

TEST_CASE("a scene declares its world, plays in time, and the truth is told at its end") {
    const test::ScratchDir folder;
    std::ofstream(folder.path() / "scene.jsonl") << R"(# two units, one walks in
{"at_ms":2000,"verb":"walk","units":["AA"],"gate":"door","id":"w"}

{"verb":"gate","reader":"g1","gate":"door","outside":"yard","inside":"hall"}
{"verb":"unit","epc":"AA","place":"yard"}
{"verb":"unit","epc":"BB","place":"yard"}
{"at_ms":2500,"verb":"walk","units":["CC"],"gate":"door"}
)";
    Result<std::vector<Command>> scene = read_scene(folder.path() / "scene.jsonl");
    REQUIRE(scene);
    Theatre theatre;
    std::vector<Json> answers;
    bool over = false;
    ScenePlayer player({theatre.node, theatre.node, theatre.streams.of(theatre.node)},
                       theatre.stage, std::move(*scene),
                       [&](const std::string& line) { answers.push_back(Json::parse(line)); });
    player.start(ScenePlayer::Start::now, [&] { over = true; });
    theatre.kernel.run_for(std::chrono::seconds(3));
    CHECK_FALSE(over);
    theatre.kernel.run_for(std::chrono::seconds(20));
    CHECK(over);
    REQUIRE(answers.size() == 5);
    CHECK(answers[3]["at_ms"] == 2000);
    CHECK(answers[4]["ok"] == false);
    CHECK(theatre.events.back()["event"] == "walk done");
    CHECK(theatre.events.back()["id"] == "w");
    const Json truth = theatre.tell(R"({"verb":"truth"})")["truth"];
    CHECK(truth == Json::parse(R"([{"epc":"AA","place":"hall"},{"epc":"BB","place":"yard"}])"));
}

TEST_CASE("a scene file with a broken line is refused with its line number") {
    const test::ScratchDir folder;
    std::ofstream(folder.path() / "scene.jsonl") << "# fine\n{\"verb\":\"truth\"}\nnonsense\n";
    const auto scene = read_scene(folder.path() / "scene.jsonl");
    REQUIRE_FALSE(scene);
    CHECK(scene.error().text.find("scene.jsonl:3") != std::string::npos);
}

TEST_CASE("a vehicle is told apart by its name, and its verbs are as strict as all others") {
    Theatre theatre;
    sim::Node& host = theatre.kernel.add_node({.name = "broker"});
    sim::SimBroker broker(theatre.kernel, theatre.network, host, {});
    broker.set_rights("agv", sim::BrokerRights::everything());
    const auto bus = broker.client(theatre.node, "agv");
    sim::agv::Setup setup;
    setup.serial = "cart";
    setup.node = "a";
    REQUIRE(theatre.stage.add_agv(setup, *bus));
    CHECK_FALSE(theatre.stage.add_agv(setup, *bus));
    theatre.kernel.run_for(std::chrono::seconds(2));
    const auto& cart = *theatre.stage.agvs().at("cart");
    CHECK(cart.connected());
    const Json truth = theatre.tell(R"({"verb":"agv_truth","agv":"cart"})");
    CHECK(truth["answer"].get<std::string>().starts_with("node=a x=0.000 y=0.000 order="));
    CHECK(theatre.tell(R"({"verb":"agv_off","agv":"cart"})")["ok"] == true);
    CHECK_FALSE(cart.connected());
    CHECK(theatre.tell(R"({"verb":"agv_on","agv":"cart"})")["ok"] == true);
    theatre.kernel.run_for(std::chrono::seconds(2));
    CHECK(cart.connected());
    for (const std::string right : {R"("verb":"agv_fault","fault":"stuck")", R"("verb":"agv_stop")",
                                    R"("verb":"agv_mode","mode":"MANUAL")"}) {
        INFO(right);
        CHECK(theatre.tell("{" + right + R"(,"agv":"cart"})")["ok"] == true);
    }
    for (const std::string wrong : {R"({"verb":"agv_fault","agv":"cart","fault":"drunk"})",
                                    R"({"verb":"agv_dance","agv":"cart"})", R"({"verb":"agv_off"})",
                                    R"({"verb":"agv_off","agv":"other"})",
                                    R"({"verb":"agv_stop","agv":"cart","pressed":2})"}) {
        INFO(wrong);
        CHECK(theatre.tell(wrong)["ok"] == false);
    }
}
