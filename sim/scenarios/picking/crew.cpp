// The people at carts that wait for them.
#include "sim/scenarios/picking/crew.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "firmware/domain/place.hpp"
#include "firmware/services/tasks/pick_scan.hpp"

namespace tally::sim {

namespace {

const Actor kPicker{"user:mei", ""};
constexpr int kRefusalsMax = 3;
constexpr int kIdleMax = 20;
constexpr Duration kLooksAround = std::chrono::seconds(30);

std::int64_t units_of(std::int64_t milli) {
    return milli / Quantity::of_units(1).milli;
}

}  // namespace

Crew::Crew(Stage stage)
    : stage_(std::move(stage)),
      site_(stage_.site),
      goods_(stage_.goods),
      prng_(site_.kernel().prng("crew")) {
    for (const FloorStop& stop : stage_.plan.floor.layout.stops) {
        stops_.insert(stop.place.str());
    }
    walkers_.resize(static_cast<std::size_t>(stage_.draws.at("picking.walkers")));
    // From now on it is known what lies there: nothing.
    for (const std::vector<std::string>* const places :
         {&stage_.plan.carts, &stage_.plan.stations}) {
        for (const std::string& place : *places) {
            for (const std::string& slot : goods_.slots()) {
                goods_.lay(place, goods_.sku_in(slot), 0);
            }
        }
    }
}

Duration Crew::drawn(const char* key) {
    return std::chrono::milliseconds(prng_.between(1'000, 1'000 * stage_.draws.at(key)));
}

const std::map<std::string, Task>& Crew::tasks() {
    return edge().ledger().registers().work().tasks();
}

std::int64_t Crew::booked(const std::string& place, const std::string& sku) {
    return units_of(stock_at(edge().ledger().book(), place, sku));
}

/// Once it is durable: what a box that dies before has said is worth nothing.
void Crew::told(std::function<void()> then) {
    edge().ledger().after_commit(std::move(then));
}

void Crew::second() {
    const std::string master = site_.site().fleet_master.str();
    FleetWiring* const fleet = site_.running_fleet();
    if (fleet == nullptr || edge().ledger().full()) {
        if (was_up_ && !site_.is_open(master)) {
            visits_.clear();
            for (auto& [task, laid] : laid_) {
                laid.is_in_doubt = laid.is_in_doubt || laid.is_asked;
                laid.is_asked = false;
            }
        }
        was_up_ = site_.is_open(master);
        return;
    }
    was_up_ = true;
    std::vector<Mission> waiting;
    for (const auto& [id, mission] : fleet->dispatch().missions()) {
        const bool is_with_goods = mission.kind == MissionKind::pick || is_transport(mission.kind);
        if (is_with_goods && mission.state == MissionState::waiting && mission.vehicle) {
            waiting.push_back(mission);
        }
    }
    for (const Mission& mission : waiting) {
        attend(mission);
    }
    tidy();
    say_what_nobody_has();
    follow_parcels();
    on_foot();
    count();
    pack();
    carrier();
    cancel_what_lacks();
}

/// One act after the other, each with its time.
void Crew::attend(const Mission& mission) {
    const MonoTime now = site_.kernel().now();
    Visit& visit = visits_[mission.vehicle->str()];
    if (visit.mission != mission.id || visit.at != mission.at) {
        visit = {mission.id, mission.at, now + drawn("picking.come_s"), 0};
    }
    if (now < visit.ready_at) {
        return;
    }
    visit.ready_at = now + drawn("picking.act_s");
    const auto& names = site_.vehicles()->names();
    const auto car = std::find(names.begin(), names.end(), mission.vehicle->str());
    const std::string& cart = stage_.plan.carts.at(static_cast<std::size_t>(car - names.begin()));
    const MissionStop& stop = mission.stop();
    bool is_busy = false;
    for (const std::string& id : stop.tasks) {
        const auto task = tasks().find(id);
        if (task != tasks().end() && serve(Task(task->second), stop.place, cart)) {
            is_busy = true;
            break;
        }
    }
    is_busy = is_busy || (stop.tasks.empty() && empty_cart(cart, stop.place));
    visit.idle = is_busy ? 0 : visit.idle + 1;
    if (visit.idle > kIdleMax) {
        visit.idle = 0;
        say_done(mission);
    }
}

/// One act for a task of a stop; false: there is nothing to do for it.
bool Crew::serve(const Task& task, const std::string& place, const std::string& cart) {
    Laid& laid = laid_[task.id];
    if (!laid.empty()) {
        return say_laid(task, laid);
    }
    laid_.erase(task.id);
    if (task.finished()) {
        return false;
    }
    if (task.state == TaskState::open) {
        return take_in_hand(task);
    }
    if (task.who != kPicker.by) {
        return false;
    }
    if (is_transport(task.kind) && place != task.from) {
        return deliver(task, cart, task.to);
    }
    const std::int64_t on_cart = is_transport(task.kind) ? task.via_milli : 0;
    const std::int64_t wanted = units_of(task.qty_milli - task.done_milli - on_cart);
    if (wanted <= 0 && is_transport(task.kind)) {
        return false;
    }
    if (wanted > 0 && fetch(task, wanted, cart)) {
        return true;
    }
    if (is_transport(task.kind) && on_cart > 0) {
        return false;  // What is on it is all; the word of whoever waits lets it go.
    }
    ++counts_.shorts;
    return finish(task, "that is all there is");
}

bool Crew::take_in_hand(const Task& task) {
    const auto taken = edge().work().tasks.step({task.id, TaskAct::take, 0, {}}, kPicker);
    counts_.refusals += taken ? 0 : 1;
    return true;
}

bool Crew::finish(const Task& task, const std::string& why) {
    const auto done = edge().work().tasks.step({task.id, TaskAct::finish, 0, why}, kPicker);
    note(fmt::format("task {} of {} at {} is finished: {}{}", task.id, task.sku, task.from, why,
                     done ? "" : ": " + done.error().text));
    counts_.refusals += done ? 0 : 1;
    return done.has_value();
}

/// Counted goods, above 0 or taken away; in a hall nobody keeps them apart.
void Crew::put(const std::string& place, const std::string& sku, std::int64_t units) {
    if (goods_.is_slot(place)) {
        goods_.move(place, units);
    } else if (goods_.is_known(place, sku)) {
        goods_.lay(place, sku, units);
    }
}

/// Takes what is there and lays it where it is to go; a unit at a time, counted goods at once.
bool Crew::fetch(const Task& task, std::int64_t wanted, const std::string& to) {
    Laid laid;
    laid.sku = task.sku;
    laid.from = task.from;
    laid.to = to;
    for (const TagCode& unit : goods_.units_at(task.from, task.sku)) {
        const bool is_other = !task.item.empty() && task.item != unit.str();
        if (!is_other && !edge().ledger().registers().orders().claim_of_item(unit.str()).n) {
            laid.units = {unit};
            break;
        }
    }
    if (!laid.units.empty()) {
        goods_.carry(laid.units.front(), task.from, to);
    } else if (goods_.is_slot(task.from) && goods_.sku_in(task.from) == task.sku) {
        laid.count = -goods_.move(task.from, -wanted);
    } else if (goods_.is_counted(task.sku)) {
        const bool is_hall = !stops_.contains(task.from) && booked(task.from, task.sku) > 0 &&
                             !goods_.is_known(task.from, task.sku);
        laid.count = is_hall ? wanted : std::min(wanted, goods_.lying(task.from, task.sku));
        if (!is_hall) {
            goods_.lay(task.from, task.sku, -laid.count);
        }
    }
    if (laid.empty()) {
        return false;
    }
    if (laid.count > 0) {
        put(to, task.sku, laid.count);
    }
    laid_[task.id] = std::move(laid);
    return true;
}

/// What the box has been told for this task of goods that are put there: what a handheld shows.
std::int64_t Crew::told_milli(const Task& task, const Laid& laid) {
    const auto pick = task.kind == TaskKind::pick ? pick_of_key(task.key) : std::nullopt;
    if (!pick) {
        return task.done_milli + (laid.to == task.to ? 0 : task.via_milli);
    }
    const Order* const order = edge().ledger().registers().orders().find(pick->order);
    if (order == nullptr || order->cancelled) {
        return booked(laid.to, laid.sku) * Quantity::of_units(1).milli;
    }
    std::int64_t milli = 0;
    for (const auto& [n, claim] : order->claims) {
        milli += claim.pick == pick->n && claim.place == laid.to ? claim.qty_milli : 0;
    }
    return milli;
}

/// A unit's tag says where it is; of counted goods nobody asks but who was not answered.
bool Crew::has_been_told(const Task& task, const Laid& laid) {
    if (!laid.units.empty()) {
        const auto held = edge().ledger().book().item(laid.units.back().str());
        return held && held->place == laid.to;
    }
    return laid.is_in_doubt && told_milli(task, laid) > laid.had_milli;
}

/// Says what was laid; what the box has already, nobody says again.
bool Crew::say_laid(const Task& task, Laid& laid) {
    if (laid.is_asked) {
        return true;
    }
    const bool is_unit = !laid.units.empty();
    const std::string code = is_unit ? laid.units.back().str() : laid.sku;
    if (has_been_told(task, laid)) {
        laid_.erase(task.id);
        return true;
    }
    laid.had_milli = told_milli(task, laid);
    const std::int64_t milli = is_unit ? 0 : Quantity::of_units(laid.count).milli;
    const std::string place = laid.to == task.to ? std::string() : laid.to;
    const auto said = edge().work().transfers.scan({task.id, code, milli, place}, kPicker);
    if (!said) {
        ++counts_.refusals;
        note(fmt::format("{} of {} for task {} onto {}: {}", is_unit ? 1 : laid.count, laid.sku,
                         task.id, laid.to, said.error().text));
        if (++laid.refusals >= kRefusalsMax) {
            put_back(task, laid);
            drop_if_unwanted(task);
        }
        return true;
    }
    laid.is_asked = true;
    told([this, id = task.id] {
        ++counts_.scanned;
        laid_.erase(id);
    });
    return true;
}

void Crew::put_back(const Task& task, Laid& laid) {
    for (const TagCode& unit : laid.units) {
        goods_.carry(unit, laid.to, laid.from);
    }
    if (laid.count > 0) {
        put(laid.to, laid.sku, -laid.count);
        put(laid.from, laid.sku, laid.count);
    }
    note(fmt::format("{} of {} are put back at {}", laid.size(), laid.sku, laid.from));
    laid_.erase(task.id);
}

/// Of an order that was cancelled with the task in hand: only who has it can give it up.
void Crew::drop_if_unwanted(const Task& task) {
    const Order* const order = edge().ledger().registers().orders().find(task.document);
    if (task.kind == TaskKind::pick && !task.finished() &&
        (order == nullptr || order->cancelled || left_to_pick(edge().ledger(), task) == 0)) {
        const auto dropped = edge().work().tasks.step(
            {task.id, TaskAct::drop, 0, "nobody wants it any more"}, kPicker);
        note(fmt::format("task {} is given up{}", task.id,
                         dropped ? "" : ": " + dropped.error().text));
    }
}

/// A weight or a gate has told of goods while somebody had their pick in hand, and whoever that is
/// did not take them: a stranger has.
void Crew::say_what_nobody_has() {
    const MonoTime now = site_.kernel().now();
    std::vector<std::string> nobodys;
    for (const auto& [id, task] : tasks()) {
        if (laid_.contains(id) || told_only(site_.site(), edge().ledger(), task).empty()) {
            continue;
        }
        if (now >= again_.try_emplace("hand " + id, now + kLooksAround).first->second) {
            nobodys.push_back(id);
        }
    }
    for (const std::string& id : nobodys) {
        const auto said = edge().work().orders.say_not_in_hand(id, kPicker);
        note(fmt::format("nobody has what the weight told of for task {}{}", id,
                         said ? "" : ": " + said.error().text));
        again_["hand " + id] = now + kLooksAround;
    }
}

/// Who has brought all that a transport asks for says that it is done.
void Crew::tidy() {
    std::vector<Task> done;
    for (const auto& [id, task] : tasks()) {
        const bool is_mine = task.state == TaskState::taken && task.who == kPicker.by;
        if (is_mine && is_transport(task.kind) && task.qty_milli > 0 && task.via_milli == 0 &&
            task.done_milli >= task.qty_milli && !laid_.contains(id)) {
            done.push_back(task);
        }
    }
    for (const Task& task : done) {
        finish(task, "all of it is there");
    }
}

/// From the cart to where a transport wants it.
bool Crew::deliver(const Task& task, const std::string& cart, const std::string& place) {
    const std::int64_t on_cart = units_of(task.via_milli);
    if (task.via != cart || on_cart == 0) {
        return finish(task, "nothing of it is on the cart");
    }
    Task from_cart = task;
    from_cart.from = cart;
    if (!fetch(from_cart, on_cart, place)) {
        return false;
    }
    return say_laid(task, laid_.at(task.id));
}

/// Units are laid on the table one by one; counted goods go into parcels straight from the cart.
bool Crew::empty_cart(const std::string& cart, const std::string& station) {
    for (const auto& [id, laid] : laid_) {
        const auto task = tasks().find(id);
        if (laid.to == cart && task != tasks().end()) {
            return say_laid(Task(task->second), laid_.at(id));
        }
    }
    const std::vector<TagCode> units = goods_.units_at(cart);
    if (!units.empty()) {
        const TagCode unit = units.front();
        const auto seen = edge().work().tasks.seen(unit.str(), PlaceId(station), 1'000, kPicker);
        if (!seen) {
            ++counts_.refusals;
            note(fmt::format("{} from {} to {}: {}", unit.str(), cart, station, seen.error().text));
            return false;
        }
        told([this, unit, cart, station] {
            const std::vector<TagCode> there = goods_.units_at(cart);
            if (std::find(there.begin(), there.end(), unit) != there.end()) {
                goods_.carry(unit, cart, station);
            }
        });
        return true;
    }
    return clear_rest(cart, station);
}

/// What is on the cart by the book or in truth and for no order: counted, or brought off it.
bool Crew::clear_rest(const std::string& cart, const std::string& station) {
    for (const std::string& slot : goods_.slots()) {
        const std::string sku = goods_.sku_in(slot);
        const std::int64_t there = goods_.lying(cart, sku);
        const std::int64_t book = booked(cart, sku);
        if (there != book) {
            const auto opened = edge().work().counting.start(PlaceId(cart), sku, kPicker);
            if (opened) {
                note(fmt::format("{} of {} lie on {}, booked {}: it is counted", there, sku, cart,
                                 book));
            }
            return opened.has_value();
        }
        const std::int64_t claimed =
            units_of(edge().ledger().registers().orders().claimed({sku, cart, std::string()}));
        if (there > claimed) {
            Transfers::Wish wish;
            wish.code = sku;
            wish.from = cart;
            wish.to = station;
            wish.qty_milli = Quantity::of_units(there - claimed).milli;
            return edge().work().transfers.open(wish, kPicker).has_value();
        }
    }
    return false;
}

/// A person's word: there is nothing to do here that would let it go.
void Crew::say_done(const Mission& mission) {
    HandWish wish;
    wish.act = HandAct::go_on;
    wish.mission = mission.id;
    wish.is_done = true;
    wish.reason = "nothing is left to do here";
    const auto said = site_.running_fleet()->desk().order(wish, kPicker);
    counts_.words += said ? 1 : 0;
    note(fmt::format("mission {} at {} goes on by a person's word{}", mission.id,
                     mission.stop().place, said ? "" : ": " + said.error().text));
}

}  // namespace tally::sim
