#include "drivers/modbus_bus/line.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <termios.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include <modbus.h>

namespace tally::modbus {

namespace {

constexpr auto kRetryAfter = std::chrono::milliseconds(500);
constexpr std::size_t kTcpHeader = 7;  // MBAP: transaction, protocol, length, unit.

struct Timeval {
    std::uint32_t seconds, microseconds;
};

Timeval timeval_of(Duration span) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(span).count();
    const auto some = us > 0 ? us : 1;
    return {static_cast<std::uint32_t>(some / 1'000'000),
            static_cast<std::uint32_t>(some % 1'000'000)};
}

/// RTU frames are told apart by 3.5 characters of silence, 1.75 ms above 19,200 baud; libmodbus
/// does not keep it (Modbus over serial line V1.02, 2.5.1.1).
Duration frame_gap(const ModbusBusOptions& options) {
    const auto* serial = std::get_if<SerialLine>(&options.line);
    if (serial == nullptr) {
        return Duration(0);
    }
    constexpr std::int64_t kBitsPerCharacter = 11;
    const std::int64_t us =
        serial->baud > 19'200 ? 1'750 : kBitsPerCharacter * 3'500'000 / std::max(serial->baud, 300);
    return std::chrono::microseconds(us);
}

bool is_readable(int fd, Duration within) {
    pollfd wanted{fd, POLLIN, 0};
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(within).count();
    // A span that is over already must not become the -1 that waits for ever.
    return ::poll(&wanted, 1, static_cast<int>(std::max<std::int64_t>(ms, 0))) > 0;
}

}  // namespace

void ModbusLine::Closer::operator()(_modbus* context) const {
    modbus_close(context);
    modbus_free(context);
}

ModbusLine::ModbusLine(ModbusBusOptions options) : options_(std::move(options)) {}

ModbusLine::~ModbusLine() = default;

std::string ModbusLine::where() const {
    if (const auto* tcp = std::get_if<TcpLine>(&options_.line)) {
        return options_.name + " at " + tcp->host + ":" + std::to_string(tcp->port);
    }
    return options_.name + " at " + std::get<SerialLine>(options_.line).device;
}

Result<void> ModbusLine::open(Duration timeout) {
    if (context_) {
        return {};
    }
    if (Steady::now() < next_try_) {
        return fail(ErrorKind::offline, where() + " is not connected; it is tried again shortly");
    }
    if (const auto* tcp = std::get_if<TcpLine>(&options_.line)) {
        context_.reset(modbus_new_tcp_pi(tcp->host.c_str(), std::to_string(tcp->port).c_str()));
    } else {
        const auto& serial = std::get<SerialLine>(options_.line);
        context_.reset(
            modbus_new_rtu(serial.device.c_str(), serial.baud, serial.parity, 8, serial.stop_bits));
    }
    int failure = EINVAL;
    if (context_) {
        const Timeval wait = timeval_of(timeout);
        modbus_set_response_timeout(context_.get(), wait.seconds, wait.microseconds);
        failure = modbus_connect(context_.get()) == 0 ? 0 : errno;
    }
    if (failure != 0) {
        context_.reset();
        next_try_ = Steady::now() + kRetryAfter;
        return fail(ErrorKind::offline, where() + " cannot be opened (" + modbus_strerror(failure) +
                                            "); check its cable, power and address");
    }
    transaction_ = 0;
    quiet_until_ = Steady::now() + frame_gap(options_);
    return {};
}

void ModbusLine::close() {
    context_.reset();
}

/// Whether something waits that nobody asked for, or the other end has gone.
bool ModbusLine::is_stale() const {
    return is_readable(modbus_get_socket(context_.get()), Duration(0));
}

void ModbusLine::wait_for_silence(Duration at_most) const {
    const int fd = modbus_get_socket(context_.get());
    const Duration gap = std::max<Duration>(frame_gap(options_), std::chrono::milliseconds(2));
    const auto end = Steady::now() + at_most;
    std::array<std::uint8_t, 256> thrown_away{};
    while (Steady::now() < end) {
        if (is_readable(fd, end - Steady::now()) &&
            ::read(fd, thrown_away.data(), thrown_away.size()) <= 0) {
            return;
        }
    }
    const auto last_word = end + at_most;  // Whoever still talks then talks for ever.
    while (is_readable(fd, gap) && Steady::now() < last_word) {
        if (::read(fd, thrown_away.data(), thrown_away.size()) <= 0) {
            return;
        }
    }
}

