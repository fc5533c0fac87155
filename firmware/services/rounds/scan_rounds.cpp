#include "firmware/services/rounds/scan_rounds.hpp"

#include <algorithm>
#include <utility>

#include "firmware/services/goods/counting.hpp"

namespace tally {

namespace {

constexpr std::string_view kOurs = "scan-";

std::int64_t us_between(MonoTime from, MonoTime to) {
    return std::chrono::duration_cast<std::chrono::microseconds>(to - from).count();
}

}  // namespace

ScanRounds::ScanRounds(ScanOptions options, const Ports& ports, Sees sees)
    : options_(std::move(options)),
      ports_(ports),
      sees_(std::move(sees)),
      timer_(ports.scheduler) {}

void ScanRounds::start() {
    if (options_.readers.empty()) {
        return;
    }
    timer_.arm(options_.tick, [this] {
        start();
        tick();
    });
}

void ScanRounds::tick() {
    const std::map<std::string, Mission> missions = ports_.dispatch.missions();
    for (const auto& [id, mission] : missions) {
        if (!id.starts_with(kOurs)) {
            continue;
        }
        if (!mission.is_over()) {
            follow(mission);
            continue;
        }
        const auto round = rounds_.find(id);
        if (round != rounds_.end() && !ports_.ledger.full()) {
            conclude(mission, round->second);
            rounds_.erase(round);
        }
    }
    if (ports_.clock.mono_now() - looked_ >= options_.look_every) {
        looked_ = ports_.clock.mono_now();
        look();
    }
}

/// By the fleet's knowledge, not by the mission's: it is there, placed, and does not move.
bool ScanRounds::stands_at(const DeviceId& vehicle, const std::string& place) const {
    for (const FleetRow& row : ports_.fleet.rows()) {
        if (row.id != vehicle) {
            continue;
        }
        const bool is_known = row.is_placed && !row.is_unknown && !row.is_off_floor &&
                              row.phase != FleetPhase::lost && row.phase != FleetPhase::held &&
                              row.status.reach == VehicleReach::online &&
                              !row.status.is_unlocalized;
        return is_known && !row.status.driving && row.errand.goal == place &&
               row.errand.phase == ErrandPhase::done;
    }
    return false;
}

/// At a stop it stays for the dwell, counted from where its reader sees without a break.
void ScanRounds::follow(const Mission& mission) {
    const bool is_there = mission.state == MissionState::waiting && mission.vehicle &&
                          stands_at(*mission.vehicle, mission.stop().place);
    if (!mission.vehicle || (!is_there && !rounds_.contains(mission.id))) {
        return;
    }
    Round& round = rounds_[mission.id];
    round.vehicle = *mission.vehicle;
    round.reader = options_.readers.at(round.vehicle);
    if (!is_there) {
        round.at.reset();
        return;
    }
    const MonoTime now = ports_.clock.mono_now();
    if (round.at != mission.at) {
        round.at = mission.at;
        round.arrived = now;
        round.sees_since = now;
        round.sees_from = ports_.ledger.line().seq();
    }
    const bool sees = sees_(round.reader);
    if (!sees) {
        round.sees_since = now;
        round.sees_from = ports_.ledger.line().seq();
    }
    const bool is_seen = sees && now - round.sees_since >= options_.dwell;
    if (!is_seen && now - round.arrived < options_.dwell + options_.blind_patience) {
        return;
    }
    if (is_seen) {
        round.seen[mission.at] = round.sees_from;
    } else {
        ports_.events.report(Severity::warning, "scan",
                             mission.stop().place + " was not seen in mission " + mission.id +
                                 ": reader " + round.reader.str() + " on " + round.vehicle.str() +
                                 " does not see; look at it: tally gate ls, tally doctor");
    }
    round.at.reset();
    static_cast<void>(ports_.dispatch.close_stop(mission.id));
}

void ScanRounds::on_reads(const DeviceId& reader, std::span<const TagRead> reads) {
    for (auto& [id, round] : rounds_) {
        if (round.reader != reader || !round.at) {
            continue;
        }
        for (const TagRead& read : reads) {
            if (read.at < round.arrived) {
                continue;  // Of the way there, and only now worked off.
            }
            Heard& heard = round.heard[read.epc][*round.at];
            const bool has_rssi = (read.has & TagRead::rssi_known) != 0;
            if (heard.n == 0) {
                heard.first = read.at;
                heard.booked = booked(read.epc);
            }
            if (has_rssi && (!heard.rssi_cdbm || read.peak_rssi.value > *heard.rssi_cdbm)) {
                heard.rssi_cdbm = read.peak_rssi.value;
                heard.antenna = (read.has & TagRead::antenna_known) != 0 ? read.antenna : 0;
            }
            heard.n += read.count;
            heard.last = read.at;
        }
    }
}

/// The event that changed the unit last; nothing: the book does not have it.
std::optional<Seq> ScanRounds::booked(const Epc& epc) const {
    const auto item = ports_.ledger.book().item(epc.str());
    return item ? std::optional(item->seq) : std::nullopt;
}

void ScanRounds::conclude(const Mission& mission, const Round& round) {
    tell_heard(mission, round);
    for (std::size_t stop = 0; stop < mission.stops.size(); ++stop) {
        const std::string& place = mission.stops[stop].place;
        if (round.seen.contains(stop)) {
            const WallTime told = tell_missing(mission, round, stop);
            ports_.ledger.write_state(std::string(kSlotScanRows), place, std::to_string(told.ms()));
            not_before_.erase(place);
        } else {
            not_before_[place] = ports_.clock.mono_now() + options_.retry_after;
        }
    }
}

void ScanRounds::tell_heard(const Mission& mission, const Round& round) {
    for (const auto& [epc, by_stop] : round.heard) {
        const auto rank = [](const Heard& heard) {
            return std::pair(heard.rssi_cdbm.value_or(INT32_MIN), heard.n);
        };
        const auto best = std::max_element(
            by_stop.begin(), by_stop.end(),
            [&](const auto& a, const auto& b) { return rank(a.second) < rank(b.second); });
        const std::optional<Seq> now = booked(epc);
        if (best->second.booked != now) {
            continue;  // Picked, put away or sold since: the read says nothing of where it is now.
        }
        PlaceRead read;
        read.epc = epc;
        read.place = PlaceId(mission.stops.at(best->first).place);
        read.mission = mission.id;
        for (const auto& [stop, heard] : by_stop) {
            if (stop != best->first && heard.booked == now) {
                read.beside.insert(PlaceId(mission.stops.at(stop).place));
            }
        }
        const Heard& heard = best->second;
        read.evidence = {round.reader.str(),
                         round.vehicle.str(),
                         read.place.str(),
                         heard.antenna,
                         heard.rssi_cdbm,
                         heard.n,
                         us_between(heard.first, heard.last)};
        ports_.inventory.on_place_read(read);
    }
}

/// What the book has there and was heard nowhere in the round: UHF misses much, so a person counts.
/// What it has there only since the dwell began was perhaps not there to be heard. Answers with a
/// time that none of these counts is newer than.
WallTime ScanRounds::tell_missing(const Mission& mission, const Round& round, std::size_t stop) {
    const Seq before = round.seen.at(stop);
    const std::string& place = mission.stops[stop].place;
    struct Of {
        int missing = 0, all = 0;
    };
    std::map<std::string, Of> by_sku;
    for (const ItemView& item : ports_.ledger.book().items_in(place)) {
        const auto epc = Epc::parse(std::string(item.item));
        if (epc && item.seq <= before) {
            Of& of = by_sku[std::string(item.sku)];
            ++of.all;
            of.missing += round.heard.contains(*epc) ? 0 : 1;
        }
    }
    for (const auto& [sku, of] : by_sku) {
        const std::string key = count_key(place, sku);
        if (of.missing == 0 || ports_.ledger.registers().work().task_of_key(key) != nullptr) {
            continue;
        }
        Task count;
        count.kind = TaskKind::count;
        count.key = key;
        count.sku = sku;
        count.to = place;
        count.round = 1;
        count.text = "reader " + round.reader.str() + " on " + round.vehicle.str() +
                     " did not hear " + std::to_string(of.missing) + " of " +
                     std::to_string(of.all) + " tagged units there";
        static_cast<void>(ports_.tasks.open(count, {"rule:scan", mission.id}));
    }
    return ports_.ledger.wall_now();
}

}  // namespace tally
