#include "sim/checkers/evidence_checks.hpp"

#include "firmware/messages/shelf_data.hpp"
#include "tests/unit/sim/checkers/written_line.hpp"

using namespace tally;
using namespace tally::sim;
using test::moved;
using test::WrittenLine;

namespace {

const std::string kItem = "3034F87A4049E34000000001";

SiteLayout one_gate() {
    SiteLayout site;
    GateLayout gate;
    gate.id = GateId("g1");
    site.gates = {gate};
    return site;
}

/// The reader heard each tag three times; slots only ever carried 5 kg.
Findings judge(WrittenLine& line) {
    const Perceived perceived{
        [](const std::string&, const std::string&) { return std::uint64_t{3}; },
        [](const std::string&, std::int64_t mg, std::int64_t tolerance_mg) {
            return mg >= 5'000'000 - tolerance_mg && mg <= 5'000'000 + tolerance_mg;
        }};
    return check_evidence(line.disk(), "back", one_gate(), perceived);
}

Event seen(std::uint32_t reads) {
    Event event = moved("back.hall", "shop.floor");
    event.item = ItemId(kItem);
    event.by = "device:r1";
    GateEvidence evidence;
    evidence.device = "r1";
    evidence.gate = "g1";
    evidence.n = reads;
    event.evidence = encode(evidence);
    return event;
}

Event weighed(std::int64_t after_mg) {
    Event event = moved("back.s1", "back.hall");
    event.type = EventType::shelf_changed;
    event.by = "device:s1";
    event.evidence = encode(ShelfEvidence{"s1", 6'000'000, after_mg, 100});
    event.data = encode(ShelfData{"back.s1", "count", "tea", -1, ""});
    return event;
}

}  // namespace

TEST_CASE("a movement on reads that were heard, or on a weight that lay there, holds") {
    WrittenLine line;
    line.write(seen(3));
    line.write(weighed(5'000'500));
    CHECK(to_text(judge(line)).empty());
}

TEST_CASE("a movement by a device without evidence is found") {
    WrittenLine line;
    Event event = seen(3);
    event.evidence.clear();
    line.write(event);
    CHECK(to_text(judge(line)).find("evidence.missing: back:1:1 (moved) has none") == 0);
}

TEST_CASE("a movement that rests on more reads than were heard, or on none, is found") {
    for (const std::uint32_t reads : {0U, 4U}) {
        WrittenLine line;
        line.write(seen(reads));
        CHECK(caught_by(judge(line), "evidence.reads"));
    }
}

TEST_CASE("reads that were used for one movement already are found, but where it is two bookings") {
    WrittenLine line;  // The reader heard it three times.
    line.write(seen(2));
    SECTION("another movement") {
        line.write(seen(2));
        CHECK(caught_by(judge(line), "evidence.reads"));
    }
    SECTION("the rest of the same one") {
        Event rest = seen(2);
        rest.cause = "back:1:1";
        line.write(rest);
        CHECK(to_text(judge(line)).empty());
    }
    SECTION("others of its reads") {
        line.write(seen(1));
        CHECK(to_text(judge(line)).empty());
    }
}

TEST_CASE("a movement that rests on a weight that never lay there is found") {
    WrittenLine line;
    line.write(weighed(4'000'000));
    CHECK(caught_by(judge(line), "evidence.weight"));
}
