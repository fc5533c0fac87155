// Which missions tasks become, which of them come first, and what lets the vehicle go on. Vehicles
// and tasks on paper.
#include "firmware/services/picking/picking.hpp"
#include "tests/unit/services/dispatch/paper_site.hpp"

using namespace tally;
using namespace tally::test;

namespace {

struct PaperTasks final : PickWork {
    [[nodiscard]] const std::map<std::string, Task>& tasks() const override {
        ++looks;
        return tasks_;
    }
    [[nodiscard]] std::vector<const Task*> on_way(const std::string& cart) const override {
        std::vector<const Task*> found;
        for (const auto& [id, task] : tasks_) {
            if (task.via == cart && task.via_milli > 0 && !task.finished()) {
                found.push_back(&task);
            }
        }
        return found;
    }
    [[nodiscard]] bool holds_goods(const std::string& place) const override {
        for (const auto& [id, task] : tasks_) {
            if (task.via == place && task.via_milli > 0) {
                return true;
            }
        }
        return false;
    }
    [[nodiscard]] bool is_left(const Task& task) const override { return left.contains(task.id); }
    [[nodiscard]] bool is_in_hand(const Task&, const std::string&) const override { return false; }
    [[nodiscard]] Urgency urgency_of(const Task& task) const override {
        const auto found = urgencies.find(task.document);
        return found == urgencies.end() ? Urgency() : found->second;
    }
    std::map<std::string, Task> tasks_;
    std::map<std::string, Urgency> urgencies;
    mutable int looks = 0;       ///< at all tasks
    std::set<std::string> left;  ///< tasks, something of which stands where it comes from
};

/// One vehicle with a cart at p0, a dock at p10, shelves at p20 and p30, a packing station at p1.
struct Yard : Site {
    Yard() : Site({}, {{"p0", 900}}) {
        options = dispatch->options();
        options.vehicles[0].has = {"cart"};
        picking_options.carts[kFirst] = "cart";
        picking_options.stations = {"p1"};
        picking_options.before_gates = {{"shop", "p30"}};
        begin();
    }
    void begin() {
        picking.reset();
        dispatch.emplace(options, Dispatch::Ports{fleet, box, box, box});
        picking.emplace(picking_options, Picking::Ports{work, *dispatch, fleet, box, box, box});
    }
    Task& open(const std::string& id, TaskKind kind, const std::string& to,
               std::int64_t units = 2) {
        Task task;
        task.id = id;
        task.kind = kind;
        task.from = "p10";
        task.to = to;
        task.qty_milli = units * 1'000;
        return work.tasks_[id] = task;
    }
    Task& pick(const std::string& id, const std::string& order, const std::string& from) {
        Task& task = open(id, TaskKind::pick, "");
        task.document = order;
        task.from = from;
        return task;
    }
    void run(int seconds = 3) {
        for (int i = 0; i < seconds; ++i) {
            picking->tick();
            tick();
        }
    }
    /// The missions that are not over, "kind stop stop".
    [[nodiscard]] std::vector<std::string> listed() const {
        std::vector<std::string> lines;
        for (const auto& [id, mission] : dispatch->missions()) {
            if (mission.is_over() || mission.kind == MissionKind::park) {
                continue;
            }
            std::string line(to_string(mission.kind));
            for (const MissionStop& stop : mission.stops) {
                line += " " + stop.place;
            }
            lines.push_back(line);
        }
        return lines;
    }
    void load(const std::string& id, std::int64_t units) {
        work.tasks_[id].via = "cart";
        work.tasks_[id].via_milli += units * 1'000;
    }
    void unload(const std::string& id, std::int64_t units) {
        work.tasks_[id].via_milli -= units * 1'000;
        work.tasks_[id].done_milli += units * 1'000;
    }
    PaperTasks work;
    DispatchOptions options;
    PickingOptions picking_options;
    std::optional<Picking> picking;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("what is to be put away goes on a cart, and the vehicle waits for scans at both ends") {
    Yard yard;
    yard.open("t1", TaskKind::put_away, "p30");
    yard.open("t2", TaskKind::put_away, "p20");
    yard.run();
    REQUIRE(yard.listed() == Lines{"put_away p10 p20 p30"});
    yard.fleet.arrive(kFirst);
    yard.run();
    const std::string id = yard.dispatch->of_vehicle(kFirst)->id;
    CHECK(yard.state(id) == MissionState::waiting);
    yard.load("t1", 2);
    yard.load("t2", 1);
    yard.run();
    CHECK(yard.state(id) == MissionState::waiting);  // Half of t2 is not on the cart.
    yard.load("t2", 1);
    yard.run();
    CHECK(yard.state(id) == MissionState::driving);
    CHECK(yard.fleet.sent[kFirst].back() == "p20");
    yard.fleet.arrive(kFirst);
    yard.run();
    CHECK(yard.state(id) == MissionState::waiting);  // It is there: that puts nothing away.
    yard.unload("t2", 2);
    yard.run();
    CHECK(yard.fleet.sent[kFirst].back() == "p30");
    yard.fleet.arrive(kFirst);
    yard.run();
    yard.unload("t1", 2);
    yard.run();
    CHECK(yard.state(id) == MissionState::done);
    CHECK(yard.listed().empty());  // Not anew because their taker has not said "done" yet.
}

TEST_CASE("a transfer is a mission of its own kind, to the gate that leads to where it goes") {
    Yard yard;
    yard.open("t1", TaskKind::transfer, "p20");
    yard.open("t2", TaskKind::replenish, "p20");
    yard.open("t3", TaskKind::put_away, "shop");  // Another edge's place.
    yard.run();
    CHECK(yard.listed() == Lines{"put_away p10 p30", "replenish p10 p20", "transfer p10 p20"});
}

TEST_CASE("who has loaded less says so, and the vehicle goes on by that word") {
    Yard yard;
    yard.open("t1", TaskKind::transfer, "p20");
    yard.run();
    yard.fleet.arrive(kFirst);
    yard.run();
    const std::string id = yard.dispatch->of_vehicle(kFirst)->id;
    yard.load("t1", 1);
    yard.run();
    REQUIRE(yard.state(id) == MissionState::waiting);
    const auto no = yard.dispatch->go_on(id, Dispatch::Work::again);
    REQUIRE_FALSE(no);
    CHECK(no.error().text.find("waits at p10: 1 load to be scanned onto the cart") !=
          std::string::npos);
    REQUIRE(yard.dispatch->go_on(id, Dispatch::Work::is_done));
    yard.run();
    CHECK(yard.fleet.sent[kFirst].back() == "p20");
}

TEST_CASE(
    "all there is is on the cart when nothing is left where it stood, and then where it goes") {
    Yard yard;
    yard.open("t1", TaskKind::put_away, "p20", 0);
    yard.work.left = {"t1"};
    yard.run();
    yard.fleet.arrive(kFirst);
    yard.run();
    const std::string id = yard.dispatch->of_vehicle(kFirst)->id;
    yard.load("t1", 2);
    yard.run();
    REQUIRE(yard.state(id) == MissionState::waiting);  // Some of it stands there still.
    yard.load("t1", 1);
    yard.work.left.clear();
    yard.run();
    REQUIRE(yard.fleet.sent[kFirst].back() == "p20");
    yard.fleet.arrive(kFirst);
    yard.run();
    yard.unload("t1", 2);
    yard.run();
    CHECK(yard.state(id) == MissionState::waiting);
    yard.unload("t1", 1);
    yard.run();
    CHECK(yard.state(id) == MissionState::done);
    CHECK(yard.listed().empty());
}

TEST_CASE("a task that ends is not driven to, and a mission without any is none") {
    Yard yard;
    yard.open("t1", TaskKind::transfer, "p20");
    yard.open("t2", TaskKind::transfer, "p30");
    yard.run();
    REQUIRE(yard.listed() == Lines{"transfer p10 p20 p30"});
    yard.work.tasks_["t1"].state = TaskState::dropped;
    yard.run();
    CHECK(yard.listed() == Lines{"transfer p10 p30"});
    yard.work.tasks_["t2"].state = TaskState::dropped;
    yard.run();
    CHECK(yard.listed().empty());
}

TEST_CASE("after a restart what is on the cart goes where its task wants it, not to a station") {
    Yard yard;
    yard.open("t1", TaskKind::replenish, "p20");
    yard.run();
    yard.fleet.arrive(kFirst);
    yard.run();
    yard.load("t1", 2);
    yard.run();
    REQUIRE(yard.fleet.dismiss(kFirst));
    yard.begin();
    yard.run();
    REQUIRE(yard.listed() == Lines{"replenish p20"});
    CHECK(yard.dispatch->missions().begin()->second.only == kFirst);
    // Its task is dropped with the goods on the cart: they go to the station.
    yard.work.tasks_["t1"].state = TaskState::dropped;
    yard.run();
    CHECK(yard.listed() == Lines{"pick p1"});
}

TEST_CASE("a transfer that no vehicle can be sent for is named") {
    Yard yard;
    yard.fleet.closed = "p20";
    yard.open("t1", TaskKind::transfer, "p20");
    yard.run();
    CHECK(yard.listed().empty());
    REQUIRE(yard.picking->unserved().size() == 1);
    CHECK(yard.picking->unserved()[0].text.find("on to 'p20'") != std::string::npos);
    yard.fleet.closed.clear();
    yard.run();
    CHECK(yard.listed() == Lines{"transfer p10 p20"});
    CHECK(yard.picking->unserved().empty());
}

TEST_CASE("an urgent order that comes later is served before earlier usual ones") {
    Yard yard;
    yard.work.urgencies = {{"hot", {4, {}}}, {"idle", {-4, {}}}};
    yard.pick("t1", "first", "p10");
    yard.pick("t2", "second", "p20");
    yard.run();
    REQUIRE(yard.listed() == Lines{"pick p20 p10 p1"});
    const Mission* mission = yard.dispatch->of_vehicle(kFirst);
    REQUIRE(mission != nullptr);
    CHECK(yard.fleet.sent[kFirst].back() == "p20");
    // Its vehicle is on the way to the first stop when the others come; they do not ride along.
    yard.pick("t3", "hot", "p30");
    yard.pick("t4", "idle", "p30");
    yard.run();
    mission = yard.dispatch->of_vehicle(kFirst);
    REQUIRE(mission != nullptr);
    CHECK(yard.fleet.sent[kFirst].back() == "p30");
    CHECK(mission->priority == 4);
    CHECK(mission->stops[0].tasks == Lines{"t3"});
    CHECK(mission->stops.size() == 2);
    Lines listed = yard.listed();
    std::sort(listed.begin(), listed.end());
    CHECK(listed == Lines{"pick p20 p10 p1", "pick p30 p1", "pick p30 p1"});
}

TEST_CASE(
    "what is due on this day comes before what is not, and transports are as urgent as orders") {
    Yard yard;
    yard.work.urgencies = {{"today", {0, -3h}}, {"late", {0, 48h}}, {"hot", {4, {}}}};
    yard.open("t1", TaskKind::transfer, "p20").document = "late";
    yard.run();
    REQUIRE(yard.fleet.sent[kFirst].back() == "p10");
    CHECK(yard.dispatch->of_vehicle(kFirst)->due);
    yard.pick("t2", "today", "p30");
    yard.run();
    CHECK(yard.fleet.sent[kFirst].back() == "p30");
    yard.open("t3", TaskKind::transfer, "p20").document = "hot";
    yard.run();
    CHECK(yard.fleet.sent[kFirst].back() == "p10");
    CHECK(yard.dispatch->of_vehicle(kFirst)->stops[0].tasks == Lines{"t3"});
}

TEST_CASE("one more order among hundreds is planned in slices, and the tours before stay listed") {
    Yard yard;
    yard.picking_options.plan_work = 5'000;
    yard.begin();
    for (int i = 0; i < 300; ++i) {
        yard.pick("t" + std::to_string(i), "o" + std::to_string(i / 3),
                  "p" + std::to_string(i * 37 % 300 + 2));
    }
    const auto covered = [&] {
        std::multiset<std::string> tasks;
        for (const auto& [id, mission] : yard.dispatch->missions()) {
            for (const MissionStop& stop : mission.stops) {
                if (!mission.is_over()) {
                    tasks.insert(stop.tasks.begin(), stop.tasks.end());
                }
            }
        }
        return tasks;
    };
    yard.picking->tick();
    CHECK(covered().empty());  // A slice is not all of it.
    yard.run(20);
    REQUIRE(covered().size() == 300);
    yard.pick("new", "late", "p44");
    yard.work.tasks_["t7"].state = TaskState::done;  // In a tour that is under way or listed.
    yard.picking->tick();
    CHECK(covered().size() >= 299);
    CHECK_FALSE(covered().contains("new"));
    yard.run(20);
    const std::multiset<std::string> after = covered();
    CHECK(after.contains("new"));
    CHECK(after.size() == std::set<std::string>(after.begin(), after.end()).size());
}

TEST_CASE("more carts cost no more looks at all tasks") {
    Yard yard;
    yard.open("t1", TaskKind::put_away, "p30");
    const auto looks_of_a_tick = [&] {
        yard.begin();
        yard.run();
        yard.work.looks = 0;
        yard.picking->tick();
        return yard.work.looks;
    };
    looks_of_a_tick();
    const int with_one = looks_of_a_tick();
    for (int i = 0; i < 20; ++i) {
        yard.picking_options.carts[DeviceId("idle" + std::to_string(i))] =
            "cart.idle" + std::to_string(i);
    }
    CHECK(with_one > 0);
    CHECK(looks_of_a_tick() == with_one);
}
