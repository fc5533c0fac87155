// The people away from carts: on foot, counting, at the packing table, with the carrier.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "firmware/domain/place.hpp"
#include "sim/scenarios/picking/crew.hpp"

namespace tally::sim {

namespace {

const Actor kPicker{"user:mei", ""};
const Actor kSecond{"user:wang.fang", ""};
const Actor kShop{"user:web", ""};
constexpr Duration kPatience = std::chrono::minutes(2);
constexpr Duration kTryAgain = std::chrono::seconds(20);
constexpr std::uint64_t kApprovalRound = 3;

}  // namespace

/// No vehicle is sent for it: a hall has no stop, a cart is none.
bool Crew::is_for_feet(const Task& task) {
    const bool is_carried = task.kind == TaskKind::pick || is_transport(task.kind);
    if (!is_carried || task.finished() || (!task.who.empty() && task.who != kPicker.by)) {
        return false;
    }
    if (task.via_milli > 0) {
        return false;
    }
    return !stops_.contains(task.from) || (is_transport(task.kind) && !stops_.contains(task.to));
}

/// A vehicle may have left with goods that nobody has said yet, for their order was cancelled just
/// then. Whoever sees that says it, or brings them back.
bool Crew::rescue() {
    for (auto& [id, laid] : laid_) {
        const std::vector<std::string>& carts = stage_.plan.carts;
        const bool is_on_cart = std::find(carts.begin(), carts.end(), laid.to) != carts.end();
        if (laid.is_asked || !is_on_cart || !is_within_reach(laid.to)) {
            continue;
        }
        const auto found = tasks().find(id);
        Task task = found == tasks().end() ? Task() : found->second;
        task.id = id;
        found == tasks().end() ? put_back(task, laid) : static_cast<void>(say_laid(task, laid));
        return true;
    }
    return false;
}

void Crew::on_foot() {
    for (Walker& walker : walkers_) {
        if (site_.kernel().now() >= walker.at) {
            walk(walker);
        }
    }
}

/// What this one can do now; what another has begun is his.
std::vector<Task> Crew::for_feet(const Walker& walker) {
    std::vector<Task> wanted;
    for (const auto& [id, task] : tasks()) {
        const bool is_anothers = std::any_of(
            walkers_.begin(), walkers_.end(),
            [&, &key = id](const Walker& other) { return &other != &walker && other.task == key; });
        const auto again = again_.find(id);
        const bool is_laid = laid_.contains(id) && id == walker.task;
        if (is_laid || (!is_anothers && is_for_feet(task) && is_within_reach(task.from) &&
                        (again == again_.end() || site_.kernel().now() >= again->second))) {
            wanted.push_back(task);
        }
    }
    return wanted;
}

/// One act: the task in hand, else one of the same way, which costs no walk, else any.
void Crew::walk(Walker& walker) {
    const MonoTime now = site_.kernel().now();
    walker.at = now + drawn("picking.act_s");
    if (rescue()) {
        return;
    }
    const std::vector<Task> wanted = for_feet(walker);
    if (wanted.empty()) {
        walker.task.clear();
        return;
    }
    const auto is_beside = [&](const Task& task) {
        return task.from == walker.from && task.to == walker.to;
    };
    const auto same = std::find_if(wanted.begin(), wanted.end(),
                                   [&](const Task& task) { return task.id == walker.task; });
    const auto beside = std::find_if(wanted.begin(), wanted.end(), is_beside);
    const Task task = same != wanted.end()     ? *same
                      : beside != wanted.end() ? *beside
                                               : wanted[prng_.below(wanted.size())];
    if (task.id != walker.task) {
        ++counts_.on_foot;
        walker.at = now + drawn(is_beside(task) ? "picking.act_s" : "picking.come_s");
        walker.task = task.id;
        walker.from = task.from;
        walker.to = task.to;
    } else if (!serve_on_foot(task)) {
        again_[task.id] = now + kTryAgain;
        walker.task.clear();
    }
}

bool Crew::serve_on_foot(const Task& task) {
    if (const auto laid = laid_.find(task.id); laid != laid_.end()) {
        return say_laid(task, laid->second);
    }
    if (task.finished()) {
        return false;
    }
    if (task.state == TaskState::open) {
        return take_in_hand(task);
    }
    const std::int64_t wanted = (task.qty_milli - task.done_milli) / 1'000;
    const std::string to = task.to.empty() ? stage_.plan.stations.front() : task.to;
    if (wanted > 0 && fetch(task, wanted, to)) {
        return true;
    }
    counts_.shorts += wanted > 0 ? 1 : 0;
    return finish(task, wanted > 0 ? "that is all there is" : "done");
}

/// Halls, shelves and tables always; a cart where it stands at a station or for nothing.
bool Crew::is_within_reach(const std::string& place) {
    const std::vector<std::string>& carts = stage_.plan.carts;
    const auto cart = std::find(carts.begin(), carts.end(), place);
    if (cart == carts.end()) {
        return true;
    }
    const auto car = static_cast<std::size_t>(cart - carts.begin());
    const Dispatch& dispatch = site_.running_fleet()->dispatch();
    const Mission* const mission = dispatch.of_vehicle(DeviceId(site_.vehicles()->name(car)));
    return mission == nullptr ||
           (mission->state == MissionState::waiting && mission->stop().tasks.empty());
}

void Crew::count() {
    const MonoTime now = site_.kernel().now();
    if (now < count_at_) {
        return;
    }
    count_at_ = now + drawn("picking.come_s");
    for (const auto& [id, task] : tasks()) {
        const bool is_hall = !stops_.contains(task.to) && !site_.world().anybody_walking();
        const auto again = again_.find(id);
        if (task.kind == TaskKind::count && !task.finished() &&
            (again == again_.end() || now >= again->second) &&
            (is_hall || stops_.contains(task.to) || is_within_reach(task.to))) {
            count_one(Task(task));
            return;
        }
    }
}

/// Says what lies there in truth; nobody knows what counted goods a hall has but its book.
void Crew::count_one(const Task& task) {
    const std::string sku = task.sku;
    ++counts_.counted;
    if (task.round >= kApprovalRound) {
        const auto agreed = edge().work().counting.approve(task.id, kSecond);
        if (!agreed) {
            again_[task.id] = site_.kernel().now() + kTryAgain;
            note(fmt::format("count {} at {} is not agreed to: {}", task.id, task.to,
                             agreed.error().text));
        }
        return;
    }
    const auto taken = task.state == TaskState::taken
                           ? Result<Seq>(Seq())
                           : edge().work().tasks.step({task.id, TaskAct::take, 0, {}}, kPicker);
    CountPost post{task.id, 0, "unknown", {}};
    if (goods_.is_counted(sku)) {
        const std::int64_t units =
            goods_.is_known(task.to, sku) ? goods_.lying(task.to, sku) : booked(task.to, sku);
        post.counted_milli = units * 1'000;
    } else {
        for (const TagCode& unit : goods_.units_at(task.to, sku)) {
            post.items.push_back(unit.str());
        }
        post.counted_milli = std::ssize(post.items) * 1'000;
    }
    const auto posted = taken ? edge().work().counting.post(post, kPicker)
                              : Result<CountOutcome>(fail(taken.error()));
    if (!posted) {
        again_[task.id] = site_.kernel().now() + kTryAgain;
        note(fmt::format("count {} of {} at {}: {}", task.id, sku, task.to, posted.error().text));
    }
}

/// Orders that are picked, and what blocks a cart at a station.
void Crew::pack() {
    std::vector<std::string> ids;
    for (const auto& [id, order] : edge().ledger().registers().orders().orders()) {
        const auto again = again_.find("pack " + id);
        if (!is_finished(order) && !packing_.contains(id) &&
            (again == again_.end() || site_.kernel().now() >= again->second)) {
            ids.push_back(id);
        }
    }
    for (const std::string& id : ids) {
        const Order* const order = edge().ledger().registers().orders().find(id);
        if (order != nullptr && pack_order(Order(*order))) {
            return;
        }
    }
}

/// True if it was said to the box.
bool Crew::pack_order(const Order& order) {
    Content content;
    content.order = order.id;
    std::vector<std::string> codes;
    bool is_on_cart = false, is_all_here = true;
    for (const auto& [n, claim] : order.claims) {
        if (claim.pick == 0 || !claim.parcel.empty()) {
            continue;
        }
        const bool is_station = std::find(stage_.plan.stations.begin(), stage_.plan.stations.end(),
                                          claim.place) != stage_.plan.stations.end();
        const bool is_cart = claim.item.empty() && !is_station && !goods_.is_slot(claim.place);
        if (!is_station && !(is_cart && is_within_reach(claim.place) &&
                             goods_.is_known(claim.place, order.lines.at(claim.line - 1).sku))) {
            is_all_here = false;
            continue;
        }
        is_on_cart = is_on_cart || is_cart;
        content.place = is_station ? claim.place : content.place;
        if (!claim.item.empty()) {
            content.units.emplace_back(claim.item, claim.place);
            codes.push_back(claim.item);
        } else {
            const std::string& sku = order.lines.at(claim.line - 1).sku;
            const std::int64_t units = claim.qty_milli / 1'000;
            content.counted.emplace_back(claim.place, sku, units);
            codes.insert(codes.end(), static_cast<std::size_t>(units), sku);
        }
    }
    const bool is_picked = stage_of(order) == OrderStage::picked && is_all_here;
    if (codes.empty() || !(is_picked || is_on_cart)) {
        return false;
    }
    if (content.place.empty()) {
        content.place = stage_.plan.stations.front();
    }
    const auto packed = edge().work().packing.pack(
        {order.id, PlaceId(content.place), codes, 0, DeviceId()}, kPicker);
    if (!packed) {
        again_["pack " + order.id] = site_.kernel().now() + kTryAgain;
        ++counts_.refusals;
        note(fmt::format("order {} is not packed: {}", order.id, packed.error().text));
        return false;
    }
    packing_[order.id] = std::move(content);
    return true;
}

/// Goods follow what the book has of parcels, once it is durable.
void Crew::follow_parcels() {
    if (edge().ledger().queue().waiting_rows() > 0) {
        return;
    }
    for (const auto& [id, order] : edge().ledger().registers().orders().orders()) {
        for (const Parcel& parcel : order.parcels) {
            const auto said = packing_.find(id);
            if (!parcels_.contains(parcel.sscc) && !left_.contains(parcel.sscc) &&
                said != packing_.end()) {
                Content content = std::move(said->second);
                packing_.erase(said);
                for (auto& [place, sku, units] : content.counted) {
                    goods_.lay(place, sku, -units);
                    goods_.lay(content.place, sku, units);
                }
                for (auto& [tag, place] : content.units) {
                    if (place != content.place) {
                        goods_.carry(*TagCode::parse(tag), place, content.place);
                    }
                }
                ++counts_.parcels;
                parcels_[parcel.sscc] = std::move(content);
            }
            if (!parcel.manifest.empty() && parcels_.contains(parcel.sscc)) {
                leave(parcel.sscc);
            }
        }
    }
    packing_.clear();  // What is not there was lost with the box.
}

void Crew::leave(const std::string& sscc) {
    const Content content = std::move(parcels_.at(sscc));
    for (const auto& [place, sku, units] : content.counted) {
        goods_.lay(content.place, sku, -units);
    }
    for (const auto& [tag, place] : content.units) {
        goods_.carry(*TagCode::parse(tag), content.place, std::string(kCustomer));
    }
    parcels_.erase(sscc);
    left_.insert(sscc);
    ++counts_.left;
}

void Crew::carrier() {
    const MonoTime now = site_.kernel().now();
    if (now < carrier_at_ || parcels_.empty()) {
        return;
    }
    carrier_at_ =
        now + (is_closed_ ? Duration(std::chrono::seconds(30))
                          : Duration(std::chrono::minutes(stage_.draws.at("picking.carrier_min"))));
    const auto left = edge().work().packing.hand_over({{}, "SF-Express"}, kPicker);
    note(left ? fmt::format("a carrier takes {} parcels", left->parcels.size())
              : "no carrier: " + left.error().text);
}

void Crew::close_shop() {
    is_closed_ = true;
    closed_at_ = site_.kernel().now();
}

void Crew::cancel_what_lacks() {
    if (!is_closed_ || site_.kernel().now() - closed_at_ < kPatience) {
        return;
    }
    std::vector<std::string> lacking;
    for (const auto& [id, order] : edge().ledger().registers().orders().orders()) {
        if (!is_finished(order) && !order.cancelled && missing_milli(order) > 0) {
            lacking.push_back(id);
        }
    }
    for (const std::string& id : lacking) {
        const auto cancelled = edge().work().orders.cancel(id, "the shop closes", kShop);
        note(fmt::format("order {} is cancelled, for it lacks goods{}", id,
                         cancelled ? "" : ": " + cancelled.error().text));
    }
}

CrewCounts Crew::counts() {
    CrewCounts counts = counts_;
    if (site_.is_open(site_.site().fleet_master.str())) {
        for (const auto& [id, order] : edge().ledger().registers().orders().orders()) {
            counts.handed_over += stage_of(order) == OrderStage::handed_over ? 1 : 0;
            counts.cancelled += order.cancelled ? 1 : 0;
        }
    }
    return counts;
}

bool Crew::is_done() {
    return site_.running_fleet() != nullptr && what_is_open().empty();
}

std::string Crew::what_is_open() {
    FleetWiring* const fleet = site_.running_fleet();
    if (fleet == nullptr) {
        return "no vehicle is driven";
    }
    std::string text;
    const auto add = [&text](const std::string& what) {
        if (text.size() < 1'500) {
            text += (text.empty() ? "" : ", ") + what;
        }
    };
    for (const auto& [id, order] : edge().ledger().registers().orders().orders()) {
        if (!is_finished(order)) {
            add(fmt::format("order {} is {}", id, to_string(stage_of(order))));
        }
    }
    for (const auto& [id, mission] : fleet->dispatch().missions()) {
        const bool is_work =
            mission.kind != MissionKind::charge && mission.kind != MissionKind::park;
        if (is_work && !mission.is_over()) {
            add(fmt::format("mission {} of {} is {} at {}: {}", id,
                            mission.vehicle ? mission.vehicle->str() : "nobody",
                            to_string(mission.state), mission.stop().place, mission.text));
        }
    }
    for (const auto& [id, task] : tasks()) {
        if (!task.finished() && task.kind != TaskKind::receive) {
            add(fmt::format("task {} {} of {} from {} to {} is {}", id, to_string(task.kind),
                            task.sku, task.from, task.to, to_string(task.state)));
        }
    }
    for (const std::string& cart : stage_.plan.carts) {
        if (!goods_.units_at(cart).empty()) {
            add(fmt::format("{} units are on {}", goods_.units_at(cart).size(), cart));
        }
        for (const auto& [key, units] : goods_.counted()) {
            if (key.first == cart && units != 0) {
                add(fmt::format("{} of {} are on {}", units, key.second, cart));
            }
        }
    }
    for (const auto& [task, laid] : laid_) {
        add(fmt::format("{} of {} were laid for task {} and not said", laid.size(), laid.sku,
                        task));
    }
    return text;
}

}  // namespace tally::sim
