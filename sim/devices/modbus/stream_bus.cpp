#include "sim/devices/modbus/stream_bus.hpp"

#include <utility>

namespace tally::sim {

namespace {

constexpr std::size_t kHeader = 7;

bool is_bits(RegisterTable table) {
    return table == RegisterTable::coils || table == RegisterTable::discrete_inputs;
}

std::uint8_t read_function(RegisterTable table) {
    static constexpr std::uint8_t kFunctions[] = {1, 2, 4, 3};  // In the order of the port.
    return kFunctions[static_cast<std::size_t>(table)];
}

Result<Bytes> request_of(const RegisterRead& ask) {
    if (ask.count == 0 || ask.count > (is_bits(ask.table) ? 2000 : 125) ||
        ask.address + ask.count > 0x10000) {
        return fail(ErrorKind::malformed, "a request out of bounds");
    }
    ByteWriter out;
    out.u8(read_function(ask.table));
    out.u16(ask.address);
    out.u16(ask.count);
    return out.take();
}

Result<Bytes> request_of(const RegisterWrite& ask) {
    const bool coils = ask.table == RegisterTable::coils;
    const std::size_t count = ask.values.size();
    if ((!coils && ask.table != RegisterTable::holding) || count == 0 || count > 123 ||
        ask.address + count > 0x10000) {
        return fail(ErrorKind::malformed, "a request out of bounds");
    }
    Bytes values(coils ? (count + 7) / 8 : 2 * count, 0);
    for (std::size_t i = 0; i < count; ++i) {
        if (!coils) {
            values[2 * i] = static_cast<std::uint8_t>(ask.values[i] >> 8U);
            values[2 * i + 1] = static_cast<std::uint8_t>(ask.values[i] & 0xffU);
        } else if (ask.values[i] != 0) {
            values[i / 8] = static_cast<std::uint8_t>(values[i / 8] | (1U << (i % 8)));
        }
    }
    ByteWriter out;
    out.u8(coils ? 15 : 16);
    out.u16(ask.address);
    out.u16(static_cast<std::uint16_t>(count));
    out.u8(static_cast<std::uint8_t>(values.size()));
    out.raw(values);
    return out.take();
}

Result<void> accept(ByteView pdu, std::uint8_t function) {
    if (pdu.size() == 2 && pdu[0] == (function | 0x80U)) {
        return fail(ErrorKind::refused, "exception " + std::to_string(pdu[1]));
    }
    if (pdu.empty() || pdu[0] != function) {
        return fail(ErrorKind::malformed, "an answer to another function");
    }
    return {};
}

RegisterBus::Values values_of(const RegisterRead& ask, ByteView pdu) {
    TALLY_TRY(accept(pdu, read_function(ask.table)));
    const std::size_t bytes = is_bits(ask.table) ? (ask.count + 7U) / 8U : 2U * ask.count;
    if (pdu.size() != bytes + 2 || pdu[1] != bytes) {
        return fail(ErrorKind::malformed, "an answer of another size");
    }
    std::vector<std::uint16_t> values;
    for (std::size_t i = 0; i < ask.count; ++i) {
        const unsigned value = is_bits(ask.table) ? (pdu[2 + i / 8] >> (i % 8)) & 1U
                                                  : unsigned{pdu[2 + 2 * i]} << 8U | pdu[3 + 2 * i];
        values.push_back(static_cast<std::uint16_t>(value));
    }
    return values;
}

}  // namespace

StreamBus::StreamBus(StreamDialer& dialer, Scheduler& scheduler, Endpoint to)
    : dialer_(dialer), to_(std::move(to)), begin_timer_(scheduler), timeout_timer_(scheduler) {}

StreamBus::~StreamBus() = default;

void StreamBus::read(const RegisterRead& request, std::function<void(Values)> reply) {
    add({request.unit, request_of(request), request.timeout,
         [request, reply = std::move(reply)](Result<Bytes> answer) {
             reply(answer ? values_of(request, *answer) : Values(fail(answer.error())));
         }});
}

void StreamBus::write(const RegisterWrite& request, std::function<void(Result<void>)> reply) {
    const std::uint8_t function = request.table == RegisterTable::coils ? 15 : 16;
    add({request.unit, request_of(request), request.timeout,
         [function, reply = std::move(reply)](Result<Bytes> answer) {
             const bool is_open_end = answer && answer->size() == 2 &&
                                      (*answer)[0] == (function | 0x80U) &&
                                      ((*answer)[1] == 5 || (*answer)[1] == 11);
             if (is_open_end) {
                 reply(fail(ErrorKind::timeout, "begun, or no answer behind the gateway"));
                 return;
             }
             reply(answer ? accept(*answer, function) : Result<void>(fail(answer.error())));
         }});
}

void StreamBus::add(Job job) {
    if (jobs_.size() >= kWaitingMax) {
        job.pdu = fail(ErrorKind::exhausted, "too many requests wait for this bus");
    }
    jobs_.push_back(std::move(job));
    if (!busy_ && !begin_timer_.armed()) {
        begin_timer_.arm(Duration(0), [this] { begin(); });
    }
}

void StreamBus::begin() {
    ended_.reset();
    if (jobs_.empty()) {
        return;
    }
    busy_ = true;
    const Job& job = jobs_.front();
    if (!job.pdu) {
        finish(fail(job.pdu.error()));
        return;
    }
    timeout_timer_.arm(job.timeout, [this] {
        const bool connected = open_;
        drop();
        finish(fail(connected ? ErrorKind::timeout : ErrorKind::offline, "no answer in time"));
    });
    if (open_) {
        send();
    } else {
        stream_ = dialer_.dial(to_, *this);
    }
}

void StreamBus::on_open() {
    open_ = true;
    received_.clear();
    if (busy_) {
        timeout_timer_.arm(jobs_.front().timeout, [this] {
            drop();
            finish(fail(ErrorKind::timeout, "no answer in time"));
        });
        send();
    }
}

void StreamBus::send() {
    const Job& job = jobs_.front();
    ByteWriter frame;
    frame.u16(++transaction_);
    frame.u16(0);
    frame.u16(static_cast<std::uint16_t>(job.pdu->size() + 1));
    frame.u8(job.unit);
    frame.raw(*job.pdu);
    static_cast<void>(stream_->send(frame.bytes()));
}

void StreamBus::on_bytes(ByteView bytes) {
    if (!busy_) {
        drop();  // Nobody asked: whatever follows could be taken for something else.
        return;
    }
    received_.insert(received_.end(), bytes.begin(), bytes.end());
    ByteReader reader(received_);
    const std::uint16_t transaction = reader.u16();
    const std::uint16_t protocol = reader.u16();
    const std::uint16_t length = reader.u16();
    const std::uint8_t unit = reader.u8();
    if (!reader.ok() || received_.size() + 1U < kHeader + length) {
        return;
    }
    const Job& job = jobs_.front();
    const std::size_t size = kHeader - 1U + length;
    const bool is_mine = transaction == transaction_ && protocol == 0 && unit == job.unit;
    if (!is_mine || length < 2) {
        drop();
        finish(fail(ErrorKind::malformed, "an answer to something else"));
        return;
    }
    Bytes pdu(received_.begin() + kHeader, received_.begin() + static_cast<std::ptrdiff_t>(size));
    if (received_.size() > size) {
        drop();  // More than the answer: the next one would not be told apart.
    }
    received_.clear();
    finish(std::move(pdu));
}

void StreamBus::on_closed(const Error& why) {
    drop();
    if (busy_) {
        finish(fail(ErrorKind::offline, why.text));
    }
}

void StreamBus::drop() {
    ended_ = std::move(stream_);
    if (ended_) {
        ended_->close();
    }
    open_ = false;
    received_.clear();
}

void StreamBus::finish(Result<Bytes> answer) {
    timeout_timer_.cancel();
    const auto done = std::move(jobs_.front().done);
    jobs_.pop_front();
    busy_ = false;
    begin_timer_.arm(Duration(0), [this] { begin(); });
    done(std::move(answer));
}

}  // namespace tally::sim
