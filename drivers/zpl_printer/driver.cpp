// This folder as one of the drivers that drivers/registry.cpp names.
#include "drivers/driver.hpp"

#include <utility>

#include "drivers/zpl_printer/session.hpp"

namespace tally {

namespace {

class ZplDriver final : public PrinterDriver {
 public:
    ZplDriver(const PrinterSpec& spec, const DriverPorts& ports, PrinterFeed& feed)
        : session_(options_of(spec), {ports.dialer, ports.scheduler, ports.clock, ports.events},
                   feed) {}

    void start() override { session_.start(); }
    void stop() override { session_.stop(); }
    void print(const PrintJob& job, std::function<void(PrintOutcome)> reply) override {
        session_.print(job, std::move(reply));
    }

 private:
    static zpl::SessionOptions options_of(const PrinterSpec& spec) {
        zpl::SessionOptions options;
        options.id = spec.id;
        options.endpoint = spec.endpoint;
        options.stock = spec.stock;
        return options;
    }

    zpl::Session session_;
};

}  // namespace

MakeDriver<DriverClass::printer> make_zpl_printer;

std::unique_ptr<PrinterDriver> make_zpl_printer(const PrinterSpec& spec, const DriverPorts& ports,
                                                PrinterFeed& feed) {
    return std::make_unique<ZplDriver>(spec, ports, feed);
}

}  // namespace tally
