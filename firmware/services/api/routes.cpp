#include "firmware/services/api/routes.hpp"

#include <algorithm>
#include <array>

namespace tally {

namespace {

using Effect = Route::Effect;

constexpr std::uint8_t bit(OperatorRole role) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(role));
}

constexpr std::uint8_t kManager = bit(OperatorRole::manager);
constexpr std::uint8_t kManagerIntegrator = kManager | bit(OperatorRole::integrator);
constexpr std::uint8_t kManagerReceiver = kManager | bit(OperatorRole::receiver);
constexpr std::uint8_t kPlanners = kManagerIntegrator | kManagerReceiver;
constexpr std::uint8_t kAll = kManagerIntegrator | kManagerReceiver | bit(OperatorRole::auditor);

constexpr Route work_read(std::string_view method, std::string_view pattern, Work work,
                          std::string_view query) {
    return {Operation::work_read, method, pattern, Effect::reads, kAll, query, work};
}

constexpr Route work_write(std::string_view pattern, Work work, std::uint8_t roles,
                           std::string_view query = "") {
    return {Operation::work_write, "POST", pattern, Effect::writes, roles, query, work};
}

constexpr Route tag_write(std::string_view pattern, Work work, std::uint8_t roles) {
    return {Operation::tag_write, "POST", pattern, Effect::writes, roles, "", work};
}

constexpr Route fleet_write(std::string_view pattern, Work work) {
    return {Operation::fleet_write, "POST", pattern, Effect::writes, kManagerIntegrator, "", work};
}

constexpr Route order_write(std::string_view pattern, Work work, std::uint8_t roles,
                            std::string_view query = "") {
    return {Operation::order_write, "POST", pattern, Effect::writes, roles, query, work};
}

constexpr std::array kRoutes = {
    Route{Operation::status, "GET", "/v1/status", Effect::reads, kAll, ""},
    Route{Operation::doctor, "GET", "/v1/doctor", Effect::reads, kAll, ""},
    Route{Operation::stock, "GET", "/v1/stock", Effect::reads, kAll, "place sku virtual"},
    Route{Operation::stock_verify, "POST", "/v1/stock/verify", Effect::reads, kAll, ""},
    Route{Operation::items, "GET", "/v1/items", Effect::reads, kAll,
          "place sku virtual after limit"},
    Route{Operation::item_trace, "GET", "/v1/items/{}", Effect::reads, kAll, ""},
    Route{Operation::item_correct, "POST", "/v1/items/{}/correct", Effect::writes, kManager, ""},
    Route{Operation::gates, "GET", "/v1/gates", Effect::reads, kAll, ""},
    Route{Operation::gate_log, "GET", "/v1/gates/{}/log", Effect::reads, kAll, "limit"},
    Route{Operation::gate_why, "GET", "/v1/gates/{}/why/{}", Effect::reads, kAll, ""},
    Route{Operation::barrier_order, "POST", "/v1/gates/{}/barrier", Effect::writes, kManager, ""},
    Route{Operation::signal_test, "POST", "/v1/gates/{}/signal-test", Effect::reads,
          kManagerIntegrator, ""},
    Route{Operation::readers, "GET", "/v1/readers", Effect::reads, kAll, ""},
    Route{Operation::shelves, "GET", "/v1/shelves", Effect::reads, kAll, ""},
    Route{Operation::shelf_tare, "POST", "/v1/shelves/{}/tare", Effect::writes, kManagerIntegrator,
          ""},
    Route{Operation::shelf_zero, "POST", "/v1/shelves/{}/zero", Effect::writes, kManagerIntegrator,
          ""},
    Route{Operation::anomalies, "GET", "/v1/anomalies", Effect::reads, kAll, "kind item"},
    Route{Operation::anomaly_resolve, "POST", "/v1/anomalies/{}/resolve", Effect::writes, kManager,
          ""},
    Route{Operation::master_import, "POST", "/v1/master", Effect::writes, kManagerIntegrator,
          "file"},
    Route{Operation::master_export, "GET", "/v1/master", Effect::reads, kAll, "kind format edge"},
    Route{Operation::pallet_unpack, "POST", "/v1/pallets/{}/unpack", Effect::writes,
          kManagerReceiver, ""},
    Route{Operation::sync, "GET", "/v1/sync", Effect::reads, kAll, ""},
    Route{Operation::sync_resync, "POST", "/v1/sync/resync", Effect::writes, kManagerIntegrator,
          "edge"},
    Route{Operation::plan_ask, "POST", "/v1/plans", Effect::reads, kPlanners,
          "kind from to closed capacity seed work restarts stop_after deadline_ms"},
    Route{Operation::plans, "GET", "/v1/plans", Effect::reads, kAll, ""},
    Route{Operation::plan, "GET", "/v1/plans/{}", Effect::reads, kAll, ""},
    Route{Operation::floor, "GET", "/v1/floor", Effect::reads, kAll, ""},
    Route{Operation::plan_cancel, "POST", "/v1/plans/{}/cancel", Effect::reads, kPlanners, ""},
    work_read("POST", "/v1/shadow", Work::shadow_compare, "file"),
    work_read("GET", "/v1/receipts", Work::receipts, ""),
    work_read("GET", "/v1/receipts/{}", Work::receipt, ""),
    work_read("GET", "/v1/tasks", Work::tasks, "kind state place who"),
    work_write("/v1/opening", Work::opening_book, kManager, "file document"),
    work_write("/v1/receipts/{}/scan", Work::receipt_scan, kManagerReceiver),
    work_write("/v1/receipts/{}/close", Work::receipt_close, kManagerReceiver),
    work_write("/v1/tasks/{}/take", Work::task_take, kManagerReceiver),
    work_write("/v1/tasks/{}/put-back", Work::task_put_back, kManagerReceiver),
    work_write("/v1/tasks/{}/scan", Work::task_scan, kManagerReceiver),
    work_write("/v1/tasks/{}/done", Work::task_done, kManagerReceiver),
    work_write("/v1/tasks/{}/drop", Work::task_drop, kManager),
    work_write("/v1/counts", Work::count_start, kManager),
    work_write("/v1/counts/next", Work::count_next, kManagerReceiver),
    work_write("/v1/counts/{}/post", Work::count_post, kManagerReceiver),
    work_write("/v1/counts/{}/approve", Work::count_approve, kManager),
    work_write("/v1/writeoffs", Work::write_off, kManagerReceiver),
    work_write("/v1/returns/{}/take", Work::return_take, kManagerReceiver),
    work_write("/v1/returns/{}/grade", Work::return_grade, kManagerReceiver),
    work_write("/v1/scan", Work::scan, kManagerReceiver),
    Route{Operation::tag_read, "GET", "/v1/tags", Effect::reads, kAll, "state", Work::labels},
    Route{Operation::tag_read, "GET", "/v1/printers", Effect::reads, kAll, "", Work::printers},
    tag_write("/v1/tags/print", Work::tag_print, kManagerReceiver),
    tag_write("/v1/tags/{}/bind", Work::tag_bind, kManagerReceiver),
    tag_write("/v1/tags/{}/replace", Work::tag_replace, kManagerReceiver),
    tag_write("/v1/tags/{}/void", Work::tag_void, kManagerReceiver),
    tag_write("/v1/tags/{}/retire", Work::tag_retire, kManager),
    tag_write("/v1/places/{}/label", Work::place_label, kManagerReceiver),
    Route{Operation::fleet_read, "GET", "/v1/agvs", Effect::reads, kAll, "", Work::agvs},
    Route{Operation::fleet_read, "GET", "/v1/agvs/{}", Effect::reads, kAll, "", Work::agv},
    fleet_write("/v1/agvs/{}/send", Work::agv_send),
    fleet_write("/v1/agvs/{}/pause", Work::agv_pause),
    fleet_write("/v1/agvs/{}/resume", Work::agv_resume),
    fleet_write("/v1/agvs/{}/release", Work::agv_release),
    fleet_write("/v1/agvs/{}/take-off", Work::agv_take_off),
    Route{Operation::fleet_read, "GET", "/v1/missions", Effect::reads, kAll, "", Work::missions},
    fleet_write("/v1/missions/{}/go-on", Work::mission_go_on),
    fleet_write("/v1/missions/{}/drop", Work::mission_drop),
    fleet_write("/v1/missions/scan", Work::mission_scan),
    fleet_write("/v1/missions/transfer", Work::mission_transfer),
    fleet_write("/v1/roads/block", Work::road_block),
    fleet_write("/v1/roads/unblock", Work::road_unblock),
    Route{Operation::order_read, "GET", "/v1/orders", Effect::reads, kAll, "stage", Work::orders},
    Route{Operation::order_read, "GET", "/v1/orders/{}", Effect::reads, kAll, "", Work::order},
    order_write("/v1/orders", Work::order_add, kManagerReceiver, "file edge"),
    order_write("/v1/orders/{}/cancel", Work::order_cancel, kManager),
    order_write("/v1/orders/{}/pack", Work::order_pack, kManagerReceiver),
    order_write("/v1/orders/{}/label", Work::order_label, kManagerReceiver),
    order_write("/v1/manifests", Work::order_hand_over, kManagerReceiver),
    Route{Operation::order_read, "GET", "/v1/manifests/{}", Effect::reads, kAll, "",
          Work::manifest},
    Route{Operation::events, "GET", "/v1/events", Effect::reads, kAll, "after gate follow"},
};

