#include "sim/checkers/ledger_checks.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "sim/checkers/stored.hpp"

namespace tally::sim {

namespace {

using Key = std::pair<std::uint64_t, std::uint64_t>;  // epoch, seq

std::string name(const std::string& edge, std::uint64_t epoch, std::uint64_t seq) {
    return edge + ":" + std::to_string(epoch) + ":" + std::to_string(seq);
}

std::map<Key, std::string> by_identity(const std::vector<JournalRow>& rows) {
    std::map<Key, std::string> texts;
    for (const JournalRow& row : rows) {
        texts[{row.epoch, row.seq}] = row.canonical;
    }
    return texts;
}

Digest head_of(const std::vector<JournalRow>& rows) {
    PlainTree line;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        line.put(i, plain_leaf(rows[i].canonical));
    }
    return line.root();
}

std::vector<JournalRow> history_of(host::SqliteStore* disk, const std::string& edge) {
    return disk == nullptr ? std::vector<JournalRow>() : stored_rows(*disk, edge, Span::history);
}

/// Where a disk's stock and the fold of its events are not the same: the first few rows by name.
std::string differing_rows(const PlainFold& stored, const PlainFold& fold) {
    constexpr std::size_t kNamed = 5;
    std::vector<std::string> rows;
    std::map<std::array<std::string, 5>, std::int64_t> all = stored.positions;
    all.insert(fold.positions.begin(), fold.positions.end());
    const auto of = [](const auto& rows_of, const auto& key) {
        const auto found = rows_of.find(key);
        return found == rows_of.end() ? decltype(found->second)() : found->second;
    };
    for (const auto& [key, unused] : all) {
        const std::int64_t held = of(stored.positions, key);
        const std::int64_t told = of(fold.positions, key);
        if (held != told) {
            rows.push_back(key[0] + " " + key[1] + " " + key[2] + " " + key[3] + " " + key[4] +
                           ": stored " + std::to_string(held) + ", by its events " +
                           std::to_string(told));
        }
    }
    std::map<std::string, std::string> items = stored.items;
    items.insert(fold.items.begin(), fold.items.end());
    for (const auto& [item, unused] : items) {
        const std::string held = of(stored.items, item);
        const std::string told = of(fold.items, item);
        if (held != told) {
            rows.push_back(item + ": stored at '" + held + "', by its events at '" + told + "'");
        }
    }
    std::string text;
    for (std::size_t i = 0; i < std::min(rows.size(), kNamed); ++i) {
        text += (i > 0 ? "; " : "") + rows[i];
    }
    return rows.size() > kNamed ? text + "; and " + std::to_string(rows.size() - kNamed) + " more"
                                : text;
}

/// What the bridge acknowledged of an edge, as far as it was heard.
std::map<Key, std::set<Digest>> acknowledged(const Witness& witness, const std::string& edge) {
    std::map<Key, std::set<Digest>> heads;
    for (const auto& [identity, each] : witness.acknowledged()) {
        if (std::get<0>(identity) == edge) {
            heads[{std::get<1>(identity), std::get<2>(identity)}] = each;
        }
    }
    return heads;
}

}  // namespace

Findings check_stock(host::SqliteStore& disk, const std::string& edge) {
    Findings findings;
    const PlainFold fold = plain_fold(stored_rows(disk, edge, Span::line), findings);
    const PlainFold stored = stored_stock(disk, edge);
    if (const std::string rows = differing_rows(stored, fold); !rows.empty()) {
        findings.push_back(
            {"stock.fold", "stored stock of " + edge + " is not the fold of its events: " + rows});
    }
    // Each of the two alone may be wrong, so both are asked; events sum to zero by their form.
    std::map<std::string, std::int64_t> sums;
    for (const PlainFold* const stock : {&fold, &stored}) {
        for (const auto& [key, milli] : stock->positions) {
            sums[key[1]] += stock == &stored ? milli : 0;
            if (milli < 0 && !is_outside(key[0])) {
                findings.push_back({"stock.negative", key[0] + " holds " + std::to_string(milli) +
                                                          "/1000 of " + key[1]});
            }
        }
    }
    for (const auto& [sku, sum] : sums) {
        if (sum != 0) {
            findings.push_back(
                {"stock.sum", "SKU " + sku + " of " + edge + " sums to " + std::to_string(sum)});
        }
    }
    return findings;
}

