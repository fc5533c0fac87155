// What each type of ledger event carries in `data` and `evidence`, as the golden files show it.
#pragma once

#include <map>
#include <set>

#include "firmware/messages/event_data.hpp"
#include "firmware/messages/fleet_data.hpp"
#include "firmware/messages/order_data.hpp"
#include "firmware/messages/shelf_data.hpp"
#include "firmware/messages/signal_data.hpp"
#include "firmware/messages/tag_data.hpp"
#include "firmware/messages/task_data.hpp"
#include "tests/support/sync_samples.hpp"

namespace tally::test {

inline std::vector<SyncSample> data_samples() {
    Task task;
    task.kind = TaskKind::put_away;
    task.key = "put_away:dock tea-500";
    task.sku = "tea-500";
    task.from = "dock";
    task.to = "cold room 2";
    task.qty_milli = 4'000;
    task.text = "received, belongs to cold room 2";
    TagData label;
    label.act = TagAct::allocate;
    label.sku = "tea-500";
    label.lot = "L2026-07";
    label.printer = "desk";
    const std::string opener = "back:2:4711";
    const GateEvidence gate{"dock-reader", "dock", 2, -5'450, 7, 100'000, "in", "eyes", "clear"};
    return {
        {"data_epoch_began", encode(EpochData{4'700, "the bridge is behind"}),
         recode(&decode_epoch_data)},
        {"data_hand_over", encode(HandOverData{"shop", "shop.floor", "", "dock"}),
         recode(&decode_hand_over_data)},
        {"data_movement", encode(MovementData{"dock", true, true}), recode(&decode_movement_data)},
        {"data_receipt", encode(ReceiptData{"tea-500", "L2026-07", true}),
         recode(&decode_receipt_data)},
        {"data_blind",
         encode(BlindData{"dock-reader", 2, "offline", 1'763'900'000'000, "no answer"}),
         recode(&decode_blind_data)},
        {"data_anomaly",
         encode(AnomalyData{"wrong_place", "dock", "", "SKU tea-500 stands at dock",
                            "Carry it to cold room 2."}),
         recode(&decode_anomaly_data)},
        {"data_resolution", encode(ResolutionData{opener, "found on shelf 4"}),
         recode(&decode_resolution_data)},
        {"data_correction", encode(CorrectionData{"theft", "user:mei"}),
         recode(&decode_correction_data)},
        {"data_counted",
         encode(CountData{4'711, 100'000, 99'000, -1'000, "cold room 2", "cycle", 1, "tea-500"}),
         recode(&decode_count_data)},
        {"data_refusal",
         encode(RefusalData{"master", "SKU is not known", "mend the record and import it again"}),
         recode(&decode_refusal_data)},
        {"data_task_open", encode(TaskData{{}, task, {}, 0, {}, {}}), recode(&decode_task_data)},
        {"data_task_step", encode(TaskData{opener, {}, TaskAct::move_on, 2'000, "half of it", {}}),
         recode(&decode_task_data)},
        {"data_task_loaded", encode(TaskData{opener, {}, TaskAct::move_on, 2'000, {}, "cart.a1"}),
         recode(&decode_task_data)},
        {"data_shelf", encode(ShelfData{"shelf.4", "count", "rice", -3, "taken"}),
         recode(&decode_shelf_data)},
        {"data_tag", encode(label), recode(&decode_tag_data)},
        {"data_barrier",
         encode(BarrierData{"dock", BarrierOrder::closed, true, "a lorry backs up"}),
         recode(&decode_barrier_data)},
        {"data_fleet",
         encode(HandOrder{HandAct::release,
                          "cart-1",
                          {},
                          "a0c0",
                          {},
                          "carried to its place",
                          0,
                          false,
                          {},
                          "lost",
                          "a1c0",
                          "a2c0 a3c0",
                          "it is silent"}),
         recode(&decode_hand_order)},
        {"evidence_gate", encode(gate), recode(&decode_gate_evidence)},
        {"evidence_shelf", encode(ShelfEvidence{"shelf.4", 12'000, 9'000, 150}),
         recode(&decode_shelf_evidence)},
    };
}

inline std::vector<SyncSample> order_samples() {
    OrderData order;
    order.added.id = "W-1001";
    order.added.due = "2026-12-01";
    order.added.priority = 3;
    order.added.lines = {{"tea-500", "", "", 2'000, 0, 0}, {"rice", "L1", "shelf.4", 1'500, 0, 0}};
    OrderData day = order;
    day.added.due_by = "2026-12-01T15:59:59Z";
    OrderData moment = order;
    moment.added.due = "2026-12-01T08:00:00Z";
    OrderData wait;
    wait.act = OrderAct::wait;
    wait.order = "W-1001";
    wait.line = 2;
    wait.milli = 500;
    wait.text = "line 2 waits for 0.5 of SKU rice: 1 on hand";
    OrderData packed;
    packed.act = OrderAct::pack;
    packed.order = "W-1001";
    packed.claims = {3, 4};
    packed.parcel = {"106141410000000019", "packing", 1'520'000, 1'500'000, "", ""};
    Claim claim;
    claim.n = 3;
    claim.line = 1;
    claim.place = "cart.a1";
    claim.lot = "L2026-07";
    claim.item = "3034257BF7194E4000001A85";
    claim.pick = 1;
    claim.origin = "shelf.4";
    claim.qty_milli = 1'000;
    return {
        {"data_order", encode(order), recode(&decode_order_data)},
        {"data_order_day", encode(day), recode(&decode_order_data)},
        {"data_order_moment", encode(moment), recode(&decode_order_data)},
        {"data_order_wait", encode(wait), recode(&decode_order_data)},
        {"data_order_pack", encode(packed), recode(&decode_order_data)},
        {"data_reserved", encode(ReservedData{"W-1001", "tea-500", claim}),
         recode(&decode_reserved_data)},
        {"data_released",
         encode(
             ReleasedData{"W-1001", "rice", "shelf.4", {2, 500, ReleaseWhy::revoked}, "counted"}),
         recode(&decode_released_data)},
    };
}

inline std::vector<SyncSample> all_samples() {
    std::vector<SyncSample> all;
    for (const auto& some : {sync_samples(), master_samples(), data_samples(), order_samples()}) {
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

/// The sample of what a type of event carries; empty: it carries nothing of its own (yet).
inline std::string data_sample_of(EventType type) {
    switch (type) {
        case EventType::epoch_began:
            return "data_epoch_began";
        case EventType::master_changed:
            return "master_item";
        case EventType::bound:
            return "master_binding";
        case EventType::sighted:
            return "data_receipt";
        case EventType::received:
        case EventType::moved:
        case EventType::departed:
            return "data_movement";
        case EventType::handed_over:
            return "data_hand_over";
        case EventType::counted:
            return "data_counted";
        case EventType::corrected:
            return "data_correction";
        case EventType::shelf_changed:
            return "data_shelf";
        case EventType::blind_began:
        case EventType::blind_ended:
            return "data_blind";
        case EventType::anomaly_raised:
            return "data_anomaly";
        case EventType::anomaly_resolved:
            return "data_resolution";
        case EventType::command_refused:
            return "data_refusal";
        case EventType::task_changed:
            return "data_task_open";
        case EventType::tag_changed:
            return "data_tag";
        case EventType::barrier_ordered:
            return "data_barrier";
        case EventType::fleet_ordered:
            return "data_fleet";
        case EventType::reserved:
            return "data_reserved";
        case EventType::released:
            return "data_released";
        case EventType::order_changed:
            return "data_order";
        case EventType::unpacked:
        case EventType::custody_changed:
            return {};
    }
    return {};
}

}  // namespace tally::test
