// Run: what people do in the evening. They look at every unit, say where it is, and close what the
// boxes had doubts about.
#include <algorithm>

#include <fmt/format.h>

#include "firmware/base/check.hpp"
#include "firmware/domain/place.hpp"
#include "sim/checkers/stored.hpp"
#include "sim/scenarios/run_state.hpp"

namespace tally::sim {

namespace {

const Actor kReceiver{"user:li.wei", ""};
const Actor kSecond{"user:wang.fang", ""};
constexpr Duration kRest = std::chrono::seconds(150);  // above every limit of a rule that waits
constexpr int kRounds = 4;
constexpr const char* kTestTag = "E2801170000002112233445F";  // as the factory left it

/// A unit that is booked here and is not: who looked proposes it, a second person agrees.
Result<Seq> write_off(EdgeSite& edge, const std::string& item, const std::string& booked) {
    Counting& counting = edge.work().counting;
    TALLY_TRY_ASSIGN(const Seq proposed,
                     counting.propose({PlaceId(booked), {}, item, -1'000, "unknown"}, kReceiver));
    const Ledger& ledger = edge.ledger();
    return counting.approve(event_ref(ledger.edge(), ledger.line().epoch(), proposed), kSecond);
}

/// One person counts what is there, once more where the count differs; a second one agrees.
Result<void> count_slot(Counting& counting, const PlaceId& slot, const std::string& sku,
                        std::int64_t there_milli) {
    TALLY_TRY(counting.start(slot, sku, kReceiver));
    for (;;) {
        TALLY_TRY_ASSIGN(const Task task, counting.next(slot.str(), kReceiver));
        TALLY_TRY_ASSIGN(const CountOutcome outcome,
                         counting.post({task.id, there_milli, "unknown", {}}, kReceiver));
        switch (outcome.verdict) {
            case CountOutcome::Verdict::agrees:
            case CountOutcome::Verdict::booked:
                return {};
            case CountOutcome::Verdict::recount:
                break;
            case CountOutcome::Verdict::to_approve:
                TALLY_TRY(counting.approve(outcome.next_task, kSecond));
                return {};
        }
    }
}

}  // namespace

TruthInputs Run::truth() {
    TruthInputs inputs{site_.site(), site_.world(),        goods_.sku_of(),
                       {},           site_.disk("bridge"), goods_.counted()};
    for (const std::string& edge : edges_) {
        inputs.edges[edge] = &site_.disk(edge);
    }
    return inputs;
}

/// A reader whose buffer overflowed is blind until it reports a tag (drivers/llrp/session.hpp),
/// also to a box that has forgotten why, and nobody works any more: as an installer would, somebody
/// walks through the door of each blind reader with a tag that is none of the site's.
void Run::show_test_tags() {
    constexpr Duration kAgain = std::chrono::seconds(30);
    for (const std::string& edge : edges_) {
        if (!site_.is_up(edge)) {
            continue;
        }
        for (const ReaderUnit& unit : site_.edge(edge).readers()) {
            const std::string reader = unit.gates->reader().str();
            const auto& blind = unit.gates->health().blind;
            const auto shown = shown_.find(reader);
            if (!blind ||
                (shown != shown_.end() && site_.kernel().now() - shown->second < kAgain)) {
                continue;
            }
            shown_[reader] = site_.kernel().now();
            for (const GateLayout& gate : site_.site().gates) {
                if (gate.reader.str() == reader) {
                    note("a test tag goes through " + gate.id.str());
                    Walk walk;
                    walk.gate = gate.id;
                    walk.copies = {*TagCode::parse(kTestTag)};
                    TALLY_CHECK(site_.world().walk(std::move(walk)).has_value(),
                                "nobody's tag can walk anywhere");
                }
            }
        }
    }
}

/// A reader whose client is gone without its knowing refuses every other for as long, which may be
/// for ever (devices.md 3: half-open sockets can need a restart). After two minutes of that
/// somebody does what the event says.
void Run::restart_stuck_readers() {
    constexpr Duration kPatience = std::chrono::minutes(2);
    constexpr Duration kOff = std::chrono::seconds(5);
    const MonoTime now = site_.kernel().now();
    for (const std::string& edge : edges_) {
        if (!site_.is_up(edge)) {
            continue;
        }
        for (const ReaderUnit& unit : site_.edge(edge).readers()) {
            const std::string reader = unit.gates->reader().str();
            const auto& blind = unit.gates->health().blind;
            const bool is_refused = blind && blind->cause == BlindCause::refused;
            if (!blind) {
                stuck_.erase(reader);
            } else if (is_refused && site_.reader(reader).taken() &&
                       now - stuck_.emplace(reader, now).first->second >= kPatience) {
                note("somebody restarts " + reader);
                site_.reader(reader).reboot(kOff);
                stuck_.erase(reader);
            }
        }
    }
}

void Run::evening() {
    run_for(kRest);
    if (!wait_for([this] { return converged(); }, std::chrono::minutes(5))) {
        find("recovered", "bridge and edges are not level in the evening: " + what_is_not_level());
    }
    const std::vector<Difference> evening = differences(truth());
    const Doubts said = doubts(truth());
    report_.evening_differences = evening.size();
    std::set<std::string> unsaid;
    for (const Difference& each : evening) {
        const bool doubted = said.items.contains(each.item) || said.places.contains(each.place);
        note(each.who + ": " + (each.item.empty() ? each.place : each.item) + " " + each.text +
             (doubted ? "" : ", and nobody was in doubt"));
        if (!doubted && !each.item.empty()) {
            unsaid.insert(each.item);
        } else if (!doubted && goods_.is_known_place(each.place)) {
            find("truth.slot",
                 each.who + ": " + each.place + " " + each.text + ", and nobody was in doubt");
        }
    }
    report_.unsaid = unsaid.size();
    const std::size_t moved = std::max<std::size_t>(work_.units_walked(), 1);
    if (unsaid.size() * 100 > moved * static_cast<std::size_t>(of("expect.unsaid_percent_max"))) {
        find("truth.unsaid", fmt::format("{} of {} units that moved are booked wrong, and nobody "
                                         "was in doubt; the first is {}",
                                         unsaid.size(), moved, *unsaid.begin()));
    }
    count();
}

/// A round may raise what the next one closes.
void Run::count() {
    for (int round = 0; round < kRounds; ++round) {
        for (const Truth& unit : site_.world().truth()) {
            if (goods_.sku_of().contains(unit.code.str())) {
                for (const std::string& edge : edges_) {
                    correct(edge, unit.code.str(), unit.place.str());
                }
            }
        }
        for (const auto& [key, units] : goods_.counted()) {
            count_if_doubted(key.first, key.second, units * 1'000);
        }
        resolve_all();
        run_for(std::chrono::seconds(20));
        if (!wait_for([this] { return site_.is_settled(); }, std::chrono::minutes(5))) {
            find("recovered", "the count did not arrive");
        }
        if (differences(truth()).empty() && doubts(truth()).open == 0) {
            return;
        }
    }
    for (const Difference& each : differences(truth())) {
        find("truth.counted", each.who + ": " + (each.item.empty() ? each.place : each.item) + " " +
                                  each.text + ", after people have counted");
    }
    if (const std::size_t open = doubts(truth()).open; open > 0) {
        find("truth.open", std::to_string(open) + " anomalies stay open after a count");
    }
}

void Run::correct(const std::string& name, const std::string& item, const std::string& place) {
    EdgeSite& edge = site_.edge(name);
    const auto held = edge.ledger().book().item(item);
    const std::string booked = held ? std::string(held->place) : std::string();
    const bool here = site_.site().owner_of(PlaceId(place)) == EdgeId(name);
    const bool booked_here = site_.site().owner_of(PlaceId(booked)) == EdgeId(name);
    std::string to;
    if (here && booked != place) {
        to = place;
    } else if (!here && booked_here) {
        to = place == kCustomer ? std::string(kCustomer) : std::string(kLost);
    }
    if (to.empty()) {
        return;
    }
    ++report_.corrections;
    note("counted: " + item + " is at " + place + ", edge " + name + " had it at " + booked);
    Result<Seq> corrected = Seq();
    if (!here) {  // Out of the house takes two; where it went one may say.
        corrected = write_off(edge, item, booked);
    }
    if (corrected && to != kLost) {
        corrected = edge.inventory().correct(item, PlaceId(to), "counted", kReceiver, {});
    }
    if (!corrected) {
        find("people.refused", corrected.error().text);
    }
    take_time();
}

/// A slot that an edge is in doubt about is counted, as the anomaly asks: counted again if it
/// differs, and then agreed to by a second person. The others must be right as they are.
void Run::count_if_doubted(const std::string& slot, const std::string& sku,
                           std::int64_t there_milli) {
    const PlaceId place(slot);
    EdgeSite& edge = site_.edge(site_.site().owner_of(place)->str());
    const auto& anomalies = edge.ledger().registers().anomalies();
    const bool doubted = std::any_of(anomalies.begin(), anomalies.end(), [&](const auto& open) {
        return open.second.what.kind == to_string(AnomalyKind::count_differs) &&
               open.second.what.place == slot;
    });
    if (!doubted) {
        return;
    }
    ++report_.slots_counted;
    note("counted: " + std::to_string(there_milli) + "/1000 of " + sku + " lie in " + slot);
    if (const auto counted = count_slot(edge.work().counting, place, sku, there_milli); !counted) {
        find("people.refused", counted.error().text);
    }
}

void Run::resolve_all() {
    for (const std::string& name : edges_) {
        EdgeSite& edge = site_.edge(name);
        const auto open = edge.ledger().registers().anomalies();
        for (const auto& [id, anomaly] : open) {
            note("resolved: " + id + " " + anomaly.what.kind + " " + anomaly.item + " " +
                 anomaly.what.text);
            static_cast<void>(edge.inventory().resolve_anomaly(id, "counted", kReceiver, {}));
            take_time();
        }
    }
    const auto open = site_.bridge().own().registers().anomalies();
    for (const auto& [id, anomaly] : open) {
        note("resolved: " + id + " " + anomaly.what.kind + " " + anomaly.item + " " +
             anomaly.what.text);
        static_cast<void>(site_.bridge().resolve_anomaly(id, "counted", "user:li.wei", {}));
        take_time();
    }
}

/// People do one thing after the other: not more at one moment than a box takes in one turn.
void Run::take_time() {
    constexpr std::size_t kAtOnce = 12;
    if (++acts_ % kAtOnce == 0) {
        run_for(std::chrono::seconds(1));
    }
}

}  // namespace tally::sim
