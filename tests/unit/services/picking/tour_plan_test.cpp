// Plans of carts' tours: the same in slices as at once, little work a slice, and nothing of what
// its judge refuses is used.
#include "firmware/services/picking/tour_plan.hpp"

#include <functional>
#include <set>

#include <catch2/catch.hpp>

#include "firmware/services/picking/stop_length.hpp"
#include "tests/unit/services/dispatch/paper_site.hpp"

using namespace tally;
using namespace tally::test;

namespace {

struct Counting final : PaperFleet {
    [[nodiscard]] std::optional<std::int64_t> way_mm(const std::string& from,
                                                     const std::string& to) const override {
        ++asked;
        return PaperFleet::way_mm(from, to);
    }
    mutable int asked = 0;
};

struct Heard final : Events {
    void report(Severity, std::string_view, std::string_view text) override {
        texts.emplace_back(text);
    }
    std::vector<std::string> texts;
};

/// Orders of three picks at places all over the line.
std::vector<TourPlan::Pick> picks_of(int orders) {
    std::vector<TourPlan::Pick> picks;
    for (int i = 0; i < 3 * orders; ++i) {
        picks.push_back({"t" + std::to_string(1'000 + i), "p" + std::to_string(i * 37 % 300 + 2),
                         "o" + std::to_string(i / 3), 0, MonoTime{1}});
    }
    return picks;
}

std::vector<std::string> lines_of(const TourPlan& plan) {
    std::vector<std::string> lines;
    for (const TourPlan::Tour& tour : plan.tours()) {
        std::string line = tour.station + ":";
        for (const TourPlan::Stop& stop : tour.stops) {
            line += " " + stop.slot;
            for (const std::string& task : stop.tasks) {
                line += "," + task;
            }
        }
        lines.push_back(line);
    }
    return lines;
}

TourPlanOptions options() {
    return {{"p0", "p1"}, 12, 3'000, 10'000};
}

struct Judged {
    Judged() {
        problem.capacity = 4;
        for (int i = 0; i < 4; ++i) {
            problem.orders.push_back({{}, 2});
        }
        request.ways.resize(5, 5);
        for (int a = 0; a < 5; ++a) {
            for (int b = 0; b < 5; ++b) {
                request.ways(a, b) = 1'000 * std::abs(a - b);
            }
        }
        batching.batches = {{{0, 1}, 4'000}, {{2, 3}, 8'000}};
        batching.total_mm = 12'000;
        tour.sequence = {0, 2, 4, 3, 1};
        tour.length_mm = 8'000;
    }
    [[nodiscard]] std::vector<std::vector<std::uint32_t>> batches() {
        StopLength length(request.ways, {{1}, {2}, {3}, {4}});
        return judged_batches(problem, batching, length, heard);
    }
    planner::BatchingProblem problem;
    planner::Batching batching;
    planner::StopTourRequest request;
    planner::StopTour tour;
    Heard heard;
};

using Sets = std::vector<std::vector<std::uint32_t>>;

}  // namespace

TEST_CASE("a plan in slices is the plan made at once, and a slice is little work") {
    Counting fleet;
    Heard heard;
    TourPlan at_once(picks_of(100), options(), fleet, heard);
    REQUIRE(at_once.step(INT64_MAX / 2));
    const int all = fleet.asked;
    TourPlan sliced(picks_of(100), options(), fleet, heard);
    int slices = 1;
    int most = 0;
    for (fleet.asked = 0; !sliced.step(1'000); fleet.asked = 0) {
        most = std::max(most, fleet.asked);
        ++slices;
    }
    CHECK(lines_of(sliced) == lines_of(at_once));
    CHECK(slices > 100);
    CHECK(most < all / 50);
    CHECK(heard.texts.empty());
    std::multiset<std::string> planned;
    for (const TourPlan::Tour& tour : sliced.tours()) {
        std::size_t tasks = 0;
        for (const TourPlan::Stop& stop : tour.stops) {
            planned.insert(stop.tasks.begin(), stop.tasks.end());
            tasks += stop.tasks.size();
        }
        CHECK(tasks <= 12);
    }
    CHECK(planned.size() == 300);
    CHECK(std::set<std::string>(planned.begin(), planned.end()).size() == 300);
    CHECK(sliced.has("t1000"));
    CHECK_FALSE(sliced.has("t1"));
    // Full carts, or nearly: batches are made, not one tour an order.
    CHECK(sliced.tours().size() < 35);
}

TEST_CASE(
    "a tour takes picks of one priority, what is due soon apart, and an order too large for a cart "
    "is two tours") {
    Counting fleet;
    Heard heard;
    std::vector<TourPlan::Pick> picks = picks_of(6);
    for (std::size_t i = 0; i < 3; ++i) {
        picks[i].priority = 4;
    }
    TourPlan plan(picks, options(), fleet, heard);
    REQUIRE(plan.step(INT64_MAX / 2));
    for (std::size_t i = 0; i < plan.tours().size(); ++i) {
        for (const TourPlan::Stop& stop : plan.tours()[i].stops) {
            for (const std::string& task : stop.tasks) {
                CHECK((task < "t1003") == (i == 0));  // The urgent one is planned first.
            }
        }
    }
    for (std::size_t i = 0; i < 3; ++i) {
        picks[i].priority = 0;
        picks[i].due = MonoTime{5};
        picks[i].is_due_soon = true;
    }
    TourPlan hurried(picks, options(), fleet, heard);  // What is due soon goes alone and first.
    REQUIRE(hurried.step(INT64_MAX / 2));
    CHECK(lines_of(hurried) == lines_of(plan));
    for (TourPlan::Pick& pick : picks) {
        pick.due.reset();
        pick.is_due_soon = false;
        pick.order = "one";
        pick.priority = 0;
    }
    TourPlan large(picks, options(), fleet, heard);
    REQUIRE(large.step(INT64_MAX / 2));
    CHECK(large.tours().size() == 2);
}

TEST_CASE("batches that their judge refuses are not used: each order is a tour") {
    Judged good;
    CHECK(good.batches() == Sets{{0, 1}, {2, 3}});
    CHECK(good.heard.texts.empty());
    const std::vector<std::function<void(Judged&)>> spoilt = {
        [](Judged& it) { it.batching.batches[1].orders = {2}; },  // One is lost.
        [](Judged& it) {
            it.batching.batches[1].orders = {1, 2, 3};
        },  // One is in two.
        [](Judged& it) {
            it.batching.batches[1].orders = {2, 9};
        },                                                             // One is none.
        [](Judged& it) { it.problem.capacity = 3; },                   // They do not fit.
        [](Judged& it) { it.batching.batches[0].length_mm = 3'000; },  // It is longer.
        [](Judged& it) { it.batching = {}; },                          // Nothing.
    };
    for (std::size_t i = 0; i < spoilt.size(); ++i) {
        INFO(i);
        Judged bad;
        spoilt[i](bad);
        CHECK(bad.batches() == Sets{{0}, {1}, {2}, {3}});
        REQUIRE(bad.heard.texts.size() == 1);
        CHECK(bad.heard.texts[0].find("each order is a tour: ") != std::string::npos);
    }
}

TEST_CASE("a tour that its judge refuses is not used: its stops are driven to as they are named") {
    Judged good;
    CHECK(judged_sequence(good.request, good.tour, good.heard) == good.tour.sequence);
    CHECK(good.heard.texts.empty());
    const std::vector<std::function<void(Judged&)>> spoilt = {
        [](Judged& it) {
            it.tour.sequence = {0, 2, 4, 3, 3};
        },
        [](Judged& it) {
            it.tour.sequence = {0, 2, 4, 3};
        },
        [](Judged& it) { it.tour.length_mm = 7'000; },
        [](Judged& it) { it.request.ways(2, 4) = planner::kNoWay; },
    };
    for (std::size_t i = 0; i < spoilt.size(); ++i) {
        INFO(i);
        Judged bad;
        spoilt[i](bad);
        CHECK(judged_sequence(bad.request, bad.tour, bad.heard) ==
              std::vector<std::uint32_t>{0, 1, 2, 3, 4});
        CHECK(bad.heard.texts.size() == 1);
    }
}
