// What waits is served in turns: bounded each, in the order in which it would be served at once.
#include "tests/support/order_rig.hpp"

using namespace tally;
using namespace tally::test;
using namespace std::chrono_literals;

namespace {

/// A claim adds its reservation and its task; the last one of a turn is begun at its last event.
constexpr std::uint64_t kBeyond = 2;

/// Orders of one unit of rice each, of three priorities; nothing is there for them.
struct Crowd : OrderRig {
    explicit Crowd(int size) {
        for (int i = 0; i < size; ++i) {
            add("W-" + std::to_string(i), {line("rice", 1'000)}, 1 + i * 7 % 3);
        }
        rig.run(5s);
    }
    [[nodiscard]] std::uint64_t seq() const { return ledger.line().seq().value(); }
    [[nodiscard]] bool is_served(const std::string& id) const { return stage(id) == "reserved"; }
    /// In the order in which they are to be served: how many in front, and how many at all.
    [[nodiscard]] std::pair<std::size_t, std::size_t> served() const {
        std::size_t front = 0;
        std::size_t all = 0;
        for (const std::string& id : orders.book().open()) {
            front += front == all && is_served(id);
            all += is_served(id);
        }
        return {front, all};
    }
    /// Every claim has its task, and nothing is promised twice.
    void check_whole() const {
        check_promises();
        for (const auto& [id, order] : orders.book().orders()) {
            for (const auto& [n, claim] : order.claims) {
                INFO(id);
                REQUIRE(ledger.registers().work().task_of_key(pick_key(id, claim)) != nullptr);
            }
        }
    }
};

}  // namespace

TEST_CASE("goods for hundreds of orders are promised in bounded turns, the first to serve first") {
    Crowd crowd(300);
    crowd.put("attic", "rice", 250'000);
    std::size_t turns = 0;
    for (int i = 0; i < 600; ++i) {
        const std::uint64_t before = crowd.seq();
        crowd.rig.run(5ms);
        REQUIRE(crowd.seq() - before <= Orders::kTurnRows + kBeyond);
        turns += crowd.seq() != before;
        const auto [front, all] = crowd.served();
        REQUIRE(front == all);
    }
    CHECK(turns >= 250 * 2 / (Orders::kTurnRows + kBeyond));
    CHECK(crowd.served().second == 250);
    crowd.check_whole();
    const std::uint64_t quiet = crowd.seq();
    crowd.rig.run(10s);
    CHECK(crowd.seq() == quiet);  // Those that wait were told so.
}

TEST_CASE("between two turns nothing is half done, and who comes first then is served first") {
    Crowd crowd(200);
    crowd.put("attic", "rice", 150'000);
    while (crowd.served().second == 0) {
        crowd.rig.run(1ms);
    }
    REQUIRE(crowd.served().second < 150);
    crowd.check_whole();
    REQUIRE(crowd.lose("attic", "rice", 20'000));
    crowd.add("urgent", {OrderRig::line("rice", 200'000)}, 1);
    CHECK(crowd.stage("urgent") == "back_ordered");
    crowd.rig.run(5s);
    // All that was left went to it, and nobody has less for it.
    CHECK(crowd.orders.book().claimed({"rice", "attic", "-"}) == 130'000);
    const auto served = static_cast<std::int64_t>(crowd.served().second);
    CHECK(served == 130 - crowd.at("urgent").claims.begin()->second.qty_milli / 1'000);
    crowd.check_whole();
}

TEST_CASE("the last order is served however much else is written meanwhile") {
    Crowd crowd(200);
    crowd.put("attic", "rice", 200'000);
    for (int i = 0; i < 400 && crowd.served().second < 200; ++i) {
        crowd.put("aisle", "oil", 1'000);
        crowd.rig.run(5ms);
    }
    CHECK(crowd.served().second == 200);
    crowd.check_whole();
}
