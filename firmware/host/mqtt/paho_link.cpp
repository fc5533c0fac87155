#include "firmware/host/mqtt/paho_link.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>

#include <fmt/format.h>
#include <mqtt/async_client.h>

#include "firmware/host/mqtt/mqtt_errors.hpp"
#include "firmware/host/mqtt/tcp_probe.hpp"

namespace tally::host {
namespace {

constexpr int kQos = 1;
constexpr Duration kGoodbye = std::chrono::seconds(2);

std::chrono::steady_clock::time_point from_now(Duration span) {
    return std::chrono::steady_clock::now() + span;
}

/// Passes the outcome of a Paho action on; called on Paho's threads under its lock.
class Outcome final : public mqtt::iaction_listener {
 public:
    using Told = std::function<void(const mqtt::token& action, bool succeeded)>;

    explicit Outcome(Told told) : told_(std::move(told)) {}

 private:
    void on_success(const mqtt::token& action) override { told_(action, true); }
    void on_failure(const mqtt::token& action) override { told_(action, false); }

    Told told_;
};

/// Counts what Paho's threads have not answered yet, for the worker to wait on. Paho's tokens could
/// be waited for as well, but in 1.2 they signal a condition variable that the waiter may be
/// destroying.
class Unanswered {
 public:
    void add() {
        const std::lock_guard lock(mutex_);
        ++count_;
    }
    void answer() {
        const std::lock_guard lock(mutex_);
        --count_;
        changed_.notify_all();
    }
    /// Waits until fewer than `bound` are unanswered; false if that takes too long.
    bool wait_until_below(std::size_t bound, std::chrono::steady_clock::time_point deadline) {
        std::unique_lock lock(mutex_);
        return changed_.wait_until(lock, deadline, [this, bound] { return count_ < bound; });
    }

 private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t count_ = 0;
};

/// Paho 1.3 leaves Nagle's algorithm on and offers no way to turn it off: an acknowledgement just
/// sent then holds the next small message back until the broker's delayed TCP acknowledgement, 44
/// ms instead of 0.1 ms a round trip. So: every socket of ours that leads to the broker's port.
void send_small_messages_at_once(std::uint16_t broker_port) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", ignored)) {
        const int fd = std::atoi(entry.path().filename().c_str());
        sockaddr_storage peer{};
        socklen_t size = sizeof peer;
        if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) {
            continue;
        }
        in_port_t port = 0;
        if (peer.ss_family == AF_INET) {
            port = reinterpret_cast<const sockaddr_in&>(peer).sin_port;
        } else if (peer.ss_family == AF_INET6) {
            port = reinterpret_cast<const sockaddr_in6&>(peer).sin6_port;
        }
        const int on = 1;
        if (port == htons(broker_port)) {
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        }
    }
}

/// Paho counts every message that it has not been answered as buffered, also while connected, and
/// refuses the one above this bound; it must not lie below ours.
mqtt::create_options create_options_of(const MqttOptions& options) {
    mqtt::create_options made(MQTTVERSION_5);
    made.set_send_while_disconnected(false);
    made.set_max_buffered_messages(static_cast<int>(options.in_flight_max) + 1);
    return made;
}

/// Unasked, Paho writes a text about every packet, and keeps it where nobody looks.
const MqttOptions& without_trace(const MqttOptions& options) {
    ::MQTTAsync_setTraceLevel(MQTTASYNC_TRACE_ERROR);
    return options;
}

int seconds_of(Duration duration) {
    return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(duration).count());
}

std::string uri_of(const MqttOptions& options) {
    const bool v6 = options.broker.host.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}", options.ca_file.empty() ? "tcp" : "ssl", v6 ? "[" : "",
                       options.broker.host, v6 ? "]" : "", options.broker.port);
}

mqtt::connect_options connect_options_of(const MqttOptions& options, const BusSession& session,
                                         const std::string& password) {
    mqtt::connect_options made;
    made.set_mqtt_version(MQTTVERSION_5);
    made.set_clean_start(true);  // and no session expiry property: the session ends with the link
    made.set_automatic_reconnect(false);
    made.set_keep_alive_interval(seconds_of(session.keepalive));
    made.set_connect_timeout(seconds_of(options.connect_timeout));
    made.set_max_inflight(static_cast<int>(options.window));
    if (session.will) {
        made.set_will(mqtt::will_options(session.will->topic,
                                         mqtt::binary_ref(session.will->payload), kQos,
                                         session.will->retain == Retain::yes));
    }
    if (!options.user.empty()) {
        made.set_user_name(options.user);
        made.set_password(mqtt::binary_ref(password));
    }
    if (!options.ca_file.empty()) {
        mqtt::ssl_options tls;
        tls.set_trust_store(options.ca_file);
        tls.set_enable_server_cert_auth(true);
        tls.set_verify(true);
        made.set_ssl(std::move(tls));
    }
    return made;
}

