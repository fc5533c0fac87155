// A hostile Modbus server against the whole adapter: ModbusBus with its worker thread, libmodbus
// and a real socket. The input is the server's script, played turn by turn, a turn for each
// request: bytes of its own, frames with the right header and a PDU of its own, lies about lengths,
// honest answers whole or cut, delays around the time-out, a closed or reset connection, silence.
// When the script is over the server is honest. Whatever it does: every request gets exactly one
// answer, in order, as many values as were asked for or an error that says something; and the
// honest server is understood again. Known bugs of libmodbus that this walks past: #683 (a server
// writes beyond the client's buffer), #748, late answers #255, #451.
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "drivers/modbus_bus/modbus_bus.hpp"
#include "firmware/base/bytes.hpp"
#include "firmware/base/check.hpp"

namespace {

using namespace tally;
using std::chrono::milliseconds;

constexpr Duration kTimeout = milliseconds(15);
constexpr int kActsMax = 16;  // In one turn.

class Listener {
 public:
    Listener() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in any{};
        any.sin_family = AF_INET;
        any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof any;
        auto* const address = reinterpret_cast<sockaddr*>(&any);
        TALLY_CHECK(::bind(fd_, address, size) == 0 && ::listen(fd_, 8) == 0 &&
                        ::getsockname(fd_, address, &size) == 0,
                    "loopback is there");
        port_ = ntohs(any.sin_port);
    }
    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
    int fd_;
    std::uint16_t port_ = 0;
};

/// What a well-behaved unit says: holding register n carries n.
Bytes honest(ByteView request) {
    ByteReader reader(request);
    const std::uint16_t transaction = reader.u16();
    reader.u32();
    const std::uint8_t unit = reader.u8();
    const std::uint8_t function = reader.u8();
    const std::uint16_t address = reader.u16();
    const std::uint16_t count = reader.u16();
    ByteWriter pdu;
    pdu.u8(function);
    if (function > 4) {
        pdu.u16(address);
        pdu.u16(count);
    } else if (function < 3) {
        const Bytes bits((count + 7U) / 8U, 0x55);
        pdu.u8(static_cast<std::uint8_t>(bits.size()));
        pdu.raw(bits);
    } else {
        pdu.u8(static_cast<std::uint8_t>(2 * count));
        for (std::uint16_t i = 0; i < count; ++i) {
            pdu.u16(static_cast<std::uint16_t>(address + i));
        }
    }
    ByteWriter frame;
    frame.u16(transaction);
    frame.u16(0);
    frame.u16(static_cast<std::uint16_t>(pdu.size() + 1));
    frame.u8(unit);
    frame.raw(pdu.bytes());
    return frame.take();
}

