#include "firmware/services/ledger/tag_book.hpp"

#include <utility>

namespace tally {

namespace {

StateRow row(const std::string& edge, std::string_view kind, std::string key, std::string value) {
    return {edge, std::string(kind), std::move(key), std::move(value)};
}

constexpr const char* kNewest = "newest";

}  // namespace

Result<void> TagBook::apply(const Event& event, std::vector<StateRow>& changed) {
    if (event.type == EventType::bound) {
        end_label(event, changed);
        return {};
    }
    if (event.type != EventType::tag_changed) {
        return {};
    }
    TALLY_TRY_ASSIGN(const TagData data, decode_tag_data(event.data));
    const std::string edge = event.edge.str();
    const std::string& item = event.item.str();
    switch (data.act) {
        case TagAct::reserve:
            // One that was moved into a later epoch is nobody's: another life may have made the
            // same reservation in the epoch it was made for.
            serials_ =
                SerialsRow{data.block, event.seq.value(), data.block.epoch == event.epoch.value()};
            changed.push_back(row(edge, kSerialRows, kNewest, encode_serials(*serials_)));
            return {};
        case TagAct::allocate: {
            if (labels_.contains(item) || retired_.contains(item)) {
                return fail(ErrorKind::conflict, "the serial of " + item + " was given out before");
            }
            Label label{item, data.sku, data.lot, data.printer,      data.replaces,
                        {},   event.by, {},       event.seq.value(), event.t_ms};
            changed.push_back(row(edge, kLabelRows, item, encode_label(label)));
            labels_[item] = std::move(label);
            return {};
        }
        case TagAct::discard:
            if (!labels_.contains(item)) {
                return fail(ErrorKind::conflict, item +
                                                     " is no label on its way; `tally tag ls` "
                                                     "lists those that are");
            }
            end_label(event, changed);
            retire(event, data, changed);
            return {};
        case TagAct::retire:
            retire(event, data, changed);
            return {};
        case TagAct::place:
            return {};
        case TagAct::send:
        case TagAct::take_back:
        case TagAct::printed:
        case TagAct::fail:
            return apply_step(event, data, changed);
    }
    return {};
}

Result<void> TagBook::apply_step(const Event& event, const TagData& data,
                                 std::vector<StateRow>& changed) {
    const auto found = labels_.find(event.item.str());
    if (found == labels_.end()) {
        return fail(ErrorKind::conflict, event.item.str() +
                                             " is no label on its way; `tally tag "
                                             "ls` lists those that are");
    }
    Label& label = found->second;
    TALLY_TRY_ASSIGN(label.state, step(label.state, data.act));
    label.text = data.text;
    label.t_ms = event.t_ms;
    changed.push_back(row(event.edge.str(), kLabelRows, label.item, encode_label(label)));
    return {};
}

void TagBook::retire(const Event& event, const TagData& data, std::vector<StateRow>& changed) {
    RetiredTag tag{event.item.str(), data.replaced_by, event.by, data.text};
    changed.push_back(row(event.edge.str(), kRetiredRows, tag.item, encode_retired(tag)));
    retired_[tag.item] = std::move(tag);
}

void TagBook::end_label(const Event& event, std::vector<StateRow>& changed) {
    if (labels_.erase(event.item.str()) > 0) {
        changed.push_back(row(event.edge.str(), kLabelRows, event.item.str(), {}));
    }
}

const Label* TagBook::label(const std::string& item) const {
    const auto found = labels_.find(item);
    return found == labels_.end() ? nullptr : &found->second;
}

const RetiredTag* TagBook::retired(const std::string& item) const {
    const auto found = retired_.find(item);
    return found == retired_.end() ? nullptr : &found->second;
}

bool TagBook::owns(std::string_view row_kind) {
    return row_kind == kLabelRows || row_kind == kRetiredRows || row_kind == kSerialRows;
}

Result<void> TagBook::load(const StateRow& stored) {
    if (stored.kind == kLabelRows) {
        TALLY_TRY_ASSIGN(Label label, decode_label(stored.value));
        label.item = stored.key;
        labels_[stored.key] = std::move(label);
    } else if (stored.kind == kRetiredRows) {
        TALLY_TRY_ASSIGN(RetiredTag tag, decode_retired(stored.value));
        tag.item = stored.key;
        retired_[stored.key] = std::move(tag);
    } else {
        TALLY_TRY_ASSIGN(serials_, decode_serials(stored.value));
    }
    return {};
}

void TagBook::add_rows(const std::string& edge, std::vector<StateRow>& rows) const {
    for (const auto& [item, label] : labels_) {
        rows.push_back(row(edge, kLabelRows, item, encode_label(label)));
    }
    for (const auto& [item, tag] : retired_) {
        rows.push_back(row(edge, kRetiredRows, item, encode_retired(tag)));
    }
    if (serials_) {
        rows.push_back(row(edge, kSerialRows, kNewest, encode_serials(*serials_)));
    }
}

}  // namespace tally
