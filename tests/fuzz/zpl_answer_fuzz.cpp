// A hostile label printer: whatever it answers, in whatever pieces, the session neither falls over
// nor hoards, and takes a tagged label for done only where the printer's own words held that tag.
#include <cstddef>
#include <cstdint>
#include <string>

#include "drivers/zpl_printer/session.hpp"
#include "firmware/base/bytes.hpp"
#include "firmware/base/check.hpp"
#include "sim/kernel/kernel.hpp"

namespace {

using namespace tally;

const std::string kEpc = "3034257BF7194E4000001A85";

/// Takes everything and says nothing by itself.
struct Line final : StreamDialer {
    struct Ear final : Stream {
        Result<void> send(ByteView) override { return {}; }
        void set_reading(Reading) override {}
        void close() override {}
    };
    std::unique_ptr<Stream> dial(const Endpoint&, StreamHandler& handler) override {
        session = &handler;
        ++dials;
        return std::make_unique<Ear>();
    }
    StreamHandler* session = nullptr;
    int dials = 0;
};

struct Nowhere final : PrinterFeed {
    void on_printer(const DeviceId&, const PrinterStatus& status) override {
        TALLY_CHECK(status.trouble == PrinterTrouble::none || !status.text.empty(),
                    "a trouble says what to do");
    }
};

/// Reading whole messages off the front ends, and leaves less than a message.
void check_reader(std::string bytes) {
    for (std::size_t before = bytes.size() + 1;;) {
        const auto message = zpl::take_message(bytes);
        if (!message) {
            TALLY_CHECK(!message.error().text.empty(), "an error says what it is");
        }
        if (message && !*message) {
            TALLY_CHECK(bytes.size() <= zpl::kMessageBytesMax, "what waits for its end is bounded");
            return;
        }
        TALLY_CHECK(bytes.size() < before, "what was read is off");
        before = bytes.size();
    }
}

}  // namespace

/// A byte of zero stands for a pause of the printer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view said = as_text({data, size});
    check_reader(std::string(said));

    sim::Kernel kernel{{}};
    sim::Node& node = kernel.add_node({.name = "box"});
    Line line;
    Nowhere nowhere;
    zpl::SessionOptions options;
    options.id = DeviceId("desk");
    options.endpoint = {"desk", 9100};
    zpl::Session session(options, {line, node, node, node}, nowhere);
    session.start();
    kernel.run_for(std::chrono::milliseconds(10));
    line.session->on_open();
    bool done = false;
    session.print({kEpc, "Tea", "TEA-500", "code", {}, "human"}, [&](const PrintOutcome& outcome) {
        done = outcome.what == PrintOutcome::What::done;
        TALLY_CHECK(done || !outcome.text.empty(), "what is not done says why");
    });
    for (std::size_t at = 0; at < said.size();) {
        const std::size_t end = std::min(said.find('\0', at), said.size());
        const int dials = line.dials;
        if (end > at) {
            line.session->on_bytes(as_bytes(said.substr(at, end - at)));
        }
        kernel.run_for(std::chrono::milliseconds(700));
        if (line.dials != dials) {  // given up for what it said, and dialled anew
            line.session->on_open();
        }
        at = end + 1;
    }
    kernel.run_for(std::chrono::minutes(2));
    std::string heard(said);
    std::erase(heard, '\0');
    TALLY_CHECK(!done || heard.find("EPC[" + kEpc + "]") != std::string::npos,
                "a tag is good only where it was read back");
    return 0;
}
