// This folder as one of the drivers that drivers/registry.cpp names.
#include "drivers/driver.hpp"

#include <utility>

#include "drivers/llrp/session.hpp"

namespace tally {

namespace {

class LlrpDriver final : public ReaderDriver {
 public:
    LlrpDriver(const ReaderSpec& spec, const DriverPorts& ports, ReaderFeed& feed)
        : session_(options_of(spec),
                   {ports.dialer, ports.scheduler, ports.clock, ports.entropy, ports.events},
                   feed) {}

    void start() override { session_.start(); }
    void stop() override { session_.stop(); }
    void set_reading(Stream::Reading reading) override { session_.set_reading(reading); }

    std::string status_text() const override {
        const llrp::SessionStatus& status = session_.status();
        std::string text = "LLRP, " + std::string(llrp::to_string(status.phase));
        if (!status.firmware.empty()) {
            text += ", maker " + std::to_string(status.manufacturer) + " model " +
                    std::to_string(status.model) + " firmware " + status.firmware;
        }
        return text;
    }

 private:
    static llrp::SessionOptions options_of(const ReaderSpec& spec) {
        llrp::SessionOptions options;
        options.name = "reader " + spec.id.str();
        options.endpoint = spec.endpoint;
        options.antennas = spec.antennas;
        options.inputs = spec.inputs;
        options.gen2_session = spec.radio.gen2_session;
        options.tag_population = spec.radio.tag_population;
        options.tx_power_index = spec.radio.tx_power_index;
        return options;
    }

    llrp::Session session_;
};

}  // namespace

MakeDriver<DriverClass::reader> make_llrp_reader;

std::unique_ptr<ReaderDriver> make_llrp_reader(const ReaderSpec& spec, const DriverPorts& ports,
                                               ReaderFeed& feed) {
    return std::make_unique<LlrpDriver>(spec, ports, feed);
}

}  // namespace tally
