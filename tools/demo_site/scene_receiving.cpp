// Scene: people's work. A pallet is received against its advice, and a unit that was put away at a
// wrong place is found.
#include <algorithm>

#include <fmt/format.h>

#include "tools/demo_site/typed.hpp"

namespace tally::demo {

namespace {

using Voice = Tale::Voice;
using Way = WalkOrder::Way;
using std::chrono::seconds;

constexpr Duration kDecided = std::chrono::milliseconds(4'500);
constexpr Duration kFound = seconds(20);

bool concerns(const OpenQuestion& question, std::string_view kind, const std::string& item) {
    return question.kind == kind && question.item == item;
}

}  // namespace

/// The gate saw the pallet's label and took the pallet for whole; whoever scans what stands on it
/// finds one unit less than announced.
Result<void> Scene::receive_against_advice(const Pallet& pallet) {
    const BoxApi& back = stage_.boxes.back;
    constexpr std::size_t kTable = 6;
    TALLY_TRY(type(stage_, back, {kManager, "as the gate has it, ", kTable},
                   {"receipt", "show", pallet.asn}));
    for (const std::string& child : pallet.loaded()) {
        TALLY_TRY(type(stage_, back, {kManager, stage_.goods.label_of(child) + ", ", 1},
                       {"receipt", "scan", pallet.asn, child, "--place", "back.hall"}));
    }
    TALLY_TRY(type(stage_, back, {kManager, "all are scanned, ", 1},
                   {"receipt", "close", pallet.asn, "--scanned"}));
    TALLY_TRY(type(stage_, back, {kManager, "", kTable}, {"receipt", "show", pallet.asn}));
    TALLY_TRY_ASSIGN(const std::vector<OpenQuestion> open, back.anomalies());
    const bool is_short = std::any_of(open.begin(), open.end(), [&](const OpenQuestion& question) {
        return concerns(question, "receipt_short", pallet.missing);
    });
    if (!is_short) {
        return fail(ErrorKind::corrupt, "nobody says that " +
                                            stage_.goods.label_of(pallet.missing) +
                                            " did not come with " + pallet.asn);
    }
    return {};
}

/// A unit that belongs to the warehouse is carried to the shop floor. The door's gate sees it go,
/// the planogram does not want it there: a task says where it belongs, and the way back ends it.
Result<void> Scene::put_away_wrongly() {
    const auto& [site, boxes, emul, watch, tale, goods] = stage_;
    tale.chapter("A unit is put away at the wrong place, and found by the gate on the way");
    const std::string& lamp = goods.lamp_epc;
    const auto is_misplaced = [&]() -> Result<bool> {
        TALLY_TRY_ASSIGN(const std::vector<OpenQuestion> open, stage_.boxes.shop.anomalies());
        return std::any_of(open.begin(), open.end(), [&](const OpenQuestion& question) {
            return concerns(question, "wrong_place", stage_.goods.lamp_epc);
        });
    };
    TALLY_TRY(walk({lamp}, "door", Way::in, "is carried to the shop floor, by mistake"));
    TALLY_TRY(all_arrived());
    TALLY_TRY(watch.until("the shop says that it does not belong there", kFound, is_misplaced));
    TALLY_TRY_ASSIGN(const std::string words, type(stage_, boxes.shop, {kManager, "", 4},
                                                   {"task", "ls", "--kind", "put_away"}));
    const std::size_t at = words.find(std::string(kShop) + ":");
    if (at == std::string::npos) {
        return fail(ErrorKind::corrupt, "no task asks to carry the lamp back");
    }
    const std::string id = words.substr(at, words.find(' ', at) - at);
    TALLY_TRY(type(stage_, boxes.shop, {kManager, "", 1}, {"task", "take", id}));
    TALLY_TRY(walk({lamp}, "door", Way::out, "is carried back to the warehouse"));
    TALLY_TRY(all_arrived());
    TALLY_TRY(watch.until("the shop sees that it has left", kFound, [&]() -> Result<bool> {
        TALLY_TRY_ASSIGN(const bool still, is_misplaced());
        return !still;
    }));
    TALLY_TRY(type(stage_, boxes.shop, {kManager, "", 1}, {"task", "done", id}));
    return {};
}

}  // namespace tally::demo
