// Never oversold: random orders, picks, counts, strangers' hands, gates, doubts, cancelled and
// short picks, packing and handing over. The judge reads the line alone (sim/checkers) and asks
// after every single event; the book stays sound; a rebuild from the line is what stood there. And
// the judge is not believed before it has caught a box that forgets to take promises back.
#include "firmware/base/prng.hpp"
#include "sim/checkers/promise_checks.hpp"
#include "tests/support/order_rig.hpp"

using namespace tally;
using namespace tally::test;

namespace {

const std::vector<std::string> kPlaces = {"dock", "aisle", "attic"};
const std::vector<std::string> kLots = {"-", "L1", "L2"};

class Chaos {
 public:
    Chaos(OrderRig& rig, std::uint64_t seed) : rig_(rig), prng_(seed) {}

    void step() {
        switch (prng_.below(12)) {
            case 0:
            case 1:
                return bring();
            case 2:
            case 3:
                return order();
            case 4:
                return lose();
            case 5:
                return pass();
            case 6:
            case 7:
            case 8:
                return work();
            case 9:
                return doubt();
            case 10:
                return send();
            default:
                rig_.orders.sweep();
        }
    }

 private:
    const std::string& one_of(const std::vector<std::string>& names) {
        return names[prng_.below(names.size())];
    }

    void bring() {
        const std::string& place = one_of(kPlaces);
        const std::string& lot = one_of(kLots);
        const auto milli = static_cast<std::int64_t>(1 + prng_.below(5)) * 1'000;
        if (prng_.below(2) == 0) {
            rig_.put_lot(place, "rice", lot, milli);
        } else {
            rig_.in("dock-door", tea(++serials_));
        }
    }

    void order() {
        std::vector<OrderLine> lines;
        const std::uint64_t count = 1 + prng_.below(3);
        for (std::uint64_t i = 0; i < count; ++i) {
            const bool rice = prng_.below(2) == 0;
            const auto milli = static_cast<std::int64_t>(1 + prng_.below(4)) * 1'000;
            const std::string lot = rice && prng_.below(3) == 0 ? one_of(kLots) : std::string();
            const std::string place = prng_.below(4) == 0 ? one_of(kPlaces) : std::string();
            lines.push_back(OrderRig::line(rice ? "rice" : "tea", milli, lot, place));
        }
        const auto priority = static_cast<std::int64_t>(1 + prng_.below(9));
        REQUIRE(rig_.orders.add(OrderRig::order("W-" + std::to_string(++orders_), lines, priority),
                                rig_.web));
    }

    void lose() {
        const std::string& place = one_of(kPlaces);
        const std::string& lot = one_of(kLots);
        const auto milli = static_cast<std::int64_t>(1 + prng_.below(3)) * 1'000;
        static_cast<void>(rig_.lose(place, "rice", milli, lot));  // The book may not have so much.
    }

    void pass() {
        if (serials_ > 0) {
            const std::string unit =
                tea(1 + static_cast<int>(prng_.below(static_cast<std::uint64_t>(serials_))));
            const std::string gate = prng_.below(6) == 0 ? "exit" : "aisle-door";
            prng_.below(3) == 0 ? rig_.out("aisle-door", unit) : rig_.in(gate, unit);
        }
    }

