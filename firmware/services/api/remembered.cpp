#include "firmware/services/api/remembered.hpp"

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"

namespace tally {

namespace {

struct Row {
    std::string user, key, request, body;
    std::uint64_t number = 0;
    std::int64_t status = 0;
};

std::string encode_row(const Row& row) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("body").text(row.body).key("key").text(row.key);
    w.key("number").number(row.number).key("request").text(row.request);
    w.key("status").integer(row.status).key("user").text(row.user).end_object();
    return out;
}

bool decode_row(std::string_view text, Row& row) {
    ObjectReader reader(text, "remembered answer");
    reader.text("body", row.body);
    reader.text("key", row.key);
    reader.number("number", row.number);
    reader.text("request", row.request);
    reader.integer("status", row.status);
    reader.text("user", row.user);
    return reader.finish().has_value();
}

}  // namespace

void RememberedAnswers::load() {
    loaded_ = true;
    for (std::uint64_t slot = 0; slot < kSlots; ++slot) {
        const std::string text = ledger_.state_row(std::string(kAnswerRows), std::to_string(slot));
        Row row;
        if (text.empty() || !decode_row(text, row)) {
            continue;  // A row that cannot be read is no memory; the slot is used again.
        }
        const Key key{row.user, row.key};
        Entry entry{row.request, {}, slot};
        entry.reply.status = static_cast<int>(row.status);
        entry.reply.body = row.body;
        entries_[key] = std::move(entry);
        by_slot_[slot] = key;
        next_ = std::max(next_, row.number + 1);
    }
}

RememberedAnswers::Found RememberedAnswers::find(const std::string& user, const std::string& key,
                                                 const std::string& request) {
    if (!loaded_) {
        load();
    }
    const auto found = entries_.find({user, key});
    if (found == entries_.end()) {
        return {};
    }
    if (found->second.request != request) {
        return {Found::Match::other_request, {}};
    }
    return {Found::Match::same, found->second.reply};
}

void RememberedAnswers::keep(const std::string& user, const std::string& key,
                             const std::string& request, const ApiReply& reply) {
    const std::uint64_t slot = next_ % kSlots;
    if (const auto old = by_slot_.find(slot); old != by_slot_.end()) {
        entries_.erase(old->second);
    }
    ledger_.write_state(std::string(kAnswerRows), std::to_string(slot),
                        encode_row({user, key, request, reply.body, next_, reply.status}));
    entries_[{user, key}] = {request, reply, slot};
    by_slot_[slot] = {user, key};
    ++next_;
}

}  // namespace tally
