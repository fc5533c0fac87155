// Virtual time, and a reader in it that answers by hand-written bytes. What it shall do wrong is
// set per test.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "firmware/ports/clock.hpp"
#include "firmware/ports/entropy.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/ports/stream.hpp"
#include "tests/unit/drivers/llrp/frames.hpp"

namespace tally::llrp::test {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Clock, scheduler and entropy in one; time moves only in run_for().
class World final : public Clock, public Scheduler, public Entropy {
 public:
    [[nodiscard]] MonoTime mono_now() const override { return now_; }
    [[nodiscard]] WallTime wall_now() const override { return {}; }

    TimerId after(Duration delay, std::function<void()> task) override {
        tasks_[{(now_ + delay).ns, ++last_id_}] = std::move(task);
        return last_id_;
    }
    void cancel(TimerId id) override {
        std::erase_if(tasks_, [&](const auto& task) { return task.first.second == id; });
    }
    std::uint64_t next_u64() override { return draw_ += 0x9e3779b97f4a7c15ULL; }

    void run_for(Duration span) {
        const MonoTime end = now_ + span;
        while (!tasks_.empty() && tasks_.begin()->first.first <= end.ns) {
            const auto first = tasks_.begin();
            now_ = MonoTime{first->first.first};
            const auto task = std::move(first->second);
            tasks_.erase(first);
            task();
        }
        now_ = end;
    }

 private:
    MonoTime now_{seconds(1000) / std::chrono::nanoseconds(1)};
    std::map<std::pair<std::int64_t, TimerId>, std::function<void()>> tasks_;
    TimerId last_id_ = 0;
    std::uint64_t draw_ = 0;
};

/// A reader on the far end. Answers in the next turn; `silent` types get no answer, `refuses` types
/// get the given status bytes (an LLRPStatus parameter in hex).
class FakeReader final : public StreamDialer {
 public:
    explicit FakeReader(World& world) : world_(world) {}

    std::unique_ptr<Stream> dial(const Endpoint&, StreamHandler& handler) override {
        dialed_at.push_back(world_.mono_now());
        handler_ = &handler;
        auto stream = std::make_unique<End>(*this);
        end_ = stream.get();
        if (up) {
            later([this] {
                handler_->on_open();
                if (greets) {
                    event("01000006 " + greeting);
                }
            });
        } else if (resets) {
            later([this] { drop("refused"); });
        }
        return stream;
    }

    /// A READER_EVENT_NOTIFICATION with a time stamp and this event parameter.
    void event(const std::string& parameter) {
        const Bytes body = hex("0080000c00060a24181e4000" + parameter);
        ByteWriter writer;
        writer.u16(246);
        writer.u16(static_cast<std::uint16_t>(4 + body.size()));
        writer.raw(body);
        say(63, 0, writer.bytes());
    }
    void say(std::uint16_t type, std::uint32_t id, ByteView body,
             Version version = Version::v1_0_1) {
        raw(frame_bytes({version, type, id, body}));
    }
    void raw(ByteView bytes) {
        if (end_ != nullptr) {
            handler_->on_bytes(bytes);
        }
    }
    void drop(const char* why) {
        if (end_ != nullptr) {
            end_ = nullptr;
            handler_->on_closed({ErrorKind::offline, why});
        }
    }
    [[nodiscard]] bool connected() const { return end_ != nullptr; }

    bool up = true;
    bool resets = true;  ///< while down: refuses at once, rather than not answering
    bool greets = true;
    bool speaks_1_1 = false;
    bool hold = true;
    std::string greeting = "0000";
    std::uint32_t rospecs_max = 1;
    std::map<std::uint32_t, std::uint8_t> rospecs;  ///< id -> CurrentState
    std::vector<std::uint16_t> antennas_connected = {1, 2};
    std::vector<std::uint16_t> silent;
    std::map<std::uint16_t, std::string> refuses;
    std::vector<Frame> heard;        ///< headers of what came, oldest first
    std::vector<Bytes> heard_bytes;  ///< the same, whole
    std::vector<MonoTime> dialed_at;

    [[nodiscard]] std::vector<std::uint16_t> types() const {
        std::vector<std::uint16_t> list;
        for (const Frame& frame : heard) {
            list.push_back(frame.type);
        }
        return list;
    }
    [[nodiscard]] std::size_t count(std::uint16_t type) const {
        const auto list = types();
        return static_cast<std::size_t>(std::count(list.begin(), list.end(), type));
    }

