// LlrpReader: tags become reports, changes become events, and both wait their turn.
#include <algorithm>

#include <fmt/format.h>

#include "sim/devices/llrp_reader/event_body.hpp"

namespace tally::sim {

using llrp::EventType;
using llrp::Par;
using llrp::Tlv;

namespace {

constexpr std::size_t kBufferTags = 20'000;  ///< assumption: no reader says how many it holds
constexpr int kWarnPercent = 80;
constexpr std::size_t kEventsWaitingMax = 1'000;

enum class RoEvent : std::uint8_t { started = 0, ended = 1, preempted = 2 };

void write_rospec_event(ByteWriter& out, RoEvent kind, std::uint32_t id, std::uint32_t by) {
    const Tlv event(out, Par::rospec_event);
    out.u8(static_cast<std::uint8_t>(kind));
    out.u32(id);
    out.u32(by);
}

/// Spoils a finished report the way broken firmware does.
void spoil(Bytes& frame, Faults& faults) {
    constexpr std::size_t kFirstTlvLength = llrp::kHeaderBytes + 3;
    if (faults.wrong_tlv_length > 0 && frame.size() > kFirstTlvLength) {
        --faults.wrong_tlv_length;
        frame[kFirstTlvLength - 1] = 0x7F;  // reaches far beyond the message
    }
    if (faults.wrong_message_length > 0) {
        --faults.wrong_message_length;
        frame[5] = static_cast<std::uint8_t>(frame[5] + 7);
    }
}

}  // namespace

Heard LlrpReader::tag_seen(const TagSight& sight) {
    if (!up_ || silent_) {
        return Heard::reader_down;
    }
    const bool exists = sight.antenna >= 1 && sight.antenna <= llrp::kAntennas;
    if (!exists || !sensed_.antenna_connected[sight.antenna - 1U]) {
        return Heard::antenna_off;
    }
    const llrp::RoSpecEngine::Reading reading = engine_.reading(sight.antenna);
    if (reading.spec == nullptr) {
        return Heard::not_reading;
    }
    if (faults_.once_per_session != 0) {
        const MonoTime now = ports_.clock.mono_now();
        const auto [last, first] = last_heard_.try_emplace(sight.code, now);
        const Duration quiet = now - std::exchange(last->second, now);
        if (!first && quiet < std::chrono::milliseconds(faults_.once_per_session)) {
            return Heard::already_seen;
        }
    }
    if (!room_for_tag()) {
        return Heard::overflow;
    }
    const std::uint32_t rospec_id = reading.spec->id;
    const llrp::ReportSpec spec = report_spec(*reading.spec);
    const llrp::Accessed accessed = access_.run(sight, rospec_id);
    const std::uint64_t stamp = clock_.stamp_us();
    const bool fresh = pending_[rospec_id].add(
        {sight.code, sight.antenna, sight.rssi_dbm, sight.channel, stamp, stamp, 1, rospec_id,
         reading.spec_index, reading.inventory_id, accessed.spec_id, accessed.results},
        spec.fields);
    report_if_due(rospec_id, spec);
    watch_buffer();
    engine_.observed(fresh ? llrp::RoSpecEngine::Fresh::yes : llrp::RoSpecEngine::Fresh::no);
    return Heard::counted;
}

llrp::ReportSpec LlrpReader::report_spec(const llrp::RoSpec& spec) const {
    llrp::ReportSpec report = spec.report.value_or(config_.report);
    if (faults_.report_at_stop != 0) {
        report.trigger = 2;
        report.n = 0;
    }
    return report;
}

void LlrpReader::report_if_due(std::uint32_t rospec_id, const llrp::ReportSpec& spec) {
    if (spec.trigger == 1 || spec.trigger == 2) {
        if (spec.n != 0 && pending_[rospec_id].size() >= spec.n) {
            report_tags(rospec_id, spec);
        }
        return;
    }
    if (spec.trigger >= 3 && spec.n != 0 && !report_timer_.armed()) {
        const std::int64_t unit_ms = spec.trigger <= 4 ? 1000 : 1;
        report_timer_.arm(std::chrono::milliseconds(spec.n * unit_ms),
                          [this, rospec_id, spec] { report_tags(rospec_id, spec); });
    }
}

void LlrpReader::report_tags(std::uint32_t rospec_id, const llrp::ReportSpec& spec) {
    llrp::TagList& list = pending_[rospec_id];
    if (list.size() != 0) {
        emit({true, {}, spec, list.take(), rospec_id});
    }
}

void LlrpReader::poll_report() {
    if (buffered_tags() == foreign_tags_) {
        emit({true, {}, config_.report, {}, 0});  // nothing to tell is an empty report
    }
    for (auto& [rospec_id, list] : pending_) {
        const llrp::RoSpec* active = engine_.active();
        const bool ours = active != nullptr && active->id == rospec_id;
        report_tags(rospec_id, ours ? report_spec(*active) : config_.report);
    }
}

void LlrpReader::rospec_started(const llrp::RoSpec& spec) {
    event(EventType::rospec,
          [&](ByteWriter& out) { write_rospec_event(out, RoEvent::started, spec.id, 0); });
    say(Severity::info, fmt::format("ROSpec {} active", spec.id));
    if (!playlist_.frames.empty() && playlist_.mode == llrp::Playlist::Mode::session) {
        play_timer_.arm(playlist_.gap, [this] { play_next(); });
    }
}

void LlrpReader::aispec_ended(const llrp::RoSpec& spec, std::uint16_t spec_index) {
    const llrp::ReportSpec report = report_spec(spec);
    const bool at_end = report.trigger == 1 || report.trigger == 3 || report.trigger == 5;
    if (at_end) {
        report_tags(spec.id, report);
    }
    event(EventType::aispec, [&](ByteWriter& out) {
        const Tlv ended(out, Par::aispec_event);
        out.u8(0);
        out.u32(spec.id);
        out.u16(spec_index);
    });
}

void LlrpReader::rospec_over(const llrp::RoSpec& spec, std::uint8_t kind, std::uint32_t by) {
    const llrp::ReportSpec report = report_spec(spec);
    report_timer_.cancel();
    if (report.trigger != 0) {
        report_tags(spec.id, report);
    }
    event(EventType::rospec, [&](ByteWriter& out) {
        write_rospec_event(out, static_cast<RoEvent>(kind), spec.id, by);
    });
    say(Severity::info, fmt::format("ROSpec {} {}", spec.id, kind == 1 ? "ended" : "preempted"));
}

void LlrpReader::rospec_ended(const llrp::RoSpec& spec) {
    rospec_over(spec, static_cast<std::uint8_t>(RoEvent::ended), 0);
}

void LlrpReader::rospec_preempted(const llrp::RoSpec& spec, std::uint32_t by) {
    rospec_over(spec, static_cast<std::uint8_t>(RoEvent::preempted), by);
}

void LlrpReader::emit(Outgoing outgoing) {
    if (!outgoing.is_report && outgoing_.size() >= kEventsWaitingMax) {
        return;  // nobody listens; the standard bounds no event buffer, this reader drops the new
    }
    outgoing_tags_ += outgoing.tags.size();
    outgoing_.push_back(std::move(outgoing));
    pump();
}

void LlrpReader::pump() {
    constexpr Duration kRetry = std::chrono::milliseconds(50);
    while (!answering_ && !outgoing_.empty() && client_ != nullptr && client_->greeted &&
           !client_->holding && !silent_) {
        const Outgoing& first = outgoing_.front();
        if (!client_->send(encode(first, next_id_))) {
            pump_timer_.arm(kRetry, [this] { pump(); });
            return;
        }
        ++next_id_;
        outgoing_tags_ -= first.tags.size();
        outgoing_.pop_front();
        watch_buffer();
    }
}

Bytes LlrpReader::encode(const Outgoing& outgoing, std::uint32_t id) {
    ByteWriter body;
    body.raw(outgoing.event);
    for (const llrp::TagEntry& tag : outgoing.tags) {
        encoder_.write(body, tag, outgoing.spec);
    }
    if (outgoing.is_report && faults_.custom_parameters != 0) {
        const Tlv custom(body, Par::custom);
        body.u32(llrp::kUnassignedVendor);
        body.u32(3);
    }
    const llrp::Msg type =
        outgoing.is_report ? llrp::Msg::ro_access_report : llrp::Msg::reader_event_notification;
    Bytes frame = llrp::message({client_->version, type, id}, body.bytes());
    if (faults_.reserved_bits != 0) {
        frame[0] = static_cast<std::uint8_t>(frame[0] | 0xE0U);
    }
    if (outgoing.is_report && !outgoing.tags.empty()) {
        spoil(frame, faults_);
    }
    return frame;
}

std::size_t LlrpReader::buffered_tags() const {
    std::size_t tags = outgoing_tags_ + foreign_tags_;
    for (const auto& [rospec_id, list] : pending_) {
        tags += list.size();
    }
    return tags;
}

std::size_t LlrpReader::buffer_tags_max() const {
    return faults_.buffer_tags_max == 0 ? kBufferTags
                                        : static_cast<std::size_t>(faults_.buffer_tags_max);
}

bool LlrpReader::room_for_tag() {
    if (buffered_tags() < buffer_tags_max()) {
        overflowed_ = false;
        return true;
    }
    if (!overflowed_) {
        overflowed_ = true;
        say(Severity::warning, "report buffer overflow: tags are lost");
        Outgoing lost;  // mandatory event, cannot be switched off
        lost.event =
            event_body([](ByteWriter& out) { const Tlv error(out, Par::buffer_overflow_error); });
        emit(std::move(lost));
    }
    return false;
}

void LlrpReader::watch_buffer() {
    const std::size_t percent = buffered_tags() * 100 / buffer_tags_max();
    const bool high = percent >= static_cast<std::size_t>(kWarnPercent);
    if (high && !warned_) {
        warned_ = true;
        event(EventType::buffer_fill, [&](ByteWriter& out) {
            const Tlv warning(out, Par::buffer_level_warning);
            out.u8(static_cast<std::uint8_t>(std::min<std::size_t>(percent, 100)));
        });
    }
    warned_ = high;
}

void LlrpReader::play_next() {
    const bool verbatim = playlist_.mode == llrp::Playlist::Mode::verbatim;
    if (playlist_.frames.empty() || client_ == nullptr || (!verbatim && !reading())) {
        return;
    }
    if (!client_->holding && !silent_) {
        const llrp::PlayedFrame& frame = playlist_.frames[playlist_.at];
        const llrp::Header header{verbatim ? frame.version : client_->version, frame.type,
                                  verbatim ? frame.id : next_id_++};
        if (client_->send(llrp::message(header, frame.body))) {
            playlist_.advance();
        }
    }
    if (playlist_.frames.empty()) {
        say(Severity::info, "playlist ended");
        return;
    }
    play_timer_.arm(playlist_.gap, [this] { play_next(); });
}

}  // namespace tally::sim
