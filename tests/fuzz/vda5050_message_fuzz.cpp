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

constexpr std::string_view kIdle =
    R"({"headerId":1,"timestamp":"1970-01-01T00:00:01.000Z","version":"2.0.0","manufacturer":"acme",)"
    R"("serialNumber":"v1","orderId":"","orderUpdateId":0,"lastNodeId":"a","lastNodeSequenceId":0,)"
    R"("driving":false,"operatingMode":"AUTOMATIC","nodeStates":[],"edgeStates":[],)"
    R"("actionStates":[],"batteryState":{"batteryCharge":80.5,"charging":false},"errors":[],)"
    R"("safetyState":{"eStop":"NONE","fieldViolation":false}})";

/// The same message, said once more: told twice alike it would count as repeated and not be looked
/// at.
std::string said_again(std::string_view text, int number) {
    std::string made(text);
    const auto put = [&](std::string_view key, std::string_view ends, const std::string& value) {
        const std::size_t at = made.find(key);
        const std::size_t end =
            at == std::string::npos ? at : made.find_first_of(ends, at + key.size());
        if (end != std::string::npos) {
            made.replace(at + key.size(), end - at - key.size(), value);
        }
    };
    put(R"("headerId":)", ",}", std::to_string(number));
    put(R"("timestamp":")", "\"", write_time(WallTime{number * 1'000'000}));
    return made;
}

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
    const Topic topic = kHeardTopics[data[0] % kHeardTopics.size()];
    {
        Master fresh({.vehicle = DeviceId("v"), .address = {"uagv", "acme", "v1"}, .run = "r"},
                     nowhere, nowhere);
        fresh.on_line(now);
        fresh.on_message(now, topic, text, Master::Kept::no);
    }
    master.on_line(now);
    master.on_message(now, Topic::state, kIdle, Master::Kept::no);
    const DriveOrder order{
        "o", {"a", {}, {}}, {{"e", {}, {"b", {}, {{"p", "pick"}}}}, {"f", {}, {"c", {}, {}}}}, 1};
    const bool is_given = master.order(now, order).has_value();
    TALLY_CHECK(is_given, "an idle vehicle takes an order");
    int number = 1;
    const auto say = [&] {
        master.on_message(now, topic, said_again(text, ++number), Master::Kept::no);
    };
    say();
    static_cast<void>(master.update(now, {{"f", {}, {"c", {}, {}}}}, 1));
    say();
    static_cast<void>(master.cancel(now));
    say();
    now.mono = now.mono + std::chrono::minutes(1);
    master.on_tick(now);
    return 0;
}
