// RTU over a pseudo-terminal: a small slave on the other end, with its own checksum, answers as the
// test says: at once, late, never, for another unit, with noise before or a broken checksum.
#include <atomic>
#include <optional>
#include <poll.h>
#include <pty.h>
#include <thread>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "drivers/modbus_bus/modbus_bus.hpp"
#include "firmware/host/loop/loop.hpp"
#include "sim/devices/modbus/unit.hpp"
#include "tests/support/loop_driver.hpp"

namespace tally::modbus {
namespace {

using std::chrono::milliseconds;
using Registers = std::vector<std::uint16_t>;

enum class Manner { good, silent, late, foreign, broken, noisy };

std::uint16_t checksum(ByteView bytes) {
    std::uint16_t crc = 0xffff;
    for (const std::uint8_t byte : bytes) {
        crc = static_cast<std::uint16_t>(crc ^ byte);
        for (int i = 0; i < 8; ++i) {
            const bool odd = (crc & 1U) != 0;
            crc = static_cast<std::uint16_t>(crc >> 1U);
            crc = static_cast<std::uint16_t>(odd ? crc ^ 0xa001U : crc);
        }
    }
    return crc;
}

/// Unit 1 holds 100, 101, ...; unit 2 holds 200, 201, ...
class SerialSlave {
 public:
    SerialSlave() {
        int line = -1;
        char name[64] = {};
        REQUIRE(::openpty(&master_, &line, name, nullptr, nullptr) == 0);
        line_ = line;  // Held open, so that the line does not hang up between two masters.
        device_ = name;
        for (std::uint16_t i = 0; i < 10; ++i) {
            one_.set(sim::ModbusTable::holding, i, static_cast<std::uint16_t>(100 + i));
            two_.set(sim::ModbusTable::holding, i, static_cast<std::uint16_t>(200 + i));
        }
        thread_ = std::thread([this] { serve(); });
    }
    ~SerialSlave() {
        ending_ = true;
        thread_.join();
        ::close(line_);
        ::close(master_);
    }
    SerialSlave(const SerialSlave&) = delete;
    SerialSlave& operator=(const SerialSlave&) = delete;

    [[nodiscard]] const std::string& device() const { return device_; }
    void behave(Manner manner) { manner_ = manner; }

 private:
    void serve() {
        constexpr std::size_t kRequest = 8;  // Reads only.
        Bytes got;
        while (!ending_) {
            pollfd wanted{master_, POLLIN, 0};
            if (::poll(&wanted, 1, 20) <= 0) {
                got.clear();  // Silence ends a frame.
                continue;
            }
            std::uint8_t bytes[64];
            const auto n = ::read(master_, bytes, sizeof bytes);
            got.insert(got.end(), bytes, bytes + (n > 0 ? n : 0));
            if (got.size() >= kRequest) {
                answer(got);
                got.clear();
            }
        }
    }

    void answer(const Bytes& request) {
        const Manner manner = manner_;
        Bytes frame{manner == Manner::foreign ? std::uint8_t{9} : request[0]};
        const Bytes pdu = sim::answer_of(request[0] == 2 ? two_ : one_,
                                         ByteView(request).subspan(1, request.size() - 3));
        frame.insert(frame.end(), pdu.begin(), pdu.end());
        const std::uint16_t crc = checksum(frame);
        frame.push_back(static_cast<std::uint8_t>(crc & 0xffU));
        frame.push_back(static_cast<std::uint8_t>(crc >> 8U));
        if (manner == Manner::broken) {
            frame[3] = static_cast<std::uint8_t>(frame[3] ^ 0x10U);
        }
        if (manner == Manner::noisy) {
            frame.insert(frame.begin(), {0xff, 0x00});
        }
        if (manner == Manner::late) {
            manner_ = Manner::good;
            std::this_thread::sleep_for(milliseconds(140));  // A slave may be slow.
        }
        if (manner != Manner::silent) {
            static_cast<void>(!::write(master_, frame.data(), frame.size()));
        }
    }

    int master_ = -1;
    int line_ = -1;
    std::string device_;
    sim::RegisterBank one_, two_;
    std::atomic<Manner> manner_ = Manner::good;
    std::atomic<bool> ending_ = false;
    std::thread thread_;
};

class SerialBench {
 public:
    SerialBench() {
        ModbusBusOptions options;
        options.name = "bus";
        options.line = SerialLine{slave.device(), 115200, 'N', 1};
        bus_.emplace(options, [this](std::function<void()> task) { loop_.post(std::move(task)); });
    }

    RegisterBus::Values read(std::uint8_t unit, std::uint16_t address, Duration timeout) {
        std::optional<RegisterBus::Values> answer;
        bus_->read({unit, RegisterTable::holding, address, 2, timeout},
                   [&](RegisterBus::Values values) { answer = std::move(values); });
        REQUIRE(test::turn_until(
            loop_, [&] { return answer.has_value(); }, std::chrono::seconds(20)));
        return *answer;
    }
    Registers values(std::uint8_t unit, std::uint16_t address) {
        return read(unit, address, std::chrono::seconds(5)).value_or(Registers{});
    }

    SerialSlave slave;

 private:
    host::Loop loop_;
    std::optional<ModbusBus> bus_;
};

TEST_CASE("RTU reads two units on one line") {
    SerialBench bench;
    CHECK(bench.values(1, 0) == Registers{100, 101});
    CHECK(bench.values(2, 3) == Registers{203, 204});
    CHECK(bench.values(1, 8) == Registers{108, 109});
}

TEST_CASE("on a serial line too, what goes wrong is an error and never another unit's value") {
    SerialBench bench;
    struct Row {
        Manner manner;
        ErrorKind kind;
    };
    const std::vector<Row> rows = {{Manner::silent, ErrorKind::timeout},
                                   {Manner::foreign, ErrorKind::malformed},
                                   {Manner::broken, ErrorKind::malformed},
                                   {Manner::noisy, ErrorKind::malformed}};
    for (const Row& row : rows) {
        INFO(static_cast<int>(row.manner));
        bench.slave.behave(row.manner);
        const auto lost = bench.read(1, 0, milliseconds(100));
        REQUIRE_FALSE(lost.has_value());
        CHECK(lost.error().kind == row.kind);
        bench.slave.behave(Manner::good);
        CHECK(bench.values(2, 4) == Registers{204, 205});
        CHECK(bench.values(1, 2) == Registers{102, 103});
    }
}

TEST_CASE("a late answer on a serial line is waited out and thrown away") {
    SerialBench bench;
    bench.slave.behave(Manner::late);
    const auto lost = bench.read(1, 0, milliseconds(100));
    REQUIRE_FALSE(lost.has_value());
    CHECK(lost.error().kind == ErrorKind::timeout);
    CHECK(bench.values(1, 6) == Registers{106, 107});
    CHECK(bench.values(2, 6) == Registers{206, 207});
}

TEST_CASE("a serial line that is not there is offline") {
    host::Loop loop;
    ModbusBusOptions options;
    options.name = "bus";
    options.line = SerialLine{"/dev/no-such-line", 9600, 'E', 1};
    ModbusBus bus(options, [&](std::function<void()> task) { loop.post(std::move(task)); });
    std::optional<RegisterBus::Values> answer;
    bus.read({}, [&](RegisterBus::Values values) { answer = std::move(values); });
    REQUIRE(test::turn_until(
        loop, [&] { return answer.has_value(); }, std::chrono::seconds(20)));
    REQUIRE_FALSE(answer->has_value());
    CHECK(answer->error().kind == ErrorKind::offline);
}

}  // namespace
}  // namespace tally::modbus
