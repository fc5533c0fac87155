#include "firmware/services/orders/transfers.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "firmware/domain/place.hpp"
#include "firmware/messages/csv.hpp"

namespace tally {

namespace {

constexpr const char* kRule = "rule:transfers";
constexpr std::string_view kParcelKey = "transfer:parcel ";
constexpr std::size_t kSsccDigits = 18;

std::string parcel_key(const std::string& sscc) {
    return std::string(kParcelKey) + sscc;
}

/// Of the task of a parcel; else empty.
std::string parcel_of(const Task& task) {
    const bool is_parcel = task.kind == TaskKind::transfer && task.key.starts_with(kParcelKey);
    return is_parcel ? task.key.substr(kParcelKey.size()) : std::string();
}

/// "(00)" and 18 digits, or the digits alone; else empty.
std::string sscc_in(const std::string& code) {
    const std::string digits = code.starts_with("(00)") ? code.substr(4) : code;
    const bool is_sscc =
        digits.size() == kSsccDigits && digits.find_first_not_of("0123456789") == std::string::npos;
    return is_sscc ? digits : std::string();
}

/// Where what is in a parcel stands; empty: in several places, or nowhere any more.
std::string place_of(const Order& order, const std::string& sscc) {
    std::string place;
    bool is_first = true;
    for (const auto& [n, claim] : order.claims) {
        if (claim.parcel == sscc) {
            place = is_first || place == claim.place ? claim.place : std::string();
            is_first = false;
        }
    }
    return place;
}

/// The order of a parcel that no carrier has taken; null: there is none.
const Order* order_of(const OrderBook& orders, const std::string& sscc) {
    for (const auto& [id, order] : orders.orders()) {
        for (const Parcel& parcel : order.parcels) {
            if (parcel.sscc == sscc && parcel.manifest.empty() && !order.cancelled) {
                return &order;
            }
        }
    }
    return nullptr;
}

}  // namespace

Transfers::Transfers(Inventory& inventory, Ledger& ledger, Tasks& tasks, Packing& packing,
                     Scheduler& scheduler, PlaceId parcels_to)
    : inventory_(inventory),
      ledger_(ledger),
      tasks_(tasks),
      packing_(packing),
      timer_(scheduler),
      parcels_to_(std::move(parcels_to)) {}

void Transfers::start() {
    look();
}

void Transfers::look() {
    if (!ledger_.full() && ledger_.line().seq().value() != swept_) {
        sweep();
    }
    timer_.arm(Tasks::kLook, [this] { look(); });
}

void Transfers::sweep() {
    parcels_rule();
    follow_moves();
    end_rule();
    swept_ = ledger_.line().seq().value();
}

void Transfers::parcels_rule() {
    if (parcels_to_.empty()) {
        return;
    }
    std::vector<Task> wanted;
    for (const auto& [id, order] : ledger_.registers().orders().orders()) {
        for (const Parcel& parcel : order.parcels) {
            const bool waits = parcel.manifest.empty() && !order.cancelled;
            if (!waits || parcel.place == parcels_to_.str() ||
                place_of(order, parcel.sscc) != parcel.place ||
                ledger_.registers().work().task_of_key(parcel_key(parcel.sscc)) != nullptr) {
                continue;
            }
            Task task;
            task.kind = TaskKind::transfer;
            task.key = parcel_key(parcel.sscc);
            task.from = parcel.place;
            task.to = parcels_to_.str();
            task.qty_milli = Quantity::of_units(1).milli;
            task.document = id;
            task.text = "parcel (00)" + parcel.sscc + " of order " + id + ", to the carrier's gate";
            wanted.push_back(std::move(task));
        }
    }
    for (const Task& task : wanted) {
        static_cast<void>(tasks_.open(task, {kRule, "order:" + task.document}));
    }
}

/// Goods of a transfer in somebody's hands that a gate or a weight has seen where they were to go,
/// or leave this box. A weight that only got lighter says that somebody has them in hand.
void Transfers::follow_moves() {
    std::vector<RecentMove> moves;
    for (const RecentMove& move : ledger_.registers().work().recent()) {
        if (move.seq > judged_ && move.by.starts_with("device:")) {
            moves.push_back(move);
        }
    }
    judged_ = ledger_.line().seq().value();
    for (const RecentMove& move : moves) {
        std::vector<Task> followed;
        for (const auto& [id, task] : ledger_.registers().work().tasks()) {
            const bool is_of_it = task.kind == TaskKind::transfer && task.item.empty() &&
                                  !task.sku.empty() && task.sku == move.sku &&
                                  task.state == TaskState::taken;
            const bool has_left = move.from == task.from || move.from == task.via;
            if (is_of_it && has_left && is_arrival(task, move.to)) {
                followed.push_back(task);
            }
        }
        if (followed.size() != 1) {
            continue;  // Of two, nobody knows whose it was: their scans tell.
        }
        const Task& task = followed.front();
        const bool ends = task.qty_milli > 0 && task.done_milli + move.qty_milli >= task.qty_milli;
        static_cast<void>(
            tasks_.step({task.id, ends ? TaskAct::finish : TaskAct::move_on, move.qty_milli,
                         "event " + std::to_string(move.seq) + " tells it: to " + move.to},
                        {kRule, {}}));
    }
}

/// At its goal, or out of this box's hands.
bool Transfers::is_arrival(const Task& task, const std::string& place) const {
    return place == task.to || is_virtual(PlaceId(place)) ||
           inventory_.site().owner_of(PlaceId(place)) != ledger_.edge();
}

/// A unit or a parcel is told by where it is now.
bool Transfers::is_left(const Task& task) const {
    if (const std::string sscc = parcel_of(task); !sscc.empty()) {
        const Order* const order = ledger_.registers().orders().find(task.document);
        return order == nullptr ||
               std::none_of(order->claims.begin(), order->claims.end(), [&](const auto& entry) {
                   return entry.second.parcel == sscc && !is_arrival(task, entry.second.place);
               });
    }
    const auto held = ledger_.book().item(task.item);
    return !task.item.empty() && (!held || is_arrival(task, std::string(held->place)));
}

void Transfers::end_rule() {
    std::vector<Task> over;
    for (const auto& [id, task] : ledger_.registers().work().tasks()) {
        if (task.kind == TaskKind::transfer && !task.finished() && is_left(task)) {
            over.push_back(task);
        }
    }
    for (const Task& task : over) {
        const auto held = ledger_.book().item(task.item);
        end(task, held ? "event " + std::to_string(held->seq.value()) + " tells it: " + task.item +
                             " is at " + std::string(held->place)
                       : "nothing of it is at " + task.from + " any more");
    }
}

void Transfers::end(const Task& task, const std::string& why) {
    const bool is_taken = task.state == TaskState::taken;
    static_cast<void>(tasks_.step({task.id, is_taken ? TaskAct::finish : TaskAct::drop,
                                   is_taken ? task.qty_milli - task.done_milli : 0, why},
                                  {kRule, {}}));
}

/// The place of this box where goods for there are put down.
Result<PlaceId> Transfers::stand_of(const std::string& to) const {
    const SiteLayout& site = inventory_.site();
    const EdgeId& edge = ledger_.edge();
    if (const GateLayout* const gate = site.find_gate(GateId(to))) {
        if (auto side = near_side(site, *gate, edge)) {
            return *side;
        }
        return fail(ErrorKind::conflict, "gate " + to + " does not lead out of a place of edge " +
                                             edge.str() + "; name the place it is to go to");
    }
    const PlaceId place(to);
    const auto owner = site.owner_of(place);
    if (owner == edge) {
        return place;
    }
    for (const GateLayout& gate : site.gates) {
        const auto side = near_side(site, gate, edge);
        if (side && (gate.inner == place || gate.outer == place)) {
            return *side;
        }
    }
    if (owner || is_virtual(place)) {
        return fail(ErrorKind::conflict, "no gate leads from a place of edge " + edge.str() +
                                             " to " + to +
                                             "; name a gate of the site, or a place of this edge");
    }
    return fail(ErrorKind::malformed, "'" + to +
                                          "' is neither a gate nor a place of this site; "
                                          "`tally gate ls` and `tally stock ls` name them");
}

Result<Task> Transfers::task_of(const Wish& wish) const {
    TALLY_TRY_ASSIGN(const PlaceId to, stand_of(wish.to));
    Task task;
    task.kind = TaskKind::transfer;
    task.to = to.str();
    task.from = wish.from;
    task.text = wish.reason.empty() ? "to " + wish.to : wish.reason;
    if (const std::string sscc = sscc_in(wish.code); !sscc.empty()) {
        const Order* const order = order_of(ledger_.registers().orders(), sscc);
        const std::string at = order == nullptr ? std::string() : place_of(*order, sscc);
        if (at.empty()) {
            return fail(ErrorKind::conflict, "no parcel (00)" + sscc +
                                                 " waits here for a carrier; `tally order show` "
                                                 "names an order's parcels");
        }
        task.key = parcel_key(sscc);
        task.from = at;
        task.document = order->id;
        task.qty_milli = Quantity::of_units(1).milli;
    } else {
        TALLY_TRY_ASSIGN(const Scanned what, read_goods(wish.code, inventory_, ledger_));
        if (what.what == Scanned::What::pallet || what.what == Scanned::What::place) {
            return fail(ErrorKind::malformed, "'" + wish.code +
                                                  "' is a pallet or a place; name a unit, a SKU "
                                                  "or a parcel's label");
        }
        task.sku = what.sku;
        if (what.what == Scanned::What::unit) {
            const auto held = ledger_.book().item(what.id);
            if (!held || is_virtual(PlaceId(std::string(held->place)))) {
                return fail(ErrorKind::conflict, "unit " + what.id +
                                                     " is at no place of this box; scan it where "
                                                     "it stands first: tally scan");
            }
            task.item = what.id;
            task.from = std::string(held->place);
            task.qty_milli = Quantity::of_units(1).milli;
            task.key = "transfer:" + what.id;
        } else {
            const std::int64_t here = stock_at(ledger_.book(), task.from, what.sku);
            if (task.from.empty()) {
                return fail(ErrorKind::malformed, "say where SKU " + what.sku + " is taken from");
            }
            task.qty_milli = wish.qty_milli > 0 ? wish.qty_milli : here;
            if (here <= 0 || task.qty_milli > here) {
                return fail(ErrorKind::conflict, format_units(here) + " of SKU " + what.sku +
                                                     " stand at " + task.from + ", not " +
                                                     format_units(task.qty_milli) +
                                                     "; tally stock ls --sku " + what.sku);
            }
            task.key = "transfer:" + task.from + " " + what.sku + " " + task.to;
        }
    }
    if (inventory_.site().owner_of(PlaceId(task.from)) != ledger_.edge()) {
        return fail(ErrorKind::conflict, "place '" + task.from + "' is not one of edge " +
                                             ledger_.edge().str() + "; ask the box that owns it");
    }
    if (task.from == task.to) {
        return fail(ErrorKind::conflict, "it stands at " + task.to + " already, before " + wish.to);
    }
    return task;
}

Result<Seq> Transfers::open(const Wish& wish, const Actor& actor) {
    TALLY_TRY_ASSIGN(const Task task, task_of(wish));
    return tasks_.open(task, actor);
}

Result<Carried> Transfers::scan(const Tasks::TaskScan& scan, const Actor& actor) {
    const Task* const found = tasks_.find(scan.id);
    const std::string sscc = found == nullptr ? std::string() : parcel_of(*found);
    if (sscc.empty() || found->finished()) {
        Result<Carried> carried = tasks_.scan(scan, actor);
        if (carried) {
            sweep();
        }
        return carried;
    }
    const Task task = *found;
    if (task.state != TaskState::taken || task.who != actor.by) {
        return fail(ErrorKind::refused,
                    "task " + task.id + " is " +
                        (task.who.empty() ? "in nobody's hands" : "in the hands of " + task.who) +
                        "; take it first");
    }
    if (sscc_in(scan.code) != sscc) {
        return fail(ErrorKind::refused,
                    "that is not parcel (00)" + sscc + ", which the task asks for; scan its label");
    }
    const bool loads = !scan.place.empty() && scan.place != task.to && scan.place != task.from;
    const std::string to = loads ? scan.place : task.to;
    if (inventory_.site().owner_of(PlaceId(to)) != ledger_.edge()) {
        return fail(ErrorKind::refused,
                    "place '" + to + "' is not one of edge " + ledger_.edge().str());
    }
    Result<void> done;
    ledger_.together([&] {
        done = packing_.move_parcel(task.document, sscc, PlaceId(to), actor);
        if (done && !(loads && task.via == to)) {
            const auto stepped = tasks_.step({task.id,
                                              loads ? TaskAct::move_on : TaskAct::finish,
                                              task.qty_milli,
                                              {},
                                              loads ? to : std::string()},
                                             actor);
            done = stepped ? done : fail(stepped.error());
        }
    });
    TALLY_TRY(done);
    sweep();
    return Carried{ledger_.line().seq(), {}, {}, task.qty_milli, true};
}

}  // namespace tally
