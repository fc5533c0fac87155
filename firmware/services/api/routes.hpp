// What may be asked of a box, and by whom: one table. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/messages/config/tokens_file.hpp"
#include "firmware/services/api/target.hpp"

namespace tally {

enum class Operation : std::uint8_t {
    status,
    doctor,
    stock,
    stock_verify,
    items,
    item_trace,
    item_correct,
    gates,
    gate_log,
    gate_why,
    readers,
    shelves,
    shelf_tare,
    shelf_zero,
    barrier_order,
    signal_test,
    anomalies,
    anomaly_resolve,
    master_import,
    pallet_unpack,
    sync,
    sync_resync,
    events,
    master_export,
    plan_ask,
    plans,
    plan,
    plan_cancel,
    floor,
    work_read,  ///< goods and people: which of them says Route::work
    work_write,
    tag_read,  ///< labels, tags and printers: likewise
    tag_write,
    fleet_read,  ///< vehicles: likewise
    fleet_write,
    order_read,  ///< orders: likewise (order_api.hpp)
    order_write,
};

/// What is asked of goods and people (services/api/work_api.hpp), of tags (tag_api.hpp) and of
/// vehicles (fleet_api.hpp).
enum class Work : std::uint8_t {
    none,
    opening_book,
    shadow_compare,
    receipts,
    receipt,
    receipt_scan,
    receipt_close,
    tasks,
    task_take,
    task_put_back,
    task_scan,
    task_done,
    task_drop,
    count_start,
    count_next,
    count_post,
    count_approve,
    write_off,
    return_take,
    return_grade,
    scan,
    labels,
    printers,
    tag_print,
    tag_bind,
    tag_replace,
    tag_retire,
    tag_void,
    place_label,
    agvs,
    agv,
    agv_send,
    agv_pause,
    agv_resume,
    agv_release,
    agv_take_off,
    missions,
    mission_go_on,
    mission_drop,
    mission_scan,
    mission_transfer,
    road_block,
    road_unblock,
    orders,
    order,
    order_add,
    order_cancel,
    order_pack,
    order_label,
    order_hand_over,
    manifest,
};

/// One line of the table. `{}` in the pattern stands for one segment of any text.
struct Route {
    Operation operation = Operation::status;
    std::string_view method;
    std::string_view pattern;  ///< "/v1/items/{}/correct"
    enum class Effect : std::uint8_t { reads, writes } effect = Effect::reads;
    std::uint8_t roles = 0;  ///< bit 1 << OperatorRole
    std::string_view query;  ///< names of its parameters, separated by blanks
    Work work = Work::none;

    [[nodiscard]] bool allows(OperatorRole role) const noexcept {
        return (roles >> static_cast<unsigned>(role) & 1U) != 0;
    }
};

std::span<const Route> api_routes() noexcept;

/// A target that matched: the route and the texts of its `{}`.
struct RouteMatch {
    const Route* route = nullptr;
    std::vector<std::string> arguments;
};

enum class RouteMiss : std::uint8_t { none, no_such_path, wrong_method, unknown_parameter };

struct RouteResult {
    RouteMatch match;  ///< meaningful without a miss
    RouteMiss miss = RouteMiss::none;
    std::string what;  ///< allowed methods, or the parameter that is not known
};

RouteResult find_route(std::string_view method, const ApiTarget& target);

}  // namespace tally
