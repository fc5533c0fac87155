// Rounds of a vehicle with a reader: what is heard at a slot is evidence, what is not heard is a
// count for a person, and a reader that does not see has looked at nothing. A vehicle on paper, on
// a real ledger.
#include "firmware/services/rounds/scan_rounds.hpp"

#include "firmware/messages/canonical_reader.hpp"
#include "tests/support/goods_rig.hpp"
#include "tests/unit/services/dispatch/paper_site.hpp"

using namespace tally;
using namespace tally::test;
using Lines = std::vector<std::string>;

namespace {

const DeviceId kReader("r9");

/// Counts what it is asked.
struct AskedFleet final : PaperFleet {
    [[nodiscard]] std::optional<std::int64_t> way_mm(const std::string& from,
                                                     const std::string& to) const override {
        ++asked[{from, to}];
        return PaperFleet::way_mm(from, to);
    }
    mutable std::map<std::pair<std::string, std::string>, int> asked;
};

struct Said final : Events {
    void report(Severity, std::string_view, std::string_view text) override {
        texts.emplace_back(text);
    }
    Lines texts;
};

/// The rig's three places are slots unless others are named; a1 carries reader r9 past them.
struct RoundRig : GoodsRig {
    explicit RoundRig(Duration every = 0s, Lines slots = {"dock", "attic", "aisle"}) {
        FleetRow row;
        row.id = kFirst;
        row.node = "p0";
        row.status.reach = VehicleReach::online;
        row.status.heard_at = MonoTime{1};
        row.status.battery_permille = 900;
        row.is_placed = true;
        fleet.rows_[kFirst] = row;
        DispatchOptions driving;
        driving.vehicles.push_back({kFirst, 100, {}, {"reader"}});
        dispatch.emplace(driving, Dispatch::Ports{fleet, rig.node, rig.node, rig.node});
        ScanOptions scanning;
        scanning.readers[kFirst] = kReader;
        scanning.slots = std::move(slots);
        scanning.every = every;
        rounds.emplace(
            scanning,
            ScanRounds::Ports{*dispatch, fleet, inventory, ledger, tasks, rig.node, rig.node, said},
            [this](const DeviceId& reader) { return reader == kReader && sees; });
        run(31);  // The first look is over.
    }
    void run(int seconds) {
        for (int i = 0; i < seconds; ++i) {
            rig.run(1s);
            dispatch->tick();
            rounds->tick();
        }
    }
    /// It is where it was sent.
    void arrive() {
        fleet.arrive(kFirst);
        run(1);
    }
    void hear(const std::string& item, std::int32_t rssi_cdbm = -5'000,
              const DeviceId& reader = kReader) {
        TagRead read;
        read.epc = *Epc::parse(item);
        read.has = TagRead::rssi_known | TagRead::antenna_known;
        read.antenna = 2;
        read.peak_rssi = CentiDbm{rssi_cdbm};
        read.at = rig.node.mono_now();
        rounds->on_reads(reader, std::vector{read});
    }
    /// The whole round, stop by stop; what is heard at each.
    void go(const std::vector<std::pair<std::string, Lines>>& stops) {
        for (const auto& [place, items] : stops) {
            run(1);
            REQUIRE(fleet.rows_[kFirst].errand.goal == place);
            arrive();
            for (const std::string& item : items) {
                hear(item);
            }
            run(7);
        }
        run(2);
    }
    [[nodiscard]] const Mission* mission() const { return dispatch->of_vehicle(kFirst); }
    /// By the book it stands there from now on.
    void stand(const std::string& place, const std::string& item) {
        Event event;
        event.type = EventType::received;
        event.by = "user:test";
        event.item = ItemId(item);
        event.sku = SkuId("tea");
        event.lot = LotId(std::string(kDefaultLot));
        event.qty = Quantity{1'000};
        event.from = PlaceId("SUPPLIER");
        event.to = PlaceId(place);
        rig.write(event);
    }
    /// Slots of scans that are not over, mission by mission.
    [[nodiscard]] std::vector<Lines> listed() const {
        std::vector<Lines> all;
        for (const auto& [id, mission] : dispatch->missions()) {
            if (mission.kind == MissionKind::scan && !mission.is_over()) {
                all.emplace_back();
                for (const MissionStop& stop : mission.stops) {
                    all.back().push_back(stop.place);
                }
            }
        }
        return all;
    }
    /// The vehicle takes no work until it is back.
    void away() { fleet.rows_[kFirst].status.reach = VehicleReach::broken; }
    void back() { fleet.rows_[kFirst].status.reach = VehicleReach::online; }
    [[nodiscard]] std::ptrdiff_t told(const std::string& text) const {
        return std::count_if(said.texts.begin(), said.texts.end(),
                             [&](const std::string& one) { return one.starts_with(text); });
    }

    Said said;
    AskedFleet fleet;
    std::optional<Dispatch> dispatch;
    std::optional<ScanRounds> rounds;
    bool sees = true;
};

}  // namespace

TEST_CASE("what is heard at a slot is sighted there, and nothing moves") {
    RoundRig rig;
    rig.in("dock-door", tea(1));
    const std::size_t before = rig.events(EventType::sighted).size();
    REQUIRE(rig.rounds->ask("dock"));
    rig.run(1);
    REQUIRE(rig.mission()->kind == MissionKind::scan);
    rig.hear(tea(1));  // On the way: reads have no place.
    rig.go({{"dock", {tea(1), tea(1)}}});
    const std::vector<Event> told = rig.events(EventType::sighted);
    REQUIRE(told.size() == before + 1);
    CHECK(told.back().by == "device:r9");
    CHECK(told.back().item.str() == tea(1));
    CHECK(told.back().cause.starts_with("scan-"));
    CHECK(text_member(told.back().evidence, "place") == "dock");
    CHECK(text_member(told.back().evidence, "vehicle") == "a1");
    CHECK(told.back().evidence.find("\"n\":2,") != std::string::npos);
    CHECK(told.back().evidence.find("\"rssi_cdbm\":-5000") != std::string::npos);
    CHECK(rig.place_of(tea(1)) == "dock");
    CHECK(rig.todo().empty());
    CHECK(rig.all_open().empty());
}

TEST_CASE("what the book has there and nobody heard is a count for a person, not a booking") {
    RoundRig rig;
    rig.in("dock-door", tea(1));
    rig.in("dock-door", tea(2));
    REQUIRE(rig.rounds->ask("dock"));
    rig.run(1);
    rig.go({{"dock", {tea(1)}}});
    REQUIRE(rig.todo() == Lines{"count:dock tea open"});
    const Task count = *rig.tasks.find(rig.task_id("count:dock tea"));
    CHECK(count.to == "dock");
    CHECK(count.text == "reader r9 on a1 did not hear 1 of 2 tagged units there");
    CHECK(rig.place_of(tea(2)) == "dock");
    CHECK(rig.stock("dock", "tea") == 2'000);
}

TEST_CASE("a blind reader has seen nothing: the slot is not seen, and never empty") {
    RoundRig rig(1h);
    rig.in("dock-door", tea(1));
    rig.sees = false;
    rig.run(31);
    REQUIRE(rig.mission() != nullptr);
    const std::string id = rig.mission()->id;
    rig.fleet.arrive(kFirst);
    rig.run(20);
    CHECK(rig.dispatch->find(id)->state == MissionState::waiting);
    rig.run(20);
    CHECK(rig.dispatch->find(id)->state == MissionState::done);
    CHECK(rig.todo().empty());
    CHECK(rig.ledger.state_row(std::string(kSlotScanRows), "dock").empty());
    rig.run(300);
    CHECK(rig.mission() == nullptr);  // Not at once again,
    rig.sees = true;
    rig.run(400);
    REQUIRE(rig.mission() != nullptr);  // but it stays due.
    rig.go({{"dock", {}}});
    CHECK(rig.todo() == Lines{"count:dock tea open"});
}

TEST_CASE("a break in the reader's sight begins the dwell anew") {
    RoundRig rig;
    rig.in("dock-door", tea(1));
    REQUIRE(rig.rounds->ask("dock"));
    rig.run(1);
    const std::string id = rig.mission()->id;
    rig.arrive();
    rig.run(3);
    rig.sees = false;
    rig.run(2);
    rig.sees = true;
    rig.run(3);
    CHECK(rig.dispatch->find(id)->state == MissionState::waiting);
    rig.run(4);
    CHECK(rig.dispatch->find(id)->state == MissionState::done);
}

TEST_CASE("reads have no place while the fleet does not know that the vehicle stands there") {
    RoundRig rig;
    rig.in("dock-door", tea(1));
    REQUIRE(rig.rounds->ask("dock"));
    rig.run(1);
    rig.arrive();
    const std::size_t before = rig.events(EventType::sighted).size();
    for (const auto lose : {+[](FleetRow& row) { row.is_placed = false; },
                            +[](FleetRow& row) { row.status.driving = true; },
                            +[](FleetRow& row) { row.status.is_unlocalized = true; },
                            +[](FleetRow& row) { row.status.reach = VehicleReach::broken; }}) {
        FleetRow known = rig.fleet.rows_[kFirst];
        lose(rig.fleet.rows_[kFirst]);
        rig.rounds->tick();
        rig.hear(tea(1));
        rig.fleet.rows_[kFirst] = known;
        rig.rounds->tick();
    }
    rig.hear(tea(1), -5'000, DeviceId("r8"));  // Nor those of a reader that stands elsewhere.
    rig.run(9);
    CHECK(rig.events(EventType::sighted).size() == before);
    CHECK(rig.todo() == Lines{"count:dock tea open"});
}

TEST_CASE(
    "a tag belongs where it was read best, and agrees with the book at any stop it was read") {
    RoundRig rig;
    rig.in("dock-door", tea(1));
    rig.in("dock-door", tea(2));
    rig.in("aisle-door", tea(2));
    REQUIRE(rig.rounds->ask("d*"));
    REQUIRE(rig.rounds->ask("aisle"));
    rig.run(1);
    // Both are heard at the dock; tea 2 stands in the aisle by the book, which is not in this
    // round.
    rig.go({{"dock", {tea(1), tea(2)}}});
    CHECK(rig.open(tea(1)).empty());
    REQUIRE(rig.open(tea(2)) == Lines{"missed_passage"});
    CHECK(rig.place_of(tea(2)) == "aisle");
    for (const auto& [id, open] : rig.ledger.registers().anomalies()) {
        CHECK(open.what.text == "unit " + tea(2) +
                                    " was read at dock by r9, the book has it at "
                                    "aisle");
        CHECK(open.what.next.find("tally scan " + tea(2) + " --place dock") != std::string::npos);
    }
    rig.go({{"aisle", {tea(2)}}});  // Heard where it belongs: that answers it.
    CHECK(rig.open(tea(2)).empty());
}

TEST_CASE("a slot with tagged units is due once in a while, and when it is in doubt") {
    RoundRig rig(1h);
    rig.in("dock-door", tea(1));
    rig.put("attic", "rice", 5'000);  // Nothing there that a reader could hear.
    rig.run(31);
    REQUIRE(rig.mission() != nullptr);
    CHECK(rig.mission()->load == "1 slot, due");
    CHECK(rig.mission()->priority < 0);
    rig.go({{"dock", {tea(1)}}});
    rig.run(600);
    CHECK(rig.mission() == nullptr);
    REQUIRE(rig.counting.start(PlaceId("dock"), "tea", rig.user));
    rig.run(31);
    REQUIRE(rig.mission() != nullptr);
    rig.go({{"dock", {tea(1)}}});
    rig.run(600);
    CHECK(rig.mission() == nullptr);  // The count is open still, and was looked at.
    rig.run(3'600);
    CHECK(rig.mission() != nullptr);
}

TEST_CASE("tags of others are passed over") {
    RoundRig rig;
    REQUIRE(rig.rounds->ask("dock"));
    rig.run(1);
    const std::size_t before = rig.events(EventType::sighted).size();
    const std::string foreign = "E28011700000020F12345678";
    rig.go({{"dock", {foreign}}});
    CHECK(rig.events(EventType::sighted).size() == before);
    CHECK(rig.all_open().empty());
}

TEST_CASE("what cannot be looked at is refused with its reason") {
    RoundRig rig;
    const auto why = [](const Result<void>& refused) {
        return refused ? std::string("(done)") : refused.error().text;
    };
    CHECK(why(rig.rounds->may_ask("moon")).find("no slot with a stop on the floor is called") == 0);
    CHECK(why(rig.rounds->may_ask("doubts")).find("no slot is in doubt") == 0);
    REQUIRE(rig.rounds->ask("dock"));
    CHECK(why(rig.rounds->may_ask("dock")).find("a vehicle is sent past all of them") == 0);
    ScanRounds none({},
                    {*rig.dispatch, rig.fleet, rig.inventory, rig.ledger, rig.tasks, rig.rig.node,
                     rig.rig.node, rig.rig.node},
                    [](const DeviceId&) { return true; });
    CHECK(why(none.may_ask("dock")).find("no vehicle carries a reader") == 0);
}

TEST_CASE("what the book moved after it was heard is not judged by what was heard") {
    RoundRig rig(0s, {"aisle", "attic"});
    for (const int serial : {1, 2, 3}) {
        rig.in("dock-door", tea(serial));
    }
    rig.in("aisle-door", tea(1));
    REQUIRE(rig.rounds->ask("a*"));
    // Tea 1 is where the book has it; tea 3 is not.
    rig.go({{"aisle", {tea(1), tea(2), tea(3)}}});
    REQUIRE(rig.mission() != nullptr);
    rig.out("aisle-door", tea(1));
    rig.in("aisle-door", tea(2));
    rig.run(1);
    REQUIRE(rig.fleet.rows_[kFirst].errand.goal == "attic");
    rig.arrive();
    rig.hear(tea(2), -4'000);  // Better than in the aisle, which it was brought to since.
    rig.run(9);
    CHECK(rig.open(tea(1)).empty());
    CHECK(rig.place_of(tea(1)) == "dock");
    CHECK(rig.open(tea(2)) == Lines{"missed_passage"});
    CHECK(rig.open(tea(3)) == Lines{"missed_passage"});
}

TEST_CASE("what was put there after the vehicle came is not missing") {
    RoundRig rig(0s, {"aisle", "attic"});
    for (const int serial : {1, 2, 3}) {
        rig.in("dock-door", tea(serial));
    }
    const bool has_missing = GENERATE(false, true);
    CAPTURE(has_missing);
    if (has_missing) {
        rig.in("aisle-door", tea(3));
    }
    REQUIRE(rig.rounds->ask("a*"));
    rig.run(1);
    rig.arrive();
    rig.run(3);
    rig.in("aisle-door", tea(1));
    rig.run(5);
    REQUIRE(rig.mission()->at == 1);
    rig.in("aisle-door", tea(2));
    rig.go({{"attic", {}}});
    REQUIRE(rig.todo() == (has_missing ? Lines{"count:aisle tea open"} : Lines{}));
    if (has_missing) {
        CHECK(rig.tasks.find(rig.task_id("count:aisle tea"))->text ==
              "reader r9 on a1 did not hear 1 of 1 tagged units there");
    }
}

TEST_CASE("many slots are listed a few missions at a time, each way asked for once") {
    Lines slots;
    for (int i = 1; i <= 200; ++i) {
        slots.push_back("s" + std::to_string(i));
    }
    RoundRig rig(0s, slots);
    rig.away();
    rig.run(1);
    rig.fleet.asked.clear();
    REQUIRE(rig.rounds->ask("s*"));
    std::set<std::string> goals;
    for (const auto& [way, times] : rig.fleet.asked) {
        CHECK(times == 1);
        goals.insert(way.second);
    }
    CHECK(goals.size() == 80);
    std::set<std::string> all;
    for (int look = 0; look < 3; ++look) {
        const std::vector<Lines> listed = rig.listed();
        CHECK(listed.size() == (look < 2 ? 4 : 2));
        for (const Lines& tour : listed) {
            CHECK(tour.size() == 20);
            all.insert(tour.begin(), tour.end());
        }
        CHECK(all.size() == std::min<std::size_t>(200, 80 * (static_cast<std::size_t>(look) + 1)));
        CHECK(refusal(rig.rounds->ask("s200")).find("a vehicle is sent past all of them") == 0);
        rig.run(61);
        CHECK(rig.listed() == listed);  // There is no room yet.
        for (const auto& [id, mission] : std::map(rig.dispatch->missions())) {
            if (!mission.is_over()) {
                REQUIRE(rig.dispatch->drop(id, "a person sees to it"));
            }
        }
        rig.run(31);
    }
    CHECK(all == std::set(slots.begin(), slots.end()));
    CHECK(rig.listed().empty());
}

TEST_CASE("an order does not wait for room behind slots that are due") {
    Lines slots;
    for (int i = 1; i <= 100; ++i) {
        slots.push_back("s" + std::to_string(i));
    }
    RoundRig rig(1h, slots);
    rig.away();
    for (int i = 1; i <= 100; ++i) {
        rig.stand(slots[static_cast<std::size_t>(i - 1)], tea(i));
    }
    rig.run(31);
    CHECK(rig.listed().size() == 4);
    rig.run(61);
    CHECK(rig.listed().size() == 4);
    REQUIRE(rig.rounds->ask("s100"));
    const std::vector<Lines> listed = rig.listed();
    CHECK(listed.size() == 5);
    CHECK(std::find(listed.begin(), listed.end(), Lines{"s100"}) != listed.end());
}

TEST_CASE("slots passed are not due again before their round is evaluated") {
    RoundRig rig(1h, {"aisle", "attic"});
    rig.stand("aisle", tea(1));
    rig.stand("attic", tea(2));
    rig.run(31);
    REQUIRE(rig.listed() == std::vector<Lines>{{"aisle", "attic"}});
    rig.go({{"aisle", {tea(1)}}});
    REQUIRE(rig.mission()->at == 1);
    rig.run(120);
    CHECK(rig.listed().size() == 1);
    REQUIRE(rig.rounds->ask("aisle"));  // A person may have it looked at again.
    CHECK(rig.listed().size() == 2);
}

TEST_CASE("the count that a round opens does not put its slot in doubt") {
    /// Every write takes a millisecond.
    struct Slow final : StockKeeper {
        explicit Slow(sim::Node& at) : node(at) {}
        [[nodiscard]] bool watches(const Event&) const override {
            node.step_wall(1ms);
            return false;
        }
        void before(const Event&) override {}
        void after(const Event&) override {}
        sim::Node& node;
    };
    RoundRig rig(1h);
    rig.in("dock-door", tea(1));
    Slow slow(rig.rig.node);
    rig.ledger.keep(slow);
    rig.run(31);
    rig.go({{"dock", {}}});
    REQUIRE(rig.todo() == Lines{"count:dock tea open"});
    CHECK(refusal(rig.rounds->may_ask("doubts")).find("no slot is in doubt") == 0);
    rig.run(600);
    CHECK(rig.listed().empty());
}

TEST_CASE("slots that no way leads to are left out, said once, and tried again") {
    RoundRig rig(1h, {"aisle", "attic"});
    rig.stand("aisle", tea(1));
    rig.stand("attic", tea(2));
    rig.fleet.closed = "attic";
    rig.run(31);
    REQUIRE(rig.listed() == std::vector<Lines>{{"aisle"}});
    REQUIRE(rig.mission() != nullptr);
    rig.go({{"aisle", {tea(1)}}});
    rig.run(1'500);
    CHECK(rig.listed().empty());
    CHECK(rig.told("no vehicle with a reader has a way to attic;") == 1);
    rig.fleet.closed.clear();
    rig.run(640);
    CHECK(rig.listed() == std::vector<Lines>{{"attic"}});
}

TEST_CASE("a mission in the list whose way is gone gives its other slots free") {
    RoundRig rig(0s, {"aisle", "attic"});
    rig.away();
    rig.run(1);
    REQUIRE(rig.rounds->ask("a*"));
    REQUIRE(rig.listed() == std::vector<Lines>{{"aisle", "attic"}});
    rig.fleet.closed = "aisle";
    rig.run(31);
    CHECK(rig.listed() == std::vector<Lines>{{"attic"}});
    rig.back();
    rig.go({{"attic", {}}});
    CHECK(rig.listed().empty());
    rig.fleet.closed.clear();
    rig.run(640);  // It was asked for, and stays so.
    REQUIRE(rig.listed() == std::vector<Lines>{{"aisle"}});
    CHECK(rig.mission()->load == "1 slot, ordered");
}
