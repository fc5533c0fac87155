// LlrpReader: listening, greeting, refusing and losing clients.
#include <fmt/format.h>

#include "sim/devices/llrp_reader/event_body.hpp"

namespace tally::sim {

using llrp::Attempt;
using llrp::Client;
using llrp::ClientOwner;
using llrp::Par;
using llrp::Tlv;

namespace {

/// A closed stream is kept this long, so that its last bytes leave.
constexpr Duration kBurial = std::chrono::seconds(1);

}  // namespace

LlrpReader::LlrpReader(ReaderPorts ports, LlrpReaderSetup setup)
    : setup_(std::move(setup)),
      faults_(setup_.faults),
      ports_(ports),
      clock_(ports.clock, faults_),
      engine_(ports.scheduler, *this, setup_.rospecs_max),
      encoder_(faults_),
      greet_timer_(ports.scheduler),
      keepalive_timer_(ports.scheduler),
      report_timer_(ports.scheduler),
      pump_timer_(ports.scheduler),
      refuse_timer_(ports.scheduler),
      bury_timer_(ports.scheduler),
      power_timer_(ports.scheduler),
      steal_timer_(ports.scheduler),
      play_timer_(ports.scheduler) {}

LlrpReader::~LlrpReader() = default;

Result<void> LlrpReader::listen(const Endpoint& at) {
    TALLY_TRY_ASSIGN(listener_, ports_.acceptor.listen(at, *this));
    endpoint_ = listener_->bound();
    up_ = true;
    return {};
}

StreamHandler* LlrpReader::on_accept(std::unique_ptr<Stream> stream) {
    ClientOwner& owner = *this;
    auto arrived = std::make_unique<Client>(ports_.scheduler, faults_, owner, std::move(stream));
    Client* const client = arrived.get();
    const bool taken = client_ != nullptr || stolen_;
    if (faults_.connect_status != 0 || taken) {
        to_refuse_.emplace_back(client, faults_.connect_status != 0
                                            ? static_cast<Attempt>(faults_.connect_status)
                                            : Attempt::client_initiated_exists);
        bury(std::move(arrived));
        refuse_timer_.arm(Duration(0), [this] { refuse_arrivals(); });
        return client;
    }
    client_ = std::move(arrived);
    client->holding = config_.hold;
    encoder_.forget();
    say(Severity::info, "client connected");
    if (faults_.no_first_event == 0) {
        greet_timer_.arm(std::chrono::milliseconds(faults_.first_event_delay_ms),
                         [this] { greet(client_.get()); });
    }
    return client;
}

void LlrpReader::refuse_arrivals() {
    for (const auto& [client, status] : std::exchange(to_refuse_, {})) {
        refuse(*client, status);
        if (status == Attempt::client_initiated_exists && connected() && !silent_) {
            send_attempt(*client_, Attempt::another_attempted);
        }
    }
}

void LlrpReader::greet(Client* client) {
    if (silent_) {
        return;
    }
    client->greeted = true;
    if (playlist_.mode == llrp::Playlist::Mode::verbatim) {
        play_next();
        return;
    }
    send_attempt(*client, Attempt::success);
    arm_keepalive();
    pump();
}

void LlrpReader::refuse(Client& client, Attempt status) {
    send_attempt(client, status);
    client.close();
    say(Severity::info,
        fmt::format("client refused with status {}", static_cast<unsigned>(status)));
}

void LlrpReader::send_attempt(Client& client, Attempt status) {
    const Bytes body = event_body([&](ByteWriter& out) {
        Tlv attempt(out, Par::connection_attempt_event);
        out.u16(static_cast<std::uint16_t>(status));
    });
    static_cast<void>(client.send(
        llrp::message({client.version, llrp::Msg::reader_event_notification, next_id_++}, body)));
}

void LlrpReader::client_said(Client& client, const llrp::Message& message) {
    const bool verbatim = playlist_.mode == llrp::Playlist::Mode::verbatim;
    if (&client != client_.get() || silent_ || verbatim) {
        return;
    }
    if (!client.greeted) {
        say(Severity::warning, "a client spoke before the ConnectionAttemptEvent; ignored");
        return;
    }
    answer(message);
}

void LlrpReader::client_gone(Client& client, const std::string& why) {
    if (&client == client_.get()) {
        drop_client(why);
    }
}

void LlrpReader::drop_client(const std::string& why) {
    if (client_ == nullptr) {
        return;
    }
    client_->close();
    bury(std::move(client_));
    greet_timer_.cancel();
    keepalive_timer_.cancel();
    play_timer_.cancel();
    say(Severity::info, "client gone: " + why);
}

void LlrpReader::bury(std::unique_ptr<Client> client) {
    buried_.push_back(std::move(client));
    bury_timer_.arm(kBurial, [this] { buried_.clear(); });
}

void LlrpReader::arm_keepalive() {
    keepalive_timer_.cancel();
    if (config_.keepalive_trigger == 0 || client_ == nullptr) {
        return;
    }
    keepalive_timer_.arm(std::chrono::milliseconds(config_.keepalive_ms), [this] {
        arm_keepalive();
        if (faults_.no_keepalive != 0 || silent_ || !client_->greeted) {
            return;
        }
        if (setup_.keepalives_missed_max != 0 &&
            client_->keepalives_unanswered >= setup_.keepalives_missed_max) {
            drop_client("it does not answer KEEPALIVE");
            return;
        }
        ++client_->keepalives_unanswered;
        reply({client_->version, llrp::Msg::keepalive, next_id_++}, {});
    });
}

void LlrpReader::say(Severity severity, const std::string& text) const {
    ports_.events.report(severity, setup_.name, text);
}

}  // namespace tally::sim
