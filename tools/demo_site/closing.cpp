#include "tools/demo_site/closing.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tools/demo_site/typed.hpp"

namespace tally::demo {

namespace {

using Voice = Tale::Voice;

/// Stamps of the walks are the demo's, those of spans the edges': a little apart on a busy machine.
constexpr std::int64_t kSlackMs = 500;

bool overlaps(const BlindSpan& span, const WalkRecord& walk) {
    const bool ended_before = span.until_t_ms != 0 && span.until_t_ms + kSlackMs < walk.from_t_ms;
    return span.device == walk.reader && span.since_t_ms - kSlackMs <= walk.to_t_ms &&
           !ended_before;
}

std::string seconds_of(const BlindSpan& span) {
    return span.until_t_ms == 0
               ? std::string("still")
               : fmt::format("{:.1f} s",
                             static_cast<double>(span.until_t_ms - span.since_t_ms) / 1'000.0);
}

Result<void> correct(const Stage& stage, const BoxApi& edge, const UnitLine& line,
                     const std::string& place) {
    TALLY_TRY(type(stage, edge, {kManager, line.label + ", ", 1},
                   {"item", "correct", line.epc, "--place", place, "--reason",
                    line.truth == "SUPPLIER" ? "the supplier has it still"
                                             : "found at " + line.truth + " when looking"}));
    return {};
}

/// The edges whose books are wrong are put right one by one: first those that hold what is not
/// there (where another edge has it, two people write it off), then the one that lacks it.
Result<void> correct_unit(const UnitLine& line, const Stage& stage) {
    const std::string_view owner = owner_of(line.truth);
    std::string right_place;
    for (const BoxApi* edge : {&stage.boxes.back, &stage.boxes.shop}) {
        TALLY_TRY_ASSIGN(const std::vector<BookedUnit> units, edge->units());
        const auto held = std::find_if(units.begin(), units.end(), [&](const BookedUnit& unit) {
            return unit.item == line.epc;
        });
        const std::string place = held == units.end() ? std::string() : held->place;
        const bool is_unexplained = owner.empty() && place == "UNEXPLAINED";
        if (edge->name() == owner) {
            right_place = place;
        } else if (owner.empty() && (is_unexplained || !owner_of(place).empty())) {
            if (!is_unexplained) {  // Out of the house takes two; where it went one may say.
                TALLY_TRY(write_off(stage, *edge, line.epc, place));
            }
            TALLY_TRY(correct(stage, *edge, line, line.truth));
        } else if (!owner_of(place).empty()) {
            TALLY_TRY(write_off(stage, *edge, line.epc, place));
        }
    }
    if (!owner.empty() && right_place != line.truth) {
        return correct(stage, stage.boxes.edge(owner), line, line.truth);
    }
    return {};
}

}  // namespace

std::string excuse_of(const UnitLine& line, const Doubts& doubts) {
    if (line.edges.find(line.bridge) == std::string::npos) {
        return {};
    }
    const auto last =
        std::find_if(doubts.walks.rbegin(), doubts.walks.rend(), [&](const WalkRecord& walk) {
            return std::find(walk.units.begin(), walk.units.end(), line.epc) != walk.units.end();
        });
    for (const BlindSpan& span : doubts.blind) {
        if (last != doubts.walks.rend() && overlaps(span, *last)) {
            return "it passed while " + span.device + " was blind (" + span.cause + ")";
        }
    }
    for (const OpenQuestion& question : doubts.open) {
        if (question.item == line.epc) {
            return "anomaly " + question.kind + " " + question.id + " is open";
        }
    }
    return {};
}

Result<std::size_t> list_doubts(const Reckoning& reckoning, const Stage& stage,
                                const std::vector<WalkRecord>& walks) {
    const Tale& tale = stage.tale;
    TALLY_TRY_ASSIGN(const std::vector<OpenQuestion> open, stage.boxes.bridge.anomalies());
    tale.plain("");
    for (const BlindSpan& span : stage.watch.blind()) {
        tale.plain(
            fmt::format("reported blind: {} ({}), {}", span.device, span.cause, seconds_of(span)));
    }
    std::size_t unexcused = 0;
    for (const UnitLine& line : reckoning.units) {
        if (!line.differs()) {
            continue;
        }
        const std::string excuse = excuse_of(line, {stage.watch.blind(), walks, open});
        unexcused += excuse.empty() ? 1 : 0;
        tale.plain(
            tale.painted(excuse.empty() ? Voice::verdict_bad : Voice::manager,
                         fmt::format("differs: {}: {}", line.label,
                                     excuse.empty() ? "and nobody reported a doubt" : excuse)));
    }
    for (const OpenQuestion& question : open) {
        tale.plain(fmt::format("open anomaly: {} {} {}: {}", question.id, question.kind,
                               stage.goods.label_of(question.item), question.text));
    }
    return unexcused;
}

Result<void> close_doubts(const Reckoning& reckoning, const Stage& stage) {
    for (const UnitLine& line : reckoning.units) {
        if (line.differs()) {
            TALLY_TRY(correct_unit(line, stage));
        }
    }
    for (const BoxApi* box : {&stage.boxes.back, &stage.boxes.shop, &stage.boxes.bridge}) {
        TALLY_TRY_ASSIGN(const std::vector<OpenQuestion> open, box->anomalies());
        for (const OpenQuestion& question : open) {
            if (question.edge != box->name()) {
                continue;  // The bridge lists those of its edges too.
            }
            TALLY_TRY(type(stage, *box, {kManager, stage.goods.label_of(question.item) + ", ", 1},
                           {"anomaly", "resolve", question.id, "--how", "looked: in order"}));
        }
    }
    return {};
}

}  // namespace tally::demo
