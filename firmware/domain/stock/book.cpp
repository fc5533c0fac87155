#include "firmware/domain/stock/book.hpp"

#include <algorithm>

#include "firmware/domain/ledger/event_form.hpp"
#include "firmware/domain/place.hpp"

namespace tally {

namespace {

constexpr std::int64_t kUnitMilli = Quantity::of_units(1).milli;

PositionView key_left(const Event& event) {
    return {.place = event.from.str(),
            .sku = event.sku.str(),
            .lot = event.lot.str(),
            .custody = event.custody,
            .quality = event.quality};
}

PositionView key_entered(const Event& event) {
    return {.place = event.to.str(),
            .sku = event.sku.str(),
            .lot = event.lot.str(),
            .custody = event.custody_to.empty() ? event.custody : event.custody_to,
            .quality = event.quality_to.empty() ? event.quality : event.quality_to};
}

std::string key_text(const PositionView& key) {
    return "'" + std::string(key.place) + "' as " + std::string(key.sku) + ", lot " +
           std::string(key.lot) + ", " + std::string(key.custody) + ", " + std::string(key.quality);
}

}  // namespace

std::size_t Book::KeyHash::operator()(const PositionKey& key) const noexcept {
    std::uint64_t hash = 0x9E3779B97F4A7C15;
    for (const std::uint32_t part : {key.place, key.sku, key.lot, key.custody, key.quality}) {
        hash = (hash ^ part) * 0xBF58476D1CE4E5B9;
        hash ^= hash >> 29;
    }
    return hash;
}

std::optional<std::uint32_t> Book::find(const PositionView& key) const {
    const auto place = pool_.find(key.place);
    const auto sku = pool_.find(key.sku);
    const auto lot = pool_.find(key.lot);
    const auto custody = pool_.find(key.custody);
    const auto quality = pool_.find(key.quality);
    if (!place || !sku || !lot || !custody || !quality) {
        return std::nullopt;
    }
    const auto found = index_.find({*place, *sku, *lot, *custody, *quality});
    return found == index_.end() ? std::nullopt : std::optional(found->second);
}

std::uint32_t Book::find_or_add(const PositionView& key) {
    const PositionKey ids{.place = pool_.add(key.place),
                          .sku = pool_.add(key.sku),
                          .lot = pool_.add(key.lot),
                          .custody = pool_.add(key.custody),
                          .quality = pool_.add(key.quality)};
    const auto [found, added] = index_.emplace(ids, static_cast<std::uint32_t>(positions_.size()));
    if (added) {
        Position position;
        position.key = ids;
        position.real = !is_virtual(PlaceId(key.place));
        positions_.push_back(position);
    }
    return found->second;
}

Result<void> Book::plan_item(const Event& event, const Plan& plan) const {
    const std::string& item = event.item.str();
    if (event.qty.milli != kUnitMilli) {
        return fail(ErrorKind::malformed, "item " + item +
                                              " moves as exactly one unit (qty 1000), not as " +
                                              std::to_string(event.qty.milli));
    }
    if (!plan.item) {
        return is_virtual(event.from)
                   ? Result<void>()
                   : fail(ErrorKind::conflict,
                          "item " + item + " was never met, so it cannot leave '" +
                              event.from.str() + "'; book it from " + std::string(kUnexplained) +
                              " and raise unknown_item");
    }
    const ItemTable::Record& record = items_[*plan.item];
    // A unit that left this edge may come back by any outside way: which one is the evidence's
    // word.
    const bool outside = !positions_[record.position].real && is_virtual(event.from);
    if (plan.from != record.position && !outside) {
        return fail(ErrorKind::conflict,
                    "item " + item + " is at " + key_text(position(record.position)) +
                        " since event " + std::to_string(record.seq) + ", not at " +
                        key_text(key_left(event)) + "; book it from where it is");
    }
    return {};
}

Result<void> Book::plan_count(const Event& event, const Plan& plan) const {
    if (is_virtual(event.from)) {
        return {};
    }
    const std::int64_t there = plan.from ? positions_[*plan.from].quantity.milli : 0;
    const std::int64_t named = plan.from ? positions_[*plan.from].items * kUnitMilli : 0;
    if (there - event.qty.milli < named) {
        return fail(ErrorKind::refused,
                    "only " + std::to_string(there - named) + " thousandths may leave " +
                        key_text(key_left(event)) + " by count (" + std::to_string(there) +
                        " there, " + std::to_string(named) + " of them named items), not " +
                        std::to_string(event.qty.milli) + "; book the rest from " +
                        std::string(kUnexplained) + " and raise count_differs");
    }
    return {};
}

Result<Book::Plan> Book::plan(const Event& event) const {
    TALLY_TRY(check_move_form(event));
    Plan plan;
    plan.moves = event.qty.milli > 0;
    plan.moves_item = plan.moves && !event.item.empty();
    if (!event.item.empty()) {
        plan.item = items_.find(event.item.str());
    }
    if (!plan.moves) {
        return plan;
    }
    plan.from = find(key_left(event));
    plan.to = find(key_entered(event));
    TALLY_TRY(plan.moves_item ? plan_item(event, plan) : plan_count(event, plan));
    const std::int64_t from = plan.from ? positions_[*plan.from].quantity.milli : 0;
    const std::int64_t to = plan.to ? positions_[*plan.to].quantity.milli : 0;
    if (from - event.qty.milli < -kEventIntMax || to + event.qty.milli > kEventIntMax) {
        return fail(ErrorKind::exhausted, "a quantity would pass 2^53 thousandths between " +
                                              key_text(key_left(event)) + " and " +
                                              key_text(key_entered(event)));
    }
    return plan;
}

Result<void> Book::check(const Event& event) const {
    TALLY_TRY(plan(event));
    return {};
}

Result<void> Book::apply(const Event& event, BookChange& change) {
    TALLY_TRY_ASSIGN(Plan plan, this->plan(event));
    if (plan.moves) {
        plan.from = plan.from ? *plan.from : find_or_add(key_left(event));
        plan.to = plan.to ? *plan.to : find_or_add(key_entered(event));
        move(*plan.from, -event.qty, change);
        move(*plan.to, event.qty, change);
    }
    if (plan.moves_item) {
        move_item(event, plan, change);
    } else if (plan.item) {
        set_parent(event, *plan.item, change);
    }
    if (event.type == EventType::unpacked) {
        free_children(event, change);
    }
    return {};
}

void Book::move(std::uint32_t slot, Quantity delta, BookChange& change) {
    Position& at = positions_[slot];
    at.quantity += delta;
    if (!at.dirty) {
        at.dirty = true;
        dirty_.push_back(slot);
    }
    change.positions.push_back({.slot = slot, .delta = delta, .quantity = at.quantity});
}

void Book::move_item(const Event& event, const Plan& plan, BookChange& change) {
    if (plan.item) {
        --positions_[items_[*plan.item].position].items;
        digest_.remove(items_[*plan.item].row);
    }
    const std::uint32_t slot = plan.item ? *plan.item : items_.add(event.item.str());
    ++positions_[*plan.to].items;
    items_[slot].position = *plan.to;
    items_[slot].parent = pool_.add(event.parent);
    items_[slot].seq = event.seq.value();
    digest_item(slot);
    change.items.push_back(slot);
}

void Book::set_parent(const Event& event, std::uint32_t item, BookChange& change) {
    const std::uint32_t parent = pool_.add(event.parent);
    const bool said = parent != 0 || event.type == EventType::unpacked;
    if (said && items_[item].parent != parent) {
        digest_.remove(items_[item].row);
        items_[item].parent = parent;
        items_[item].seq = event.seq.value();
        digest_item(item);
        change.items.push_back(item);
    }
}

// Pallets are unpacked rarely, so children are found by looking at all items.
void Book::free_children(const Event& event, BookChange& change) {
    const auto pallet = pool_.find(event.item.str());
    if (!pallet || *pallet == 0) {
        return;
    }
    for (std::uint32_t slot = 0; slot < items_.size(); ++slot) {
        if (items_[slot].parent == *pallet) {
            digest_.remove(items_[slot].row);
            items_[slot].parent = 0;
            items_[slot].seq = event.seq.value();
            digest_item(slot);
            change.items.push_back(slot);
        }
    }
}

void Book::digest_item(std::uint32_t slot) {
    scratch_.clear();
    append_row(scratch_, item_at(slot));
    items_[slot].row = sha256(as_bytes(scratch_));
    digest_.add(items_[slot].row);
}

StockDigest Book::digest() {
    for (const std::uint32_t slot : dirty_) {
        Position& at = positions_[slot];
        if (at.digested) {
            digest_.remove(at.row);
        }
        at.dirty = false;
        at.digested = at.quantity.milli != 0;
        if (at.digested) {
            scratch_.clear();
            append_row(scratch_, position(slot));
            at.row = sha256(as_bytes(scratch_));
            digest_.add(at.row);
        }
    }
    dirty_.clear();
    return digest_;
}

}  // namespace tally