Findings check_equal(host::SqliteStore& edge_disk, host::SqliteStore& bridge_disk,
                     const std::string& edge) {
    Findings findings;
    const std::vector<JournalRow> told = stored_rows(edge_disk, edge, Span::line);
    const std::vector<JournalRow> taken = stored_rows(bridge_disk, edge, Span::line);
    if (told.empty()) {
        findings.push_back({"bridge.complete", "edge " + edge + " has no events to compare"});
    }
    if (told.size() != taken.size()) {
        findings.push_back(
            {"bridge.complete", "edge " + edge + " has " + std::to_string(told.size()) +
                                    " events, the bridge holds " + std::to_string(taken.size())});
    }
    for (std::size_t i = 0; i < std::min(told.size(), taken.size()); ++i) {
        if (told[i] != taken[i]) {
            findings.push_back({"bridge.equal", "event " + name(edge, told[i].epoch, told[i].seq) +
                                                    " is another one at the bridge"});
            break;
        }
    }
    if (head_of(told) != head_of(taken)) {
        findings.push_back({"bridge.head", "heads of " + edge + " differ"});
    }
    const PlainFold here = stored_stock(edge_disk, edge);
    const PlainFold there = stored_stock(bridge_disk, edge);
    if (here.positions != there.positions || here.items != there.items) {
        findings.push_back({"bridge.stock", "stock of " + edge + " differs at the bridge"});
    }
    return findings;
}

Findings check_acknowledged(const Witness& witness, host::SqliteStore& bridge_disk,
                            const std::string& edge) {
    if (acknowledged(witness, edge).empty()) {
        return {{"acknowledged.kept", "nothing of " + edge + " was acknowledged"}};
    }
    return check_acknowledged_at_rest(witness, &bridge_disk, edge);
}

Findings check_acknowledged_at_rest(const Witness& witness, host::SqliteStore* bridge_disk,
                                    const std::string& edge) {
    std::map<Key, std::set<Digest>> open = acknowledged(witness, edge);
    PlainTree line;
    for (const JournalRow& row : history_of(bridge_disk, edge)) {
        line.put(row.seq - 1, plain_leaf(row.canonical));
        const auto promised = open.find({row.epoch, row.seq});
        if (promised != open.end() && promised->second == std::set{line.root()}) {
            open.erase(promised);
        }
    }
    Findings findings;
    for (const auto& [key, heads] : open) {
        findings.push_back({"acknowledged.kept", "the bridge acknowledged " +
                                                     name(edge, key.first, key.second) +
                                                     " and does not hold it with that head"});
    }
    return findings;
}

Findings check_told(const Witness& witness, host::SqliteStore& edge_disk,
                    host::SqliteStore& bridge_disk, const std::string& edge) {
    Findings findings;
    const auto here = by_identity(stored_rows(edge_disk, edge, Span::history));
    const auto there = by_identity(stored_rows(bridge_disk, edge, Span::history));
    for (const auto& [identity, texts] : witness.told()) {
        const auto& [teller, epoch, seq] = identity;
        if (teller != edge) {
            continue;
        }
        if (witness.reused().contains(identity)) {
            findings.push_back(
                {"identity.reused", name(edge, epoch, seq) + " was told with two texts"});
        }
        const auto held = here.find({epoch, seq});
        const auto taken = there.find({epoch, seq});
        const bool kept = held != here.end()
                              ? texts.contains(held->second)
                              : taken != there.end() && texts.contains(taken->second);
        if (!kept) {
            findings.push_back({"told.kept", name(edge, epoch, seq) +
                                                 " was told, and is not in the ledger like that"});
        }
    }
    return findings;
}

bool holds_another(host::SqliteStore& disk, const Witness::Identity& identity,
                   const std::string& text) {
    const auto& [edge, epoch, seq] = identity;
    for (const JournalRow& row : stored_rows(disk, edge, Span::history)) {
        if (row.epoch == epoch && row.seq == seq && row.canonical != text) {
            return true;
        }
    }
    return false;
}

Findings check_durable(const Witness& witness, host::SqliteStore& edge_disk,
                       const std::string& edge) {
    const auto first = witness.told().lower_bound({edge, 0, 0});
    if (first == witness.told().end() || std::get<0>(first->first) != edge) {
        return {{"told.durable", "edge " + edge + " has told nothing"}};
    }
    return check_told_at_rest(witness, &edge_disk, edge);
}

Findings check_told_at_rest(const Witness& witness, host::SqliteStore* edge_disk,
                            const std::string& edge) {
    Findings findings;
    const auto held = by_identity(history_of(edge_disk, edge));
    for (const auto& [identity, texts] : witness.told()) {
        const auto& [teller, epoch, seq] = identity;
        if (teller != edge) {
            continue;
        }
        const auto row = held.find({epoch, seq});
        if (row == held.end() || !texts.contains(row->second)) {
            findings.push_back({"told.durable", name(edge, epoch, seq) +
                                                    " was told, and is not on the disk of the "
                                                    "box that told it"});
        }
    }
    return findings;
}

Findings check_epochs(host::SqliteStore& edge_disk, const std::string& edge,
                      std::size_t disks_exchanged) {
    Findings findings;
    std::size_t opened = 0;
    for (const JournalRow& row : stored_rows(edge_disk, edge, Span::line)) {
        opened += row.type == "epoch_began" ? 1 : 0;
    }
    if (opened > disks_exchanged) {
        findings.push_back({"epoch.explained", "edge " + edge + " opened " +
                                                   std::to_string(opened) +
                                                   " epochs, and its disk was exchanged " +
                                                   std::to_string(disks_exchanged) + " times"});
    }
    return findings;
}

}  // namespace tally::sim
