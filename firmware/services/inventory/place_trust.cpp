#include "firmware/services/inventory/place_trust.hpp"

#include <algorithm>

namespace tally {

namespace {

bool watches(const GateLayout& gate, const std::string& device, std::uint16_t antenna) {
    if (gate.reader.str() != device) {
        return false;
    }
    return antenna == 0 || std::any_of(gate.antennas.begin(), gate.antennas.end(),
                                       [&](const GatePort& port) { return port.port == antenna; });
}

}  // namespace

std::string_view to_string(Confidence confidence) noexcept {
    switch (confidence) {
        case Confidence::sure:
            return "sure";
        case Confidence::unsure:
            return "unsure";
        case Confidence::blind:
            return "blind";
    }
    return "unsure";
}

void PlaceTrust::doubt(Confidence level, std::string reason) {
    confidence = std::max(confidence, level);
    reasons.push_back(std::move(reason));
}

void add_blindness(PlaceTrusts& trusts, const SiteLayout& site, const Registers& registers) {
    for (const auto& [key, span] : registers.blind()) {
        for (const GateLayout& gate : site.gates) {
            if (!watches(gate, key.first, key.second)) {
                continue;
            }
            for (const PlaceId& place : {gate.outer, gate.inner}) {
                if (site.has_place(place)) {
                    trusts[place.str()].doubt(
                        Confidence::blind,
                        "gate " + gate.id.str() + " cannot see: " + span.what.cause);
                }
            }
        }
    }
    for (const auto& [key, span] : registers.blind()) {
        if (site.around(PlaceId(key.first))) {
            trusts[key.first].doubt(Confidence::blind, "its scale cannot tell: " + span.what.cause);
        }
    }
}

void add_doubts(PlaceTrusts& trusts, const SiteLayout& site, const Registers& registers) {
    add_blindness(trusts, site, registers);
    for (const auto& [id, open] : registers.anomalies()) {
        if (site.has_place(PlaceId(open.what.place))) {
            trusts[open.what.place].doubt(Confidence::unsure, open.what.kind + " " + id);
        }
    }
}

}  // namespace tally
