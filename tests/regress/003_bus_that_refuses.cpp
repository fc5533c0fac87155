// Found by a fault proxy between real processes: a bus that refuses a batch at once, as it does in
// the moment between the loss of its connection and the news of it, made the outbox ask the ledger
// for the same events again inside the answer, without end, until tallyd had no stack left.
#include <catch2/catch.hpp>

#include "tests/scenario/planted.hpp"
#include "tests/scenario/sync_bench.hpp"

using namespace tally;
using namespace tally::scenario;

namespace {

class RefusingBus final : public sim::PassingBus {
 public:
    RefusingBus(MessageBus& inner, const bool& refusing) : PassingBus(inner), refusing_(refusing) {}

    Result<std::uint64_t> publish(BusMessage message) override {
        if (refusing_) {
            return fail(ErrorKind::offline, "not connected to the broker; connect first");
        }
        return inner().publish(std::move(message));
    }

 private:
    const bool& refusing_;
};

}  // namespace

TEST_CASE("an outbox whose bus refuses waits, and sends all once it takes messages again") {
    bool refusing = false;
    sim::SimSiteOptions options;
    options.wrappers.bus = [&](const std::string& box, sim::Node&, MessageBus& inner) {
        return box == "back" ? std::make_unique<RefusingBus>(inner, refusing) : nullptr;
    };
    SyncBench bench(std::move(options));
    bench.write("back", 5);
    REQUIRE(bench.site.settle());
    refusing = true;
    bench.write("back", 20);
    bench.site.run_for(std::chrono::seconds(10));
    refusing = false;
    REQUIRE(bench.site.settle());
    CHECK(sim::to_text(bench.check("back")) == "");
}
