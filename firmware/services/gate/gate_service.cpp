#include "firmware/services/gate/gate_service.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tally {

namespace {

constexpr Duration kAdvanceEvery = std::chrono::milliseconds(50);
constexpr Duration kHeldBack = std::chrono::milliseconds(20);
constexpr std::size_t kReadsPerTurn = 256;  // of the loop: about a millisecond's work
constexpr Duration kNoteSeeingEvery = std::chrono::seconds(5);
constexpr const char* kSeeingRows = "reader_sees";  // state rows: reader -> UTC ms

GateEvidence evidence_of(const DeviceId& device, const GateId& gate, const SideEvidence& side) {
    GateEvidence evidence;
    evidence.device = device.str();
    evidence.gate = gate.str();
    evidence.antenna = side.antenna;
    if (side.best_rssi) {
        evidence.rssi_cdbm = side.best_rssi->value;
    }
    return evidence;
}

const SideEvidence& stronger(const SideEvidence& a, const SideEvidence& b) {
    const bool other = a.n == 0 || (b.n != 0 && b.best_rssi > a.best_rssi);
    return other ? b : a;  // An unknown strength compares below every known one.
}

std::int64_t to_us(Duration span) {
    return std::chrono::duration_cast<std::chrono::microseconds>(span).count();
}

}  // namespace

GateService::GateService(DeviceId reader, std::vector<GateLayout> gates, Inventory& inventory,
                         Ledger& ledger, Clock& clock, Scheduler& scheduler, Events& events)
    : reader_(std::move(reader)),
      inventory_(inventory),
      ledger_(ledger),
      clock_(clock),
      events_(events),
      work_timer_(scheduler),
      advance_timer_(scheduler) {
    GateListener& listener = *this;
    for (const GateLayout& gate : gates) {
        gates_.push_back(std::make_unique<GateTracker>(gate, gate.options, listener));
    }
    advance();
}

void GateService::on_reads(std::span<const TagRead> reads) {
    health_.reads += reads.size();
    const std::size_t room = kQueuedReadsMax - std::min(kQueuedReadsMax, queued_reads());
    const std::size_t taken = std::min(room, reads.size());
    queue_.reads.insert(queue_.reads.end(), reads.begin(),
                        reads.begin() + static_cast<std::ptrdiff_t>(taken));
    if (taken < reads.size()) {
        health_.reads_lost += reads.size() - taken;
        if (!overloaded_) {
            overloaded_ = true;
            on_blind({BlindCause::overload, 0, clock_.mono_now(),
                      "more reads came than could be worked off; some are lost. Check the disk "
                      "and the load of this box"});
        }
    }
    wake();
}

void GateService::on_input(const InputChange& change) {
    queue_.markers.push_back({queue_.reads.size(), change});
    wake();
}

void GateService::on_blind(const BlindBegan& blind) {
    queue_.markers.push_back({queue_.reads.size(), blind});
    wake();
}

void GateService::on_sighted(std::uint16_t antenna, MonoTime at) {
    queue_.markers.push_back({queue_.reads.size(), Sighted{antenna, at}});
    wake();
}

void GateService::wake() {
    if (!work_timer_.armed()) {
        work_timer_.arm(Duration(0), [this] { work(); });
    }
}

/// A slice of what is queued, in its order. What comes in between (a commit that is durable, a
/// batch that is acknowledged) does not wait until a whole wave of reads is worked off.
void GateService::work() {
    if (ledger_.full()) {
        set_hold(true);
        work_timer_.arm(kHeldBack, [this] { work(); });
        return;
    }
    set_hold(false);
    if (batch_.is_done()) {
        batch_.clear();
        std::swap(batch_, queue_);
    }
    const std::size_t slice_end = std::min(batch_.reads.size(), batch_.reads_done + kReadsPerTurn);
    while (const Marker* marker = batch_.next_marker(slice_end)) {
        feed(marker->after_reads);
        take(*marker);
    }
    feed(slice_end);
    deliver();
    if (has_work()) {
        wake();
        return;
    }
    batch_.clear();
    if (overloaded_) {
        overloaded_ = false;
        if (health_.blind && health_.blind->cause == BlindCause::overload) {
            take_sighted({0, clock_.mono_now()});  // Not where the reader went blind meanwhile.
        }
    }
}

const GateService::Marker* GateService::Queue::next_marker(std::size_t reads_end) {
    const bool is_due =
        markers_done < markers.size() && markers[markers_done].after_reads <= reads_end;
    return is_due ? &markers[markers_done++] : nullptr;
}

/// Reads of the batch up to there.
void GateService::feed(std::size_t end) {
    if (batch_.reads_done >= end) {
        return;
    }
    const std::span<const TagRead> reads =
        std::span(batch_.reads).subspan(batch_.reads_done, end - batch_.reads_done);
    batch_.reads_done = end;
    health_.last_read = reads.back().at;
    if (tap_) {
        tap_(reads);
    }
    for (const auto& gate : gates_) {
        working_ = gate.get();
        gate->on_reads(reads);
    }
}