Result<Bytes> ModbusLine::exchange(const Exchange& request) {
    if (context_ && is_stale()) {
        if (is_tcp()) {
            close();
        } else {
            wait_for_silence(frame_gap(options_));
        }
    }
    TALLY_TRY(open(request.timeout));
    if (!is_tcp()) {
        std::this_thread::sleep_until(quiet_until_);
    }
    Result<Bytes> answer = [&]() -> Result<Bytes> {
        TALLY_TRY(send(request));
        return receive(request);
    }();
    quiet_until_ = Steady::now() + frame_gap(options_);
    if (answer) {
        return answer;
    }
    if (is_tcp() || answer.error().kind == ErrorKind::offline) {
        close();  // What still comes belongs to a connection that is no more.
    } else {
        wait_for_silence(request.timeout);
    }
    return answer;
}

Result<void> ModbusLine::send(const Exchange& request) {
    int sent = -1;
    std::size_t wanted = 0;
    if (is_tcp()) {
        ByteWriter adu;
        adu.u16(++transaction_);
        adu.u16(0);
        adu.u16(static_cast<std::uint16_t>(request.pdu.size() + 1));
        adu.u8(request.unit);
        adu.raw(request.pdu);
        wanted = adu.size();
        sent = static_cast<int>(
            ::send(modbus_get_socket(context_.get()), adu.bytes().data(), wanted, MSG_NOSIGNAL));
    } else {
        constexpr std::size_t kChecksum = 2;
        Bytes raw{request.unit};
        raw.insert(raw.end(), request.pdu.begin(), request.pdu.end());
        wanted = raw.size() + kChecksum;
        modbus_set_slave(context_.get(), request.unit);
        sent = modbus_send_raw_request(context_.get(), raw.data(), static_cast<int>(raw.size()));
    }
    if (sent < 0 || static_cast<std::size_t>(sent) != wanted) {
        return fail(ErrorKind::offline, where() + " took no request (" + std::strerror(errno) +
                                            "); check its cable and power");
    }
    return {};
}

Result<Bytes> ModbusLine::receive(const Exchange& request) {
    const Timeval wait = timeval_of(request.timeout);
    modbus_set_response_timeout(context_.get(), wait.seconds, wait.microseconds);
    modbus_set_byte_timeout(context_.get(), 0, 0);  // The time-out is for the whole answer.
    std::array<std::uint8_t, MODBUS_TCP_MAX_ADU_LENGTH> adu{};
    const int size = modbus_receive_confirmation(context_.get(), adu.data());
    const std::string unit = "unit " + std::to_string(request.unit) + " of " + where();
    if (size < 0) {
        const int failure = errno;
        if (failure == ETIMEDOUT) {
            return fail(ErrorKind::timeout,
                        unit + " did not answer in time; check its power, address and cable");
        }
        if (failure > MODBUS_ENOBASE) {
            return fail(ErrorKind::malformed, unit + " answered with a broken frame (" +
                                                  modbus_strerror(failure) +
                                                  "); check cable, speed and parity");
        }
        return fail(ErrorKind::offline,
                    unit + ": the connection is lost (" + std::strerror(failure) + ")");
    }
    const ByteView got(adu.data(), static_cast<std::size_t>(size));
    return is_tcp() ? check_tcp(request, got) : check_serial(request, got);
}

Result<Bytes> ModbusLine::check_tcp(const Exchange& request, ByteView adu) const {
    ByteReader reader(adu);
    const std::uint16_t transaction = reader.u16();
    const std::uint16_t protocol = reader.u16();
    const std::uint16_t length = reader.u16();
    const std::uint8_t unit = reader.u8();
    if (!reader.ok() || transaction != transaction_ || protocol != 0 ||
        length + kTcpHeader - 1 != adu.size() || unit != request.unit) {
        return fail(ErrorKind::malformed, where() + " answered for unit " + std::to_string(unit) +
                                              ", transaction " + std::to_string(transaction) +
                                              ", where unit " + std::to_string(request.unit) +
                                              ", transaction " + std::to_string(transaction_) +
                                              " was asked; check the gateway's unit ids");
    }
    const ByteView pdu = adu.subspan(kTcpHeader);
    return Bytes(pdu.begin(), pdu.end());
}

Result<Bytes> ModbusLine::check_serial(const Exchange& request, ByteView adu) const {
    constexpr std::size_t kUnitAndChecksum = 3;
    if (adu.size() <= kUnitAndChecksum || adu[0] != request.unit) {
        return fail(ErrorKind::malformed, where() + ": another unit answered where unit " +
                                              std::to_string(request.unit) +
                                              " was asked; check that each has its own id");
    }
    return Bytes(adu.begin() + 1, adu.end() - 2);
}

}  // namespace tally::modbus
