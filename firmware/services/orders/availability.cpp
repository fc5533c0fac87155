#include "firmware/services/orders/availability.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "firmware/domain/order/shelf_life.hpp"
#include "firmware/messages/csv.hpp"
#include "firmware/services/inventory/place_trust.hpp"

namespace tally {

namespace {

constexpr std::int64_t kUnit = Quantity::of_units(1).milli;

/// Places whose stock the book may be wrong about, as far as promises go, and what is to be done
/// there.
std::map<std::string, std::set<std::string>> doubted_places(const SiteLayout& site,
                                                            const Registers& registers) {
    PlaceTrusts blind;
    add_blindness(blind, site, registers);
    std::map<std::string, std::set<std::string>> places;
    for (const auto& [place, trust] : blind) {
        places[place];
    }
    for (const auto& [id, open] : registers.anomalies()) {
        const auto kind = anomaly_kind_from(open.what.kind);
        if (open.item.empty() &&
            (kind == AnomalyKind::count_differs || kind == AnomalyKind::unidentified_departure)) {
            places[open.what.place].insert(open.what.next);
        }
    }
    return places;
}

/// Units named by open anomalies, by where the book has them.
std::map<SpotKey, std::int64_t> doubted_units(const Line& line) {
    std::set<std::string> items;
    for (const auto& [id, open] : line.registers().anomalies()) {
        items.insert(open.item);
    }
    items.erase(std::string());
    std::map<SpotKey, std::int64_t> milli;
    for (const std::string& item : items) {
        const auto held = line.book().item(item);
        const bool is_bound = !line.registers().orders().claim_of_item(item).order.empty();
        if (held && !is_bound) {
            milli[{std::string(held->sku), std::string(held->place), std::string(held->lot)}] +=
                kUnit;
        }
    }
    return milli;
}

/// What carts bring to where tasks want it.
std::int64_t on_way(const WorkBook& work, const SpotKey& spot) {
    std::int64_t milli = 0;
    for (const std::string& id : work.on_way(spot.place)) {
        const Task& task = work.tasks().at(id);
        const bool is_of_it = task.sku == spot.sku && (task.lot.empty() || task.lot == spot.lot);
        milli += is_of_it ? task.via_milli : 0;
    }
    return milli;
}

std::string expiry_of(const MasterBook& master, const std::string& sku, const std::string& lot) {
    const auto found = master.lots().find({sku, lot});
    return found == master.lots().end() ? std::string() : found->second.expiry;
}

}  // namespace

std::string short_pick_advice(const std::string& place, const std::string& sku) {
    return "Count SKU " + sku + " there: tally count start --place " + place + " --sku " + sku +
           ", unless it is being counted: tally count next --place " + place;
}

namespace {

bool is_here(const SiteLayout& site, const EdgeId& edge, const PositionView& position) {
    return position.quantity.milli > 0 && site.owner_of(PlaceId(position.place)) == edge;
}

}  // namespace

Availability::Availability(const Inventory& inventory, const Ledger& ledger,
                           PositionIndex& positions, const Wish& wish) {
    std::vector<PositionView> held;
    for (const std::string& sku : wish.skus) {
        for (const std::uint32_t slot : positions.of(ledger, sku)) {
            const PositionView position = ledger.book().position(slot);
            if (is_here(inventory.site(), ledger.edge(), position)) {
                held.push_back(position);
            }
        }
    }
    add(inventory.site(), ledger.line(), std::move(held), wish.now_ms);
}

Availability::Availability(const SiteLayout& site, const Line& line, const Wish& wish) {
    std::vector<PositionView> held;
    for (std::uint32_t slot = 0; slot < line.book().position_count(); ++slot) {
        const PositionView position = line.book().position(slot);
        if (wish.skus.contains(std::string(position.sku)) && is_here(site, line.edge(), position)) {
            held.push_back(position);
        }
    }
    add(site, line, std::move(held), wish.now_ms);
}

/// What stands at places of the box, ordered by key.
void Availability::add(const SiteLayout& site, const Line& line, std::vector<PositionView> held,
                       std::int64_t now_ms) {
    const auto key = [](const PositionView& at) {
        return std::tie(at.place, at.sku, at.lot, at.custody, at.quality);
    };
    std::sort(held.begin(), held.end(),
              [&](const PositionView& a, const PositionView& b) { return key(a) < key(b); });
    const Registers& registers = line.registers();
    const auto doubted = doubted_places(site, registers);
    const std::map<SpotKey, std::int64_t> units = doubted_units(line);
    for (const PositionView& position : held) {
        Spot spot;
        spot.sku = position.sku;
        spot.place = position.place;
        spot.lot = position.lot;
        spot.here = position.quantity.milli;
        spot.other_state = position.custody != kFreeCustody || position.quality != kGoodQuality;
        if (!spot.other_state) {
            const SpotKey at{spot.sku, spot.place, spot.lot};
            spot.promised = registers.orders().claimed(at);
            const auto doubt = units.find(at);
            spot.doubtful = doubt == units.end() ? 0 : doubt->second;
            spot.on_way = on_way(registers.work(), at);
            const auto place = doubted.find(spot.place);
            spot.in_doubt = place != doubted.end();
            spot.is_short =
                spot.in_doubt && place->second.contains(short_pick_advice(spot.place, spot.sku));
            spot.expiry = expiry_of(registers.master(), spot.sku, spot.lot);
            const ItemRecord* item = registers.sku(spot.sku);
            spot.expired =
                !is_sellable(spot.expiry, item == nullptr ? 0 : item->min_life_days, now_ms);
        }
        spots_.push_back(std::move(spot));
    }
}

bool Availability::matches(const Spot& spot, const OrderLine& line) {
    return spot.sku == line.sku && (line.lot.empty() || spot.lot == line.lot) &&
           (line.place.empty() || spot.place == line.place);
}

std::int64_t Availability::free_of(const Spot& spot, const OrderLine& line) {
    const bool is_named = !line.place.empty();
    const bool is_doubted = spot.is_short || (spot.in_doubt && !is_named);
    if (spot.other_state || spot.expired || is_doubted || spot.left_out) {
        return 0;
    }
    return std::max<std::int64_t>(0, spot.here - spot.promised - spot.doubtful - spot.on_way);
}

std::vector<Offer> Availability::offers(const OrderLine& line) const {
    std::vector<Offer> found;
    for (const Spot& spot : spots_) {
        const std::int64_t free = matches(spot, line) ? free_of(spot, line) : 0;
        if (free > 0) {
            found.push_back({spot.place, spot.lot, spot.expiry, free});
        }
    }
    const auto rank = [](const Offer& offer) {
        return std::tuple(offer.expiry.empty() ? std::string("9999") : offer.expiry, offer.lot,
                          -offer.free_milli, offer.place);
    };
    std::sort(found.begin(), found.end(),
              [&](const Offer& a, const Offer& b) { return rank(a) < rank(b); });
    return found;
}

std::string Availability::reason(const OrderLine& line) const {
    std::int64_t here = 0, promised = 0, doubtful = 0, on_way = 0, expired = 0, held = 0;
    std::string doubt;
    for (const Spot& spot : spots_) {
        if (!matches(spot, line)) {
            continue;
        }
        here += spot.here;
        promised += spot.promised;
        const std::int64_t rest = spot.here - spot.promised;
        held += spot.other_state ? rest : 0;
        if (spot.other_state) {
            continue;
        }
        expired += spot.expired ? rest : 0;
        const bool in_doubt =
            (spot.is_short || (spot.in_doubt && line.place.empty())) && !spot.expired;
        const std::int64_t unsure = in_doubt ? rest : std::min(rest, spot.doubtful);
        doubtful += spot.expired ? 0 : unsure;
        on_way += spot.expired ? 0 : std::min(rest - unsure, spot.on_way);
        if (in_doubt && rest > 0 && doubt.size() < 60) {
            doubt += (doubt.empty() ? " at " : ", ") + spot.place;
        }
    }
    std::string text = format_units(here) + " on hand";
    const auto add = [&](std::int64_t milli, const std::string& what) {
        text += milli > 0 ? ", " + format_units(milli) + " " + what : std::string();
    };
    add(promised, "promised already");
    add(doubtful, "in doubt" + doubt);
    add(on_way, "on a cart to another place");
    add(expired, "too near to expiry");
    add(held, "not good or not free of customs");
    return text;
}

void Availability::leave_out(const SpotKey& left_out) {
    for (Spot& spot : spots_) {
        spot.left_out = spot.left_out || SpotKey{spot.sku, spot.place, spot.lot} == left_out;
    }
}

void Availability::take(const std::string& sku, const Offer& offer, std::int64_t milli) {
    for (Spot& spot : spots_) {
        if (!spot.other_state && spot.sku == sku && spot.place == offer.place &&
            spot.lot == offer.lot) {
            spot.promised += milli;
        }
    }
}

}  // namespace tally
