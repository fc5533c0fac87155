#include "sim/checkers/truth_checks.hpp"

#include <algorithm>
#include <utility>

#include "firmware/messages/event_data.hpp"
#include "firmware/messages/event_json.hpp"
#include "sim/checkers/stored.hpp"

namespace tally::sim {

namespace {

using Counts = std::map<std::pair<std::string, std::string>, std::int64_t>;  // place, sku

/// One book's stock of one edge against the truth.
class Comparison {
 public:
    Comparison(const TruthInputs& inputs, std::string who, std::string edge, const PlainFold& stock)
        : inputs_(inputs), who_(std::move(who)), edge_(std::move(edge)), stock_(stock) {}

    void run(std::vector<Difference>& into) const {
        Counts real;
        for (const Truth& truth : inputs_.world.truth()) {
            const std::string item = truth.code.str();
            const auto sku = inputs_.sku_of.find(item);
            if (sku == inputs_.sku_of.end()) {
                continue;
            }
            const std::string place = is_mine(truth.place.str()) ? truth.place.str() : "elsewhere";
            const auto held = stock_.items.find(item);
            const bool here = held != stock_.items.end() && is_mine(held->second);
            const std::string booked = here ? held->second : "elsewhere";
            if (booked != place) {
                into.push_back({who_, item, truth.place.str(),
                                "is at " + truth.place.str() + ", booked " +
                                    (held == stock_.items.end() ? "nowhere" : held->second)});
            }
            if (is_mine(place)) {
                ++real[{place, sku->second}];
            }
        }
        for (const auto& [key, units] : inputs_.counted) {
            if (is_mine(key.first)) {
                real[key] += units;
            }
        }
        compare_counts(real, into);
    }

 private:
    bool is_mine(const std::string& place) const {
        return inputs_.site.owner_of(PlaceId(place)) == EdgeId(edge_);
    }

    /// Counted goods show where they are weighed only.
    bool is_seen(const std::string& place, const std::string& sku) const {
        return inputs_.counted.contains({place, sku}) ||
               std::none_of(inputs_.counted.begin(), inputs_.counted.end(),
                            [&](const auto& each) { return each.first.second == sku; });
    }

    void compare_counts(const Counts& real, std::vector<Difference>& into) const {
        Counts booked;
        for (const auto& [key, milli] : stock_.positions) {
            if (is_mine(key[0]) && is_seen(key[0], key[1])) {
                booked[{key[0], key[1]}] += milli;
            }
        }
        Counts all = real;
        all.insert(booked.begin(), booked.end());
        for (const auto& [key, unused] : all) {
            const auto is = real.find(key);
            const auto says = booked.find(key);
            const std::int64_t is_milli = is == real.end() ? 0 : is->second * 1'000;
            const std::int64_t says_milli = says == booked.end() ? 0 : says->second;
            if (is_milli != says_milli) {
                into.push_back({who_,
                                {},
                                key.first,
                                std::to_string(is_milli) + "/1000 of " + key.second +
                                    " are there, booked " + std::to_string(says_milli)});
            }
        }
    }

    const TruthInputs& inputs_;
    std::string who_, edge_;
    const PlainFold& stock_;
};

void note_doubts(const TruthInputs& inputs, const JournalRow& row, Doubts& doubts) {
    const auto event = decode_event(row.canonical);
    if (!event) {
        return;
    }
    if (event->type == EventType::anomaly_raised) {
        // One that names no item, or no place, doubts none: a count's difference has no item
        // either.
        if (!event->item.empty()) {
            doubts.items.insert(event->item.str());
        }
        if (const auto anomaly = decode_anomaly_data(event->data);
            anomaly && !anomaly->place.empty()) {
            doubts.places.insert(anomaly->place);
        }
        ++doubts.open;
    } else if (event->type == EventType::anomaly_resolved) {
        --doubts.open;
    } else if (event->type == EventType::blind_began) {
        const auto blind = decode_blind_data(event->data);
        for (const GateLayout& gate : inputs.site.gates) {
            if (blind && gate.reader.str() == blind->device) {
                doubts.places.insert(gate.inner.str());
                doubts.places.insert(gate.outer.str());
            }
        }
    }
}

}  // namespace

std::vector<Difference> differences(const TruthInputs& inputs) {
    std::vector<Difference> all;
    for (const auto& [edge, disk] : inputs.edges) {
        const PlainFold own = stored_stock(*disk, edge);
        Comparison(inputs, "edge " + edge, edge, own).run(all);
        const PlainFold told = stored_stock(inputs.bridge, edge);
        Comparison(inputs, "bridge", edge, told).run(all);
    }
    return all;
}

Doubts doubts(const TruthInputs& inputs) {
    Doubts doubts;
    for (const auto& [edge, disk] : inputs.edges) {
        for (const JournalRow& row : stored_rows(*disk, edge, Span::line)) {
            note_doubts(inputs, row, doubts);
        }
    }
    for (const JournalRow& row : stored_rows(inputs.bridge, "bridge", Span::line)) {
        note_doubts(inputs, row, doubts);
    }
    return doubts;
}

}  // namespace tally::sim
