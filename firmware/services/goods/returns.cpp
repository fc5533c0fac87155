#include "firmware/services/goods/returns.hpp"

#include "firmware/domain/epc/epc.hpp"
#include "firmware/domain/place.hpp"
#include "firmware/services/inventory/retag.hpp"

namespace tally {

namespace {

std::string return_key(const std::string& item) {
    return "return:" + item;
}

/// One unit leaving the position it stands at.
Event unit_event(EventType type, const ItemView& held, const Actor& actor) {
    Event event;
    event.type = type;
    event.item = ItemId(held.item);
    event.parent = std::string(held.parent);
    event.by = actor.by;
    event.cause = actor.cause;
    event.sku = SkuId(held.sku);
    event.lot = LotId(held.lot);
    event.custody = std::string(held.custody);
    event.quality = std::string(held.quality);
    event.qty = Quantity::of_units(1);
    event.from = PlaceId(held.place);
    event.to = event.from;
    return event;
}

}  // namespace

Result<Seq> Returns::take_in(const std::string& item, const PlaceId& place, const Actor& actor) {
    const auto held = ledger_.book().item(item);
    if (inventory_.site().owner_of(place) != ledger_.edge()) {
        return fail(ErrorKind::refused,
                    "place '" + place.str() + "' is not one of edge " + ledger_.edge().str());
    }
    if (!held || held->place != kCustomer) {
        return fail(ErrorKind::conflict,
                    held ? "unit " + item + " never left: it is at " + std::string(held->place) +
                               "; scan it where it stands"
                         : "unit " + item +
                               " was never sold here; receive it, or trace it at the "
                               "bridge: tally item trace " +
                               item);
    }
    Event event = unit_event(EventType::received, *held, actor);
    event.to = place;
    event.parent.clear();
    event.quality_to = event.quality == kInspect ? std::string() : std::string(kInspect);
    MovementData remark;
    remark.returned = true;
    event.data = encode(remark);
    event.evidence = scan_evidence(item);
    const std::string sku = event.sku.str();
    TALLY_TRY_ASSIGN(const Seq seq, inventory_.write(std::move(event)));
    if (ledger_.registers().work().task_of_key(return_key(item)) == nullptr) {
        Task task;
        task.kind = TaskKind::take_back;
        task.key = return_key(item);
        task.item = item;
        task.sku = sku;
        task.from = place.str();
        task.qty_milli = 1'000;
        task.text = "a customer brought it back: inspect and grade it";
        TALLY_TRY(tasks_.open(task, actor));
    }
    return seq;
}

Result<Seq> Returns::grade(const Grade& grade, const Actor& actor) {
    const auto held = ledger_.book().item(grade.item);
    const bool waits = held && !is_virtual(PlaceId(held->place)) &&
                       (held->quality == kInspect || held->quality == kHold);
    if (!waits) {
        return fail(ErrorKind::conflict, "unit " + grade.item +
                                             " is not here for inspection; take it in first: "
                                             "tally return take " +
                                             grade.item);
    }
    const Task* task = ledger_.registers().work().task_of_key(return_key(grade.item));
    if (task != nullptr && task->state == TaskState::taken && task->who != actor.by) {
        return fail(ErrorKind::refused, "task " + task->id + " is in the hands of " + task->who +
                                            "; ask them to finish it or put it back");
    }
    std::string item = grade.item;
    if (!grade.new_tag.empty()) {
        const auto epc = Epc::parse(grade.new_tag);
        if (!epc) {
            return fail(ErrorKind::malformed, "'" + grade.new_tag + "' is no EPC");
        }
        TALLY_TRY(retag(inventory_, ledger_,
                        {grade.item, epc->str(), "tagged anew on return: " + grade.reason}, actor,
                        {}));
        item = epc->str();
    }
    TALLY_TRY(finish_task(grade.item, actor));
    switch (grade.into) {
        case Grade::Into::restock:
            return requalify(item, kGoodQuality, grade, actor);
        case Grade::Into::hold:
            return requalify(item, kHold, grade, actor);
        case Grade::Into::destroy: {
            TALLY_TRY(requalify(item, kDestroy, grade, actor));
            const auto now = ledger_.book().item(item);
            return counting_.propose(
                {PlaceId(now->place), std::string(now->sku), item, -1'000, "damage"}, actor);
        }
    }
    return ledger_.line().seq();
}

Result<Seq> Returns::requalify(const std::string& item, std::string_view quality,
                               const Grade& grade, const Actor& actor) {
    const auto held = ledger_.book().item(item);
    if (held->quality == quality) {
        return ledger_.line().seq();
    }
    Event event = unit_event(EventType::corrected, *held, actor);
    event.quality_to = std::string(quality);
    event.data = encode(CorrectionData{"graded: " + grade.reason, {}});
    return inventory_.write(std::move(event));
}

Result<Seq> Returns::finish_task(const std::string& item, const Actor& actor) {
    const Task* task = ledger_.registers().work().task_of_key(return_key(item));
    if (task == nullptr) {
        return ledger_.line().seq();
    }
    const std::string id = task->id;
    if (task->state == TaskState::open) {
        TALLY_TRY(tasks_.step({id, TaskAct::take, 0, {}}, actor));
    }
    return tasks_.step({id, TaskAct::finish, 1'000, {}}, actor);
}

}  // namespace tally
