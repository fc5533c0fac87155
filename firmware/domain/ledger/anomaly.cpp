#include "firmware/domain/ledger/anomaly.hpp"

#include <array>

namespace tally {

namespace {

constexpr std::array<AnomalyText, 23> kTexts = {{
    {AnomalyKind::missed_passage, "missed_passage",
     "The item was seen somewhere else than in the book, and no gate saw it pass.",
     "Check the gates between the two places, then resolve it if the new place is right."},
    {AnomalyKind::unknown_item, "unknown_item",
     "A known product's item was seen that the book has nowhere.",
     "Find out where it came from and receive it, or remove its tag."},
    {AnomalyKind::unknown_tag, "unknown_tag",
     "A tag with our company prefix was seen whose serial is bound to no product.",
     "Hold the goods; bind the tag to a product, or report it as a forgery."},
    {AnomalyKind::passage_undecided, "passage_undecided",
     "An item was at a gate, and the evidence does not say whether or which way it went through.",
     "Look where it is and take it past the gate again, or correct its place."},
    {AnomalyKind::aggregation_broken, "aggregation_broken",
     "An item was seen away from the pallet it should stand on.",
     "Check that pallet; unpack it in the book if it is being unpacked."},
    {AnomalyKind::pallet_mixed, "pallet_mixed",
     "An item that does not belong to the pallet passed the gate among its items.",
     "Count that pallet item by item before it is put away."},
    {AnomalyKind::unidentified_departure, "unidentified_departure",
     "A shelf became lighter and no item was seen to leave it.",
     "Look at the shelf and scan what is missing."},
    {AnomalyKind::unidentified_arrival, "unidentified_arrival",
     "A shelf became heavier and no item was seen to come to it.",
     "Look at the shelf and scan what was added."},
    {AnomalyKind::count_differs, "count_differs", "A count or a weight contradicts the book.",
     "Count again; if it still differs, book the difference under your name."},
    {AnomalyKind::reservation_revoked, "reservation_revoked",
     "Less is on hand than was promised, so a reservation was taken back.",
     "Tell the order's owner, or bring goods from another place."},
    {AnomalyKind::handover_unmatched, "handover_unmatched",
     "An item left one box's zones and was not booked by the other in time.",
     "Look for the item at the gate between them; check that both boxes are online."},
    {AnomalyKind::item_twice, "item_twice", "One item is booked in real places of two boxes.",
     "Find the item; the tag may be copied. Resolve it where the item is not."},
    {AnomalyKind::lost_by_restore, "lost_by_restore",
     "The bridge has an event that the edge no longer has after a restore.",
     "Compare the goods with the book; book what is missing again, then resolve it."},
    {AnomalyKind::stock_diverged, "stock_diverged",
     "Edge and bridge have the same ledger but different stock.",
     "Run `tally stock verify` on both and `tally sync resync` for the edge."},
    {AnomalyKind::ledger_diverged, "ledger_diverged",
     "Edge and bridge hold different events under the same numbers.",
     "Keep both database files as evidence; restart the edge, which then opens a new epoch."},
    {AnomalyKind::ledger_corrupt, "ledger_corrupt",
     "Stored rows contradict the ledger they come from.",
     "Keep the database file as evidence, restore the newest backup, run `tally ledger verify`."},
    {AnomalyKind::receipt_over, "receipt_over", "More came than the advice announces.",
     "Count again; keep the rest apart and ask the supplier."},
    {AnomalyKind::receipt_short, "receipt_short", "Less came than the advice announces.",
     "Look on the truck and at the dock; then tell the supplier what is missing."},
    {AnomalyKind::receipt_wrong, "receipt_wrong",
     "Something came that the advice does not announce.",
     "Keep it apart and ask the supplier whether it is yours."},
    {AnomalyKind::receipt_damaged, "receipt_damaged", "Something came damaged.",
     "Photograph it, keep it apart and tell the supplier."},
    {AnomalyKind::wrong_place, "wrong_place", "Goods stand where the planogram does not want them.",
     "Carry them to the place named, or change the planogram."},
    {AnomalyKind::retired_tag, "retired_tag",
     "A tag was seen that was retired or voided and must not be in use.",
     "Hold the goods; take the old tag off, or find out who put it there."},
    {AnomalyKind::signal_fault, "signal_fault",
     "The light stack or the barrier of a gate is not what it was told to be.",
     "Stand somebody at the gate, then look at the device, its power and its switches."},
}};

}  // namespace

std::string_view to_string(AnomalyKind kind) noexcept {
    return describe(kind).name;
}

std::optional<AnomalyKind> anomaly_kind_from(std::string_view name) noexcept {
    for (const AnomalyText& text : kTexts) {
        if (text.name == name) {
            return text.kind;
        }
    }
    return std::nullopt;
}

const AnomalyText& describe(AnomalyKind kind) noexcept {
    return kTexts[static_cast<std::size_t>(kind)];
}

std::span<const AnomalyText> anomaly_texts() noexcept {
    return kTexts;
}

}  // namespace tally
