// A real mosquitto for a test, on a free loopback port of its own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

#include "firmware/host/loop/fd.hpp"
#include "firmware/ports/stream.hpp"

namespace tally::test {

struct MosquittoUser {
    std::string name;
    std::string password;
};

struct MosquittoConfig {
    std::vector<MosquittoUser> users;      ///< none: anonymous clients are let in
    std::string acl;                       ///< text of an access file; empty: everything is allowed
    std::vector<std::string> extra_lines;  ///< more of mosquitto.conf
};

/// Starts in the constructor; throws std::runtime_error with mosquitto's log if it cannot. The port
/// stays reserved for this object while the broker is down. The process dies with the test, also if
/// the test crashes. Not for use from several threads.
class Mosquitto {
 public:
    explicit Mosquitto(MosquittoConfig config = {});
    ~Mosquitto();
    Mosquitto(const Mosquitto&) = delete;
    Mosquitto& operator=(const Mosquitto&) = delete;

    void start();  ///< again, on the same port; returns when it listens
    void stop();   ///< SIGTERM: it says goodbye to its clients
    void kill9();  ///< SIGKILL: the clients' connections just break

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] Endpoint endpoint() const { return {"127.0.0.1", port_}; }
    [[nodiscard]] bool running() const noexcept { return pid_ > 0; }

    /// A file beside the broker's own, removed with it (for example a client's password file).
    std::filesystem::path write_file(const std::string& name, const std::string& text) const;

    /// What it logged since it was last started.
    [[nodiscard]] std::string log() const;

 private:
    void reserve_port();
    void write_config() const;
    bool try_start();
    void end(int signal);
    void collect_log(int from);

    MosquittoConfig config_;
    std::filesystem::path folder_;
    host::Fd reserved_;  ///< bound but not listening: no other program is given this port
    std::uint16_t port_ = 0;
    pid_t pid_ = 0;
    std::thread log_reader_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::string log_;         ///< under mutex_
    bool log_ended_ = false;  ///< under mutex_
};

}  // namespace tally::test
