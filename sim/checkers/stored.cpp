#include "sim/checkers/stored.hpp"

#include <algorithm>

#include "firmware/messages/event_json.hpp"

namespace tally::sim {

namespace {

constexpr std::array<std::uint8_t, 1> kLeaf{0};
constexpr std::array<std::uint8_t, 1> kNode{1};

void add(PlainFold& fold, const std::array<std::string, 5>& key, std::int64_t milli) {
    std::int64_t& held = fold.positions[key];
    held += milli;
    if (held == 0) {
        fold.positions.erase(key);
    }
}

void fold_event(const Event& event, PlainFold& fold) {
    if (event.from.empty() || event.to.empty()) {
        return;
    }
    const std::string& custody = event.custody_to.empty() ? event.custody : event.custody_to;
    const std::string& quality = event.quality_to.empty() ? event.quality : event.quality_to;
    add(fold, {event.from.str(), event.sku.str(), event.lot.str(), event.custody, event.quality},
        -event.qty.milli);
    add(fold, {event.to.str(), event.sku.str(), event.lot.str(), custody, quality},
        event.qty.milli);
    if (!event.item.empty()) {
        fold.items[event.item.str()] = event.to.str();
    }
}

}  // namespace

void PlainTree::put(std::size_t at, const Digest& leaf) {
    for (std::size_t level = 0; level < levels_.size(); ++level) {
        levels_[level].resize(std::min(levels_[level].size(), at >> level));
    }
    Digest node = leaf;
    for (std::size_t level = 0;; ++level) {
        if (level == levels_.size()) {
            levels_.emplace_back();
        }
        std::vector<Digest>& nodes = levels_[level];
        nodes.push_back(node);
        if (nodes.size() % 2 == 1) {
            return;
        }
        node = sha256({kNode, nodes[nodes.size() - 2], nodes.back()});
    }
}

Digest PlainTree::root() const {
    const std::size_t count = levels_.empty() ? 0 : levels_.front().size();
    return count == 0 ? sha256(ByteView()) : root_of(0, count);
}

Digest PlainTree::root_of(std::size_t from, std::size_t count) const {
    std::size_t level = 0;
    std::size_t left = 1;
    while (left * 2 < count) {
        left *= 2;
        ++level;
    }
    if (count == 1) {
        return levels_.front()[from];
    }
    if (left * 2 == count) {
        return levels_[level + 1][from >> (level + 1)];
    }
    return sha256({kNode, levels_[level][from >> level], root_of(from + left, count - left)});
}

Digest plain_leaf(const std::string& text) {
    return sha256({kLeaf, as_bytes(text)});
}

std::vector<JournalRow> stored_rows(host::SqliteStore& disk, const std::string& edge, Span span) {
    std::vector<JournalRow> rows;
    RowQuery query;
    query.edge = edge;
    query.whole_history = span == Span::history;
    query.rows_max = 4'096;
    for (;;) {
        auto found = disk.rows(query);
        if (!found || found->empty()) {
            return rows;
        }
        for (FoundRow& each : *found) {
            rows.push_back(std::move(each.row));
        }
        query.after_seq = span == Span::history ? found->back().arrival : rows.back().seq;
    }
}

PlainFold plain_fold(const std::vector<JournalRow>& rows, Findings& findings) {
    PlainFold fold;
    std::uint64_t seq = 0;
    for (const JournalRow& row : rows) {
        if (row.seq != ++seq) {
            findings.push_back({"line.dense", "event " + std::to_string(row.seq) + " of " +
                                                  row.edge + " stands where " +
                                                  std::to_string(seq) + " should"});
            seq = row.seq;
        }
        const auto event = decode_event(row.canonical);
        if (!event || event->seq.value() != row.seq || event->epoch.value() != row.epoch ||
            row.leaf != plain_leaf(row.canonical)) {
            findings.push_back({"line.text", "event " + std::to_string(row.seq) + " of " +
                                                 row.edge + " is not what its row says"});
            continue;
        }
        fold_event(*event, fold);
    }
    return fold;
}

PlainFold stored_stock(host::SqliteStore& disk, const std::string& edge) {
    PlainFold stock;
    if (const auto positions = disk.positions(edge)) {
        for (const PositionRow& row : *positions) {
            stock.positions[{row.place, row.sku, row.lot, row.custody, row.quality}] =
                row.qty_milli;
        }
    }
    if (const auto items = disk.items(edge)) {
        for (const ItemRow& row : *items) {
            stock.items[row.item] = row.place;
        }
    }
    return stock;
}

bool is_outside(const std::string& place) {
    static const std::array<std::string, 6> kOutside = {"SUPPLIER", "CUSTOMER", "IN_TRANSIT",
                                                        "FOUND",    "LOST",     "UNEXPLAINED"};
    return std::find(kOutside.begin(), kOutside.end(), place) != kOutside.end();
}

}  // namespace tally::sim