 private:
    class End final : public Stream {
     public:
        explicit End(FakeReader& reader) : reader_(reader) {}
        ~End() override {
            if (reader_.end_ == this) {
                reader_.end_ = nullptr;
            }
        }
        Result<void> send(ByteView bytes) override {
            reader_.take(bytes);
            return {};
        }
        void set_reading(Reading) override {}
        void close() override {}

     private:
        FakeReader& reader_;
    };

    void later(std::function<void()> task) {
        const End* end = end_;
        world_.after(milliseconds(1), [this, end, run = std::move(task)] {
            if (end_ != nullptr && (end == nullptr || end_ == end)) {
                run();
            }
        });
    }

    void take(ByteView bytes) {
        const auto frame = parse_frame(bytes);
        REQUIRE(frame);
        heard_bytes.emplace_back(bytes.begin(), bytes.end());
        heard.push_back(*frame);
        heard.back().body = {};
        const bool is_silent = std::find(silent.begin(), silent.end(), frame->type) != silent.end();
        if (!is_silent) {
            later([this, whole = heard_bytes.back()] { answer(*parse_frame(whole)); });
        }
    }

    void answer(const Frame& asked) {
        static const Bytes kOk = hex("011f000800000000");
        const auto refusal = refuses.find(asked.type);
        const bool refused = refusal != refuses.end();
        const Bytes status = refused ? hex(refusal->second) : kOk;
        const std::uint32_t id = asked.body.size() >= 4 ? ByteReader(asked.body).u32() : 0;
        switch (asked.type) {
            case 46:
                if (!speaks_1_1) {
                    return say(100, asked.id, hex("011f0008006e0000"), Version::v1_1);
                }
                return say(56, asked.id, hex("0102011f000800000000"), Version::v1_1);
            case 47:
                return say(57, asked.id, status, Version::v1_1);
            case 1:
                return say(11, asked.id, refused ? status : capabilities());
            case 2:
                return say(12, asked.id, refused ? status : antennas());
            case 26:
                return say(36, asked.id, refused ? status : rospec_list());
            case 20:
                if (!refused) {
                    rospecs[ByteReader(asked.body.subspan(4)).u32()] = 0;
                }
                break;
            case 21:
                id == 0 ? rospecs.clear() : static_cast<void>(rospecs.erase(id));
                break;
            case 22:
            case 24:
                if (!refused) {
                    rospecs[id] = asked.type == 22 ? 2 : 1;
                }
                break;
            case 64:
            case 72:
                return;
            default:
                break;
        }
        say(static_cast<std::uint16_t>(asked.type == 14 ? 4 : asked.type + 10), asked.id, status);
    }

    [[nodiscard]] Bytes capabilities() const {
        ByteWriter writer;
        writer.raw(
            hex("011f000800000000 00890034 0004 4000 0000651a 001e886a 0009 352e31342e302e3234"
                "008b000800010000 008d000800040004 008c0009000100 0101"));
        writer.raw(hex("008e001c"));
        writer.u8(hold ? 0x48 : 0x40);
        writer.raw(hex("010000"));
        writer.u32(rospecs_max);
        writer.raw(hex("00000020 00000001 000005e4 00000008"));
        return writer.take();
    }
    [[nodiscard]] Bytes antennas() const {
        ByteWriter writer;
        writer.raw(hex("011f000800000000"));
        for (std::uint16_t antenna = 1; antenna <= 4; ++antenna) {
            const bool connected = std::find(antennas_connected.begin(), antennas_connected.end(),
                                             antenna) != antennas_connected.end();
            writer.raw(hex("00dd0009"));
            writer.u8(connected ? 0x80 : 0);
            writer.u16(antenna);
            writer.u16(0);
        }
        return writer.take();
    }
    [[nodiscard]] Bytes rospec_list() const {
        ByteWriter writer;
        writer.raw(hex("011f000800000000"));
        for (const auto& [id, state] : rospecs) {
            writer.raw(hex("00b10036"));
            writer.u32(id);
            writer.u8(0);
            writer.u8(state);
            writer.raw(
                hex("00b20012 00b3000500 00b600090000000000 00b7001a000200010002"
                    "00b800090000000000 00ba0007000101"));
        }
        return writer.take();
    }

    World& world_;
    StreamHandler* handler_ = nullptr;
    End* end_ = nullptr;
};

}  // namespace tally::llrp::test
