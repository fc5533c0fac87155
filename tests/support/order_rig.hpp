// The small site with orders on it, and the rule that nothing is promised twice, asked of book and
// claims after every step.
#pragma once

#include "firmware/messages/order_data.hpp"
#include "firmware/services/orders/packing.hpp"
#include "tests/support/goods_rig.hpp"

namespace tally::test {

struct OrderRig : GoodsRig {
    OrderRig() {
        site.serial_ranges[EdgeId("back")] = 7;
        tags.on_hands(
            {[](const DeviceId&, const PrintJob&, const auto&) {}, [](Seq) { return true; }});
        orders.start();
        tags.start();
        rig.run(std::chrono::seconds(2));
    }

    static Order order(const std::string& id, std::vector<OrderLine> lines,
                       std::int64_t priority = kUsualPriority) {
        Order wanted;
        wanted.id = id;
        wanted.lines = std::move(lines);
        wanted.priority = priority;
        return wanted;
    }
    static OrderLine line(const std::string& sku, std::int64_t milli, const std::string& lot = {},
                          const std::string& place = {}) {
        return {sku, lot, place, milli, 0, 0};
    }
    Order add(const std::string& id, std::vector<OrderLine> lines,
              std::int64_t priority = kUsualPriority) {
        const auto added = orders.add(order(id, std::move(lines), priority), web);
        INFO((added ? std::string() : added.error().text));
        REQUIRE(added);
        return at(id);
    }
    Order add_due(const std::string& id, std::int64_t milli, const std::string& due) {
        Order wanted = order(id, {line("rice", milli)});
        wanted.due = due;
        REQUIRE(orders.add(wanted, web));
        return at(id);
    }
    [[nodiscard]] Order at(const std::string& id) const { return *orders.book().find(id); }
    [[nodiscard]] std::string stage(const std::string& id) const {
        return std::string(to_string(stage_of(at(id))));
    }
    /// "n place lot qty item state" of each claim, in order.
    [[nodiscard]] std::vector<std::string> claims(const std::string& id) const {
        std::vector<std::string> lines;
        for (const auto& [n, claim] : at(id).claims) {
            lines.push_back(claim.place + " " + claim.lot + " " +
                            std::to_string(claim.qty_milli / 1'000) +
                            (claim.pick != 0 ? " in hand" : ""));
        }
        return lines;
    }
    /// So much of a lot comes in.
    void put_lot(const std::string& place, const std::string& sku, const std::string& lot,
                 std::int64_t milli) {
        Event event;
        event.type = EventType::received;
        event.by = "user:test";
        event.sku = SkuId(sku);
        event.lot = LotId(lot);
        event.qty = Quantity{milli};
        event.from = PlaceId("SUPPLIER");
        event.to = PlaceId(place);
        rig.write(event);
    }
    /// A stranger's or a counter's hand.
    Result<Seq> lose(const std::string& place, const std::string& sku, std::int64_t milli,
                     const std::string& lot = "-") {
        Event event;
        event.type = EventType::corrected;
        event.by = "user:mei";
        event.sku = SkuId(sku);
        event.lot = LotId(lot);
        event.qty = Quantity{milli};
        event.from = PlaceId(place);
        event.to = PlaceId("UNEXPLAINED");
        event.data = encode(CorrectionData{"counted"});
        return ledger.write(std::move(event));
    }
    /// The open task of the order's first claim that is not picked.
    [[nodiscard]] std::string pick_of(const std::string& id) const {
        for (const auto& [n, claim] : at(id).claims) {
            if (claim.pick == 0) {
                return task_id(pick_key(id, claim));
            }
        }
        return {};
    }
    [[nodiscard]] std::string history(const std::string& id) const {
        std::string text;
        for (const OrderNote& note : at(id).notes) {
            text += note.text + "\n";
        }
        return text;
    }
    /// Written from the claims and the book alone.
    void check_promises() const {
        for (const auto& [spot, refs] : orders.book().spots()) {
            const Quantity here = ledger.book().quantity(
                {spot.place, spot.sku, spot.lot, kFreeCustody, kGoodQuality, {}, 0});
            INFO("SKU " << spot.sku << " at " << spot.place << " lot " << spot.lot);
            CHECK(orders.book().claimed(spot) <= here.milli);
        }
    }

    Orders orders{inventory, ledger, tasks, rig.node, rig.node};
    Commissioning tags{{}, inventory, ledger, rig.node, rig.node};
    Packing packing{inventory, ledger, orders, tags};
    Actor web{"user:web", {}};
};

}  // namespace tally::test
