// The router is the first thing that bytes from outside meet.
#include "firmware/services/api/routes.hpp"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "firmware/services/api/request_values.hpp"

using namespace tally;

TEST_CASE("a scan says how many only if there are any, and in what condition", "[api]") {
    CHECK(scanned_units_in("").value() == 0);
    CHECK(scanned_units_in("2.5").value() == 2'500);
    for (const char* nothing : {"0", "0.000", "-1", "x"}) {
        CAPTURE(nothing);
        REQUIRE_FALSE(scanned_units_in(nothing));
        CHECK(scanned_units_in(nothing).error().kind == ErrorKind::malformed);
    }
    CHECK(scanned_units_in("0").error().text.find("a scan of no units is none") == 0);
    CHECK(condition_in("").value() == Condition::good);
    CHECK(condition_in("good").value() == Condition::good);
    CHECK(condition_in("damaged").value() == Condition::damaged);
    CHECK(condition_in("demaged").error().text ==
          "condition 'demaged' is neither good nor damaged; write one of them");
}

TEST_CASE("a target is taken apart and decoded once", "[api]") {
    const auto target = parse_target("/v1/anomalies/back%3A1%3A42/resolve?how=a+b%20c&empty=&flag");
    REQUIRE(target);
    CHECK(target->path == std::vector<std::string>{"v1", "anomalies", "back:1:42", "resolve"});
    CHECK(target->text("how") == "a b c");
    CHECK(target->text("flag").empty());
    CHECK(parse_target("/v1/a%2525")->path[1] == "a%25");
    CHECK(parse_target("/v1/%E8%B4%A7")->path[1] == "货");
}

TEST_CASE("a target that hides something is refused", "[api][security]") {
    const std::string long_target = "/v1/" + std::string(kTargetBytesMax, 'a');
    std::string deep, wide = "/v1/stock?";
    for (int i = 0; i < 40; ++i) {
        deep += "/a";
        wide += "p" + std::to_string(i) + "=1&";
    }
    const std::string bad = GENERATE_COPY(
        as<std::string>{}, "", "v1/status", "http://box/v1/status", "/v1/../etc/passwd",
        "/v1/%2e%2e/etc/passwd", "/v1/..%2fetc", "/v1/a%2Fb", "/v1/a%5Cb", "//v1", "/v1//status",
        "/v1/", "/v1/.", "/v1/%00", "/v1/a%0d%0aX: y", "/v1/%", "/v1/%4", "/v1/%zz", "/v1/%c0%af",
        "/v1/%ff", "/v1/%ed%a0%80", "/v1/%f4%90%80%80", "/v1/\x01", "/v1/stock?place=a&place=b",
        "/v1/stock?%ff=1", long_target, deep, wide);
    CAPTURE(bad);
    const auto target = parse_target(bad);
    REQUIRE_FALSE(target);
    CHECK(target.error().kind == ErrorKind::malformed);
    CHECK_FALSE(target.error().text.empty());
}

TEST_CASE("every route of the table is found by its own pattern, and only with its method",
          "[api]") {
    for (const Route& route : api_routes()) {
        CAPTURE(route.pattern);
        std::string path(route.pattern);
        std::size_t arguments = 0;
        for (auto at = path.find("{}"); at != std::string::npos; at = path.find("{}")) {
            path.replace(at, 2, "x" + std::to_string(arguments++));
        }
        const auto target = parse_target(path);
        REQUIRE(target);
        const RouteResult found = find_route(route.method, *target);
        REQUIRE(found.miss == RouteMiss::none);
        CHECK(found.match.route->operation == route.operation);
        CHECK(found.match.arguments.size() == arguments);
        CHECK(find_route("DELETE", *target).miss == RouteMiss::wrong_method);
        CHECK(find_route("get", *target).miss == RouteMiss::wrong_method);
        CHECK(find_route(route.method, *parse_target(path + "/x/y/z")).miss != RouteMiss::none);
        CHECK(find_route(route.method, *parse_target(path + "?zzz=1")).miss ==
              RouteMiss::unknown_parameter);
    }
}

TEST_CASE("a path that is none is not found", "[api]") {
    const char* path =
        GENERATE("/", "/v2/status", "/v1", "/v1/statu", "/V1/status", "/v1/gates/dock");
    CAPTURE(path);
    const auto target = parse_target(path);
    CHECK((!target || find_route("GET", *target).miss == RouteMiss::no_such_path));
}

// The rights of design 8, written down a second time: role by role, what it may change.
TEST_CASE("an auditor reads all and changes nothing; others change what is theirs",
          "[api][security]") {
    using Role = OperatorRole;
    struct Right {
        Operation operation;
        std::vector<Role> roles;
    };
    const std::vector<Right> rights = {
        {Operation::item_correct, {Role::manager}},
        {Operation::anomaly_resolve, {Role::manager}},
        {Operation::master_import, {Role::manager, Role::integrator}},
        {Operation::pallet_unpack, {Role::manager, Role::receiver}},
        {Operation::sync_resync, {Role::manager, Role::integrator}},
        {Operation::shelf_tare, {Role::manager, Role::integrator}},
        {Operation::shelf_zero, {Role::manager, Role::integrator}},
        {Operation::barrier_order, {Role::manager}},
        {Operation::signal_test, {Role::manager, Role::integrator}},
        {Operation::plan_ask, {Role::manager, Role::integrator, Role::receiver}},
        {Operation::plan_cancel, {Role::manager, Role::integrator, Role::receiver}},
    };
    const std::set<Work> managers_alone = {Work::opening_book, Work::task_drop,
                                           Work::count_start,  Work::count_approve,
                                           Work::tag_retire,   Work::order_cancel};
    for (const Route& route : api_routes()) {
        for (const Role role : {Role::receiver, Role::manager, Role::integrator, Role::auditor}) {
            CAPTURE(route.pattern, to_string(role));
            bool may = true;
            for (const Right& right : rights) {
                if (right.operation == route.operation) {
                    may = std::find(right.roles.begin(), right.roles.end(), role) !=
                          right.roles.end();
                    const bool books = route.operation != Operation::signal_test &&
                                       route.operation != Operation::plan_ask &&
                                       route.operation != Operation::plan_cancel;
                    CHECK((route.effect == Route::Effect::writes) == books);
                }
            }
            if (route.operation == Operation::work_write ||
                route.operation == Operation::tag_write ||
                route.operation == Operation::order_write) {
                may = role == Role::manager ||
                      (role == Role::receiver && !managers_alone.contains(route.work));
                CHECK(route.effect == Route::Effect::writes);
            }
            if (route.operation == Operation::fleet_write) {
                may = role == Role::manager || role == Role::integrator;
                CHECK(route.effect == Route::Effect::writes);
            }
            CHECK(route.allows(role) == may);
        }
    }
}

TEST_CASE("UTF-8 is what RFC 3629 says", "[api]") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("ab\xC3\xA9\xE8\xB4\xA7\xF0\x9F\x9A\x9A"));
    for (const char* broken : {"\x80", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xBF\xBF",
                               "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xE8\xB4"}) {
        CHECK_FALSE(is_utf8(broken));
    }
}
