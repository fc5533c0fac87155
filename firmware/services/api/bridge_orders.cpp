#include "firmware/services/api/bridge_orders.hpp"

#include <optional>
#include <utility>

#include "firmware/domain/order/due.hpp"
#include "firmware/domain/order/shelf_life.hpp"
#include "firmware/messages/order_request.hpp"
#include "firmware/messages/request_body.hpp"
#include "firmware/services/api/request_values.hpp"
#include "firmware/services/orders/order_lines.hpp"
#include "firmware/services/orders/orders_data.hpp"

namespace tally {

namespace {

constexpr std::string_view kList = "tally order ls";
constexpr std::string_view kPassedOn = "passed_on";  // A stage that only the bridge knows.

}  // namespace

ApiReply BridgeOrders::ok(std::string_view schema, std::string_view data,
                          std::string_view next) const {
    const Line& line = service_.own().line();
    return ok_reply(schema, {service_.own().edge(), line.epoch(), line.seq()}, data, next);
}

ApiReply BridgeOrders::read(const ApiCall& call) {
    if (call.work == Work::orders) {
        return list(call);
    }
    if (call.work == Work::order) {
        return show(call.arguments.at(0));
    }
    return not_found("manifests stand at the edge where the goods were handed over",
                     "the same command with --url of that edge");
}

ApiReply BridgeOrders::write(const ApiCall& call) {
    if (call.work == Work::order_add) {
        return add(call);
    }
    if (call.work == Work::order_cancel) {
        return cancel(call);
    }
    return error_reply({ErrorKind::refused, "orders are packed and handed over at their edge"},
                       "the same command with --url of that edge");
}

/// An order is on its way until its edge tells of it: an acknowledgement runs ahead of the events
/// in the edge's backlog, and until they have come a second edge must not be given the order.
BridgeOrders::Ways BridgeOrders::on_their_way() {
    Ways ways;
    for (const auto& [id, edge] : service_.edges()) {
        read_ways(*edge, ways);
    }
    return ways;
}

/// An edge may be away for a day: each command is read once.
void BridgeOrders::read_ways(const EdgeLink& edge, Ways& ways) {
    std::map<CommandCursor, std::optional<OnItsWay>> waiting;
    auto& before = read_[edge.edge];
    for (const auto* rows : {&edge.commands.untold(), &edge.commands.unacknowledged()}) {
        for (const CommandRow& row : *rows) {
            const CommandCursor at{Epoch(row.epoch), Seq(row.seq)};
            auto known = before.extract(at);
            const auto kept = known ? waiting.insert(std::move(known)).position
                                    : waiting.emplace(at, order_in(edge.edge, row)).first;
            const std::optional<OnItsWay>& way = kept->second;
            if (way && holder(way->order.id).empty()) {
                ways.try_emplace(way->order.id, &*way);
            }
        }
    }
    before = std::move(waiting);
}

OrderAt BridgeOrders::at(const EdgeId& edge, std::string_view stage) const {
    return {edge, stage, service_.site().utc_offset_min};
}

std::optional<BridgeOrders::OnItsWay> BridgeOrders::order_in(const EdgeId& edge,
                                                             const CommandRow& row) const {
    const auto command = decode_command(row.canonical);
    if (!command || command->type != kOrderCommand) {
        return std::nullopt;
    }
    auto orders = read_orders(command->data, {});
    if (!orders || orders->size() != 1) {
        return std::nullopt;
    }
    Order& order = orders->front();
    if (day_of(order.due)) {  // As the edge will say it.
        order.due_by = end_of_day(order.due, service_.site().utc_offset_min);
    }
    return OnItsWay{edge, std::move(order), command->data};
}

EdgeId BridgeOrders::holder(const std::string& id) const {
    for (const auto& [name, edge] : service_.edges()) {
        const OrderBook& orders = edge->stored.line().registers().orders();
        if (orders.find(id) != nullptr || !orders.past(id).empty()) {
            return name;
        }
    }
    return {};
}

ApiReply BridgeOrders::list(const ApiCall& call) {
    const std::string stage = call.target.text("stage");
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("rows").begin_array();
    if (stage.empty() || stage == "all" || stage == kPassedOn) {
        for (const auto& [id, way] : on_their_way()) {
            write_order_row(w, way->order, at(way->edge, kPassedOn));
        }
    }
    for (const auto& [id, edge] : service_.edges()) {
        write_order_rows(w, edge->stored.line().registers().orders(), at(id), stage);
    }
    w.end_array().end_object();
    return ok("orders", data, "tally order show ORDER");
}

ApiReply BridgeOrders::show(const std::string& id) {
    const EdgeId told = holder(id);
    if (!told.empty()) {
        const Registers& registers = service_.edges().at(told)->stored.line().registers();
        const Order* order = registers.orders().find(id);
        return order == nullptr
                   ? not_found("there is no order " + id + " any more: it has ended long ago",
                               "tally order ls --stage all")
                   : ok("order", order_data(*order, registers.work(), at(told)), kList);
    }
    const Ways ways = on_their_way();
    const auto way = ways.find(id);
    if (way == ways.end()) {
        return not_found("no edge has told of an order " + id +
                             "; where an edge refused it, its event command_refused says why",
                         "tally order ls --stage all");
    }
    return ok("order", order_data(way->second->order, WorkBook(), at(way->second->edge, kPassedOn)),
              "tally sync status");
}

Result<EdgeId> BridgeOrders::edge_in(const ApiCall& call) const {
    const EdgeId wanted(call.target.text("edge"));
    if (wanted.empty() && service_.edges().size() == 1) {
        return service_.edges().begin()->first;
    }
    if (!wanted.empty() && !service_.edges().contains(wanted)) {
        return fail(ErrorKind::conflict, "there is no edge " + wanted.str() + " in site.toml");
    }
    return wanted;
}

/// Each order stands for itself: one that is refused keeps no other out.
ApiReply BridgeOrders::add(const ApiCall& call) {
    constexpr std::string_view kHelp = "tally order add --help";
    const auto edge = edge_in(call);
    const auto orders =
        edge ? read_orders(call.body, call.target.text("file")) : fail(edge.error());
    if (!orders) {
        return error_reply(orders.error(), kHelp);
    }
    const Ways ways = on_their_way();
    std::optional<EdgeChoice> choice;
    if (edge->empty()) {
        choice.emplace(service_, *orders);
        for (const auto& [id, way] : ways) {
            choice->take(way->edge, way->order);
        }
    }
    const Taking with{*edge, call.by, ways, choice ? &*choice : nullptr};
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("rows").begin_array();
    std::optional<Error> refused;
    bool any = false;
    for (const Order& order : *orders) {
        const auto taken = send(order, with);
        any = any || taken.has_value();
        if (!taken && !refused) {
            refused = taken.error();
        }
        tally::write(
            w, taken ? *taken
                     : OrderTaken{order.id, OrderOutcome::refused, {}, 0, taken.error().text});
    }
    w.end_array().end_object();
    if (!any) {
        return error_reply(*refused, kList);
    }
    return ok("orders_added", data,
              orders->size() == 1 ? "tally order show " + orders->front().id : std::string(kList));
}

Result<bool> BridgeOrders::is_known(const EdgeId& edge, const Order& order,
                                    const Ways& ways) const {
    const auto way = ways.find(order.id);
    const EdgeId told = holder(order.id);
    const EdgeId at = edge_with(order.id, ways);
    if (at.empty()) {
        return false;
    }
    if (at != edge) {
        return fail(ErrorKind::conflict,
                    "order " + order.id + " is with edge " + at.str() +
                        " already, and one order is served by one edge; send this one under an id "
                        "of its own, or cancel the first: tally order show " +
                        order.id);
    }
    bool is_same = false;
    if (told.empty()) {
        is_same = way->second->request == encode_order_request(order);
    } else {
        const Registers& registers = service_.edges().at(edge)->stored.line().registers();
        const Order* known = registers.orders().find(order.id);
        Order named = order;
        TALLY_TRY(name_skus(named, registers));
        is_same = known != nullptr ? order_content(*known) == order_content(named)
                                   : registers.orders().past(order.id) == order_digest(named);
    }
    if (!is_same) {
        return fail(ErrorKind::conflict,
                    "order " + order.id +
                        " is known with other content, so this one was not sent; "
                        "send it under an id of its own, or cancel the first: tally order show " +
                        order.id);
    }
    return true;
}

/// The edge that has told of the order, or that it is on its way to; empty: none.
EdgeId BridgeOrders::edge_with(const std::string& id, const Ways& ways) const {
    const EdgeId told = holder(id);
    const auto way = ways.find(id);
    return told.empty() && way != ways.end() ? way->second->edge : told;
}

/// One that is somewhere already stays there.
Result<EdgeChoice::Choice> BridgeOrders::edge_for(const Order& order, const Taking& with) const {
    EdgeId edge = with.named.empty() ? edge_with(order.id, with.ways) : with.named;
    if (edge.empty()) {
        return with.choice->choose(order);
    }
    return EdgeChoice::Choice{std::move(edge), {}};
}

Result<OrderTaken> BridgeOrders::send(const Order& order, const Taking& with) {
    TALLY_TRY_ASSIGN(const EdgeChoice::Choice to, edge_for(order, with));
    const EdgeId& edge = to.edge;
    TALLY_TRY_ASSIGN(const bool known, is_known(edge, order, with.ways));
    if (!known) {
        TALLY_TRY(service_.command({edge}, with.by, std::string(kOrderCommand),
                                   encode_order_request(order), {}));
        return OrderTaken{order.id, OrderOutcome::passed_on, std::string(kPassedOn), 0, to.why};
    }
    OrderTaken taken{order.id, OrderOutcome::known, {}, 0, {}};
    const Order* here =
        service_.edges().at(edge)->stored.line().registers().orders().find(order.id);
    if (here != nullptr) {
        taken.stage = to_string(stage_of(*here));
        taken.missing_milli = missing_milli(*here);
    } else if (holder(order.id).empty()) {
        taken.stage = kPassedOn;
    }
    return taken;
}

ApiReply BridgeOrders::cancel(const ApiCall& call) {
    const auto body = read_request_body(call.body, {"reason"});
    const auto reason =
        body ? needed_text(*body, "reason") : Result<std::string>(fail(body.error()));
    if (!reason) {
        return error_reply(reason.error(), "tally order cancel --help");
    }
    const std::string& id = call.arguments.at(0);
    const Ways ways = on_their_way();
    const auto way = ways.find(id);
    const EdgeId at = way == ways.end() ? holder(id) : way->second->edge;
    if (at.empty()) {
        return not_found("no edge has told of an order " + id, "tally order ls --stage all");
    }
    const Order* known = service_.edges().at(at)->stored.line().registers().orders().find(id);
    if (way == ways.end() && (known == nullptr || is_finished(*known))) {
        return error_reply({ErrorKind::conflict, "order " + id + " has ended"},
                           "tally order ls --stage all");
    }
    const auto sent = service_.command({at}, call.by, std::string(kOrderCancelCommand),
                                       encode_order_cancel({id, *reason}), {});
    if (!sent) {
        return error_reply(sent.error(), kList);
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("seq").number(service_.own().line().seq().value()).end_object();
    return ok("written", data, "tally order show " + id);
}

}  // namespace tally