/// Plays a script on its own thread until it is told to end.
class Server {
 public:
    Server(const Listener& listener, ByteView script)
        : listener_(listener), script_(script), end_(::eventfd(0, 0)), thread_([this] { run(); }) {}
    ~Server() {
        const std::uint64_t one = 1;
        static_cast<void>(::write(end_, &one, sizeof one));
        thread_.join();
        ::close(end_);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// From the next request on, whatever is left of the script.
    void be_honest() { honest_ = true; }

 private:
    enum class Then { go_on, hang_up };

    [[nodiscard]] bool waits_for(int fd) const {
        std::array<pollfd, 2> wanted{{{fd, POLLIN, 0}, {end_, POLLIN, 0}}};
        ::poll(wanted.data(), wanted.size(), -1);
        return (wanted[1].revents & POLLIN) == 0;
    }
    void run() {
        while (waits_for(listener_.fd())) {
            const int wire = ::accept(listener_.fd(), nullptr, nullptr);
            serve(wire);
            ::close(wire);
        }
    }
    void serve(int wire) {
        std::array<std::uint8_t, 600> request{};
        while (waits_for(wire)) {
            const auto size = ::recv(wire, request.data(), request.size(), 0);
            if (size <= 0 || turn(wire, ByteView(request.data(), static_cast<std::size_t>(size))) ==
                                 Then::hang_up) {
                return;
            }
        }
    }
    ByteView next(std::size_t count) {
        const ByteView some = script_.first(std::min(count, script_.size()));
        script_ = script_.subspan(some.size());
        return some;
    }
    static void say(int wire, ByteView bytes) {
        static_cast<void>(::send(wire, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    }
    /// The header of the request, with this length and what follows.
    static void say_framed(int wire, ByteView request, std::size_t length, ByteView pdu) {
        ByteWriter frame;
        frame.raw(request.first(4));
        frame.u16(static_cast<std::uint16_t>(length));
        frame.raw(request.subspan(6, 1));
        frame.raw(pdu);
        say(wire, frame.bytes());
    }
    static void reset(int wire) {
        const linger at_once{1, 0};
        ::setsockopt(wire, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }

    Then turn(int wire, ByteView request) {
        if (request.size() < 12) {
            return Then::hang_up;
        }
        if (script_.empty() || honest_) {
            say(wire, honest(request));
            return Then::go_on;
        }
        for (int i = 0; i < kActsMax && !script_.empty(); ++i) {
            const std::uint8_t act = next(1)[0];
            const std::size_t much = act / 8U;
            switch (act % 8U) {
                case 0:
                    say(wire, next(much));
                    break;
                case 1:
                    say_framed(wire, request, much + 1, next(much));
                    break;
                case 2: {
                    const ByteView lie = next(2);
                    const std::size_t length = lie.size() < 2 ? 0 : lie[0] * 256U + lie[1];
                    say_framed(wire, request, length, next(much * 9));
                    break;
                }
                case 3:
                    say(wire, honest(request));
                    break;
                case 4: {
                    const Bytes whole = honest(request);
                    say(wire, ByteView(whole).first(std::min(much, whole.size())));
                    break;
                }
                case 5:
                    std::this_thread::sleep_for(milliseconds(much));
                    break;
                case 6:
                    if (much % 2 == 1) {
                        reset(wire);
                    }
                    return Then::hang_up;
                default:
                    return Then::go_on;
            }
        }
        return Then::go_on;
    }

    const Listener& listener_;
    ByteView script_;
    int end_;
    std::atomic<bool> honest_ = false;
    std::thread thread_;
};

/// The loop's side: what the bus posts is run here.
class Desk {
 public:
    void post(std::function<void()> task) {
        {
            const std::lock_guard lock(mutex_);
            tasks_.push_back(std::move(task));
        }
        changed_.notify_one();
    }
    /// Runs what is posted until `answers` of them have come.
    void run_until(const std::size_t& answers, std::size_t wanted) {
        while (answers < wanted) {
            std::unique_lock lock(mutex_);
            const bool came = changed_.wait_for(lock, std::chrono::seconds(8),
                                                [this] { return !tasks_.empty(); });
            TALLY_CHECK(came, "every request is answered");
            const auto task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
        }
    }

 private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
};

class Client {
 public:
    explicit Client(std::uint16_t port)
        : bus_({"bus", modbus::TcpLine{"127.0.0.1", port}},
               [this](std::function<void()> task) { desk_.post(std::move(task)); }) {}

    void ask_all(std::uint8_t kinds) {
        for (unsigned i = 0; i < 4; ++i) {
            const auto kind = static_cast<std::uint8_t>((kinds >> (2U * i)) & 3U);
            (kinds + i) % 5U == 4 ? write(kind) : read(kind, static_cast<std::uint16_t>(i));
        }
        desk_.run_until(answers_, asked_);
    }
    /// The server is honest now; a few answers may be spoilt by what it said before.
    void understands_again() {
        for (int i = 0; i < 200; ++i) {
            read(3, 7, std::chrono::seconds(2));
            desk_.run_until(answers_, asked_);
            if (last_ == std::vector<std::uint16_t>{7, 8, 9, 10, 11, 12, 13, 14}) {
                return;
            }
            std::this_thread::sleep_for(milliseconds(20));  // A refused opening waits 500 ms.
        }
        TALLY_CHECK(false, "an honest server is understood again");
    }

 private:
    void answered(std::size_t number) {
        TALLY_CHECK(number == answers_, "answers come in the order of the questions, once");
        ++answers_;
    }
    void read(std::uint8_t table, std::uint16_t address, Duration timeout = kTimeout) {
        RegisterRead ask;
        ask.table = static_cast<RegisterTable>(table);
        ask.address = address;
        ask.count = static_cast<std::uint16_t>(address + 1);
        ask.timeout = timeout;
        bus_.read(ask, [this, number = asked_++, count = ask.count](auto values) {
            answered(number);
            TALLY_CHECK(values ? values->size() == count : !values.error().text.empty(),
                        "as many values as asked for, or what is wrong");
            last_ = values ? *values : std::vector<std::uint16_t>{};
        });
    }
    void write(std::uint8_t kind) {
        RegisterWrite ask;
        ask.table = kind % 2 == 0 ? RegisterTable::holding : RegisterTable::coils;
        ask.values.assign(1U + kind, 1);
        ask.timeout = kTimeout;
        bus_.write(ask, [this, number = asked_++](auto done) {
            answered(number);
            TALLY_CHECK(done || !done.error().text.empty(), "done, or what is wrong");
        });
    }

    Desk desk_;
    modbus::ModbusBus bus_;
    std::size_t asked_ = 0, answers_ = 0;
    std::vector<std::uint16_t> last_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Listener listener;
    if (size == 0) {
        return 0;
    }
    Server server(listener, ByteView(data + 1, size - 1));
    Client client(listener.port());
    client.ask_all(data[0]);
    server.be_honest();
    client.understands_again();
    return 0;
}
