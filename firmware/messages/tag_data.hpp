// The `data` of tag_changed: a step of a label, a tag retired, a block of serials; and the stored
// rows of labels, retired tags and the newest block.
#pragma once

#include <string>
#include <string_view>

#include "firmware/domain/tag/serials.hpp"
#include "firmware/domain/tag/tag.hpp"

namespace tally {

/// What each act says beside its name; the item is the event's own. reserve: `block`. allocate:
/// sku, lot, printer, replaces. fail, discard: text. retire: replaced_by, text. place: place,
/// printer. Others: nothing.
struct TagData {
    TagAct act = TagAct::send;
    SerialBlock block;
    std::string sku, lot, printer, replaces, replaced_by, place;
    std::string text;  ///< why, one sentence

    bool operator==(const TagData&) const = default;
};

std::string encode(const TagData& data);
Result<TagData> decode_tag_data(std::string_view json);

std::string encode_label(const Label& label);  ///< without the item, which is the row's key
Result<Label> decode_label(std::string_view json);
std::string encode_retired(const RetiredTag& tag);  ///< likewise
Result<RetiredTag> decode_retired(std::string_view json);

/// The newest reservation, with the event that made it.
struct SerialsRow {
    SerialBlock block;
    std::uint64_t seq = 0;
    bool valid = false;  ///< false: written again in a later epoch, which makes it nobody's

    bool operator==(const SerialsRow&) const = default;
};
std::string encode_serials(const SerialsRow& row);
Result<SerialsRow> decode_serials(std::string_view json);

}  // namespace tally
