#include "firmware/daemons/start.hpp"

#include <cstdio>
#include <utility>

#include <CLI/CLI.hpp>

namespace tally {

ParsedArguments parse_daemon_arguments(int argc, char** argv, const std::string& program,
                                       const std::string& what_it_is) {
    DaemonArguments arguments;
    CLI::App app(what_it_is + "\n\nExamples:\n  " + program + " --config /etc/tally/" +
                     (program == "tallyd" ? "edge" : "bridge") + ".toml\n  " + program +
                     " --config edge.toml --check-config   print the effective config and exit\n",
                 program);
    std::string least = "info";
    app.add_option("-c,--config,config", arguments.config, "config file of this box (TOML)")
        ->required();
    app.add_flag("--check-config", arguments.check_only,
                 "read the config, print every value in force and where it came from, and exit");
    app.add_option("--log", least, "least severity that is logged")
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
        ->capture_default_str();
    app.set_version_flag("--version", program + " " TALLY_VERSION, "print the version and exit");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return {std::nullopt, code == 0 ? exit_code::kOk : exit_code::kUsage};
    }
    for (const Severity severity :
         {Severity::debug, Severity::info, Severity::warning, Severity::error}) {
        if (to_string(severity) == least) {
            arguments.least = severity;
        }
    }
    return {std::move(arguments), exit_code::kOk};
}

int exit_code_of(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::corrupt:
        case ErrorKind::unsupported:
            return exit_code::kCorrupt;
        case ErrorKind::malformed:
            return exit_code::kUsage;
        case ErrorKind::timeout:
        case ErrorKind::offline:
        case ErrorKind::refused:
        case ErrorKind::conflict:
        case ErrorKind::exhausted:
            return exit_code::kGeneral;
    }
    return exit_code::kGeneral;
}

int report_failure(const std::string& program, const Error& error) {
    std::fprintf(stderr, "%s: %s\n", program.c_str(), error.text.c_str());
    return exit_code_of(error.kind);
}

Result<std::unique_ptr<host::ThreadedJournal>> open_journal(host::Loop& loop,
                                                            const host::StoreOptions& options) {
    auto store = host::SqliteStore::open(options);
    if (!store) {
        const bool wrong_path = store.error().kind == ErrorKind::refused;
        return fail(wrong_path ? ErrorKind::malformed : store.error().kind, store.error().text);
    }
    return std::make_unique<host::ThreadedJournal>(
        std::move(*store), [&loop](std::function<void()> task) { loop.post(std::move(task)); });
}

host::MqttOptions mqtt_options_of(const BrokerConfig& broker) {
    host::MqttOptions options;
    options.broker = {broker.host, broker.port};
    options.user = broker.user;
    options.password_file = broker.password_file.string();
    options.ca_file = broker.ca_file.string();
    return options;
}

}  // namespace tally