/// The broker's reason: Paho leaves it in the reason code of most actions, but in the return code
/// of a refused CONNECT.
int reason_of(const mqtt::token& action) {
    const int reason = action.get_reason_code();
    return reason >= kReasonErrorMin ? reason : std::max(reason, action.get_return_code());
}

/// Paho 1.2 keeps its own words for a failed action to itself; the code is all there is.
std::string detail_of(const mqtt::token& action) {
    const int code = action.get_return_code();
    return code == MQTTASYNC_FAILURE ? "no connection, or no answer in time"
                                     : mqtt::exception::error_str(code);
}

}  // namespace

/// The Paho client and the listeners that it calls; the listeners go after it.
struct PahoLink::Client {
    explicit Client(const MqttOptions& options, const std::string& client_id)
        : paho(uri_of(without_trace(options)), client_id, create_options_of(options), nullptr) {}

    std::unique_ptr<Outcome> on_connect, on_subscribe, on_publish, on_disconnect;
    Unanswered connects, publishes, disconnects;
    std::atomic<bool> up{false};
    std::atomic<std::size_t> unconfirmed{0};  ///< subscriptions
    mqtt::async_client paho;
};

PahoLink::PahoLink(Worker& worker, MqttOptions options, BusSession session, LinkReports reports)
    : worker_(worker),
      options_(std::move(options)),
      session_(std::move(session)),
      reports_(std::move(reports)) {}

PahoLink::~PahoLink() = default;

Result<std::string> PahoLink::password() const {
    if (options_.password_file.empty()) {
        return std::string();
    }
    std::ifstream file(options_.password_file);
    std::string line;
    if (!file || !std::getline(file, line)) {
        return fail(ErrorKind::refused,
                    fmt::format("cannot log in to the broker at {}:{} as '{}': the password file "
                                "'{}' cannot be read or is empty; put the password in its first "
                                "line",
                                options_.broker.host, options_.broker.port, options_.user,
                                options_.password_file));
    }
    if (!line.empty() && line.back() == '\r') {
        line.pop_back();
    }
    return line;
}

void PahoLink::connect() {
    try {
        start();
    } catch (const std::exception& thrown) {
        client_.reset();
        reports_.lost(connect_error(options_, session_.client_id, 0, thrown.what()));
    }
}

void PahoLink::start() {
    const auto secret = password();
    if (!secret) {
        reports_.lost(secret.error());
        return;
    }
    if (!options_.ca_file.empty() && !std::ifstream(options_.ca_file)) {
        reports_.lost(authority_error(options_));
        return;
    }
    client_ = std::make_unique<Client>(options_, session_.client_id);
    Client& client = *client_;
    client.on_connect = std::make_unique<Outcome>([this, &client](const mqtt::token& action,
                                                                  bool done) {
        const int reason = reason_of(action);
        if (done && reason < kReasonErrorMin) {
            client.up = true;
            worker_.submit([link = weak_from_this()] {
                if (const auto self = link.lock()) {
                    self->finish_connect();
                }
            });
        } else if (reason < kReasonErrorMin && !options_.ca_file.empty()) {
            worker_.submit([link = weak_from_this(), detail = detail_of(action)] {
                if (const auto self = link.lock()) {
                    self->explain_no_tls(detail);
                }
            });
        } else {
            reports_.lost(connect_error(options_, session_.client_id, reason, detail_of(action)));
        }
        client.connects.answer();
    });
    client.paho.set_message_callback([this](const mqtt::const_message_ptr& message) {
        reports_.message({message->get_topic(), message->to_string(),
                          message->is_retained() ? Retain::yes : Retain::no});
    });
    const auto lost = [this, &client](int reason) {
        client.up = false;
        reports_.lost(lost_error(options_, session_.client_id, reason));
    };
    client.paho.set_connection_lost_handler([lost](const std::string&) { lost(0); });
    client.paho.set_disconnected_handler(
        [lost](const mqtt::properties&, mqtt::ReasonCode reason) { lost(reason); });
    client.connects.add();
    client.paho.connect(connect_options_of(options_, session_, *secret), nullptr,
                        *client.on_connect);
}

