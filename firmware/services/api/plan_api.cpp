#include "firmware/services/api/plan_api.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/services/api/request_values.hpp"

namespace tally {

namespace {

constexpr std::uint64_t kWorkMax = 100'000'000'000;
constexpr std::uint64_t kDeadlineMsMax = 3'600'000;

/// What of the answer is the same for every plan; its lines are for shown().
void write_head(CanonicalWriter& w, const Plan& plan) {
    w.key("asked_ms").integer(plan.asked_at.ms()).key("by").text(plan.by);
}

void write_point(CanonicalWriter& w, double x_mm, double y_mm) {
    w.key("x_mm").integer(std::llround(x_mm)).key("y_mm").integer(std::llround(y_mm));
}

std::string floor_data(const FloorLayout& floor) {
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("lanes").begin_array();
    for (const FloorLane& lane : floor.lanes) {
        w.begin_object().key("both_ways").boolean(lane.direction == LaneDirection::both);
        w.key("from").integer(lane.from).key("to").integer(lane.to).end_object();
    }
    w.end_array().key("nodes").begin_array();
    for (const FloorNode& node : floor.nodes) {
        w.begin_object().key("node").text(node.id);
        write_point(w, node.x_mm, node.y_mm);
        w.end_object();
    }
    w.end_array().key("stops").begin_array();
    for (const FloorStop& stop : floor.stops) {
        const FloorLane& lane = floor.lanes[stop.lane];
        const FloorNode& from = floor.nodes[lane.from];
        const FloorNode& to = floor.nodes[lane.to];
        const double share = static_cast<double>(stop.offset_mm) / lane.length_mm;
        w.begin_object().key("kind").text(to_string(stop.kind));
        w.key("place").text(stop.place.str());
        write_point(w, from.x_mm + share * (to.x_mm - from.x_mm),
                    from.y_mm + share * (to.y_mm - from.y_mm));
        w.end_object();
    }
    w.end_array().end_object();
    return data;
}

void write_tail(CanonicalWriter& w, const Plan& plan) {
    const bool is_running = plan.state == PlanState::running;
    w.key("slices").integer(is_running ? 0 : plan.slices);
    w.key("state").text(to_string(plan.state));
    w.key("stopped").text(is_running ? "" : to_string(plan.stop));
}

/// The numbers among the parameters of a question.
Result<void> read_numbers(const ApiTarget& target, PlanAsked& asked) {
    constexpr std::uint64_t kNoLimit = std::numeric_limits<std::int64_t>::max();
    TALLY_TRY_ASSIGN(const std::uint64_t capacity,
                     number_in(target, {"capacity", std::numeric_limits<std::int32_t>::max(), 0}));
    TALLY_TRY_ASSIGN(asked.question.seed,
                     number_in(target, {"seed", std::numeric_limits<std::int64_t>::max(), 1}));
    TALLY_TRY_ASSIGN(const std::uint64_t work, number_in(target, {"work", kWorkMax, 20'000'000}));
    TALLY_TRY_ASSIGN(asked.restarts, number_in(target, {"restarts", PlanService::kRestartsMax, 1}));
    TALLY_TRY_ASSIGN(const std::uint64_t slices,
                     number_in(target, {"stop_after", kNoLimit, kNoLimit}));
    TALLY_TRY_ASSIGN(const std::uint64_t deadline,
                     number_in(target, {"deadline_ms", kDeadlineMsMax, 0}));
    if (!target.text("capacity").empty() && capacity == 0) {
        return fail(ErrorKind::malformed,
                    "a vehicle of capacity 0 carries nothing; write 1 or more");
    }
    if (asked.restarts == 0) {
        return fail(ErrorKind::malformed, "restarts counts searches; write 1 or more");
    }
    asked.question.capacity = static_cast<std::int32_t>(capacity);
    asked.question.work = static_cast<std::int64_t>(work);
    asked.limits.slices = static_cast<std::int64_t>(slices);
    asked.limits.deadline = std::chrono::milliseconds(deadline);
    return {};
}

}  // namespace

ApiReply PlanApi::ok(std::string_view schema, std::string_view data, std::string_view next) const {
    const Line& line = view_.ledger.line();
    return ok_reply(schema, {view_.ledger.edge(), line.epoch(), line.seq()}, data, next);
}

ApiReply PlanApi::answer(ApiCall call) {
    if (call.operation == Operation::plan_ask) {
        return ask(std::move(call));
    }
    if (call.operation == Operation::plans) {
        return list();
    }
    if (call.operation == Operation::floor) {
        return floor();
    }
    const std::string& id = call.arguments.at(0);
    if (call.operation == Operation::plan_cancel) {
        (void)view_.plans.cancel(id);
    }
    const Plan* plan = view_.plans.find(id);
    return plan != nullptr
               ? shown(*plan)
               : not_found("there is no plan " + id + "; a restart forgets plans", "tally plan ls");
}

ApiReply PlanApi::ask(ApiCall call) {
    PlanAsked asked;
    const auto kind = plan_kind_named(call.target.text("kind"));
    if (!kind) {
        return error_reply(
            {400, "malformed", "'kind' is tour, batch or assign", "POST /v1/plans?kind=tour"});
    }
    if (const Result<void> read = read_numbers(call.target, asked); !read) {
        return error_reply(read.error(), "tally plan " + call.target.text("kind") + " --help");
    }
    asked.question.kind = *kind;
    asked.question.from = PlaceId(call.target.text("from"));
    asked.question.to = PlaceId(call.target.text("to"));
    asked.question.closed = call.target.text("closed");
    asked.question.text = std::move(call.body);
    asked.by = call.by;
    const auto plan = view_.plans.ask(std::move(asked));
    return plan ? shown(**plan) : error_reply(plan.error(), "tally plan ls");
}

ApiReply PlanApi::list() const {
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("rows").begin_array();
    for (const Plan& plan : view_.plans.plans()) {
        w.begin_object();
        write_head(w, plan);
        w.key("kind").text(to_string(plan.kind)).key("plan").text(plan.id);
        write_tail(w, plan);
        w.end_object();
    }
    w.end_array().end_object();
    return ok("plans", data, "tally plan show PLAN");
}

ApiReply PlanApi::floor() const {
    const std::optional<FloorFile>& floor = view_.plans.floor();
    return floor ? ok("floor", floor_data(floor->layout), "tally watch")
                 : not_found("this box has no floor", "name a floor_file in site.toml");
}

ApiReply PlanApi::shown(const Plan& plan) const {
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("answer");
    w.verbatim(plan.text.empty() ? plan_answer_data({}) : plan.text);
    write_head(w, plan);
    w.key("kind").text(to_string(plan.kind)).key("plan").text(plan.id);
    w.key("refused").text(plan.state == PlanState::failed ? plan.found.error().text : "");
    write_tail(w, plan);
    w.end_object();
    return ok("plan", data, plan.state == PlanState::running ? "tally plan show " + plan.id : "");
}

}  // namespace tally
