#include "firmware/services/orders/orders.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "firmware/domain/order/due.hpp"
#include "firmware/domain/order/shelf_life.hpp"
#include "firmware/domain/place.hpp"
#include "firmware/messages/csv.hpp"
#include "firmware/messages/order_data.hpp"
#include "firmware/services/orders/order_lines.hpp"

namespace tally {

namespace {

constexpr const char* kRule = "rule:orders";

std::string cause_of(const std::string& order) {
    return "order:" + order;
}

}  // namespace

Orders::Orders(Inventory& inventory, Ledger& ledger, Tasks& tasks, Scheduler& scheduler,
               Clock& clock)
    : inventory_(inventory), ledger_(ledger), tasks_(tasks), clock_(clock), timer_(scheduler) {}

void Orders::start() {
    ledger_.keep(*this);
    look();
}

/// Places that a line names are this box's.
Result<void> Orders::check_places(const Order& order) const {
    for (const OrderLine& line : order.lines) {
        if (!line.place.empty() &&
            inventory_.site().owner_of(PlaceId(line.place)) != ledger_.edge()) {
            return fail(ErrorKind::refused, "order " + order.id + ": place '" + line.place +
                                                "' is not one of edge " + ledger_.edge().str() +
                                                "; only the edge that owns a place promises its "
                                                "stock: send the order there");
        }
    }
    return {};
}

Result<Orders::Added> Orders::add(Order order, const Actor& actor) {
    TALLY_TRY(check_order(order));
    TALLY_TRY(name_skus(order, ledger_.registers()));
    TALLY_TRY(check_places(order));
    const Order* known = book().find(order.id);
    const std::string past = book().past(order.id);
    if (known != nullptr || !past.empty()) {
        const bool same = known != nullptr ? order_content(*known) == order_content(order)
                                           : past == order_digest(order);
        if (!same) {
            return fail(ErrorKind::conflict,
                        "order " + order.id +
                            " is known with other content, so this one was not taken; send it "
                            "under an id of its own, or cancel the first: tally order show " +
                            order.id);
        }
        return Added{Seq(known != nullptr ? known->seq : 0), false};
    }
    if (book().open_count() >= kOpenMax) {
        return fail(ErrorKind::exhausted,
                    "order " + order.id + " was not taken: " + std::to_string(kOpenMax) +
                        " orders are open here; hand over or cancel what is done (tally order "
                        "ls), then send it again");
    }
    if (day_of(order.due)) {
        order.due_by = end_of_day(order.due, inventory_.site().utc_offset_min);
    }
    OrderData data;
    data.added = order;
    Event event;
    event.type = EventType::order_changed;
    event.by = actor.by;
    event.cause = actor.cause;
    event.data = encode(data);
    Result<Seq> seq = Seq();
    ledger_.together([&] {
        seq = ledger_.write(std::move(event));
        if (seq) {
            cover_now(order.id);
        }
    });
    TALLY_TRY(seq);
    look_later();
    return Added{*seq, true};
}

Result<Seq> Orders::cancel(const std::string& id, const std::string& why, const Actor& actor) {
    const Order* known = book().find(id);
    if (known == nullptr) {
        return fail(ErrorKind::conflict,
                    "there is no order " + id + "; `tally order ls --stage all` lists them");
    }
    const Order order = *known;
    OrderData data;
    data.act = OrderAct::cancel;
    data.order = id;
    data.text = why;
    Event event;
    event.type = EventType::order_changed;
    event.by = actor.by;
    event.cause = actor.cause;
    event.data = encode(data);
    Result<Seq> seq = Seq();
    ledger_.together([&] {
        seq = ledger_.write(std::move(event));
        if (!seq) {
            return;
        }
        for (const auto& [n, claim] : order.claims) {
            give({{id, n}, claim.qty_milli, ReleaseWhy::cancelled, actor.by, cause_of(id), {}});
            if (claim.pick == 0) {
                drop_pick(id, claim, "order " + id + " was cancelled");
            } else {
                put_back(order, claim);
            }
        }
        settle(kNoEnd);
    });
    return seq;
}

Result<Orders::Withdrawn> Orders::withdraw(const std::string& id, const std::string& why,
                                           const Actor& actor) {
    const Order* const known = book().find(id);
    if (known == nullptr) {
        return fail(ErrorKind::conflict,
                    book().past(id).empty()
                        ? "there is no order " + id + " here; it was sent to another edge, or never"
                        : "order " + id + " has ended long ago; it cannot be cancelled any more");
    }
    if (known->cancelled) {
        return Withdrawn{Seq(known->ended_seq), false};
    }
    const auto packed =
        std::find_if(known->claims.begin(), known->claims.end(),
                     [](const auto& claim) { return !claim.second.parcel.empty(); });
    if (packed != known->claims.end()) {
        return fail(ErrorKind::refused,
                    "order " + id + " is packed into parcel " + packed->second.parcel + " at " +
                        packed->second.place +
                        "; who stands there can still cancel it: tally order cancel " + id);
    }
    const bool has_left = std::any_of(known->lines.begin(), known->lines.end(),
                                      [](const OrderLine& line) { return line.shipped_milli > 0; });
    if (has_left || is_finished(*known)) {
        return fail(ErrorKind::refused,
                    "order " + id + (is_finished(*known) ? " has left" : " has left in part") +
                        "; goods that come back are a return: tally return take --help");
    }
    TALLY_TRY_ASSIGN(const Seq seq, cancel(id, why, actor));
    return Withdrawn{seq, true};
}

/// What is in hand goes back to where it stood.
void Orders::put_back(const Order& order, const Claim& claim) {
    Task task;
    task.kind = TaskKind::put_away;
    task.key = "put_back:" + order.id + ":" + std::to_string(claim.n);
    task.sku = order.lines.at(claim.line - 1).sku;
    task.lot = claim.lot == kDefaultLot ? std::string() : claim.lot;
    task.item = claim.item;
    task.from = claim.place;
    task.to = claim.origin;
    task.qty_milli = claim.qty_milli;
    task.document = order.id;
    task.text = "picked for order " + order.id + ", which was cancelled";
    if (!claim.parcel.empty() && !claim.item.empty()) {
        static_cast<void>(inventory_.unpack(claim.item, {kRule, cause_of(order.id)}, {}));
    }
    if (task.from != task.to) {
        static_cast<void>(tasks_.open(task, {kRule, cause_of(order.id)}));
    }
}

void Orders::cover_now(const std::string& id, const SpotKey* left_out) {
    std::set<std::string> skus;
    for (const OrderLine& line : book().find(id)->lines) {
        skus.insert(line.sku);
    }
    Availability stock(inventory_, ledger_, positions_, {skus, clock_.wall_now().ms()});
    if (left_out != nullptr) {
        stock.leave_out(*left_out);
    }
    cover(id, {stock, kNoEnd});
}

void Orders::cover(const std::string& id, const Covering& with) {
    Availability& stock = with.stock;
    const Order order = *book().find(id);
    std::uint64_t next = order.last_claim;
    for (std::uint64_t number = 1; number <= order.lines.size(); ++number) {
        const OrderLine& line = order.lines[number - 1];
        std::int64_t missing = missing_milli(order, number);
        if (missing <= 0) {
            continue;
        }
        for (const Offer& offer : stock.offers(line)) {
            if (missing == 0) {
                break;
            }
            if (!is_before(with.until_seq)) {
                return;
            }
            Claim claim;
            claim.n = ++next;
            claim.line = number;
            claim.place = offer.place;
            claim.lot = offer.lot;
            claim.qty_milli = std::min(missing, offer.free_milli);
            grant(id, line.sku, claim, cause_of(id));
            stock.take(line.sku, offer, claim.qty_milli);
            open_pick(order, claim);
            missing -= claim.qty_milli;
        }
        if (missing > 0 && missing != line.waits_milli && is_before(with.until_seq)) {
            OrderData data;
            data.act = OrderAct::wait;
            data.order = id;
            data.line = number;
            data.milli = missing;
            data.text = "line " + std::to_string(number) + " waits for " + format_units(missing) +
                        " of SKU " + line.sku + ": " + stock.reason(line);
            Event event;
            event.type = EventType::order_changed;
            event.by = kRule;
            event.cause = cause_of(id);
            event.data = encode(data);
            static_cast<void>(ledger_.write(std::move(event)));
        }
    }
}

void Orders::grant(const std::string& order, const std::string& sku, const Claim& claim,
                   const std::string& cause) {
    Event event;
    event.type = EventType::reserved;
    event.item = ItemId(claim.item);
    event.by = kRule;
    event.cause = cause;
    event.data = encode(ReservedData{order, sku, claim});
    static_cast<void>(inventory_.write(std::move(event)));
}

void Orders::open_pick(const Order& order, const Claim& claim) {
    Task task;
    task.kind = TaskKind::pick;
    task.key = pick_key(order.id, claim);
    task.sku = order.lines.at(claim.line - 1).sku;
    task.lot = claim.lot == kDefaultLot ? std::string() : claim.lot;
    task.from = claim.place;
    task.qty_milli = claim.qty_milli;
    task.document = order.id;
    task.text = "for order " + order.id;
    static_cast<void>(tasks_.open(task, {kRule, cause_of(order.id)}));
}

void Orders::drop_pick(const std::string& order, const Claim& claim, const std::string& why) {
    const Task* task = ledger_.registers().work().task_of_key(pick_key(order, claim));
    if (task != nullptr && task->state == TaskState::open) {
        static_cast<void>(tasks_.step({task->id, TaskAct::drop, 0, why}, {kRule, {}}));
    }
}

}  // namespace tally