void PahoLink::explain_no_tls(const std::string& detail) {
    const bool listens = accepts_tcp(options_.broker, options_.connect_timeout);
    reports_.lost(listens ? proof_error(options_)
                          : connect_error(options_, session_.client_id, 0, detail));
}

void PahoLink::finish_connect() {
    if (!client_) {
        return;  // retired meanwhile
    }
    send_small_messages_at_once(options_.broker.port);
    if (session_.subscriptions.empty()) {
        reports_.connected();
        return;
    }
    Client& client = *client_;
    client.unconfirmed = session_.subscriptions.size();
    client.on_subscribe =
        std::make_unique<Outcome>([this, &client](const mqtt::token& action, bool done) {
            const int reason = action.get_reason_code();
            if (done && reason < kReasonErrorMin) {
                if (--client.unconfirmed == 0) {
                    reports_.connected();
                }
            } else if (reason >= kReasonErrorMin) {
                reports_.lost(subscribe_error(options_, (*action.get_topics())[0], reason));
            } else {
                reports_.lost(lost_error(options_, session_.client_id, 0));
            }
        });
    try {
        for (const std::string& filter : session_.subscriptions) {
            client.paho.subscribe(filter, kQos, nullptr, *client.on_subscribe);
        }
    } catch (const std::exception&) {
        reports_.lost(lost_error(options_, session_.client_id, 0));
    }
}

void PahoLink::publish(const OutgoingMessage& outgoing) {
    if (!client_) {
        return;  // retired meanwhile
    }
    Client& client = *client_;
    if (!client.on_publish) {
        client.on_publish =
            std::make_unique<Outcome>([this, &client](const mqtt::token& action, bool done) {
                const int reason = reason_of(action);
                const auto token = reinterpret_cast<std::uintptr_t>(action.get_user_context());
                if (reason >= kReasonErrorMin) {
                    reports_.published(
                        token, fail(publish_error(options_, (*action.get_topics())[0], reason)));
                } else if (done) {
                    reports_.published(token, {});
                } else {
                    reports_.published(token, fail(lost_error(options_, session_.client_id, 0)));
                }
                client.publishes.answer();
            });
    }
    const BusMessage& message = outgoing.message;
    client.publishes.add();
    try {
        client.paho.publish(mqtt::make_message(message.topic, mqtt::binary_ref(message.payload),
                                               message.qos == Qos::at_most_once ? 0 : kQos,
                                               message.retain == Retain::yes),
                            reinterpret_cast<void*>(static_cast<std::uintptr_t>(outgoing.token)),
                            *client.on_publish);
    } catch (const std::exception& thrown) {
        client.publishes.answer();
        reports_.published(outgoing.token,
                           fail(handover_error(options_, message.topic, thrown.what())));
    }
}

void PahoLink::retire(const std::deque<OutgoingMessage>& last_words) {
    if (!client_) {
        return;
    }
    Client& client = *client_;
    // Destroying a client in the middle of connecting is where Paho C crashed and hung before.
    client.connects.wait_until_below(1, from_now(options_.connect_timeout + kGoodbye));
    if (client.up) {
        say_goodbye(last_words);
    }
    client_.reset();
}

void PahoLink::say_goodbye(const std::deque<OutgoingMessage>& last_words) {
    Client& client = *client_;
    // Paho drops, and leaks, what it has above its window when it is told to disconnect.
    const auto words_until = from_now(kGoodbye);
    for (const OutgoingMessage& outgoing : last_words) {
        if (!client.publishes.wait_until_below(options_.window, words_until)) {
            break;
        }
        publish(outgoing);
    }
    client.publishes.wait_until_below(1, words_until);
    client.on_disconnect = std::make_unique<Outcome>(
        [&client](const mqtt::token&, bool) { client.disconnects.answer(); });
    client.disconnects.add();
    try {
        client.paho.disconnect(0, nullptr, *client.on_disconnect);
        client.disconnects.wait_until_below(1, from_now(kGoodbye));
    } catch (const std::exception&) {
        // The link broke on the way out: there is nobody to say goodbye to.
    }
}

}  // namespace tally::host
