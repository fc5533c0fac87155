#include "tools/bench/orders_bench.hpp"

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "firmware/base/check.hpp"
#include "firmware/base/prng.hpp"
#include "firmware/services/orders/orders.hpp"
#include "sim/kernel/kernel.hpp"
#include "tools/bench/table.hpp"

namespace tally::bench {

namespace {

constexpr std::size_t kOrdersAPass = 2'000;
constexpr int kRuns = 4;  // And one to warm up: 10,000 orders in all.
constexpr std::size_t kPlaces = 10;

/// Says "durable" and keeps nothing.
class ForgetfulJournal final : public Journal {
 public:
    explicit ForgetfulJournal(Scheduler& scheduler) : scheduler_(scheduler) {}

    void commit(JournalCommit commit, Committed reply) override {
        scheduler_.after(Duration(0),
                         [commit = std::move(commit), reply = std::move(reply)]() mutable {
                             reply({}, std::move(commit));
                         });
    }
    void start(Reply<JournalStart> reply) override { answer(std::move(reply)); }
    void rows(RowQuery, Reply<std::vector<FoundRow>> reply) override { answer(std::move(reply)); }
    void positions(std::string, Reply<std::vector<PositionRow>> reply) override {
        answer(std::move(reply));
    }
    void items(std::string, Reply<std::vector<ItemRow>> reply) override {
        answer(std::move(reply));
    }
    void commands(std::string, std::uint64_t, std::size_t,
                  Reply<std::vector<CommandRow>> reply) override {
        answer(std::move(reply));
    }
    void leaves(std::string, std::uint64_t, std::uint64_t,
                Reply<std::vector<Digest>> reply) override {
        answer(std::move(reply));
    }

 private:
    template <typename T>
    void answer(Reply<T> reply) {
        scheduler_.after(Duration(0), [reply = std::move(reply)] { reply(T()); });
    }

    Scheduler& scheduler_;
};

std::string sku_name(std::uint64_t number) {
    return "sku-" + std::to_string(number);
}

/// A box whose every SKU stands at ten places.
struct Box {
    explicit Box(std::size_t positions) : skus(positions / kPlaces) {
        site.id = SiteId("bench");
        site.edges = {EdgeId("back")};
        for (std::size_t i = 0; i < kPlaces; ++i) {
            site.places.push_back({PlaceId("place-" + std::to_string(i)), EdgeId("back")});
        }
        ledger.start([](Result<void> started) {
            TALLY_CHECK(started.has_value(), "nothing is stored that could be wrong");
        });
        kernel.run_for(std::chrono::seconds(1));
        for (std::uint64_t sku = 0; sku < skus; ++sku) {
            const auto known = inventory.import_master(
                {ItemRecord{sku_name(sku), "", "", Tracking::by_count, 0}}, {"user:bench", {}}, {});
            TALLY_CHECK(known.has_value(), "a record is taken");
            for (const PlaceLayout& place : site.places) {
                receive(sku_name(sku), place.id);
            }
            kernel.run_for(std::chrono::milliseconds(1));
        }
        orders.start();
    }
    static LedgerOptions options() {
        LedgerOptions made;
        made.edge = EdgeId("back");
        return made;
    }
    void receive(const std::string& sku, const PlaceId& place) {
        Event event;
        event.type = EventType::received;
        event.by = "user:bench";
        event.sku = SkuId(sku);
        event.lot = LotId(std::string(kDefaultLot));
        event.qty = Quantity{1'000'000'000};
        event.from = PlaceId("SUPPLIER");
        event.to = place;
        const auto written = ledger.write(std::move(event));
        TALLY_CHECK(written.has_value(), "goods come in");
    }
    void add_orders() {
        for (std::size_t i = 0; i < kOrdersAPass; ++i) {
            Order order;
            order.id = "W-" + std::to_string(++made);
            for (int line = 0; line < 2; ++line) {
                order.lines.push_back({sku_name(prng.below(skus)), {}, {}, 2'000, 0, 0});
            }
            const auto added = orders.add(std::move(order), {"user:bench", {}});
            TALLY_CHECK(added.has_value(), "an order is taken");
        }
        kernel.run_for(std::chrono::milliseconds(1));  // Commits; no look at what waits.
    }

    std::size_t skus;
    std::uint64_t made = 0;
    Prng prng{1};
    sim::Kernel kernel{{}};
    sim::Node& node = kernel.add_node({.name = "back"});
    ForgetfulJournal journal{node};
    Ledger ledger{options(), journal, node, node, node, [](const Error&) {}};
    SiteLayout site;
    Inventory inventory{site, ledger, node, node};
    Receiving receiving{inventory, ledger};
    Tasks tasks{inventory, ledger, receiving, node};
    Orders orders{inventory, ledger, tasks, node, node};
};

}  // namespace

int bench_orders() {
    Table table("an order of two lines: added, promised, its picks opened (processor time)");
    bool is_sound = true;
    std::vector<double> medians;
    for (const std::size_t positions : {1'000, 10'000, 100'000}) {
        Box box(positions);
        const Sample ns = ns_per_piece(kOrdersAPass, kRuns, [&] { box.add_orders(); });
        table.row(std::to_string(positions) + " positions, to 10,000 orders",
                  {sample_of({ns.low / 1'000, ns.median / 1'000, ns.high / 1'000}), "us/order", 0});
        medians.push_back(ns.median);
        const OrderBook& book = box.orders.book();
        is_sound = is_sound && book.orders().size() == kOrdersAPass * (kRuns + 1);
        for (const auto& [id, order] : book.orders()) {
            is_sound = is_sound && stage_of(order) == OrderStage::reserved;
        }
    }
    table.row("100,000 positions against 1,000 (flat is 1)",
              {sample_of({medians.back() / medians.front()}), "times", 2}, at_most(3));
    if (!is_sound) {
        std::fprintf(stderr, "bench_orders: not every order was promised what is there\n");
    }
    return is_sound ? 0 : 1;
}

}  // namespace tally::bench
