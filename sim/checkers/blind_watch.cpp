#include "sim/checkers/blind_watch.hpp"

#include "firmware/messages/event_data.hpp"
#include "firmware/messages/event_json.hpp"
#include "sim/checkers/stored.hpp"

namespace tally::sim {

namespace {

/// What an edge's line says of a device.
struct Said {
    bool blind = false;     ///< at the end of the line, as a whole or by the antenna asked for
    std::size_t begun = 0;  ///< spans of the whole device
};

Said said_of(host::SqliteStore& disk, const std::string& edge, const BlindWatch::Eye& eye) {
    Said said;
    bool whole = false, own = false;
    for (const JournalRow& row : stored_rows(disk, edge, Span::line)) {
        if (row.type != "blind_began" && row.type != "blind_ended") {
            continue;
        }
        const auto event = decode_event(row.canonical);
        const auto data = event ? decode_blind_data(event->data)
                                : Result<BlindData>(fail(ErrorKind::malformed, ""));
        if (!data || data->device != eye.device) {
            continue;
        }
        const bool began = row.type == "blind_began";
        if (data->antenna == 0) {
            whole = began;
            said.begun += began ? 1 : 0;
        } else if (data->antenna == eye.antenna) {
            own = began;
        }
    }
    said.blind = whole || own;
    return said;
}

std::string name(const BlindWatch::Eye& eye) {
    return eye.antenna == 0 ? eye.device
                            : "antenna " + std::to_string(eye.antenna) + " of " + eye.device;
}

}  // namespace

void BlindWatch::find(const std::string& edge, const std::string& what) {
    findings_.push_back({"blind.unsaid", what + " " +
                                             std::to_string(kSaidWithin / std::chrono::seconds(1)) +
                                             " s ago, and edge " + edge + " has not said so"});
}

void BlindWatch::blinded(const std::string& edge, const Eye& eye) {
    Span& span = spans_[eye];
    if (++span.causes > 1) {
        return;
    }
    span.since = kernel_.now();
    const std::uint64_t number = ++span.number;
    kernel_.after(kSaidWithin, [this, edge, eye, number] { check(edge, eye, number); });
}

void BlindWatch::seeing(const Eye& eye) {
    Span& span = spans_[eye];
    span.causes -= span.causes > 0 ? 1 : 0;
    span.number += span.causes == 0 ? 1 : 0;
}

void BlindWatch::check(const std::string& edge, const Eye& eye, std::uint64_t number) {
    const Span& span = spans_[eye];
    if (span.number != number || span.causes == 0) {
        return;
    }
    host::SqliteStore* const disk = ask_(edge, span.since);
    if (disk == nullptr) {
        return;
    }
    ++checked_;
    if (!said_of(*disk, edge, eye).blind) {
        find(edge, name(eye) + " went blind");
    }
}

void BlindWatch::blinked(const std::string& edge, const std::string& device) {
    const MonoTime now = kernel_.now();
    host::SqliteStore* const disk = ask_(edge, now);
    if (disk == nullptr) {
        return;
    }
    const Said before = said_of(*disk, edge, {device});
    if (before.blind) {
        return;
    }
    kernel_.after(kSaidWithin, [this, edge, device, now, begun = before.begun] {
        host::SqliteStore* const later = ask_(edge, now);
        if (later == nullptr) {
            return;
        }
        ++checked_;
        if (said_of(*later, edge, {device}).begun <= begun) {
            find(edge, device + " lost sight for a moment");
        }
    });
}

}  // namespace tally::sim
