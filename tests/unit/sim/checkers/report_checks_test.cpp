#include "sim/checkers/report_checks.hpp"

#include "tests/unit/sim/checkers/written_line.hpp"

using namespace tally;
using namespace tally::sim;

TEST_CASE("an error that no scenario expects is found") {
    const std::vector<std::string> expected = {"the disk is full"};
    CHECK(check_errors("back", {"ledger: the disk is full; make room"}, expected).empty());
    CHECK(to_text(check_errors("back", {"ledger: stored quantity is wrong"}, expected)) ==
          "error.unexpected: back reported: ledger: stored quantity is wrong\n");
}

TEST_CASE("what was said less often than a scenario is there to show is found") {
    test::WrittenLine line;
    Event event;
    event.type = EventType::anomaly_raised;
    event.data = encode(AnomalyData{"item_twice", "", "", "text", "next", {}});
    line.write(event);
    event.type = EventType::blind_began;
    event.data = encode(BlindData{"g1", 0, "offline", 1, "text"});
    line.write(event);
    Said said;
    count_said(line.disk(), "back", said);
    CHECK(check_said(said, {{"item_twice", 1}, {"blind_began", 1}}).empty());
    CHECK(to_text(check_said(said, {{"item_twice", 2}, {"missed_passage", 1}})) ==
          "said.missing: item_twice was said 1 times, and this scenario is there to show it at "
          "least 2 times\n"
          "said.missing: missed_passage was said 0 times, and this scenario is there to show it at "
          "least 1 times\n");
}
