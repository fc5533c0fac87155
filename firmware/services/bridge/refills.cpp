#include "firmware/services/bridge/refills.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "firmware/domain/place.hpp"
#include "firmware/messages/csv.hpp"

namespace tally {

namespace {

/// What an edge has of one SKU, in thousandths.
struct Stock {
    std::map<std::string, std::int64_t> good;  ///< by place
    std::int64_t spare = 0;                    ///< may be taken for others
};
using Stocks = std::map<std::pair<EdgeId, std::string>, Stock>;  ///< by edge and SKU

struct Want {
    const EdgeLink& edge;
    const PlanRecord& line;
};

std::vector<Want> wants_of(const SiteLayout& site, const Refills::Edges& edges) {
    std::vector<Want> wants;
    for (const auto& [id, edge] : edges) {
        for (const auto& [key, line] : edge->stored.line().registers().master().plan()) {
            if (edge->has_true_stock() && site.owner_of(PlaceId(line.place)) == id) {
                wants.push_back({*edge, line});
            }
        }
    }
    return wants;
}

Stocks stocks_of(const SiteLayout& site, const Refills::Edges& edges,
                 const std::vector<Want>& wants) {
    std::set<std::string, std::less<>> skus;
    for (const Want& want : wants) {
        skus.insert(want.line.sku);
    }
    Stocks stocks;
    for (const auto& [id, edge] : edges) {
        const Line& line = edge->stored.line();
        for (std::uint32_t slot = 0; slot < line.book().position_count(); ++slot) {
            const PositionView at = line.book().position(slot);
            const PlaceId place{std::string(at.place)};
            if (!skus.contains(at.sku) || at.quality != kGoodQuality || at.quantity.milli <= 0 ||
                site.owner_of(place) != id) {
                continue;
            }
            const std::string sku(at.sku);
            Stock& stock = stocks[{id, sku}];
            stock.good[place.str()] += at.quantity.milli;
            if (at.custody == kFreeCustody &&
                !line.registers().master().plan().contains({place.str(), sku})) {
                const SpotKey spot{sku, place.str(), std::string(at.lot)};
                stock.spare += at.quantity.milli - line.registers().orders().claimed(spot);
            }
        }
    }
    for (auto& [key, stock] : stocks) {
        const auto& registers = edges.at(key.first)->stored.line().registers();
        for (const auto& [id, task] : registers.work().tasks()) {
            if (!task.finished() && is_transport(task.kind) && task.sku == key.second) {
                stock.spare -= task.qty_milli - task.done_milli;  // Somebody else's.
            }
        }
    }
    return stocks;
}

/// Keys that an edge has been asked for and has not told of yet.
std::set<std::string> pending_keys(const Refills::Edges& edges) {
    std::set<std::string> keys;
    for (const auto& [id, edge] : edges) {
        for (const auto* rows : {&edge->commands.untold(), &edge->commands.unacknowledged()}) {
            for (const CommandRow& row : *rows) {
                if (row.canonical.find("\"type\":\"refill\"") == std::string::npos) {
                    continue;
                }
                const auto command = decode_command(row.canonical);
                const auto refill = command && command->type == kRefillCommand
                                        ? std::optional(decode_refill(command->data))
                                        : std::nullopt;
                if (refill && *refill) {
                    keys.insert(refill_key((*refill)->place, (*refill)->sku));
                }
            }
        }
    }
    return keys;
}

/// Handed over to an edge and not told by it yet.
std::int64_t coming_milli(const HandOvers& hand_overs, const EdgeId& edge, const std::string& sku) {
    std::int64_t milli = 0;
    for (const auto& [ref, open] : hand_overs.open()) {
        const bool is_coming =
            open.first == OpenHandOver::First::given && open.other_edge == edge.str();
        milli += is_coming && open.notice.sku == sku ? Quantity::of_units(1).milli : 0;
    }
    return milli;
}

/// The task that brings it, and the edge that has it; null: there is none.
std::pair<EdgeId, const Task*> task_of(const Refills::Edges& edges, const std::string& key) {
    for (const auto& [id, edge] : edges) {
        if (const Task* task = edge->stored.line().registers().work().task_of_key(key)) {
            return {id, task};
        }
    }
    return {{}, nullptr};
}

std::string why(const PlanRecord& line, std::int64_t here) {
    return format_units(here) + " left at " + line.place + ", at least " +
           format_units(line.min_milli) + " wanted";
}

/// The edge with most to spare from which a gate leads there.
std::pair<EdgeId, std::int64_t> source_of(const SiteLayout& site, const Refills::Edges& edges,
                                          const Want& want, Stocks& stocks) {
    std::pair<EdgeId, std::int64_t> best{{}, 0};
    for (const auto& [id, edge] : edges) {
        const std::int64_t spare = stocks[{id, want.line.sku}].spare;
        const ItemRecord* const item = edge->stored.line().registers().sku(want.line.sku);
        const bool is_by_item = item != nullptr && item->tracking == Tracking::by_item;
        if (is_by_item && id != want.edge.edge && edge->has_true_stock() && spare > best.second &&
            far_side(site, PlaceId(want.line.place), id)) {
            best = {id, spare};
        }
    }
    return best;
}

/// Its own edge has some elsewhere, and brings it.
bool is_own_work(const Want& want, const Stock& stock) {
    const auto& plan = want.edge.stored.line().registers().master().plan();
    return std::any_of(stock.good.begin(), stock.good.end(), [&](const auto& at) {
        return at.first != want.line.place && !plan.contains({at.first, want.line.sku});
    });
}

}  // namespace

std::vector<Refills::Send> Refills::look(const SiteLayout& site, const Edges& edges,
                                         const HandOvers& hand_overs, MonoTime now) {
    if (now < next_ || edges.size() < 2) {
        return {};
    }
    next_ = now + kLook;
    const std::vector<Want> wants = wants_of(site, edges);
    if (wants.empty()) {
        return {};
    }
    Stocks stocks = stocks_of(site, edges, wants);
    const std::set<std::string> pending = pending_keys(edges);
    std::vector<Send> sends;
    for (const Want& want : wants) {
        const PlanRecord& line = want.line;
        const std::string key = refill_key(line.place, line.sku);
        if (pending.contains(key)) {
            continue;
        }
        const Stock& own = stocks[{want.edge.edge, line.sku}];
        const auto at = own.good.find(line.place);
        const std::int64_t stands = at == own.good.end() ? 0 : at->second;
        const std::int64_t here = stands + coming_milli(hand_overs, want.edge.edge, line.sku);
        if (const auto [edge, task] = task_of(edges, key); task != nullptr) {
            asked_.erase(key);
            if (stands >= line.min_milli && task->state == TaskState::open &&
                task->via_milli == 0) {
                sends.push_back({edge, {line.place, line.sku, 0, "not needed any more"}});
            }
            continue;
        }
        const auto asked = asked_.find(key);
        if (here >= line.min_milli || is_own_work(want, own) ||
            (asked != asked_.end() && now - asked->second < kAgain)) {
            continue;
        }
        const auto [source, spare] = source_of(site, edges, want, stocks);
        const std::int64_t milli = std::min(line.max_milli - here, spare);
        if (milli <= 0) {
            continue;
        }
        asked_[key] = now;
        stocks[{source, line.sku}].spare -= milli;
        sends.push_back({source, {line.place, line.sku, milli, why(line, stands)}});
    }
    return sends;
}

}  // namespace tally
