// Orders: keeping what is promised within what is there, event by event. Before an event takes
// goods out of a place, the claims on them end; after it, they go on where the goods arrived, or
// other stock is promised. So the rule holds after every single event of the ledger, and all of it
// is one commit.
#include <algorithm>
#include <tuple>
#include <utility>

#include "firmware/domain/place.hpp"
#include "firmware/messages/csv.hpp"
#include "firmware/messages/order_data.hpp"
#include "firmware/messages/task_data.hpp"
#include "firmware/services/goods/counting.hpp"
#include "firmware/services/goods/scanned.hpp"
#include "firmware/services/orders/orders.hpp"
#include "firmware/services/tasks/pick_scan.hpp"

namespace tally {

namespace {

constexpr const char* kRule = "rule:orders";

bool is_promisable(const std::string& custody, const std::string& quality) {
    return custody == kFreeCustody && quality == kGoodQuality;
}

SpotKey spot_left(const Event& draft) {
    return {draft.sku.str(), draft.from.str(), draft.lot.str()};
}

/// What becomes of goods in hand that an event takes along.
enum class Fate : std::uint8_t { stays, leaves, is_lost };

Fate fate_of(const Event& event, const SiteLayout& site, const EdgeId& edge) {
    const std::string& custody = event.custody_to.empty() ? event.custody : event.custody_to;
    const std::string& quality = event.quality_to.empty() ? event.quality : event.quality_to;
    if (event.to.str() == kCustomer || event.to.str() == kInTransit) {
        return Fate::leaves;
    }
    const bool is_mine = !is_virtual(event.to) && site.owner_of(event.to) == edge;
    return is_mine && is_promisable(custody, quality) ? Fate::stays : Fate::is_lost;
}

}  // namespace

bool Orders::watches(const Event& draft) const {
    return !book().orders().empty() &&
           (draft.qty.milli > 0 || draft.type == EventType::task_changed);
}

void Orders::give(const Giving& giving) {
    const Order& order = *book().find(giving.ref.order);
    const Claim& claim = order.claims.at(giving.ref.n);
    ReleasedData data;
    data.order = order.id;
    data.sku = order.lines.at(claim.line - 1).sku;
    data.place = claim.place;
    data.what = {claim.n, giving.milli, giving.why};
    data.text = giving.text;
    Event event;
    event.type = EventType::released;
    event.item = ItemId(claim.item);
    event.by = giving.by;
    event.cause = giving.cause;
    event.data = encode(data);
    static_cast<void>(inventory_.write(std::move(event)));
}

void Orders::before(const Event& draft) {
    if (draft.qty.milli == 0) {
        return;
    }
    following_.clear();
    revoked_.clear();
    if (is_virtual(draft.from) || !is_promisable(draft.custody, draft.quality)) {
        return;
    }
    std::int64_t left = draft.qty.milli;
    for (const ClaimRef& ref : takers(draft)) {
        const Claim* claim = book().claim(ref);
        const std::int64_t part = claim == nullptr ? 0 : std::min(left, claim->qty_milli);
        if (part > 0) {
            take_along(draft, ref, part);
            left -= part;
        }
    }
    make_room(draft);
}

/// The claims that the goods of this event are for, in the order in which they are served.
std::vector<ClaimRef> Orders::takers(const Event& draft) const {
    if (!draft.item.empty()) {
        const ClaimRef bound = book().claim_of_item(draft.item.str());
        if (!bound.order.empty()) {
            return {bound};
        }
    }
    if (draft.cause.starts_with("order:")) {
        return parcel_takers(draft);
    }
    if (fate_of(draft, inventory_.site(), ledger_.edge()) != Fate::stays) {
        return {};  // Nobody picks into the street.
    }
    const Task* task = tasks_.find(draft.cause);
    if (task != nullptr && task->kind == TaskKind::pick) {
        return task_takers(*task, draft);
    }
    return draft.by.starts_with("device:") ? evidence_takers(draft) : std::vector<ClaimRef>();
}

/// Packing and handing over move counted goods that are in hand for the order they name; what is in
/// the parcel whose label was scanned comes first.
std::vector<ClaimRef> Orders::parcel_takers(const Event& draft) const {
    const Order* order = book().find(draft.cause.substr(draft.cause.find(':') + 1));
    std::vector<ClaimRef> refs;
    if (order == nullptr) {
        return refs;
    }
    for (const auto& [n, claim] : order->claims) {
        if (claim.pick != 0 && claim.item.empty() && claim.place == draft.from.str() &&
            claim.lot == draft.lot.str() &&
            order->lines.at(claim.line - 1).sku == draft.sku.str()) {
            refs.push_back({order->id, n});
        }
    }
    std::stable_partition(refs.begin(), refs.end(), [&](const ClaimRef& ref) {
        const std::string& parcel = order->claims.at(ref.n).parcel;
        return !parcel.empty() && draft.evidence == scan_evidence("(00)" + parcel);
    });
    return refs;
}

/// A scan for a pick: goods that its weight has told of are carried on, the others are picked.
std::vector<ClaimRef> Orders::task_takers(const Task& task, const Event& draft) const {
    const auto pick = pick_of_key(task.key);
    const Order* order = pick ? book().find(pick->order) : nullptr;
    if (order == nullptr) {
        return {};
    }
    std::vector<ClaimRef> refs;
    for (const auto& [n, claim] : order->claims) {
        if (claim.pick == pick->n && claim.parcel.empty() && claim.item.empty() &&
            claim.place == draft.from.str() && claim.lot == draft.lot.str()) {
            refs.push_back({order->id, n});
        }
    }
    refs.push_back({order->id, pick->n});
    return refs;
}

/// A weight or a gate says that goods left a place: they are those of the picks that somebody has
/// in hand there, the lot of the event first, then the order to serve first. What came to a slot is
/// put away in it, unless a pick is to go there.
std::vector<ClaimRef> Orders::evidence_takers(const Event& draft) const {
    using Rank = std::tuple<bool, std::int64_t, std::int64_t, std::uint64_t>;
    std::vector<std::pair<Rank, ClaimRef>> found;
    const bool is_put_away =
        draft.type == EventType::shelf_changed && inventory_.site().around(draft.to).has_value();
    for (const auto& [id, task] : ledger_.registers().work().tasks()) {
        const bool in_hand = task.kind == TaskKind::pick && task.state == TaskState::taken &&
                             task.from == draft.from.str() && task.sku == draft.sku.str() &&
                             (!is_put_away || task.to == draft.to.str());
        const auto pick = in_hand ? pick_of_key(task.key) : std::nullopt;
        const Claim* claim = pick ? book().claim({pick->order, pick->n}) : nullptr;
        if (claim == nullptr) {
            continue;
        }
        const Order& order = *book().find(pick->order);
        const std::string& lot = order.lines.at(claim->line - 1).lot;
        if (lot.empty() || lot == draft.lot.str()) {
            const auto [priority, due, age] = serve_rank(order);
            found.emplace_back(Rank(claim->lot != draft.lot.str(), priority, due, claim->seq),
                               ClaimRef{order.id, pick->n});
        }
    }
    std::sort(found.begin(), found.end());
    std::vector<ClaimRef> refs;
    for (auto& [rank, ref] : found) {
        refs.push_back(std::move(ref));
    }
    return refs;
}

void Orders::take_along(const Event& draft, const ClaimRef& ref, std::int64_t milli) {
    Following following{ref, *book().claim(ref), milli, false};
    following.is_pick = following.claim.pick == 0;
    const std::string sku = book().find(ref.order)->lines.at(following.claim.line - 1).sku;
    const std::string cause = "order:" + ref.order;
    Fate fate = fate_of(draft, inventory_.site(), ledger_.edge());
    if (draft.to.str() == kSupplier && !following.claim.parcel.empty()) {
        fate = Fate::leaves;  // A parcel through the door where lorries unload.
    }
    switch (fate) {
        case Fate::stays:
            give({ref,
                  milli,
                  following.is_pick ? ReleaseWhy::picked : ReleaseWhy::moved,
                  draft.by,
                  cause,
                  {}});
            following_.push_back(std::move(following));
            break;
        case Fate::leaves:
            give({ref, milli, ReleaseWhy::shipped, draft.by, cause, {}});
            break;
        case Fate::is_lost:
            give({ref, milli, ReleaseWhy::revoked, draft.by, cause,
                  std::string(to_string(draft.type)) + " to " + draft.to.str()});
            revoked_.push_back({ref.order, sku, draft.from.str(), milli});
            break;
    }
}

/// Takes promises back until what will be left is enough: of what is not picked before what is, of
/// the order to serve last first, the newest before the older.
void Orders::make_room(const Event& draft) {
    const SpotKey spot = spot_left(draft);
    const Quantity here = ledger_.book().quantity(
        {spot.place, spot.sku, spot.lot, kFreeCustody, kGoodQuality, {}, 0});
    std::int64_t over = book().claimed(spot) - (here.milli - draft.qty.milli);
    if (over <= 0) {
        return;
    }
    using Rank = std::tuple<bool, bool, std::int64_t, std::int64_t, std::int64_t>;
    std::vector<std::pair<Rank, ClaimRef>> weakest;
    for (const ClaimRef& ref : book().claims_on(spot)) {
        const Claim& claim = *book().claim(ref);
        const auto [priority, due, age] = serve_rank(*book().find(ref.order));
        weakest.emplace_back(Rank(!claim.item.empty(), claim.pick != 0, -priority, -due,
                                  -static_cast<std::int64_t>(claim.seq)),
                             ref);
    }
    std::sort(weakest.begin(), weakest.end());
    for (const auto& [rank, ref] : weakest) {
        if (over <= 0) {
            break;
        }
        const Claim claim = *book().claim(ref);
        const std::int64_t part = std::min(over, claim.qty_milli);
        give({ref, part, ReleaseWhy::revoked, kRule, "order:" + ref.order,
              std::string(to_string(draft.type)) + " by " + draft.by});
        revoked_.push_back({ref.order, spot.sku, spot.place, part});
        over -= part;
        if (claim.pick == 0 && part == claim.qty_milli) {
            drop_pick(ref.order, claim, "what it was to pick is not there any more");
        }
    }
}

void Orders::after(const Event& event) {
    if (event.type == EventType::task_changed) {
        on_task(event);
        return;
    }
    if (event.qty.milli == 0) {
        return;
    }
    const std::vector<Following> following = std::exchange(following_, {});
    const std::vector<Revoked> revoked = std::exchange(revoked_, {});
    for (const Following& one : following) {
        arrive(event, one);
    }
    if (!revoked.empty()) {
        tell_revoked(event, revoked);
    }
}

void Orders::arrive(const Event& event, const Following& following) {
    const Order& order = *book().find(following.ref.order);
    Claim claim = following.claim;
    claim.n = order.last_claim + 1;
    claim.place = event.to.str();
    claim.lot = event.lot.str();
    claim.item = event.item.str();
    claim.qty_milli = following.milli;
    if (following.is_pick) {
        claim.pick = following.ref.n;
        claim.origin = event.from.str();
    }
    for (const auto& [n, known] : order.claims) {
        Claim same = claim;
        same.n = n;
        same.seq = known.seq;
        same.qty_milli = known.qty_milli;
        if (claim.item.empty() && same == known) {
            claim.n = n;
        }
    }
    grant(order.id, event.sku.str(), claim, event_ref(event.edge, event.epoch, event.seq));
    if (following.is_pick && event.by.starts_with("device:")) {
        move_task_on(event, following);
    }
}

/// The task of a pick that a weight or a gate has told of; a scan moves its own on (Tasks::scan).
void Orders::move_task_on(const Event& event, const Following& following) {
    const std::string key = pick_key(following.ref.order, following.claim);
    const Task* task = ledger_.registers().work().task_of_key(key);
    if (task == nullptr || task->state != TaskState::taken) {
        return;
    }
    const bool is_done = book().claim(following.ref) == nullptr;
    static_cast<void>(
        tasks_.step({task->id, is_done ? TaskAct::finish : TaskAct::move_on, following.milli,
                     std::string(to_string(event.type)) + " tells it"},
                    {event.by, {}}));
}

/// Says it, one anomaly an order, and promises other stock; where there is enough, the anomaly
/// ends with that.
void Orders::tell_revoked(const Event& event, const std::vector<Revoked>& revoked) {
    const std::string cause = event_ref(event.edge, event.epoch, event.seq);
    std::vector<std::string> told;
    for (const Revoked& one : revoked) {
        AnomalyData about;
        about.text = "order " + one.order + " loses " + format_units(one.milli) + " of SKU " +
                     one.sku + " at " + one.place + ": " + std::string(to_string(event.type)) +
                     " by " + event.by;
        about.next = "Bring goods from another place or tell the order's owner: tally order show " +
                     one.order;
        inventory_.raise(AnomalyKind::reservation_revoked, {}, about, cause);
        if (std::find(told.begin(), told.end(), one.order) == told.end()) {
            told.push_back(one.order);
        }
    }
    for (const std::string& id : told) {
        cover_now(id);
    }
    settle(kNoEnd);
}

void Orders::on_task(const Event& event) {
    const auto data = decode_task_data(event.data);
    const Task* task = data && !data->task.empty() ? tasks_.find(data->task) : nullptr;
    if (task == nullptr) {
        return;
    }
    if (task->kind == TaskKind::count && task->finished()) {
        look_later();  // It may answer a doubt, once its turn is over.
    }
    const auto pick = task->kind == TaskKind::pick ? pick_of_key(task->key) : std::nullopt;
    if (!pick || book().find(pick->order) == nullptr) {
        return;
    }
    const ClaimRef ref{pick->order, pick->n};
    const Claim* claim = book().claim(ref);
    if (data->act == TaskAct::put_back && claim == nullptr) {
        static_cast<void>(
            tasks_.step({task->id, TaskAct::drop, 0, "the order needs it no more"}, {kRule, {}}));
    } else if (data->act == TaskAct::finish && claim != nullptr) {
        tell_short({ref, event.by, task->id});
    } else if (data->act == TaskAct::drop && claim != nullptr) {
        const SpotKey given_up{task->sku, claim->place, claim->lot};
        give({ref, claim->qty_milli, ReleaseWhy::dropped, event.by, task->id, data->text});
        cover_now(ref.order, &given_up);  // Who gave it up need not get it straight back.
    }
}

/// Who picked says that this is all there is. The book says otherwise, so the place is in doubt
/// until somebody has counted it, and the order is promised other stock.
void Orders::tell_short(const Lacking& lacking) {
    const ClaimRef& ref = lacking.ref;
    const Claim claim = *book().claim(ref);
    const std::string sku = book().find(ref.order)->lines.at(claim.line - 1).sku;
    give({ref, claim.qty_milli, ReleaseWhy::not_found, lacking.by, lacking.task, {}});
    const std::string cause =
        event_ref(ledger_.edge(), ledger_.line().epoch(), ledger_.line().seq());
    const std::string key = count_key(claim.place, sku);
    if (ledger_.registers().work().task_of_key(key) == nullptr) {
        Task count;
        count.kind = TaskKind::count;
        count.key = key;
        count.sku = sku;
        count.to = claim.place;
        count.round = 1;
        count.text = "the pick for order " + ref.order + " did not find all of it";
        static_cast<void>(tasks_.open(count, {kRule, "order:" + ref.order}));
    }
    AnomalyData about;
    about.place = claim.place;
    about.text = lacking.by + " did not find " + format_units(claim.qty_milli) + " of SKU " + sku +
                 " at " + claim.place + ", which the book has there";
    about.next = short_pick_advice(claim.place, sku);
    inventory_.raise(AnomalyKind::count_differs, {}, about, cause);
    cover_now(ref.order);
}

Result<Seq> Orders::say_not_in_hand(const std::string& id, const Actor& actor) {
    const Task* const task = tasks_.find(id);
    const std::vector<ClaimRef> told =
        task == nullptr ? std::vector<ClaimRef>() : told_only(inventory_.site(), ledger_, *task);
    if (told.empty()) {
        return fail(ErrorKind::conflict,
                    "nothing is in hand for task " + id +
                        " that only a weight or a gate has told of; what was scanned and is not "
                        "there is counted where it was put: tally count start --place PLACE");
    }
    ledger_.together([&] {
        for (const ClaimRef& ref : told) {
            tell_short({ref, actor.by, id});
        }
    });
    return ledger_.line().seq();
}

}  // namespace tally
