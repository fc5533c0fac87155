// Blind devices that nobody tells of are found, whole or an antenna, for long or a moment.
#include "sim/checkers/blind_watch.hpp"

#include "tests/unit/sim/checkers/written_line.hpp"

using namespace tally;
using namespace tally::sim;
using test::WrittenLine;

namespace {

struct Bench {
    Kernel kernel{{}};
    WrittenLine line;
    BlindWatch watch{kernel, [this](const std::string&, MonoTime) { return &line.disk(); }};

    void say(EventType type, std::uint16_t antenna = 0) {
        Event event;
        event.type = type;
        const bool began = type == EventType::blind_began;
        event.data = encode(BlindData{"g1", antenna, "offline", 1, began ? "text" : ""});
        line.write(event);
    }
    std::size_t found_after(std::chrono::seconds time) {
        kernel.run_for(time);
        return watch.findings().size();
    }
};

using std::chrono::seconds;

}  // namespace

TEST_CASE("a device that is blind and not said to be is found after 45 s, and no earlier") {
    Bench bench;
    bench.watch.blinded("back", {"g1"});
    CHECK(bench.found_after(seconds(44)) == 0);
    CHECK(bench.found_after(seconds(2)) == 1);
    CHECK(caught_by(bench.watch.findings(), "blind.unsaid"));
}

TEST_CASE("a device that is said to be blind, or sees again in time, is not found") {
    Bench bench;
    bench.watch.blinded("back", {"g1"});
    bench.watch.blinded("back", {"g2"});
    bench.say(EventType::blind_began);
    bench.kernel.run_for(seconds(10));
    bench.watch.seeing({"g2"});
    CHECK(bench.found_after(seconds(60)) == 0);
    CHECK(bench.watch.spans_checked() == 1);
}

TEST_CASE("a pulled antenna needs its own word, unless the whole device is blind") {
    for (const auto said : {std::uint16_t{0}, std::uint16_t{1}, std::uint16_t{2}}) {
        Bench bench;
        bench.watch.blinded("back", {"g1", 2});
        bench.say(EventType::blind_began, said);
        CHECK(bench.found_after(seconds(46)) == (said == 1 ? 1 : 0));
    }
}

TEST_CASE("a device that lost sight for a moment needs a blind span of its own") {
    Bench told;
    told.say(EventType::blind_began);
    told.say(EventType::blind_ended);
    told.watch.blinked("back", "g1");
    told.say(EventType::blind_began);
    told.say(EventType::blind_ended);
    CHECK(told.found_after(seconds(46)) == 0);
    CHECK(told.watch.spans_checked() == 1);

    Bench silent;
    silent.say(EventType::blind_began);
    silent.say(EventType::blind_ended);
    silent.watch.blinked("back", "g1");
    CHECK(silent.found_after(seconds(46)) == 1);

    Bench blind_before;
    blind_before.say(EventType::blind_began);
    blind_before.watch.blinked("back", "g1");
    CHECK(blind_before.found_after(seconds(46)) == 0);
}
