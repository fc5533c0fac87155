// How a reader cuts its reports must not matter: the same reads, delivered whole, one by one, or
// shuffled with repetitions, give the same presences and the same passages with the same evidence.
#include <sstream>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "tests/support/gate_record.hpp"

using namespace tally;
using test::at_ms;
using test::read_of;
using test::tag;

namespace {

/// Everything that came with one stamp.
struct Report {
    std::vector<InputChange> inputs;
    std::vector<TagRead> reads;
    MonoTime at;
};

enum class Delivery { whole, one_by_one, shuffled_and_repeated };

/// Tags wander between the two antennas, people break the eyes, now and then it is quiet.
std::vector<Report> draw_reports(std::uint64_t seed) {
    Prng prng(seed);
    std::vector<Report> reports;
    std::vector<std::uint16_t> side_of(12, 1);
    std::int64_t now = 0;
    for (int i = 0; i < 400; ++i) {
        now += prng.between(1, prng.chance_ppm(40'000) ? 4000 : 120);
        Report report;
        report.at = at_ms(now);
        if (prng.chance_ppm(250'000)) {
            const auto port = static_cast<std::uint16_t>(prng.between(1, 2));
            const auto level =
                prng.chance_ppm(500'000) ? InputChange::Level::high : InputChange::Level::low;
            report.inputs.push_back({port, level, report.at});
        }
        for (std::uint32_t number = 0; number < 12; ++number) {
            if (prng.chance_ppm(60'000)) {
                side_of[number] = static_cast<std::uint16_t>(3 - side_of[number]);
            }
            for (std::uint16_t antenna = 1; antenna <= 2; ++antenna) {
                if (prng.chance_ppm(antenna == side_of[number] ? 600'000 : 100'000)) {
                    const auto dbm = static_cast<std::int32_t>(prng.between(-70, -45));
                    report.reads.push_back(read_of(tag(number), antenna, dbm, report.at));
                }
            }
        }
        reports.push_back(report);
    }
    return reports;
}

void deliver(GateTracker& gate, const std::vector<TagRead>& reads, Delivery how, Prng& prng) {
    if (how == Delivery::whole) {
        gate.on_reads(reads);
        return;
    }
    std::vector<TagRead> sent = reads;
    if (how == Delivery::shuffled_and_repeated) {
        sent.insert(sent.end(), reads.begin(), reads.end());
        for (std::size_t i = sent.size(); i > 1; --i) {
            std::swap(sent[i - 1], sent[prng.below(i)]);
        }
    }
    for (const TagRead& read : sent) {
        gate.on_reads({&read, 1});
    }
}

std::string text_of(const SideEvidence& side) {
    std::ostringstream out;
    out << side.n << '/' << side.antenna << '/' << side.first.ns << '/' << side.last.ns << '/'
        << (side.best_rssi ? side.best_rssi->value : 0);
    return out.str();
}

/// One line a fact, sorted: within one stamp the order of tags is the order of their reads.
std::vector<std::string> play(const std::vector<Report>& reports, const GateLayout& layout,
                              Delivery how, Prng prng) {
    test::GateRecord record;
    GateTracker gate(layout, {}, record);
    for (const Report& report : reports) {
        for (const InputChange& input : report.inputs) {
            gate.on_input(input);
        }
        deliver(gate, report.reads, how, prng);
        gate.advance(report.at);
    }
    gate.advance(reports.back().at + std::chrono::seconds(60));
    std::vector<std::string> lines;
    for (const auto& began : record.began) {
        lines.push_back("began " + began.epc.str() + ' ' + std::to_string(began.last.ns));
    }
    for (const Passage& passage : record.passages) {
        lines.push_back(
            "passage " + passage.epc.str() + ' ' + std::string(to_string(passage.outcome)) + ' ' +
            std::to_string(passage.first.ns) + ' ' + std::to_string(passage.last.ns) + ' ' +
            text_of(passage.outer) + ' ' + text_of(passage.inner) + ' ' + passage.why);
    }
    for (const auto& ended : record.ended) {
        lines.push_back("ended " + ended.epc.str() + ' ' + std::to_string(ended.last.ns) + ' ' +
                        std::to_string(ended.n));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

}  // namespace

TEST_CASE("splitting, shuffling and repeating the reads of a report changes nothing") {
    std::size_t passage_count = 0;
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        const auto reports = draw_reports(seed);
        for (const GateLayout& layout : {test::gate_with_eyes(), test::gate_without_eyes()}) {
            INFO("seed " << seed << ", eyes " << layout.photo_eyes.size());
            const Prng prng(seed + 1000);
            const auto whole = play(reports, layout, Delivery::whole, prng);
            REQUIRE(play(reports, layout, Delivery::one_by_one, prng) == whole);
            REQUIRE(play(reports, layout, Delivery::shuffled_and_repeated, prng) == whole);
            for (const std::string& line : whole) {
                passage_count += line.rfind("passage ", 0) == 0 ? 1 : 0;
            }
        }
    }
    CHECK(passage_count > 500);
}
