// What another edge's place lacks and this box has: a transfer to the gate between them.
#include <algorithm>
#include <map>

#include "firmware/domain/place.hpp"
#include "firmware/services/tasks/tasks.hpp"

namespace tally {

namespace {

using Spots = std::map<std::string, std::int64_t>;

/// Good, free of customs and not promised, by place of this box that is not itself to be kept full.
Spots spare_stock(const Inventory& inventory, const Ledger& ledger, const std::string& sku) {
    const Registers& registers = ledger.registers();
    Spots spots;
    for (const PositionView& position : ledger.book().positions()) {
        const std::string place(position.place);
        if (position.sku != sku || position.quality != kGoodQuality ||
            position.custody != kFreeCustody || position.quantity.milli <= 0 ||
            inventory.site().owner_of(PlaceId(place)) != ledger.edge() ||
            registers.master().plan().contains({place, sku})) {
            continue;
        }
        const SpotKey spot{sku, place, std::string(position.lot)};
        spots[place] += position.quantity.milli - registers.orders().claimed(spot);
    }
    for (const auto& [id, task] : registers.work().tasks()) {
        if (!task.finished() && is_transport(task.kind) && task.sku == sku) {
            spots.erase(task.via);  // On a cart, for somebody else.
            if (const auto from = spots.find(task.from); from != spots.end()) {
                from->second -= task.qty_milli - task.done_milli - task.via_milli;
            }
        }
    }
    return spots;
}

}  // namespace

Result<Seq> Tasks::refill(const Refill& refill, const Actor& actor) {
    const Task* const known =
        ledger_.registers().work().task_of_key(refill_key(refill.place, refill.sku));
    if (refill.milli == 0) {
        if (known == nullptr || known->state != TaskState::open || known->via_milli > 0) {
            return fail(ErrorKind::conflict,
                        known == nullptr
                            ? "nothing is to be brought to " + refill.place + " any more"
                            : "task " + known->id + " is in somebody's hands, who ends it");
        }
        return step({known->id, TaskAct::drop, 0, refill.text, {}, actor.cause}, actor);
    }
    if (known != nullptr) {
        return fail(ErrorKind::conflict, "task " + known->id + " brings it already");
    }
    const auto to = far_side(inventory_.site(), PlaceId(refill.place), ledger_.edge());
    if (!to) {
        return fail(ErrorKind::conflict, "no gate leads from a place of edge " +
                                             ledger_.edge().str() + " to " + refill.place);
    }
    const Spots spots = spare_stock(inventory_, ledger_, refill.sku);
    const auto most =
        std::max_element(spots.begin(), spots.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most == spots.end() || most->second <= 0) {
        return fail(ErrorKind::conflict, "nothing of SKU " + refill.sku +
                                             " can be spared here: what there is is promised, not "
                                             "good or not free of customs");
    }
    Task task;
    task.kind = TaskKind::transfer;
    task.key = refill_key(refill.place, refill.sku);
    task.sku = refill.sku;
    task.from = most->first;
    task.to = to->str();
    task.qty_milli = std::min(refill.milli, most->second);
    task.text = refill.text;
    return open(task, actor);
}

}  // namespace tally
