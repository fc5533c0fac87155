// tallyd: the controller of one edge box. Arguments -> config -> site -> loop.
#include <cstdio>
#include <optional>

#include "drivers/modbus_bus/modbus_bus.hpp"
#include "firmware/daemons/operators.hpp"
#include "firmware/daemons/start.hpp"
#include "firmware/host/entropy/os_entropy.hpp"
#include "firmware/host/log/log_events.hpp"
#include "firmware/host/memory/memory.hpp"
#include "firmware/host/mqtt/paho_message_bus.hpp"
#include "firmware/host/net/tcp.hpp"
#include "firmware/host/plan_pool/threaded_plan_pool.hpp"
#include "firmware/messages/config/named_files.hpp"
#include "firmware/site/edge_site.hpp"
#include "firmware/site/kinds.hpp"
#include "firmware/site/operator_view.hpp"

namespace {

constexpr const char* kProgram = "tallyd";

tally::OpenBus buses_on(tally::host::Loop& loop) {
    return [&loop](const tally::BusConfig& bus) {
        tally::modbus::ModbusBusOptions options;
        options.name = "bus " + bus.id;
        if (bus.host.empty()) {
            options.line =
                tally::modbus::SerialLine{bus.device, bus.baud, bus.parity, bus.stop_bits};
        } else {
            options.line = tally::modbus::TcpLine{bus.host, bus.port};
        }
        return std::make_unique<tally::modbus::ModbusBus>(
            options, [&loop](std::function<void()> task) { loop.post(std::move(task)); });
    };
}

int run(const tally::EdgeConfig& config, tally::Severity least) {
    using namespace tally;
    host::Loop loop;
    host::LogEvents events(loop, {least, host::LogColour::on_terminals});
    host::OsEntropy entropy;
    host::TcpDialer dialer(loop);
    int outcome = exit_code::kOk;
    std::optional<EdgeSite> site;
    loop.on_stop_signal([&](int) {
        events.report(Severity::info, kProgram, "stopping: everything read is being written");
        site->stop([&] { loop.stop(); });
    });
    auto journal = open_journal(loop, {.path = config.database.string(),
                                       .kind = host::StoreKind::edge,
                                       .owner = {{config.site.id.str(), config.edge.str()}}});
    if (!journal) {
        return report_failure(kProgram, journal.error());
    }
    const auto fatal = [&](const Error& error) {
        outcome = report_failure(kProgram, error);
        loop.stop();
    };
    {
        host::PahoMessageBus bus(loop, mqtt_options_of(config.broker));
        host::ThreadedPlanPool plan_pool(loop);
        std::optional<host::PahoMessageBus> vehicle_bus;
        if (!config.fleet.vehicles.empty()) {
            vehicle_bus.emplace(loop, mqtt_options_of(vehicle_broker_of(config)));
        }
        const EdgePorts ports{
            loop, loop,   entropy,        events,     **journal,
            bus,  dialer, buses_on(loop), &plan_pool, vehicle_bus ? &*vehicle_bus : nullptr};
        site.emplace(config, ports, fatal);
        std::unique_ptr<OperatorDoor> operators;
        site->start([&](Result<void> started) {
            if (!started) {
                fatal(started.error());
                return;
            }
            auto door = OperatorDoor::open(loop, config.api, [&](auto users) {
                const auto box = box_facts_of(config.database, config.broker);
                return std::make_unique<EdgeApi>(operator_view(*site, ports, box),
                                                 std::move(users));
            });
            if (!door) {
                fatal(door.error());
                return;
            }
            operators = std::move(*door);
            events.report(Severity::info, kProgram,
                          "edge " + config.edge.str() + " is up at event " +
                              std::to_string(site->ledger().line().seq().value()));
        });
        loop.run();
        operators.reset();
        site.reset();
    }
    return outcome;
}

}  // namespace

int main(int argc, char** argv) {
    using namespace tally;
    host::keep_memory_small();
    const ParsedArguments parsed = parse_daemon_arguments(
        argc, argv, kProgram, "The controller of one edge box: gates in, ledger, sync out.");
    if (!parsed.arguments) {
        return parsed.exit_code;
    }
    const auto loaded = load_edge(parsed.arguments->config);
    if (!loaded) {
        return report_failure(kProgram, loaded.error());
    }
    if (parsed.arguments->check_only) {
        std::fputs(loaded->effective.c_str(), stdout);
    }
    for (const auto& checked : {check_kinds(loaded->value), check_named_files(loaded->value)}) {
        if (!checked) {
            report_failure(kProgram, checked.error());
            return exit_code::kUsage;
        }
    }
    return parsed.arguments->check_only ? exit_code::kOk
                                        : run(loaded->value, parsed.arguments->least);
}
