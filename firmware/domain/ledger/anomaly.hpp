// Anomalies: contradictions that somebody must resolve. The list is closed; a new kind is a change
// of this file, of the CLI's texts and of docs/wire/event.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tally {

/// What kind of contradiction. The wire name is to_string().
enum class AnomalyKind : std::uint8_t {
    missed_passage,          ///< an item was seen where it can only be by a passage nobody saw
    unknown_item,            ///< a bound item that the book has nowhere
    unknown_tag,             ///< our own company prefix with a serial that is bound to nothing
    passage_undecided,       ///< an item was at a gate, and the evidence does not say which way
    aggregation_broken,      ///< a child was seen away from its pallet
    pallet_mixed,            ///< a foreign child stood among the children of a pallet
    unidentified_departure,  ///< a shelf lost weight and no item was seen to leave in time
    unidentified_arrival,    ///< a shelf gained weight and no item was seen to come in time
    count_differs,           ///< a count or a weight contradicts the book
    reservation_revoked,     ///< a claim was above what is on hand
    handover_unmatched,      ///< half of a hand-over between edges has not come in time
    item_twice,              ///< one item in real places of two edges, no hand-over open
    lost_by_restore,         ///< the bridge holds an event that a restored edge no longer has
    stock_diverged,          ///< stock digests of edge and bridge differ at one seq
    ledger_diverged,         ///< edge and bridge hold other events under the same numbers
    ledger_corrupt,          ///< stored rows contradict the ledger they were folded from
    receipt_over,            ///< more came than the advice announces
    receipt_short,           ///< less came than the advice announces
    receipt_wrong,           ///< something came that the advice does not announce
    receipt_damaged,         ///< something came damaged
    wrong_place,             ///< goods stand where planogram and tasks do not allow them
    retired_tag,             ///< a tag was seen that was retired or voided
    signal_fault,            ///< a light stack or barrier is not what it was told to be
};

std::string_view to_string(AnomalyKind kind) noexcept;
std::optional<AnomalyKind> anomaly_kind_from(std::string_view name) noexcept;

/// What a kind means and what to do next: one English line each, the key of the CLI's translations.
struct AnomalyText {
    AnomalyKind kind;
    std::string_view name;
    std::string_view meaning;
    std::string_view advice;
};

const AnomalyText& describe(AnomalyKind kind) noexcept;

/// All kinds in the order of the enumeration.
std::span<const AnomalyText> anomaly_texts() noexcept;

}  // namespace tally
