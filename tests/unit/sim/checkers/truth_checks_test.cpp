// Who was in doubt about what, read from the lines.
#include "sim/checkers/truth_checks.hpp"

#include "sim/kernel/kernel.hpp"
#include "tests/unit/sim/checkers/written_line.hpp"

using namespace tally;
using namespace tally::sim;
using test::WrittenLine;

namespace {

/// An anomaly about an item, or about a place, or about both, or about neither.
Event anomaly(const std::string& item, const std::string& place) {
    Event event;
    event.type = EventType::anomaly_raised;
    event.item = ItemId(item);
    event.data = encode(AnomalyData{"count_differs", place, "", "text", "next", {}});
    return event;
}

struct Bench {
    Kernel kernel{{}};
    Node& scene = kernel.add_node({.name = "scene"});
    World world{scene, scene, kernel.prng("world")};
    SiteLayout site;
    std::map<std::string, std::string> sku_of;
    CountedTruth counted;
    WrittenLine back, bridge{"bridge"};

    Doubts doubts() {
        return sim::doubts({site, world, sku_of, {{"back", &back.disk()}}, bridge.disk(), counted});
    }
};

}  // namespace

TEST_CASE("an anomaly without an item doubts no item, and so excuses no slot's difference") {
    Bench bench;
    bench.back.write(anomaly("", "back.s1"));
    const Doubts doubts = bench.doubts();
    CHECK(doubts.items.empty());  // A slot's difference has no item: "" would excuse every one.
    CHECK(doubts.places == std::set<std::string>{"back.s1"});
    CHECK(doubts.open == 1);
}

TEST_CASE("an anomaly without a place doubts no place") {
    Bench bench;
    bench.bridge.write(anomaly("3034F87A4049E34000000001", ""));
    const Doubts doubts = bench.doubts();
    CHECK(doubts.items == std::set<std::string>{"3034F87A4049E34000000001"});
    CHECK(doubts.places.empty());
}