void GateService::take(const Marker& marker) {
    if (const auto* blind = std::get_if<BlindBegan>(&marker.what)) {
        take_blind(*blind);
    } else if (const auto* sighted = std::get_if<Sighted>(&marker.what)) {
        take_sighted(*sighted);
    } else {
        for (const auto& gate : gates_) {
            working_ = gate.get();
            gate->on_input(std::get<InputChange>(marker.what));
        }
    }
}

void GateService::take_blind(const BlindBegan& blind) {
    for (const auto& gate : gates_) {
        working_ = gate.get();
        gate->on_blind(blind.antenna, blind.since);
    }
    deliver();
    if (blind.antenna == 0) {
        sees_ = false;
        health_.blind = blind;
    } else {
        std::erase_if(health_.blind_antennas,
                      [&](const BlindBegan& b) { return b.antenna == blind.antenna; });
        health_.blind_antennas.push_back(blind);
    }
    BlindData data;
    data.device = reader_.str();
    data.antenna = blind.antenna;
    data.cause = std::string(to_string(blind.cause));
    data.since_t_ms = seen_before_start(wall_ms(blind.since));
    data.text = blind.text;
    inventory_.on_blind(data);
}

void GateService::take_sighted(const Sighted& sighted) {
    for (const auto& gate : gates_) {
        working_ = gate.get();
        gate->on_sighted(sighted.antenna, sighted.at);
    }
    deliver();
    if (sighted.antenna == 0) {
        health_.blind.reset();
        sees_ = true;
        ever_saw_ = true;
    }
    std::erase_if(health_.blind_antennas,
                  [&](const BlindBegan& b) { return b.antenna == sighted.antenna; });
    inventory_.on_sighted(reader_, sighted.antenna);
}

/// Silence is evidence only while the reader is known to see, so time passes for the gates only
/// then.
void GateService::advance() {
    if (!health_.blind && !ledger_.full() && !has_work()) {
        for (const auto& gate : gates_) {
            working_ = gate.get();
            gate->advance(clock_.mono_now());
        }
        deliver();
        note_seeing();
    }
    advance_timer_.arm(kAdvanceEvery, [this] { advance(); });
}

void GateService::note_seeing() {
    const MonoTime now = clock_.mono_now();
    if (!sees_ || now - noted_ < kNoteSeeingEvery) {
        return;
    }
    noted_ = now;
    ledger_.write_state(kSeeingRows, reader_.str(), std::to_string(wall_ms(now)));
}

/// The process before this one may have ended while the reader saw: since then nobody looked.
std::int64_t GateService::seen_before_start(std::int64_t since_t_ms) const {
    const std::string noted = ever_saw_ ? "" : ledger_.state_row(kSeeingRows, reader_.str());
    std::int64_t before = since_t_ms;
    std::from_chars(noted.data(), noted.data() + noted.size(), before);
    return std::min(before, since_t_ms);
}

void GateService::on_presence_began(const Held& held) {
    GateReport report;
    report.gate = working_->layout().id;
    report.epc = held.epc.value();
    const SideEvidence outer = held.track.evidence(GateSide::outer);
    const SideEvidence inner = held.track.evidence(GateSide::inner);
    report.evidence = evidence_of(reader_, report.gate, stronger(outer, inner));
    report.evidence.n = held.n;
    report.evidence.span_us = to_us(held.last - held.first);
    reports_.push_back(std::move(report));
}

void GateService::on_passage(const Passage& passage) {
    GateReport report;
    report.gate = passage.gate;
    report.epc = passage.epc;
    report.outcome = passage.outcome;
    report.evidence = evidence_of(reader_, passage.gate, stronger(passage.outer, passage.inner));
    report.evidence.n = passage.outer.n + passage.inner.n;
    report.evidence.span_us = to_us(passage.last - passage.first);
    report.evidence.direction = std::string(to_string(passage.outcome));
    report.evidence.rule = std::string(to_string(passage.rule));
    report.evidence.why = passage.why;
    reports_.push_back(std::move(report));
}

void GateService::on_presence_ended(const Held&) {}

void GateService::deliver() {
    // The trackers must not be called back from within, so their facts are handed on afterwards.
    const std::vector<GateReport> reports = std::exchange(reports_, {});
    for (const GateReport& report : reports) {
        inventory_.on_gate_report(report);
    }
}

void GateService::set_hold(bool hold) {
    if (hold == holding_) {
        return;
    }
    holding_ = hold;
    if (hold) {
        events_.report(Severity::warning, "reader " + reader_.str(),
                       "held back: the ledger cannot take events just now");
    }
    if (hold_) {
        hold_(hold);
    }
}

std::int64_t GateService::wall_ms(MonoTime at) const {
    const Duration ago = clock_.mono_now() - at;
    return clock_.wall_now().ms() -
           std::chrono::duration_cast<std::chrono::milliseconds>(ago).count();
}

}  // namespace tally
