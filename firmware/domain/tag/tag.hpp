// A label on its way from a serial number to a tag on a unit, as a pure state machine, and the tags
// that must not be met again. Labels are folds of tag_changed and bound events; nothing else
// changes one (docs/commissioning.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/base/result.hpp"

namespace tally {

/// Where a label stands. A serial that was given out is never given out again, whatever becomes of
/// its label.
enum class LabelState : std::uint8_t {
    waiting,  ///< for its printer: certainly not printed
    sent,     ///< handed to the printer, which has not said what became of it
    printed,  ///< the printer says so; nobody has seen the tag
    unsure,   ///< the tag may exist or not, be good or not: see it, or void it
};

/// What can happen to a label or a tag. Binding ends a label and is an event of its own.
enum class TagAct : std::uint8_t {
    reserve,    ///< a block of serials for this life of the box
    allocate,   ///< a serial becomes a label
    send,       ///< it is handed to its printer
    take_back,  ///< the printer certainly printed nothing: it waits again
    printed,    ///< the printer says that label and tag are done
    fail,       ///< what became of it is not known, or not good
    discard,    ///< given up; its EPC must not be met again ("void" for people)
    retire,     ///< a tag that was in use is no longer
    place,      ///< the label of a place was ordered; it leaves nothing to follow
};

std::string_view to_string(LabelState state) noexcept;
std::string_view to_string(TagAct act) noexcept;
std::optional<TagAct> tag_act_from(std::string_view name) noexcept;

/// One label. Texts are ledger text except `text`.
struct Label {
    std::string item;      ///< text form of the EPC that its tag carries
    std::string sku, lot;  ///< what it will be bound to
    std::string printer;
    std::string replaces;  ///< the unit whose tag it takes the place of; may be empty
    LabelState state = LabelState::waiting;
    std::string by;         ///< who ordered it
    std::string text;       ///< of `unsure`: why, one sentence
    std::uint64_t seq = 0;  ///< of the event that ordered it: the order of printing
    std::int64_t t_ms = 0;  ///< of its last step, annotation

    bool operator==(const Label&) const = default;
};

/// The state after a step, or conflict with what to do. Discarding and binding end a label in any
/// state and are no steps.
Result<LabelState> step(LabelState state, TagAct act);

/// A tag that must not be met again, and why.
struct RetiredTag {
    std::string item;
    std::string replaced_by;  ///< the unit's tag now; may be empty
    std::string by;
    std::string text;

    bool operator==(const RetiredTag&) const = default;
};

}  // namespace tally
