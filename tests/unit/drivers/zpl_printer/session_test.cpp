// The session against the emulated printer in virtual time: what became of each job, whatever the
// printer does.
#include "drivers/zpl_printer/session.hpp"

#include <catch2/catch.hpp>

#include "sim/devices/zpl_printer/printer.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/kernel/streams.hpp"

using namespace tally;
using std::chrono::seconds;
using What = PrintOutcome::What;

namespace {

const std::string kEpc = "3034257BF7194E4000001A85";

struct World final : PrinterFeed {
    World() { REQUIRE(printer.listen({"", 9100})); }

    void on_printer(const DeviceId&, const PrinterStatus& now) override {
        status = now;
        if (troubles.empty() || troubles.back() != now.trouble) {
            troubles.push_back(now.trouble);
        }
    }
    void start() {
        zpl::SessionOptions options;
        options.id = DeviceId("desk");
        options.endpoint = {"desk", 9100};
        session = std::make_unique<zpl::Session>(
            options, zpl::SessionPorts{streams.of(node), node, node, node}, *this);
        session->start();
        kernel.run_for(seconds(1));
    }
    PrintOutcome print(const std::string& epc = kEpc) {
        std::optional<PrintOutcome> outcome;
        session->print({epc, "Tea", "TEA-500", "code", {}, "human"},
                       [&](PrintOutcome told) { outcome = std::move(told); });
        kernel.run_for(seconds(60));
        REQUIRE(outcome);
        return *outcome;
    }

    sim::Kernel kernel{{}};
    sim::Node& node = kernel.add_node({.name = "box"});
    sim::Node& desk = kernel.add_node({.name = "desk"});
    sim::Network network{kernel, {}};
    sim::Streams streams{kernel, network};
    sim::zpl::Printer printer{{desk, streams.of(desk)}};
    PrinterStatus status;
    std::vector<PrinterTrouble> troubles;
    std::unique_ptr<zpl::Session> session;
};

}  // namespace

TEST_CASE("a label is done when its tag was read back as it was written") {
    World world;
    world.start();
    CHECK(world.status.trouble == PrinterTrouble::none);
    CHECK(world.print().what == What::done);
    REQUIRE(world.printer.labels().size() == 1);
    CHECK(world.printer.labels()[0].epc == kEpc);
    CHECK(world.print("").what == What::done);  // A label without a tag.
    CHECK(world.printer.labels().size() == 2);
}

TEST_CASE("what is not certain is said, and a tag is never tried on a second label") {
    struct Row {
        const char* fault;
        What what;
        std::size_t labels;
        const char* text;
    };
    const Row row = GENERATE(values<Row>({
        {"void_next", What::unsure, 1, "could not write the tag"},
        {"misread", What::unsure, 1, "read back as"},
        {"swallow", What::unsure, 0, "could not write the tag"},
        {"cut_next", What::unsure, 1, "lost while it printed"},
        {"paper_out", What::nothing, 0, "out of labels"},
        {"ribbon_out", What::nothing, 0, "ribbon"},
        {"head_open", What::nothing, 0, "head is open"},
        {"paused", What::nothing, 0, "paused"},
        {"babble", What::nothing, 0, "ZPL"},
    }));
    INFO(row.fault);
    World world;
    world.start();
    REQUIRE(set_fault(world.printer.faults(), row.fault, 1));
    const PrintOutcome outcome = world.print();
    CHECK(outcome.what == row.what);
    CHECK_THAT(outcome.text, Catch::Contains(row.text));
    CHECK(world.printer.labels().size() == row.labels);
    world.printer.faults() = {};
    world.kernel.run_for(seconds(60));
    CHECK(world.print().what == What::done);
}

TEST_CASE("a printer that runs empty while it prints goes on when it is filled") {
    World world;
    world.start();
    world.printer.faults().slow_ms = 2'000;
    std::optional<PrintOutcome> outcome;
    world.session->print({kEpc, "Tea", {}, {}, {}, {}},
                         [&](PrintOutcome told) { outcome = std::move(told); });
    world.kernel.run_for(seconds(1));
    world.printer.faults().paper_out = 1;
    world.kernel.run_for(seconds(10));
    CHECK_FALSE(outcome);
    CHECK(world.status.trouble == PrinterTrouble::paper_out);
    world.printer.faults().paper_out = 0;
    world.kernel.run_for(seconds(10));
    REQUIRE(outcome);
    CHECK(outcome->what == What::done);
}

TEST_CASE("a printer that says nothing while it is open is silent, and the job comes to an end") {
    World world;
    world.start();
    world.printer.faults().mute = 1;
    world.printer.faults().head_open = 1;
    const PrintOutcome outcome = world.print();
    CHECK(outcome.what == What::nothing);
    CHECK(world.status.trouble == PrinterTrouble::silent);
    CHECK(world.printer.labels().empty());
    world.printer.faults() = {};
    world.kernel.run_for(seconds(20));
    CHECK(world.print().what == What::done);
}

TEST_CASE("a printer without power is offline; jobs for it are nothing; it is found again") {
    World world;
    world.start();
    world.printer.power_off();
    world.kernel.run_for(seconds(5));
    CHECK(world.status.trouble == PrinterTrouble::offline);
    CHECK(world.print().what == What::nothing);
    REQUIRE(world.printer.power_on());
    world.kernel.run_for(seconds(60));
    CHECK(world.status.trouble == PrinterTrouble::none);
    CHECK(world.print().what == What::done);
}

TEST_CASE("one label at a time: a second job while one is printed is nothing") {
    World world;
    world.start();
    std::vector<What> told;
    for (int i = 0; i < 2; ++i) {
        world.session->print({kEpc, "Tea", {}, {}, {}, {}},
                             [&](const PrintOutcome& outcome) { told.push_back(outcome.what); });
    }
    world.kernel.run_for(seconds(20));
    CHECK(told == std::vector<What>{What::nothing, What::done});
    CHECK(world.printer.labels().size() == 1);
}
