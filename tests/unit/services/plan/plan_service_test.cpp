// Plans in virtual time: the same questions as on a box, answered inline, the same every time.
#include "firmware/services/plan/plan_service.hpp"

#include <catch2/catch.hpp>

#include "sim/kernel/inline_plan_pool.hpp"
#include "sim/kernel/kernel.hpp"

using namespace tally;

namespace {

FloorFile floor_of_two_aisles() {
    return *read_floor(R"([floor]
aisles = 2
spacing_mm = 3000
[[block]]
id = "only"
length_mm = 9000
[[row]]
id = "A"
aisle = 0
first_mm = 1000
step_mm = 1000
count = 8
[[row]]
id = "B"
aisle = 1
first_mm = 1000
step_mm = 1000
count = 8
[[stop]]
id = "depot"
kind = "station"
aisle = 0
y_mm = 0
)",
                       "floor.toml");
}

struct Box {
    sim::Kernel kernel{{}};
    sim::Node& node = kernel.add_node({.name = "box"});
    sim::InlinePlanPool pool{node};
    PlanService service{floor_of_two_aisles(), {&pool, node, node}};

    static PlanAsked question(PlanKind kind, const std::string& text) {
        PlanAsked asked;
        asked.question.kind = kind;
        asked.question.text = text;
        asked.question.from = kind == PlanKind::assign ? PlaceId() : PlaceId("depot");
        asked.question.capacity = kind == PlanKind::batch ? 3 : 0;
        asked.question.work = 20'000;
        return asked;
    }
    std::string ask(PlanAsked asked) { return service.ask(std::move(asked)).value()->id; }
    void run() { kernel.run_for(std::chrono::seconds(1)); }
};

std::string orders(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += std::to_string(i) + "," + (i % 3 == 0 ? "A-" : "B-") +
                std::to_string(i * 5 % 8 + 1) + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("each kind of plan is answered, with its proof") {
    Box box;
    const std::string tour = box.ask(Box::question(PlanKind::tour, "A-3\nB-2\n"));
    const std::string batch = box.ask(Box::question(PlanKind::batch, orders(12)));
    const std::string pairs = box.ask(Box::question(PlanKind::assign, ",t\nv,4.5\n"));
    CHECK(box.service.find(tour)->state == PlanState::running);
    box.run();
    for (const std::string& id : {tour, batch, pairs}) {
        const Plan* plan = box.service.find(id);
        REQUIRE(plan != nullptr);
        INFO((plan->found ? "" : plan->found.error().text));
        REQUIRE(plan->state == PlanState::done);
        CHECK(plan->stop == PlanStop::finished);
        CHECK(plan->found->answer.lower_bound <= plan->found->answer.total);
    }
    // 3 m up and back, 3 m over and back, 2 m up and back.
    CHECK(box.service.find(tour)->found->answer.total == 16'000);
    CHECK(box.service.find(pairs)->found->answer.total == 4.5);
}

TEST_CASE("the same question has the same name and the same answer in every life") {
    PlanAsked asked = Box::question(PlanKind::batch, orders(16));
    asked.restarts = 3;
    Box first, second;
    const std::string id = first.ask(asked);
    CHECK(first.ask(asked) == id);
    CHECK(first.service.plans().size() == 1);
    CHECK(second.ask(asked) == id);
    first.run();
    second.run();
    CHECK(first.service.find(id)->text.find("\"rows\":[[") != std::string::npos);
    CHECK(first.service.find(id)->text == second.service.find(id)->text);
    CHECK(first.service.find(id)->slices == second.service.find(id)->slices);
    asked.question.seed = 2;
    CHECK(first.ask(asked) != id);
}

TEST_CASE("a plan that is cancelled before it began has no answer, and may be asked again") {
    Box box;
    const PlanAsked asked = Box::question(PlanKind::tour, "A-3\n");
    const std::string id = box.ask(asked);
    REQUIRE(box.service.cancel(id));
    box.run();
    CHECK(box.service.find(id)->state == PlanState::failed);
    CHECK(box.service.find(id)->found.error().kind == ErrorKind::timeout);
    CHECK(box.ask(asked) == id);
    box.run();
    CHECK(box.service.find(id)->state == PlanState::done);
    CHECK_FALSE(box.service.cancel("none"));
}

TEST_CASE("a box takes so many plans at once, keeps so many answers, and says why not") {
    Box box;
    for (std::size_t i = 0; i < PlanService::kRunningMax; ++i) {
        PlanAsked asked = Box::question(PlanKind::tour, "A-3\n");
        asked.question.seed = i;
        box.ask(asked);
    }
    PlanAsked more = Box::question(PlanKind::tour, "B-1\n");
    const auto refused = box.service.ask(more);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::exhausted);
    box.run();
    for (std::uint64_t i = 0; i < 2 * PlanService::kKeptMax; ++i) {
        more.question.seed = i;
        box.ask(more);
        box.run();
    }
    CHECK(box.service.plans().size() <= PlanService::kKeptMax);
    Box without;
    PlanService none({}, {nullptr, without.node, without.node});
    CHECK(none.ask(more).error().kind == ErrorKind::unsupported);
    PlanService bare({}, {&without.pool, without.node, without.node});
    const std::string id = bare.ask(more).value()->id;
    without.run();
    CHECK(bare.find(id)->found.error().text.find("floor_file") != std::string::npos);
}

TEST_CASE("a service that ends while plans run is not told of them") {
    sim::Kernel kernel({});
    sim::Node& node = kernel.add_node({.name = "box"});
    sim::InlinePlanPool pool(node);
    {
        PlanService service(floor_of_two_aisles(), {&pool, node, node});
        REQUIRE(service.ask(Box::question(PlanKind::tour, "A-3\n")));
    }
    kernel.run_for(std::chrono::seconds(1));
}
