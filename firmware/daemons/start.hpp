// What both daemons do before and after their service runs: arguments, exit codes, the journal.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "firmware/base/result.hpp"
#include "firmware/host/loop/loop.hpp"
#include "firmware/host/mqtt/mqtt_options.hpp"
#include "firmware/host/store/threaded_journal.hpp"
#include "firmware/messages/config/box_files.hpp"
#include "firmware/ports/events.hpp"

namespace tally {

/// Exit codes of a daemon; systemd restarts it on every one but ok and usage (deploy/).
namespace exit_code {
inline constexpr int kOk = 0;
inline constexpr int kGeneral = 1;
inline constexpr int kUsage = 2;  ///< arguments, config or a path it names; a restart will not help
inline constexpr int kCorrupt = 6;  ///< stored data contradicts itself, or is not this box's
}  // namespace exit_code

struct DaemonArguments {
    std::filesystem::path config;
    bool check_only = false;
    Severity least = Severity::info;
};

/// Parses the command line; otherwise prints help or what is wrong and gives the exit code.
struct ParsedArguments {
    std::optional<DaemonArguments> arguments;
    int exit_code = exit_code::kOk;
};
ParsedArguments parse_daemon_arguments(int argc, char** argv, const std::string& program,
                                       const std::string& what_it_is);

/// Prints the error as one sentence on stderr and gives the exit code it stands for.
int report_failure(const std::string& program, const Error& error);
int exit_code_of(ErrorKind kind) noexcept;

/// Opens the journal of this box on its own thread. `malformed` where the config names a path that
/// cannot be opened; otherwise as SqliteStore::open.
Result<std::unique_ptr<host::ThreadedJournal>> open_journal(host::Loop& loop,
                                                            const host::StoreOptions& options);

host::MqttOptions mqtt_options_of(const BrokerConfig& broker);

}  // namespace tally
