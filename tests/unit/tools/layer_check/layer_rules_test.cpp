// The layer check against planted violations: a checker is distrusted until it caught them.
#include "tools/layer_check/layer_rules.hpp"

#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "tests/support/places.hpp"

using namespace tally;
using namespace tally::lint;

namespace {

RoomTable real_table() {
    std::ifstream file(test::source_dir() + "/cmake/layers.cmake");
    REQUIRE(file);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return read_room_table(source_file("cmake/layers.cmake", text)).value();
}

}  // namespace

TEST_CASE("each planted violation of the house rules is caught, with what to do instead") {
    struct Row {
        const char* path;
        const char* line;
        const char* message;
    };
    const Row row = GENERATE(values<Row>({
        {"firmware/base/a.cpp", "#include \"firmware/domain/place.hpp\"", "base may not include"},
        {"firmware/ports/a.hpp", "#include \"firmware/domain/place.hpp\"", "ports may not include"},
        {"firmware/services/a.cpp", "#include \"firmware/host/net/tcp.hpp\"", "room host"},
        {"firmware/services/a.cpp", "#include \"drivers/llrp/codec.hpp\"", "room drivers"},
        {"firmware/services/a.cpp", "  #  include \"sim/kernel/kernel.hpp\"", "room sim"},
        {"firmware/host/a.cpp", "#include \"firmware/domain/place.hpp\"", "host may not include"},
        {"firmware/site/a.cpp", "#include \"firmware/host/net/tcp.hpp\"", "room host"},
        {"firmware/daemons/a.cpp", "#include \"sim/kernel/kernel.hpp\"", "room sim"},
        {"drivers/llrp/a.cpp", "#include \"drivers/vda5050/order.hpp\"", "only its own folder"},
        {"drivers/modbus_bus/a.cpp", "#include \"firmware/domain/read.hpp\"",
         "base and ports only"},
        {"planner/tour/a.cpp", "#include \"firmware/ports/clock.hpp\"", "planner may not include"},
        {"sim/devices/a.cpp", "#include \"drivers/llrp/codec.hpp\"", "sim may not include"},
        {"sim/world/a.cpp", "#include \"planner/tour/tour.hpp\"", "map and check only"},
        {"sim/world/a.cpp", "#include \"firmware/host/net/tcp.hpp\"", "the store only"},
        {"firmware/base/a.cpp", "#include \"result.hpp\"", "not a path from the root"},
        {"firmware/cellar/a.cpp", "int a;", "there is no room 'cellar'"},
        {"firmware/services/a.cpp", "#include <sqlite3.h>", "use the Journal port"},
        {"firmware/messages/a.hpp", "#include <nlohmann/json.hpp>", "include it in a .cpp file"},
        {"firmware/services/a.cpp", "#include <nlohmann/json.hpp>", "pass a plain struct"},
        {"firmware/base/bytes.cpp", "#include <toml++/toml.h>", "ask a ConfigTable"},
        {"firmware/host/net/a.cpp", "#include <mqtt/async_client.h>", "MessageBus port"},
        {"firmware/host/net/a.cpp", "#include <MQTTAsync.h>", "MessageBus port"},
        {"drivers/smart_shelf/a.cpp", "#include <modbus/modbus.h>", "RegisterBus port"},
        {"firmware/domain/a.hpp", "#include <Eigen/Core>", "integers do elsewhere"},
        {"firmware/services/a.cpp", "#include <spdlog/spdlog.h>", "Events port"},
        {"firmware/messages/a.cpp", "#include <openssl/sha.h>", "base/sha256.hpp"},
        {"firmware/host/loop/a.cpp", "#include <CLI/CLI.hpp>", "only daemons and tools"},
        {"firmware/host/net/a.cpp", "#include <httplib.h>", "host/http alone"},
        {"firmware/services/a.cpp", "#include <boost/asio.hpp>", "has no room"},
        {"firmware/services/a.cpp", "#include <unistd.h>", "has no room"},
        {"firmware/services/a.cpp", "#include <thread>", "threads"},
        {"firmware/base/a.hpp", "#include <mutex>", "threads"},
        {"sim/kernel/a.hpp", "#include <atomic>", "threads"},
        {"planner/tour/a.cpp", "#include <future>", "threads"},
        {"drivers/llrp/a.cpp", "#include <condition_variable>", "threads"},
        {"firmware/base/a.cpp", "#include <random>", "base/prng.hpp"},
        {"firmware/services/a.cpp", "auto t = std::chrono::steady_clock::now();", "Clock port"},
        {"firmware/domain/a.cpp", "auto t = std::chrono::system_clock::now();", "Clock port"},
        {"firmware/domain/a.cpp", "auto t = std::time(nullptr);", "Clock port"},
        {"drivers/llrp/a.cpp", "std::this_thread::sleep_for(1s);", "Scheduler port"},
        {"sim/kernel/a.cpp", "usleep(10);", "Scheduler port"},
        {"firmware/base/a.cpp", "const char* home = std::getenv(name);", "from the config"},
        {"firmware/services/a.cpp", "std::random_device chance;", "base/prng.hpp"},
        {"planner/tour/a.cpp", "std::uniform_int_distribution<int> d(0, 1);", "base/prng.hpp"},
        {"planner/tour/a.cpp", "int n = rand() % 6;", "base/prng.hpp"},
        {"firmware/services/a.hpp", "std::shared_ptr<Gate> gate_;", "who owns it"},
    }));
    INFO(row.path << ": " << row.line);
    const auto findings = check_layers(source_file(row.path, row.line), real_table());
    REQUIRE(findings.size() == 1);
    CHECK_THAT(findings[0].text, Catch::Contains(row.message));
}

