#include "sim/checkers/blind_watch.hpp"

#include "firmware/messages/event_data.hpp"
#include "firmware/messages/event_json.hpp"
#include "sim/checkers/stored.hpp"

namespace tally::sim {

namespace {

/// Whether the edge's line ends with this device blind, as a whole.
bool is_said(host::SqliteStore& disk, const std::string& edge, const std::string& device) {
    bool blind = false;
    for (const JournalRow& row : stored_rows(disk, edge, Span::line)) {
        if (row.type != "blind_began" && row.type != "blind_ended") {
            continue;
        }
        const auto event = decode_event(row.canonical);
        const auto data = event ? decode_blind_data(event->data)
                                : Result<BlindData>(fail(ErrorKind::malformed, ""));
        if (data && data->device == device && data->antenna == 0) {
            blind = row.type == "blind_began";
        }
    }
    return blind;
}

}  // namespace

void BlindWatch::blinded(const std::string& edge, const std::string& name) {
    Device& device = devices_[name];
    if (++device.causes > 1) {
        return;
    }
    device.since = kernel_.now();
    const std::uint64_t span = ++device.span;
    kernel_.after(kSaidWithin, [this, edge, name, span] { check(edge, name, span); });
}

void BlindWatch::seeing(const std::string& name) {
    Device& device = devices_[name];
    device.causes -= device.causes > 0 ? 1 : 0;
    device.span += device.causes == 0 ? 1 : 0;
}

void BlindWatch::check(const std::string& edge, const std::string& name, std::uint64_t span) {
    const Device& device = devices_[name];
    if (device.span != span || device.causes == 0) {
        return;
    }
    host::SqliteStore* const disk = ask_(edge, device.since);
    if (disk == nullptr) {
        return;
    }
    ++checked_;
    if (!is_said(*disk, edge, name)) {
        findings_.push_back(
            {"blind.unsaid", name + " has been blind for " +
                                 std::to_string(kSaidWithin / std::chrono::seconds(1)) +
                                 " s, and edge " + edge + " has not said so"});
    }
}

}  // namespace tally::sim
