// Simulated passes with known truth, and how often the rules find it. Stated conditions: two
// antennas that take turns every 50 ms and hear a tag at less than 2 m with probability p (0.60,
// 0.80, 0.95) on their own side and p/3 beyond the doorway; RSSI falls 8 dB a metre with +-4 dB of
// noise; carriers of 0.7 m walk at 0.7 to 1.6 m/s between eyes 0.5 m apart; every second edge of an
// eye bounces up to three times within 8 ms; each carrier brings one to eight tags.
#include <cmath>
#include <cstdio>
#include <map>
#include <tuple>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "tests/support/gate_record.hpp"

using namespace tally;
using test::at_ms;
using test::read_of;
using test::tag;

namespace {

/// What truly happened to a tag; the last one only as an answer.
enum class Truth { in, out, back, stayed, came_near, undecided };
constexpr const char* kNames[] = {"in", "out", "back", "no passage", "came near", "undecided"};

/// A walk along the axis through the doorway at 0 m; outside is negative. Straight between points.
struct Point {
    double s, m;
};
struct Carrier {
    std::vector<Point> walk;
    std::vector<std::uint32_t> tags;
    bool breaks_eyes = true;  ///< false: goods that lie on the floor
    Truth truth = Truth::in;

    [[nodiscard]] bool is_there(double s) const {
        return s >= walk.front().s && s <= walk.back().s;
    }
    [[nodiscard]] double at(double s) const {
        for (std::size_t i = 1; i < walk.size(); ++i) {
            if (s <= walk[i].s) {
                const double part = (s - walk[i - 1].s) / (walk[i].s - walk[i - 1].s);
                return walk[i - 1].m + part * (walk[i].m - walk[i - 1].m);
            }
        }
        return walk.back().m;
    }
};

double metres(Prng& prng, std::int64_t low_cm, std::int64_t high_cm) {
    return static_cast<double>(prng.between(low_cm, high_cm)) / 100.0;
}

/// One carrier of a kind that starts at `s`.
Carrier draw_carrier(Prng& prng, double s, Truth truth) {
    Carrier carrier;
    carrier.truth = truth;
    const double speed = metres(prng, 70, 160);
    double side = truth == Truth::out ? 1.0 : -1.0;
    if (truth == Truth::back || truth == Truth::came_near) {
        side = prng.chance_ppm(500'000) ? 1.0 : -1.0;
    }
    const double far = 3.5;
    const double turn = truth == Truth::came_near ? metres(prng, 90, 180) : -metres(prng, 80, 150);
    carrier.walk.push_back({s, side * far});
    if (truth == Truth::in || truth == Truth::out) {
        carrier.walk.push_back({s + 2 * far / speed, -side * far});
    } else {
        const double way = (far - turn) / speed;
        const double pause = metres(prng, 0, 150);
        carrier.walk.push_back({s + way, side * turn});
        carrier.walk.push_back({s + way + pause, side * turn});
        carrier.walk.push_back({s + 2 * way + pause, side * far});
    }
    return carrier;
}

class Simulation {
 public:
    Simulation(std::uint64_t seed, double p, const GateLayout& layout)
        : prng_(seed), p_(p), gate_(layout, {}, record_) {}

    /// Some carriers one after the other, the next within 1 to 6 s of the last one's middle.
    void run() {
        std::uint32_t number = 0;
        double s = 1;
        Carrier pile;
        pile.breaks_eyes = false;
        pile.truth = Truth::stayed;
        const double pile_m = prng_.chance_ppm(500'000) ? 1.3 : -1.3;
        for (int i = 0; i < 6; ++i) {
            const auto kind = prng_.below(10);
            const Truth truth = kind < 4   ? Truth::in
                                : kind < 8 ? Truth::out
                                : kind < 9 ? Truth::back
                                           : Truth::came_near;
            Carrier carrier = draw_carrier(prng_, s, truth);
            const auto tags = prng_.between(1, 8);
            for (std::int64_t t = 0; t < tags; ++t) {
                carrier.tags.push_back(number++);
            }
            s = (carrier.walk.front().s + carrier.walk.back().s) / 2 + metres(prng_, 100, 600);
            carriers_.push_back(carrier);
        }
        pile.walk = {{0, pile_m}, {s + 10, pile_m}};
        pile.tags = {number, number + 1, number + 2};
        carriers_.push_back(pile);
        play(static_cast<std::int64_t>((s + 10) * 1000));
    }

    [[nodiscard]] std::map<std::pair<Truth, Truth>, int> confusion() const {
        std::map<std::pair<Truth, Truth>, int> counts;
        for (const Carrier& carrier : carriers_) {
            for (const std::uint32_t number : carrier.tags) {
                ++counts[{carrier.truth, answer(tag(number))}];
            }
        }
        return counts;
    }

 private:
    void play(std::int64_t end_ms) {
        for (std::int64_t ms = 0; ms < end_ms; ms += 5) {
            const double s = static_cast<double>(ms) / 1000.0;
            eye(1, -0.25, ms, s);
            eye(2, 0.25, ms, s);
            if (ms % 50 == 0) {
                look(static_cast<std::uint16_t>(ms % 100 == 0 ? 1 : 2), ms, s);
            }
            gate_.advance(at_ms(ms));
        }
        gate_.advance(at_ms(end_ms + 10'000));
    }

    void eye(std::uint16_t port, double eye_m, std::int64_t ms, double s) {
        bool broken = false;
        for (const Carrier& carrier : carriers_) {
            broken = broken || (carrier.breaks_eyes && carrier.is_there(s) &&
                                std::abs(carrier.at(s) - eye_m) < 0.35);
        }
        if (broken == broken_[port - 1]) {
            return;
        }
        broken_[port - 1] = broken;
        const auto level = [](bool high) {
            return high ? InputChange::Level::high : InputChange::Level::low;
        };
        gate_.on_input({port, level(broken), at_ms(ms)});
        const std::int64_t bounces = prng_.chance_ppm(500'000) ? prng_.between(1, 2) : 0;
        for (std::int64_t i = 0; i < bounces; ++i) {
            const MonoTime at = at_ms(ms) + std::chrono::milliseconds(1 + 2 * i);
            gate_.on_input({port, level(!broken), at});
            gate_.on_input({port, level(broken), at + std::chrono::milliseconds(1)});
        }
    }

    void look(std::uint16_t antenna, std::int64_t ms, double s) {
        const double antenna_m = antenna == 1 ? -0.5 : 0.5;
        for (const Carrier& carrier : carriers_) {
            if (!carrier.is_there(s)) {
                continue;
            }
            for (const std::uint32_t number : carrier.tags) {
                const double offset = 0.1 * (static_cast<double>(number % 8) - 3.5);
                const double tag_m = carrier.at(s) + offset;
                const double distance = std::abs(tag_m - antenna_m);
                const bool beyond = (tag_m > 0) != (antenna_m > 0);
                const double chance = distance > 2.0 ? 0 : beyond ? p_ / 3 : p_;
                const bool is_read =
                    prng_.chance_ppm(static_cast<std::uint32_t>(chance * 1'000'000));
                const auto noise = static_cast<double>(prng_.between(-4, 4));
                if (is_read) {
                    const double dbm = -45 - 8 * distance + noise - (beyond ? 4 : 0);
                    const TagRead read =
                        read_of(tag(number), antenna, static_cast<std::int32_t>(dbm), at_ms(ms));
                    gate_.on_reads({&read, 1});
                }
            }
        }
    }

    /// The net of what the gate said about a tag.
    [[nodiscard]] Truth answer(const Epc& epc) const {
        int net = 0;
        int count = 0;
        for (const Passage& passage : record_.passages) {
            if (passage.epc == epc) {
                if (passage.outcome == PassageOutcome::undecided) {
                    return Truth::undecided;
                }
                ++count;
                net += passage.outcome == PassageOutcome::in    ? 1
                       : passage.outcome == PassageOutcome::out ? -1
                                                                : 0;
            }
        }
        if (count == 0) {
            return Truth::stayed;
        }
        return net == 0 ? Truth::back : net > 0 ? Truth::in : Truth::out;
    }

    Prng prng_;
    double p_;
    test::GateRecord record_;
    GateTracker gate_;
    std::vector<Carrier> carriers_;
    bool broken_[2] = {false, false};
};

struct Totals {
    int passed = 0, right = 0, wrong_way = 0, undecided = 0, missed = 0, stayed = 0, alarmed = 0;
};

Totals print_matrix(const char* gate, double p, std::map<std::pair<Truth, Truth>, int>& counts) {
    std::printf("\n%s, p = %.2f%22s%8s%8s%12s%12s\n", gate, p, "in", "out", "back", "no passage",
                "undecided");
    for (const Truth truth :
         {Truth::in, Truth::out, Truth::back, Truth::stayed, Truth::came_near}) {
        std::printf("  truth %-12s", kNames[static_cast<int>(truth)]);
        for (const Truth said :
             {Truth::in, Truth::out, Truth::back, Truth::stayed, Truth::undecided}) {
            std::printf("%*d", said < Truth::stayed ? 8 : 12, counts[{truth, said}]);
        }
        std::printf("\n");
    }
    Totals totals;
    for (const Truth truth : {Truth::in, Truth::out}) {
        const Truth opposite = truth == Truth::in ? Truth::out : Truth::in;
        totals.right += counts[{truth, truth}];
        totals.wrong_way += counts[{truth, opposite}];
        totals.undecided += counts[{truth, Truth::undecided}];
        totals.missed += counts[{truth, Truth::stayed}] + counts[{truth, Truth::back}];
    }
    totals.passed = totals.right + totals.wrong_way + totals.undecided + totals.missed;
    for (const Truth truth : {Truth::stayed, Truth::came_near}) {
        for (const Truth said :
             {Truth::in, Truth::out, Truth::back, Truth::stayed, Truth::undecided}) {
            totals.stayed += counts[{truth, said}];
        }
        totals.alarmed += counts[{truth, Truth::in}] + counts[{truth, Truth::out}];
    }
    std::printf("  stayed or came near %d: said to have passed %.2f%%\n", totals.stayed,
                100.0 * totals.alarmed / totals.stayed);
    std::printf("  passed %d: right %.2f%%, wrong way %.3f%%, undecided %.2f%%, missed %.2f%%\n",
                totals.passed, 100.0 * totals.right / totals.passed,
                100.0 * totals.wrong_way / totals.passed, 100.0 * totals.undecided / totals.passed,
                100.0 * totals.missed / totals.passed);
    return totals;
}

Totals measure(const char* name, double p, const GateLayout& layout) {
    std::map<std::pair<Truth, Truth>, int> counts;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        Simulation simulation(seed, p, layout);
        simulation.run();
        for (const auto& [cell, count] : simulation.confusion()) {
            counts[cell] += count;
        }
    }
    return print_matrix(name, p, counts);
}

}  // namespace

TEST_CASE("with photo-eyes, a wrong direction is far rarer than an undecided one") {
    for (const double p : {0.60, 0.80, 0.95}) {
        const Totals totals = measure("two antennas and two eyes", p, test::gate_with_eyes());
        INFO("p " << p << ", seeds 1..100");
        CHECK(totals.passed > 1500);
        CHECK(totals.right * 100 >= totals.passed * 95);
        CHECK(totals.wrong_way * 10 <= totals.undecided);
        CHECK(totals.wrong_way * 500 <= totals.passed);
        CHECK(totals.alarmed * 50 <= totals.stayed);
    }
}

TEST_CASE("without photo-eyes, the order of the antennas still gives hardly a wrong direction") {
    for (const double p : {0.60, 0.80, 0.95}) {
        const Totals totals = measure("two antennas, no eyes", p, test::gate_without_eyes());
        INFO("p " << p << ", seeds 1..100");
        CHECK(totals.right * 100 >= totals.passed * 90);
        CHECK(totals.alarmed * 50 <= totals.stayed);
        CHECK(totals.wrong_way * 200 <= totals.passed);
    }
}
