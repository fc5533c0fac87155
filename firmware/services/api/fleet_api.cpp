#include "firmware/services/api/fleet_api.hpp"

#include <utility>
#include <vector>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/request_body.hpp"
#include "firmware/services/api/request_values.hpp"

namespace tally {

namespace {

constexpr const char* kList = "tally agv ls";

std::int64_t ms_since(MonoTime then, MonoTime now) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - then).count();
}

void write_texts(CanonicalWriter& w, std::string_view key, const std::vector<std::string>& texts) {
    w.key(key).begin_array();
    for (const std::string& text : texts) {
        w.text(text);
    }
    w.end_array();
}

void write_last_order(CanonicalWriter& w, const HandOrderGiven& given) {
    w.key("last_order").begin_object().key("act").text(to_string(given.what.act));
    w.key("by").text(given.by).key("place").text(given.what.place);
    w.key("reason").text(given.what.reason).key("refused").text(given.what.refused);
    w.key("seq").number(given.seq).key("t_ms").integer(given.t_ms).end_object();
}

void write_troubles(CanonicalWriter& w, const VehicleStatus& status) {
    w.key("troubles").begin_array();
    for (const VehicleTrouble& trouble : status.troubles) {
        w.begin_object().key("kind").text(trouble.kind).key("text").text(trouble.text);
        w.key("weight");
        w.text(trouble.weight == VehicleTrouble::Weight::stops ? "stops" : "warning").end_object();
    }
    w.end_array();
}

struct AgvFacts {
    const FleetRow& row;
    const VehicleConfig& config;
    const HandOrderGiven* last_order = nullptr;
    const Mission* mission = nullptr;
    const EdgeId& edge;
    MonoTime now;
};

void write_agv(CanonicalWriter& w, const AgvFacts& facts) {
    const FleetRow& row = facts.row;
    const VehicleStatus& status = row.status;
    const bool is_heard = status.heard_at != MonoTime{};
    w.begin_object().key("agv").text(row.id.str());
    w.key("battery_permille").integer(is_heard ? status.battery_permille : -1);
    w.key("cart").text(facts.config.cart.str()).key("charging").boolean(status.charging);
    w.key("driving").boolean(status.driving).key("edge").text(facts.edge.str());
    w.key("emergency_stop").boolean(status.emergency_stop).key("goal").text(row.goal);
    w.key("heard_ms_ago").integer(is_heard ? ms_since(status.heard_at, facts.now) : -1);
    if (facts.last_order != nullptr) {
        write_last_order(w, *facts.last_order);
    }
    write_texts(w, "loads", status.loads);
    w.key("maker").text(facts.config.maker).key("mission");
    w.text(facts.mission == nullptr ? std::string() : facts.mission->id);
    w.key("mode").text(to_string(status.mode));
    w.key("node").text(row.node).key("order").text(status.order.id);
    w.key("order_phase").text(to_string(status.order.phase));
    w.key("paused").boolean(status.paused).key("phase").text(to_string(row.phase));
    if (status.pose) {
        w.key("pose").begin_object().key("heading_mdeg").integer(status.pose->heading_mdeg);
        w.key("map").text(status.pose->map).key("x_mm").integer(status.pose->x_mm);
        w.key("y_mm").integer(status.pose->y_mm).end_object();
    }
    w.key("reach").text(to_string(status.reach)).key("serial").text(facts.config.serial);
    w.key("text").text(row.text);
    write_texts(w, "track", row.track);
    write_troubles(w, status);
    w.key("version").text(facts.config.version);
    w.key("way").text(to_string(facts.config.way)).end_object();
}

/// What is said when it is done, as fixed sentences: whoever shows them may have them in another
/// language.
std::string_view said_of(HandAct act) {
    switch (act) {
        case HandAct::send:
            return "the vehicle is sent there; others may ask it to make way once it has arrived";
        case HandAct::pause:
            return "the vehicle is told to stop where it is; its track stays its own";
        case HandAct::resume:
            return "the vehicle is told to go on";
        case HandAct::release:
            return "its track is free; it goes on when it says itself that it stands there";
        case HandAct::take_off:
            return "its track is free; it is back when it says where it stands";
        case HandAct::back:
            return "it is heard again";
        case HandAct::block:
            return "the road is closed: nobody new is sent through it until it opens again";
        case HandAct::unblock:
            return "the road is open";
        case HandAct::go_on:
            return "its vehicle goes on with the mission";
        case HandAct::drop:
            return "the mission is dropped";
        case HandAct::scan:
            return "a vehicle with a reader is sent past these slots";
    }
    return {};
}

HandAct act_of(Work work) {
    return work == Work::agv_send       ? HandAct::send
           : work == Work::agv_pause    ? HandAct::pause
           : work == Work::agv_resume   ? HandAct::resume
           : work == Work::agv_take_off ? HandAct::take_off
                                        : HandAct::release;
}

