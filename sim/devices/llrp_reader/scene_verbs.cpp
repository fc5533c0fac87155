// LlrpReader: the verbs of the scene.
#include <fmt/format.h>

#include "sim/devices/llrp_reader/event_body.hpp"

namespace tally::sim {

using llrp::EventType;
using llrp::Par;
using llrp::Tlv;

void LlrpReader::input(std::uint16_t port, Level level) {
    input_bouncing(port, level, static_cast<int>(faults_.input_bounces));
}

void LlrpReader::sense(std::uint16_t port, Level level) {
    if (port == 0 || port > llrp::kInputs) {
        return;
    }
    const bool high = level == Level::high;
    bool& sensed = sensed_.inputs_high[port - 1U];
    if (sensed == high) {
        return;
    }
    sensed = high;
    if (!up_ || silent_ || !config_.inputs_enabled[port - 1U]) {
        return;
    }
    event(EventType::gpi, [&](ByteWriter& out) {
        const Tlv event(out, Par::gpi_event);
        out.u16(port);
        llrp::flag(out, high);
    });
    engine_.input(port, high);
}

void LlrpReader::input_bouncing(std::uint16_t port, Level level, int bounces) {
    static constexpr Duration kBounce = std::chrono::milliseconds(2);
    Timer& timer = bounce_timers_.try_emplace(port, ports_.scheduler).first->second;
    timer.cancel();  // What bounces still belongs to a level that is over.
    sense(port, level);
    if (bounces <= 0) {
        return;
    }
    timer.arm(kBounce, [this, &timer, port, level, bounces] {
        sense(port, level == Level::high ? Level::low : Level::high);
        timer.arm(kBounce,
                  [this, port, level, bounces] { input_bouncing(port, level, bounces - 1); });
    });
}

void LlrpReader::antenna(std::uint16_t number, Cable cable) {
    if (number == 0 || number > llrp::kAntennas) {
        return;
    }
    bool& connected = sensed_.antenna_connected[number - 1U];
    const bool now = cable == Cable::connected;
    if (connected == now) {
        return;
    }
    connected = now;
    event(EventType::antenna, [&](ByteWriter& out) {
        const Tlv event(out, Par::antenna_event);
        out.u8(now ? 1 : 0);
        out.u16(number);
    });
}

void LlrpReader::reboot(Duration down) {
    say(Severity::info, fmt::format("rebooting for {} ms", down.count() / 1'000'000));
    up_ = false;
    silent_ = false;
    stolen_ = false;
    listener_.reset();
    engine_.clear();
    drop_client("the reader lost power");
    to_refuse_.clear();
    access_.clear();
    pending_.clear();
    outgoing_.clear();
    outgoing_tags_ = 0;
    foreign_tags_ = 0;
    last_heard_.clear();
    report_timer_.cancel();
    pump_timer_.cancel();
    config_ = llrp::Config::factory();
    power_timer_.arm(down, [this] {
        clock_.reboot();
        if (const Result<void> listening = listen(endpoint_); !listening) {
            constexpr Duration kAgain = std::chrono::milliseconds(200);
            say(Severity::warning, listening.error().text);
            reboot(kAgain);
            return;
        }
        say(Severity::info, "up again, without ROSpecs");
    });
}

void LlrpReader::go_silent() {
    silent_ = true;
    say(Severity::info, "silent; the connection stays open");
}

void LlrpReader::speak_up() {
    silent_ = false;
    if (client_ != nullptr && !client_->greeted && faults_.no_first_event == 0) {
        greet(client_.get());
    }
    pump();
}

void LlrpReader::reset_tcp() {
    if (client_ == nullptr) {
        return;
    }
    const Bytes body = event_body([](ByteWriter& out) {
        const Tlv event(out, Par::antenna_event);
        out.u8(1);
        out.u16(1);
    });
    const Bytes frame =
        llrp::message({client_->version, llrp::Msg::reader_event_notification, next_id_++}, body);
    static_cast<void>(client_->send(ByteView(frame).first(frame.size() / 2)));
    drop_client("connection reset in the middle of a frame");
}

void LlrpReader::fill_buffer(int percent) {
    foreign_tags_ = buffer_tags_max() * static_cast<std::size_t>(percent) / 100;
    overflowed_ =
        overflowed_ && buffered_tags() >= buffer_tags_max();  // The next one is told anew.
    watch_buffer();
}

void LlrpReader::overflow() {
    fill_buffer(100);
    static_cast<void>(room_for_tag());
}

void LlrpReader::steal_by_second_client(Duration held) {
    if (client_ != nullptr) {
        const Bytes closing =
            event_body([](ByteWriter& out) { const Tlv event(out, Par::connection_close_event); });
        send_attempt(*client_, llrp::Attempt::another_attempted);
        reply({client_->version, llrp::Msg::reader_event_notification, next_id_++}, closing);
        drop_client("a second client took the reader");
    }
    stolen_ = true;
    steal_timer_.arm(held, [this] { stolen_ = false; });
}

void LlrpReader::preempt() {
    constexpr std::uint32_t kForeignRospec = 0x7FFF'FFFF;
    engine_.preempt(kForeignRospec);
}

void LlrpReader::exception(std::string_view text) {
    event(EventType::exception, [&](ByteWriter& out) {
        const Tlv event(out, Par::reader_exception_event);
        llrp::counted_text(out, text);
    });
}

void LlrpReader::flood(std::uint32_t count) {
    const llrp::RoSpec* active = engine_.active();
    if (active == nullptr) {
        say(Severity::warning, "flood: no ROSpec is active, nothing is read");
        return;
    }
    Outgoing report{true, {}, report_spec(*active), {}, active->id};
    const std::uint64_t stamp = clock_.stamp_us();
    for (std::uint32_t i = 0; i < count; ++i) {
        ByteWriter epc;
        epc.u64(0x3034'0000'0000'0000);  // SGTIN-96 header, filter 1; the serial counts
        epc.u32(i);
        report.tags.push_back(
            {{epc.take(), 96}, 1, -60, 1, stamp, stamp, 1, active->id, 1, 1, 0, {}});
    }
    emit(std::move(report));
}

void LlrpReader::play(llrp::Playlist playlist) {
    playlist_ = std::move(playlist);
    if (reading() && connected()) {
        play_timer_.arm(playlist_.gap, [this] { play_next(); });
    }
}

}  // namespace tally::sim
