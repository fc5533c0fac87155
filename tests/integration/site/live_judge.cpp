#include "tests/integration/site/live_judge.hpp"

#include <cstdio>

#include <catch2/catch.hpp>

#include "firmware/host/store/sqlite_store.hpp"
#include "firmware/messages/event_data.hpp"
#include "firmware/messages/event_json.hpp"
#include "sim/checkers/stored.hpp"

namespace tally::test {

namespace {

constexpr std::int64_t kBlindSlack_ms = 4'000;

/// What the boxes themselves say may be wrong: units that anomalies name, and who walked
/// through a gate while it was blind.
std::set<std::string> doubted(const std::vector<LiveWalk>& walks,
                              const std::map<std::string, LineCopy>& lines) {
    std::set<std::string> items;
    std::map<std::string, std::vector<std::pair<std::int64_t, std::int64_t>>> blind;
    for (const auto& [edge, line] : lines) {
        for (const JournalRow& row : line.rows) {
            const Event event = decode_event(row.canonical).value();
            if (event.type == EventType::anomaly_raised) {
                items.insert(event.item.str());
            } else if (event.type == EventType::blind_began) {
                const auto data = decode_blind_data(event.data).value();
                blind[data.device].emplace_back(data.since_t_ms, INT64_MAX);
            } else if (event.type == EventType::blind_ended) {
                const auto data = decode_blind_data(event.data).value();
                auto& spans = blind[data.device];
                if (!spans.empty()) {
                    spans.back().second = event.t_ms;
                }
            }
        }
    }
    for (const LiveWalk& walk : walks) {
        for (const auto& [from, to] : blind[walk.gate + "-reader"]) {
            const std::int64_t arrived = walk.to_ms == 0 ? INT64_MAX - kBlindSlack_ms : walk.to_ms;
            if (walk.from_ms - kBlindSlack_ms < to && from < arrived + kBlindSlack_ms) {
                items.insert(walk.units.begin(), walk.units.end());
            }
        }
    }
    return items;
}

}  // namespace

void judge_live(LiveStage& stage, const LiveStage::Played& played) {
    std::map<std::string, std::string> booked;
    for (const char* edge : {"back", "shop"}) {
        auto store = host::SqliteStore::open({.path = stage.site().database(edge).string()});
        REQUIRE(store);
        for (const auto& [item, place] : sim::stored_stock(**store, edge).items) {
            if (!sim::is_outside(place) &&
                stage.layout().owner_of(PlaceId(place)) == EdgeId(edge)) {
                booked[item] += (booked.contains(item) ? " and " : "") + place;
            }
        }
    }
    std::set<std::string> moved;
    for (const LiveWalk& walk : stage.walks()) {
        moved.insert(walk.units.begin(), walk.units.end());
    }
    const std::set<std::string> doubts = doubted(stage.walks(), played.lines);
    int wrong = 0, unsaid = 0;
    for (const auto& [epc, place] : played.truth) {
        const std::string should = sim::is_outside(place) ? std::string() : place;
        const auto found = booked.find(epc);
        const std::string is = found == booked.end() ? std::string() : found->second;
        if (is != should) {
            ++wrong;
            unsaid += doubts.contains(epc) ? 0 : 1;
            std::printf("  %s is at %s, booked '%s'%s\n", epc.c_str(), place.c_str(), is.c_str(),
                        doubts.contains(epc) ? ", and that is known to be in doubt" : "");
        }
    }
    const auto count = static_cast<std::int64_t>(moved.size());
    std::printf("%lld units moved, %d booked wrong, of them %d that nobody doubts\n",
                static_cast<long long>(count), wrong, unsaid);
    CHECK(unsaid * 100 <= count * stage.draws().at("expect.unsaid_percent_max"));
    CHECK(count > 4);
}

}  // namespace tally::test