std::vector<std::string> keys_of(HandAct act) {
    switch (act) {
        case HandAct::send:
            return {"to", "reason"};
        case HandAct::release:
            return {"at", "reason"};
        case HandAct::pause:
        case HandAct::resume:
        case HandAct::take_off:
        case HandAct::back:
        case HandAct::block:
        case HandAct::unblock:
        case HandAct::go_on:
        case HandAct::drop:
        case HandAct::scan:
            break;
    }
    return {"reason"};
}

/// The wish in a request; malformed where something that it needs is missing.
Result<HandWish> wish_in(const ApiCall& call) {
    if (call.work == Work::mission_go_on || call.work == Work::mission_drop ||
        call.work == Work::mission_scan || call.work == Work::road_block ||
        call.work == Work::road_unblock) {
        return MissionApi::wish_in(call);
    }
    HandWish wish;
    wish.act = act_of(call.work);
    wish.vehicle = DeviceId(call.arguments.at(0));
    TALLY_TRY_ASSIGN(const auto body, read_request_body(call.body, keys_of(wish.act)));
    if (wish.act == HandAct::send) {
        TALLY_TRY_ASSIGN(wish.place, needed_text(body, "to"));
    }
    if (wish.act == HandAct::release) {
        TALLY_TRY_ASSIGN(wish.place, needed_text(body, "at"));
    }
    if (wish.act == HandAct::release || wish.act == HandAct::take_off || body.contains("reason")) {
        TALLY_TRY_ASSIGN(wish.reason, needed_text(body, "reason"));
    }
    return wish;
}

}  // namespace

ApiReply FleetApi::ok(std::string_view schema, std::string_view data, std::string_view next) const {
    const Line& line = view_.ledger.line();
    return ok_reply(schema, {view_.ledger.edge(), line.epoch(), line.seq()}, data, next);
}

ApiReply FleetApi::no_vehicles() const {
    if (!view_.fleet_problem.empty()) {
        return not_found("no vehicle is driven: " + view_.fleet_problem, "tally doctor");
    }
    const EdgeId& master = view_.site.fleet_master;
    if (master.empty() || master == view_.ledger.edge()) {
        return not_found("this site drives no vehicles yet; name them as [[vehicle]] in edge.toml",
                         "tally config check edge.toml");
    }
    return not_found("this box drives no vehicles; the site's are driven by edge " + master.str(),
                     "ask that box: tally agv ls --url URL");
}

ApiReply FleetApi::read(const ApiCall& call) const {
    if (!view_.fleet) {
        return no_vehicles();
    }
    if (call.work == Work::missions) {
        return ok("missions", missions_.missions(), "tally agv ls");
    }
    const bool one = call.work == Work::agv;
    const std::vector<FleetRow> rows = view_.fleet->desk.rows();
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("rows").begin_array();
    bool is_any = false;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (one && rows[i].id.str() != call.arguments.at(0)) {
            continue;
        }
        is_any = true;
        write_agv(w, {rows[i], view_.fleet->config.vehicles.at(i),
                      view_.fleet->desk.last_order(rows[i].id),
                      view_.fleet->desk.dispatch().of_vehicle(rows[i].id), view_.ledger.edge(),
                      view_.clock.mono_now()});
    }
    w.end_array().end_object();
    if (one && !is_any) {
        return not_found("there is no vehicle " + call.arguments.at(0), kList);
    }
    return ok("agvs", data, one ? "tally agv send AGV PLACE" : "tally agv show AGV");
}

ApiReply FleetApi::write(const ApiCall& call) {
    if (!view_.fleet) {
        return no_vehicles();
    }
    if (call.work == Work::mission_transfer) {
        return transfer(call);
    }
    const auto wish = wish_in(call);
    if (!wish) {
        return error_reply(wish.error(), "tally agv --help, tally mission --help");
    }
    const std::string show = wish->vehicle.empty() ? std::string("tally mission ls")
                                                   : "tally agv show " + wish->vehicle.str();
    const Result<Seq> seq = view_.fleet->desk.order(*wish, {call.by, {}});
    if (!seq) {
        return error_reply(seq.error(), show);
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("act").text(to_string(wish->act));
    w.key("agv").text(wish->vehicle.str()).key("said").text(said_of(wish->act));
    w.key("seq").number(seq->value()).end_object();
    return ok("agv_ordered", data, show);
}

/// Of goods, not of a vehicle: its task is the event, and whoever has room is sent for it.
ApiReply FleetApi::transfer(const ApiCall& call) {
    const auto wish = MissionApi::transfer_in(call);
    if (!wish) {
        return error_reply(wish.error(), "tally mission transfer --help");
    }
    const auto seq = view_.work.transfers.open(*wish, {call.by, {}});
    if (!seq) {
        return error_reply(seq.error(), "tally mission ls");
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("act").text("transfer").key("agv").text("");
    w.key("said").text("the goods are to be brought there; a vehicle comes when there is one");
    w.key("seq").number(seq->value()).end_object();
    return ok("agv_ordered", data, "tally mission ls");
}

}  // namespace tally