TEST_CASE("what the house allows is not reported") {
    struct Row {
        const char* path;
        const char* line;
    };
    const Row row = GENERATE(values<Row>({
        {"firmware/services/a.cpp", "#include \"firmware/messages/event_json.hpp\""},
        {"firmware/services/a.cpp", "#include <vector>"},
        {"firmware/services/a.cpp", "#include <fmt/format.h>"},
        {"firmware/base/config_value.cpp", "#include <toml++/toml.h>"},
        {"firmware/messages/a.cpp", "#include <nlohmann/json.hpp>"},
        {"firmware/host/mqtt/a.cpp", "#include <mqtt/async_client.h>"},
        {"firmware/host/store/a.hpp", "#include <sqlite3.h>"},
        {"firmware/host/loop/a.cpp", "auto t = std::chrono::steady_clock::now();"},
        {"firmware/host/loop/a.cpp", "#include <sys/epoll.h>"},
        {"sim/disk/a.cpp", "#include <sqlite3.h>"},
        {"sim/disk/a.cpp", "#include \"firmware/host/store/vfs.hpp\""},
        {"sim/devices/a.cpp", "#include \"drivers/llrp/constants.hpp\""},
        {"drivers/llrp/driver.cpp", "#include \"drivers/driver.hpp\""},
        {"drivers/registry.cpp", "#include \"drivers/llrp/session.hpp\""},
        {"tests/unit/a.cpp", "#include <thread>"},
        {"firmware/services/a.cpp", "// never steady_clock here"},
        {"firmware/services/a.cpp", "const char* text = \"getenv\";"},
        {"firmware/services/a.cpp", "int operand(int x); int y = operand(1);"},
        {"docs/a.cpp", "int x = rand();"},
        {"firmware/base/CMakeLists.txt", "#include <thread>"},
    }));
    INFO(row.path << ": " << row.line);
    CHECK(check_layers(source_file(row.path, row.line), real_table()).empty());
}

TEST_CASE("a violation behind a raw string or a block comment is still seen") {
    const auto findings = check_layers(
        source_file("firmware/base/a.cpp",
                    "auto t = R\"x( \" rand( )x\"; /* getenv\n getenv */ int n = rand();\n"),
        real_table());
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].line == 2);
    CHECK_THAT(findings[0].text, Catch::StartsWith("'rand('"));
}

TEST_CASE("a room table that says nothing is refused, since it would check nothing") {
    CHECK_FALSE(read_room_table(source_file("cmake/layers.cmake", "set(X y)\n")).has_value());
    const RoomTable table = real_table();
    CHECK(table.at("services") ==
          std::set<std::string>{"base", "ports", "domain", "messages", "planner"});
    CHECK(table.at("base").empty());
}
