#include "firmware/services/api/mission_api.hpp"

#include <charconv>
#include <utility>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/request_body.hpp"
#include "firmware/services/api/request_values.hpp"

namespace tally {

namespace {

constexpr std::int64_t kMinutesMax = 24 * 60;

void write_mission(CanonicalWriter& w, const Mission& mission) {
    w.begin_object().key("at").integer(static_cast<std::int64_t>(mission.at));
    w.key("kind").text(to_string(mission.kind)).key("load").text(mission.load);
    w.key("mission").text(mission.id);
    w.key("place").text(mission.is_over() ? std::string() : mission.stop().place);
    w.key("state").text(to_string(mission.state)).key("stops").begin_array();
    for (const MissionStop& stop : mission.stops) {
        w.text(stop.place);
    }
    w.end_array().key("tasks").begin_array();
    if (!mission.is_over()) {
        for (const std::string& task : mission.stop().tasks) {
            w.text(task);
        }
    }
    w.end_array().key("text");
    w.text(mission.text.empty() && mission.state == MissionState::waiting ? mission.stop().text
                                                                          : mission.text);
    w.key("vehicle").text(mission.vehicle ? mission.vehicle->str() : std::string()).end_object();
}

Result<Duration> minutes_in(const std::map<std::string, std::string>& body) {
    TALLY_TRY_ASSIGN(const std::string text, needed_text(body, "minutes"));
    std::int64_t minutes = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), minutes);
    if (error != std::errc() || end != text.data() + text.size() || minutes < 1 ||
        minutes > kMinutesMax) {
        return fail(ErrorKind::malformed, "'minutes' is how long the road is closed: 1 to " +
                                              std::to_string(kMinutesMax) +
                                              "; it opens by itself then");
    }
    return Duration(std::chrono::minutes(minutes));
}

Result<HandWish> road_wish(const ApiCall& call) {
    HandWish wish;
    const bool closes = call.work == Work::road_block;
    wish.act = closes ? HandAct::block : HandAct::unblock;
    TALLY_TRY_ASSIGN(
        const auto body,
        read_request_body(call.body, closes ? std::vector<std::string>{"from", "to", "reason",
                                                                       "minutes", "inside"}
                                            : std::vector<std::string>{"from", "to", "reason"}));
    TALLY_TRY_ASSIGN(wish.place, needed_text(body, "from"));
    TALLY_TRY_ASSIGN(wish.to, needed_text(body, "to"));
    if (closes || body.contains("reason")) {
        TALLY_TRY_ASSIGN(wish.reason, needed_text(body, "reason"));
    }
    if (closes) {
        TALLY_TRY_ASSIGN(wish.span, minutes_in(body));
        const auto inside = body.find("inside");
        if (inside != body.end() && inside->second != "leaves" && inside->second != "stands") {
            return fail(ErrorKind::malformed,
                        "'inside' says what vehicles in there do: leaves, or stands");
        }
        wish.stands = inside != body.end() && inside->second == "stands";
    }
    return wish;
}

}  // namespace

std::string MissionApi::missions() const {
    const FleetDesk& desk = view_.fleet->desk;
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("decisions").begin_array();
    for (const DispatchLine& line : desk.dispatch().lines()) {
        w.begin_object().key("mission").text(line.mission);
        w.key("phase").text(to_string(line.phase)).key("text").text(line.text);
        w.key("vehicle").text(line.vehicle).end_object();
    }
    w.end_array().key("roads").begin_array();
    for (const RoadBlock& road : desk.blocks()) {
        w.begin_object().key("from").text(road.from).key("reason").text(road.reason);
        w.key("seconds_left")
            .integer(std::chrono::duration_cast<std::chrono::seconds>(road.span).count());
        w.key("to").text(road.to).end_object();
    }
    w.end_array().key("rows").begin_array();
    for (const auto& [id, mission] : desk.dispatch().missions()) {
        write_mission(w, mission);
    }
    w.end_array().key("unserved").begin_array();
    for (const UnservedTask& task : desk.unserved()) {
        w.begin_object().key("task").text(task.task).key("text").text(task.text).end_object();
    }
    w.end_array().end_object();
    return data;
}

Result<HandWish> MissionApi::wish_in(const ApiCall& call) {
    if (call.work == Work::road_block || call.work == Work::road_unblock) {
        return road_wish(call);
    }
    HandWish wish;
    if (call.work == Work::mission_scan) {
        wish.act = HandAct::scan;
        TALLY_TRY_ASSIGN(const auto scan, read_request_body(call.body, {"places", "reason"}));
        TALLY_TRY_ASSIGN(wish.place, needed_text(scan, "places"));
        wish.reason = text_of(scan, "reason");
        return wish;
    }
    wish.act = call.work == Work::mission_drop ? HandAct::drop : HandAct::go_on;
    wish.mission = call.arguments.at(0);
    TALLY_TRY_ASSIGN(const auto body, read_request_body(call.body, {"reason", "work"}));
    TALLY_TRY_ASSIGN(wish.reason, needed_text(body, "reason"));
    const auto work = body.find("work");
    if (work != body.end() && work->second != "again" && work->second != "is_done") {
        return fail(ErrorKind::malformed,
                    "'work' is again or is_done: what becomes of the stop it is at");
    }
    wish.is_done = work != body.end() && work->second == "is_done";
    return wish;
}

Result<Transfers::Wish> MissionApi::transfer_in(const ApiCall& call) {
    TALLY_TRY_ASSIGN(const auto body,
                     read_request_body(call.body, {"code", "from", "to", "units", "reason"}));
    Transfers::Wish wish;
    TALLY_TRY_ASSIGN(wish.code, needed_text(body, "code"));
    TALLY_TRY_ASSIGN(wish.to, needed_text(body, "to"));
    wish.from = text_of(body, "from");
    wish.reason = text_of(body, "reason");
    TALLY_TRY_ASSIGN(wish.qty_milli, scanned_units_in(text_of(body, "units")));
    return wish;
}

}  // namespace tally