    /// A person with a random pick or count, or the system's own decision about an order.
    void work() {
        std::vector<Task> picks;
        for (const auto& [id, task] : rig_.ledger.registers().work().tasks()) {
            if (task.kind == TaskKind::pick && !task.finished()) {
                picks.push_back(task);
            }
        }
        if (picks.empty()) {
            return;
        }
        const Task task = picks[prng_.below(picks.size())];
        if (task.state == TaskState::open) {
            static_cast<void>(rig_.tasks.step({task.id, TaskAct::take, 0, {}}, rig_.user));
            return;
        }
        const std::uint64_t what = prng_.below(8);
        if (what == 0) {
            static_cast<void>(rig_.tasks.step({task.id, TaskAct::finish, 0, {}}, rig_.user));
        } else if (what == 1) {
            static_cast<void>(rig_.tasks.step({task.id, TaskAct::put_back, 0, {}}, rig_.user));
        } else if (task.sku == "rice") {
            static_cast<void>(
                rig_.tasks.scan({task.id, "rice", 1'000, one_of(kPlaces), {}}, rig_.user));
        } else {
            const auto serial = 1 + prng_.below(static_cast<std::uint64_t>(serials_) + 1);
            static_cast<void>(rig_.tasks.scan(
                {task.id, tea(static_cast<int>(serial)), 0, one_of(kPlaces), {}}, rig_.user));
        }
    }

    void doubt() {
        if (!doubts_.empty() && prng_.below(2) == 0) {
            const std::string id = doubts_.back();
            doubts_.pop_back();
            static_cast<void>(rig_.inventory.resolve_anomaly(id, "looked", rig_.other, {}));
            return;
        }
        AnomalyData about;
        about.place = one_of(kPlaces);
        about.text = "doubt";
        doubts_.push_back(rig_.inventory.raise(AnomalyKind::count_differs, {}, about, {}));
    }

    void send() {
        const std::string id = "W-" + std::to_string(1 + prng_.below(orders_ + 1));
        const Order* order = rig_.orders.book().find(id);
        if (order == nullptr) {
            return;
        }
        if (prng_.below(4) == 0) {
            static_cast<void>(rig_.orders.cancel(id, "why not", rig_.user));
            return;
        }
        Packing::Wish wish;
        wish.order = id;
        wish.place = PlaceId(one_of(kPlaces));
        for (const auto& [n, claim] : order->claims) {
            for (std::int64_t i = 0; claim.pick != 0 && i < claim.qty_milli; i += 1'000) {
                wish.codes.push_back(claim.item.empty() ? "rice" : claim.item);
            }
        }
        static_cast<void>(rig_.packing.pack(wish, rig_.user));
        if (prng_.below(2) == 0) {
            static_cast<void>(rig_.packing.hand_over({{id}, "SF"}, rig_.user));
        }
    }

    OrderRig& rig_;
    Prng prng_;
    int serials_ = 0;
    std::uint64_t orders_ = 0;
    std::vector<std::string> doubts_;
};

/// Hears of nothing before it happens.
class Forgetful final : public StockKeeper {
 public:
    explicit Forgetful(StockKeeper& inner) : inner_(inner) {}
    [[nodiscard]] bool watches(const Event& draft) const override { return inner_.watches(draft); }
    void before(const Event&) override {}
    void after(const Event&) override {}

 private:
    StockKeeper& inner_;
};

}  // namespace

TEST_CASE("whatever happens, nothing is promised twice, and a rebuild is what stood there") {
    std::size_t shipped = 0, revoked = 0, picked = 0;
    for (std::uint64_t seed = 1; seed <= 24; ++seed) {
        INFO("seed " << seed);
        OrderRig rig;
        Chaos chaos(rig, seed);
        for (int i = 0; i < 300; ++i) {
            rig.ledger.together([&] { chaos.step(); });
            rig.check_promises();
            if (i % 25 == 0) {
                rig.rig.run(std::chrono::seconds(2));
            }
        }
        rig.rig.run(std::chrono::seconds(2));
        const Result<void> sound = rig.ledger.book().verify();
        REQUIRE(sound);
        const auto findings = sim::check_promises(rig.rig.stored());
        INFO(sim::to_text(findings));
        REQUIRE(findings.empty());
        for (const Event& event : rig.events(EventType::released)) {
            const auto data = decode_released_data(event.data);
            shipped += data->what.why == ReleaseWhy::shipped;
            revoked += data->what.why == ReleaseWhy::revoked;
            picked += data->what.why == ReleaseWhy::picked;
        }
        REQUIRE(rig.rig.verify());
        const std::string before = all_of(rig.ledger);
        REQUIRE(rig.rig.restart());
        REQUIRE(all_of(*rig.rig.ledger) == before);
    }
    // It did happen.
    CHECK(shipped > 20);
    CHECK(revoked > 20);
    CHECK(picked > 50);
}

TEST_CASE("the judge catches a box that forgets to take promises back") {
    OrderRig rig;
    rig.put("attic", "rice", 5'000);
    rig.add("W-1", {OrderRig::line("rice", 4'000)});
    Forgetful forgetful(rig.orders);
    rig.ledger.keep(forgetful);
    REQUIRE(rig.lose("attic", "rice", 3'000));
    rig.rig.run();
    CHECK(sim::caught_by(sim::check_promises(rig.rig.stored()), "promise.over"));
}
