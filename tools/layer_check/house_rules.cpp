#include "tools/layer_check/house_rules.hpp"

namespace tally::lint {
namespace {

using Where = HeaderRule::Where;

constexpr std::string_view kThreads =
    "makes or synchronises threads, which live in host and drivers/modbus_bus only; run on the "
    "loop, and give blocking work to an adapter with a mailbox";

HeaderRule threads(std::string_view header) {
    return {header,
            Where::any,
            {"firmware/host/", "drivers/modbus_bus/", "tests/", "tools/bench/"},
            kThreads};
}

std::vector<HeaderRule> header_rule_table() {
    // Tests and the bench are judges and peers: they may use any part directly.
    return {
        {"modbus",
         Where::cpp_only,
         {"drivers/modbus_bus/", "tests/", "tools/bench/"},
         "belongs to drivers/modbus_bus alone; use the RegisterBus port"},
        {"mqtt/",
         Where::cpp_only,
         {"firmware/host/mqtt/", "tests/", "tools/bench/"},
         "belongs to host/mqtt alone; use the MessageBus port"},
        {"MQTT",
         Where::cpp_only,
         {"firmware/host/mqtt/", "tests/", "tools/bench/"},
         "belongs to host/mqtt alone; use the MessageBus port"},
        {"sqlite3",
         Where::any,
         {"firmware/host/store/", "sim/disk/", "tests/", "tools/bench/"},
         "belongs to host/store and sim/disk; use the Journal port"},
        {"httplib",
         Where::cpp_only,
         {"firmware/host/http/", "tests/", "tools/bench/"},
         "belongs to host/http alone; register a route with the operators' API instead"},
        {"spdlog/",
         Where::cpp_only,
         {"firmware/host/log/", "tests/"},
         "belongs to host/log alone; report through the Events port"},
        {"nlohmann/",
         Where::cpp_only,
         {"firmware/messages/", "drivers/vda5050/", "firmware/base/config", "tools/", "tests/"},
         "belongs to .cpp files of messages, drivers/vda5050 and tools; pass a plain struct"},
        {"toml++/",
         Where::cpp_only,
         {"firmware/messages/", "drivers/vda5050/", "firmware/base/config", "tools/", "tests/"},
         "belongs to base's config reader; ask a ConfigTable (base/config_reader.hpp)"},
        {"openssl/",
         Where::cpp_only,
         {"firmware/base/", "tests/"},
         "belongs to .cpp files of base; use base/sha256.hpp"},
        {"sodium",
         Where::cpp_only,
         {"firmware/base/", "tests/"},
         "belongs to .cpp files of base; use its signing functions"},
        {"CLI/",
         Where::cpp_only,
         {"firmware/daemons/", "tools/"},
         "reads command lines, which only daemons and tools have"},
        {"ncurses",
         Where::cpp_only,
         {"firmware/daemons/", "tools/"},
         "draws terminals, which only daemons and tools have"},
        {"Eigen/",
         Where::any,
         {"planner/", "firmware/domain/estimate/", "tests/"},
         "is for the planner and domain/estimate; integers do elsewhere"},
        {"catch2/", Where::any, {"tests/"}, "belongs to tests"},
        {"rapidcheck", Where::any, {"tests/"}, "belongs to tests"},
        {"zlib",
         Where::cpp_only,
         {"tests/", "tools/"},
         "unpacks captures for tests and tools; nothing else is compressed"},
        {"fmt/", Where::any, {""}, ""},
        {"tl/", Where::any, {""}, ""},
        {"random", Where::any, {"tests/"}, "differs between libraries; use base/prng.hpp"},
    };
}

std::vector<HeaderRule> make_header_rules() {
    std::vector<HeaderRule> rules = header_rule_table();
    for (const std::string_view header :
         {"thread", "mutex", "shared_mutex", "atomic", "condition_variable", "future", "semaphore",
          "latch", "barrier", "stop_token", "pthread"}) {
        rules.push_back(threads(header));
    }
    return rules;
}

}  // namespace

const std::vector<HeaderRule>& header_rules() {
    static const std::vector<HeaderRule> kRules = make_header_rules();
    return kRules;
}

const std::vector<CallRule>& call_rules() {
    static constexpr std::string_view kClock = "take the Clock port; time is a parameter";
    static constexpr std::string_view kSleep = "arm a timer of the Scheduler port";
    static constexpr std::string_view kChance = "draw from a fork of base/prng.hpp, or Entropy";
    static const std::vector<CallRule> kRules = {
        {"system_clock", kClock},
        {"steady_clock", kClock},
        {"high_resolution_clock", kClock},
        {"clock_gettime", kClock},
        {"gettimeofday", kClock},
        {"time(nullptr)", kClock},
        {"sleep_for", kSleep},
        {"sleep_until", kSleep},
        {"usleep", kSleep},
        {"nanosleep", kSleep},
        {"getenv", "read it from the config; only host knows the environment"},
        {"setenv", "write it to the config; only host knows the environment"},
        {"random_device", kChance},
        {"uniform_int_distribution", kChance},
        {"uniform_real_distribution", kChance},
        {"mt19937", kChance},
        {"rand(", kChance},
        {"srand(", kChance},
        {"shared_ptr", "say who owns it: a value, a unique_ptr, or a reference with a lifetime"},
        {"make_shared", "say who owns it: a value, a unique_ptr, or a reference with a lifetime"},
    };
    return kRules;
}

const std::vector<std::string_view>& os_header_places() {
    static const std::vector<std::string_view> kPlaces = {
        "firmware/host/", "firmware/daemons/", "drivers/modbus_bus/", "sim/disk/", "tools/",
        "tests/"};
    return kPlaces;
}

const std::vector<std::string_view>& call_free_places() {
    static const std::vector<std::string_view> kPlaces = {
        "firmware/host/", "firmware/daemons/", "drivers/modbus_bus/", "tools/", "tests/"};
    return kPlaces;
}

}  // namespace tally::lint
