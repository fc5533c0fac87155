// A hostile vehicle: whatever stands on its topics, the codec gives a sane value or an error with a
// text, and the master neither falls over nor believes what cannot be. The first byte says on which
// topic the rest stands.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "drivers/vda5050/master.hpp"
#include "firmware/base/bytes.hpp"
#include "firmware/base/check.hpp"

namespace {

using namespace tally;
using namespace tally::vda5050;

struct Nowhere final : MasterOutlet, VehicleFeed {
    void publish(std::string topic, std::string payload) override {
        TALLY_CHECK(!topic.empty() && !payload.empty(), "what is sent is something");
    }
    void on_vehicle(const DeviceId&, const VehicleStatus& status) override {
        for (const VehicleTrouble& trouble : status.troubles) {
            TALLY_CHECK(!trouble.text.empty(), "a trouble says what it is");
        }
        TALLY_CHECK(status.battery_permille >= 0 && status.battery_permille <= 1000, "a charge");
    }
    void on_order(const DeviceId&, const OrderStatus& order) override {
        TALLY_CHECK(order.passed <= order.base_end && order.base_end < order.nodes,
                    "no vehicle passes what was not released");
    }
    void on_action(const DeviceId&, const ActionReport&) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view text = as_text({data + 1, size - 1});
    Nowhere nowhere;
    Master master({.vehicle = DeviceId("v"), .address = {"uagv", "acme", "v1"}, .run = "r"},
                  nowhere, nowhere);
    Moment now{MonoTime{1}, WallTime{1}};
    master.on_line(now);
    const Topic topic = kHeardTopics[data[0] % kHeardTopics.size()];
    master.on_message(now, topic, text, Master::Kept::no);
    const DriveOrder order{
        "o", {"a", {}, {}}, {{"e", {}, {"b", {}, {{"p", "pick"}}}}, {"f", {}, {"c", {}, {}}}}, 1};
    if (master.order(now, order)) {
        master.on_message(now, topic, text, Master::Kept::no);
        static_cast<void>(master.cancel(now));
    }
    now.mono = now.mono + std::chrono::minutes(1);
    master.on_tick(now);
    return 0;
}
