// Scenarios of the simulation's library once more as real processes (mode M2): the same files, the
// same draws and the same plan of faults for a seed, on mosquitto, tally-bridge, two tallyd and
// tally-emul's world, with a fault proxy on each way. A site minute lasts some seconds here.
#include <cstdio>

#include <catch2/catch.hpp>

#include "tests/integration/site/live_judge.hpp"

using namespace tally::test;

namespace {

/// Converges in its time, and is judged.
void run(const std::string& name, std::uint64_t seed, const std::vector<std::string>& sets = {}) {
    LiveStage stage(name, seed, sets);
    stage.play();
    const LiveStage::Played played = stage.close();
    judge_live(stage, played);
    std::printf("%d of %d faults played, %zu walks; level after %.0f s\n", stage.faults_played(),
                stage.faults_planned(), stage.walks().size(), played.level_s);
    CHECK(played.level_s < static_cast<double>(stage.draws().at("expect.converge_s")));
    CHECK(stage.faults_played() > 0);
    CHECK(stage.walks().size() > 10);
}

/// In virtual time 3 %; wide here, since few units move in a minute.
const std::string kRough = "expect.unsaid_percent_max=60";

}  // namespace

TEST_CASE("a quiet day of the library passes on real sockets") {
    run("quiet_day", 1);
}

TEST_CASE("a storm of readers of the library passes on real sockets") {
    run("reader_storm", 1, {kRough});
}

TEST_CASE("a power cut at dusk of the library passes on real sockets") {
    run("dusk", 1, {kRough});
}

TEST_CASE("a day without a broker, in a minute, passes on real sockets") {
    run("broker_outage", 1);
}
