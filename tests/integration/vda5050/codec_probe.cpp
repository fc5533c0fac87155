// The codec at the command line, for schema_test.py. `write`: one line a message that the master
// writes, {"version","topic","text"}. `read`: takes lines {"topic","text"}, answers a line each:
// "" if the message is taken, else why not.
#include <iostream>
#include <string>

#include <nlohmann/json.hpp>

#include "drivers/vda5050/messages.hpp"

using namespace tally;
using namespace tally::vda5050;
using Json = nlohmann::json;

namespace {

const Header kHeader{4'294'967'295, WallTime{1'767'225'600'123'456}, {}, "acme", "v1"};

Order everything() {
    Order order;
    order.id = "order \"1\" \xC3\xA9 \xFF";  // Broken UTF-8 too.
    order.update = 3;
    const VehicleAction pick{
        "a1", "pick", Blocking::soft, {{"t", std::string("x")}, {"n", -0.25}, {"b", false}}};
    order.nodes = {{4, true, {"a", std::nullopt, {}}},
                   {6, true, {"b", WayPosition{-1, 2, "hall", -180'000, 500}, {pick}}},
                   {8, false, {"c", WayPosition{0, 0, "hall", 180'000, {}}, {}}}};
    order.edges = {{5, true, "e5", "a", "b", 1500}, {7, false, "e7", "b", "c", {}}};
    return order;
}

void say(Version version, const char* topic, const std::string& text) {
    std::cout << Json{{"version", std::string(to_string(version))},
                      {"topic", topic},
                      {"text", text}}
                     .dump()
              << "\n";
}

void write_all() {
    for (const Version version : {Version::v2_0, Version::v2_1}) {
        Order shortest;
        shortest.id = "o";
        shortest.nodes = {{0, true, {"a", {}, {}}}};
        say(version, "order", write_order(kHeader, version, everything()));
        say(version, "order", write_order(kHeader, version, shortest));
        say(version, "instantActions",
            write_instant_actions(
                kHeader, version,
                {{"i1", "cancelOrder"}, {"i2", "noop", Blocking::none, {{"duration", 2.0}}}}));
    }
}

template <typename Message>
std::string verdict(const Result<Message>& message) {
    return message ? std::string() : message.error().text;
}

std::string judge(const std::string& topic, const std::string& text) {
    if (topic == "state") {
        return verdict(read_state(text));
    }
    if (topic == "connection") {
        return verdict(read_connection(text));
    }
    return topic == "factsheet" ? verdict(read_factsheet(text)) : verdict(read_visualization(text));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::string(argv[1]) == "write") {
        write_all();
        return 0;
    }
    for (std::string line; std::getline(std::cin, line);) {
        const Json asked = Json::parse(line);
        std::cout << judge(asked.at("topic"), asked.at("text")) << "\n";
    }
    return 0;
}