bool matches(std::string_view pattern, const std::vector<std::string>& path,
             std::vector<std::string>& arguments) {
    arguments.clear();
    for (const std::string& segment : path) {
        if (pattern.empty()) {
            return false;
        }
        pattern.remove_prefix(1);  // The '/'.
        const auto end = pattern.find('/');
        const std::string_view part = pattern.substr(0, end);
        if (part == "{}") {
            arguments.push_back(segment);
        } else if (part != segment) {
            return false;
        }
        pattern = end == std::string_view::npos ? std::string_view() : pattern.substr(end);
    }
    return pattern.empty();
}

bool is_word_of(std::string_view words, std::string_view word) {
    while (!words.empty()) {
        const auto end = words.find(' ');
        if (words.substr(0, end) == word) {
            return true;
        }
        words = end == std::string_view::npos ? std::string_view() : words.substr(end + 1);
    }
    return false;
}

}  // namespace

std::span<const Route> api_routes() noexcept {
    return kRoutes;
}

RouteResult find_route(std::string_view method, const ApiTarget& target) {
    RouteResult result;
    result.miss = RouteMiss::no_such_path;
    for (const Route& route : kRoutes) {
        std::vector<std::string> arguments;
        if (!matches(route.pattern, target.path, arguments)) {
            continue;
        }
        if (route.method != method) {
            result.miss = RouteMiss::wrong_method;
            result.what += (result.what.empty() ? "" : " or ") + std::string(route.method);
            continue;
        }
        for (const auto& [name, value] : target.query) {
            if (!is_word_of(route.query, name)) {
                return {{}, RouteMiss::unknown_parameter, name};
            }
        }
        return {{&route, std::move(arguments)}, RouteMiss::none, {}};
    }
    return result;
}

}  // namespace tally
