// tally-bridge: head office of the edges. Arguments -> config -> site -> loop.
#include <cstdio>
#include <optional>

#include "firmware/daemons/operators.hpp"
#include "firmware/daemons/start.hpp"
#include "firmware/host/entropy/os_entropy.hpp"
#include "firmware/host/log/log_events.hpp"
#include "firmware/host/memory/memory.hpp"
#include "firmware/host/mqtt/paho_message_bus.hpp"
#include "firmware/messages/config/named_files.hpp"
#include "firmware/site/bridge_site.hpp"
#include "firmware/site/operator_view.hpp"

namespace {

constexpr const char* kProgram = "tally-bridge";

int run(const tally::BridgeConfig& config, tally::Severity least) {
    using namespace tally;
    host::Loop loop;
    host::LogEvents events(loop, {least, host::LogColour::on_terminals});
    host::OsEntropy entropy;
    int outcome = exit_code::kOk;
    std::optional<BridgeSite> site;
    loop.on_stop_signal([&](int) {
        events.report(Severity::info, kProgram, "stopping: everything read is being written");
        site->stop([&] { loop.stop(); });
    });
    auto journal = open_journal(loop, {.path = config.database.string(),
                                       .kind = host::StoreKind::bridge,
                                       .owner = {{config.site.id.str(), ""}}});
    if (!journal) {
        return report_failure(kProgram, journal.error());
    }
    const auto fatal = [&](const Error& error) {
        outcome = report_failure(kProgram, error);
        loop.stop();
    };
    {
        host::PahoMessageBus bus(loop, mqtt_options_of(config.broker));
        const BridgePorts ports{loop, loop, entropy, events, **journal, bus};
        site.emplace(config, ports, fatal);
        std::unique_ptr<OperatorDoor> operators;
        site->start([&](Result<void> started) {
            if (!started) {
                fatal(started.error());
                return;
            }
            auto door = OperatorDoor::open(loop, config.api, [&](auto users) {
                const auto box = box_facts_of(config.database, config.broker);
                return std::make_unique<BridgeApi>(operator_view(*site, ports, box),
                                                   std::move(users));
            });
            if (!door) {
                fatal(door.error());
                return;
            }
            operators = std::move(*door);
            events.report(Severity::info, kProgram,
                          "bridge of site " + config.site.id.str() + " is up with " +
                              std::to_string(config.site.edges.size()) + " edges");
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
        argc, argv, kProgram,
        "The one true stock of a site: takes every edge's events once, in order.");
    if (!parsed.arguments) {
        return parsed.exit_code;
    }
    const auto loaded = load_bridge(parsed.arguments->config);
    if (!loaded) {
        return report_failure(kProgram, loaded.error());
    }
    if (parsed.arguments->check_only) {
        std::fputs(loaded->effective.c_str(), stdout);
    }
    if (const auto files = check_named_files(loaded->value); !files) {
        report_failure(kProgram, files.error());
        return exit_code::kUsage;
    }
    return parsed.arguments->check_only ? exit_code::kOk
                                        : run(loaded->value, parsed.arguments->least);
}
