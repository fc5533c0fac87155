#include "sim/devices/modbus/server.hpp"

#include <algorithm>
#include <utility>

namespace tally::sim {

namespace {

constexpr std::size_t kHeader = 7;  // Transaction, protocol, length, unit.
constexpr std::size_t kPduMax = 253;
/// A closed stream is kept this long, so that its last bytes leave.
constexpr Duration kBurial = std::chrono::seconds(1);

Bytes framed(std::uint16_t transaction, std::uint8_t unit, ByteView pdu) {
    ByteWriter frame;
    frame.u16(transaction);
    frame.u16(0);
    frame.u16(static_cast<std::uint16_t>(pdu.size() + 1));
    frame.u8(unit);
    frame.raw(pdu);
    return frame.take();
}

bool is_write(std::uint8_t function) {
    return function == 5 || function == 6 || function == 15 || function == 16;
}

}  // namespace

/// One connection: whole requests out of any segmentation, answers at their time.
class ModbusServer::Client final : public StreamHandler {
 public:
    Client(ModbusServer& server, std::unique_ptr<Stream> stream)
        : server_(server), stream_(std::move(stream)) {}
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void on_open() override {}
    void on_bytes(ByteView bytes) override {
        if (server_.pulled_ || !stream_) {
            return;
        }
        received_.insert(received_.end(), bytes.begin(), bytes.end());
        while (next_request()) {
        }
    }
    void on_closed(const Error&) override { server_.forget(*this); }

    /// Runs `task` later, unless this connection has ended by then.
    void after(Duration delay, std::function<void()> task) {
        std::erase_if(answers_, [](const auto& timer) { return !timer->armed(); });
        answers_.push_back(std::make_unique<Timer>(server_.ports_.scheduler));
        answers_.back()->arm(delay, std::move(task));
    }

    void send(ByteView bytes) {
        if (stream_ && !server_.pulled_) {
            static_cast<void>(stream_->send(bytes));
        }
    }
    void close() {
        if (stream_) {
            stream_->close();
        }
    }

 private:
    bool next_request() {
        if (received_.size() < kHeader) {
            return false;
        }
        ByteReader reader(received_);
        Request request;
        request.transaction = reader.u16();
        const std::uint16_t protocol = reader.u16();
        const std::uint16_t length = reader.u16();
        request.unit = reader.u8();
        if (protocol != 0 || length < 2 || length > kPduMax + 1) {
            close();  // Whatever this is, it is not Modbus.
            server_.forget(*this);
            return false;
        }
        if (reader.remaining() + 1U < length) {
            return false;
        }
        const ByteView pdu = reader.take(length - 1U);
        request.pdu.assign(pdu.begin(), pdu.end());
        received_.erase(received_.begin(),
                        received_.begin() + static_cast<std::ptrdiff_t>(reader.position()));
        server_.take(*this, request);
        return true;
    }

    ModbusServer& server_;
    std::unique_ptr<Stream> stream_;
    Bytes received_;
    std::vector<std::unique_ptr<Timer>> answers_;
};

ModbusServer::ModbusServer(Ports ports, Duration answer_time)
    : ports_(ports), answer_time_(answer_time), bury_timer_(ports.scheduler) {}

ModbusServer::~ModbusServer() = default;

Result<void> ModbusServer::listen(const Endpoint& at) {
    TALLY_TRY_ASSIGN(listener_, ports_.acceptor.listen(at, *this));
    endpoint_ = listener_->bound();
    return {};
}

StreamHandler* ModbusServer::on_accept(std::unique_ptr<Stream> stream) {
    clients_.push_back(std::make_unique<Client>(*this, std::move(stream)));
    return clients_.back().get();
}

void ModbusServer::forget(Client& client) {
    const auto found = std::find_if(clients_.begin(), clients_.end(),
                                    [&](const auto& each) { return each.get() == &client; });
    if (found != clients_.end()) {
        gone_.push_back(std::move(*found));
        clients_.erase(found);
        bury_timer_.arm(kBurial, [this] { gone_.clear(); });
    }
}

void ModbusServer::plug_cable() {
    pulled_ = false;
    while (!clients_.empty()) {
        clients_.back()->close();
        forget(*clients_.back());
    }
}

void ModbusServer::power_off() {
    listener_.reset();
    plug_cable();
}

std::optional<ModbusServer::Turn> ModbusServer::begin(std::uint8_t id) {
    ++requests_;
    const auto found = places_.find(id);
    if (found == places_.end() || found->second.unit == nullptr) {
        return std::nullopt;
    }
    ++found->second.requests;
    ModbusFaults& faults = found->second.faults;
    if (faults.dead != 0) {
        return std::nullopt;
    }
    const auto late = std::chrono::milliseconds(faults.late_ms + faults.late_once);
    faults.late_once = 0;
    return Turn{answer_time_ + late, faults};
}

std::optional<ModbusServer::Said> ModbusServer::say(std::uint8_t id, ByteView request,
                                                    const ModbusFaults& faults) {
    const bool writes = is_write(request[0]);
    if (writes && faults.mute_writes == 2) {
        return std::nullopt;
    }
    Bytes pdu = answer_of(*places_[id].unit, request);
    if (writes && faults.mute_writes != 0) {
        return std::nullopt;
    }
    const std::int64_t exception =
        writes && faults.refuse_writes != 0 ? faults.refuse_writes : faults.exception;
    if (exception != 0) {
        pdu = {static_cast<std::uint8_t>(request[0] | 0x80U), static_cast<std::uint8_t>(exception)};
    }
    const auto cut = static_cast<std::size_t>(2 * faults.short_by);
    if (cut != 0 && pdu.size() > cut + 2) {
        pdu.resize(pdu.size() - cut);
        pdu[1] = static_cast<std::uint8_t>(pdu[1] - cut);
    }
    return Said{faults.wrong_unit != 0 ? static_cast<std::uint8_t>(faults.wrong_unit) : id,
                std::move(pdu)};
}

void ModbusServer::take(Client& client, const Request& request) {
    if (const auto turn = begin(request.unit)) {
        client.after(turn->delay, [this, &client, request, faults = turn->faults] {
            answer(client, request, faults);
        });
    }
}

void ModbusServer::answer(Client& client, const Request& request, const ModbusFaults& faults) {
    const auto said = say(request.unit, request.pdu, faults);
    if (!said) {
        return;
    }
    const Bytes& pdu = said->pdu;
    const std::uint8_t unit = said->unit;
    if (faults.stranger != 0) {
        client.send(framed(static_cast<std::uint16_t>(request.transaction + 77), unit, pdu));
    }
    Bytes frame = framed(request.transaction, unit, pdu);
    if (faults.garbled != 0) {
        frame[5] = static_cast<std::uint8_t>(frame[5] + 9);
    }
    if (faults.cut != 0 && frame.size() > static_cast<std::size_t>(faults.cut)) {
        client.send(ByteView(frame).first(static_cast<std::size_t>(faults.cut)));
        client.close();
        forget(client);
        return;
    }
    client.send(frame);
    if (faults.doubled != 0) {
        client.send(frame);
    }
}

}  // namespace tally::sim
