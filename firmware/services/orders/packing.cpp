#include "firmware/services/orders/packing.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "firmware/domain/epc/scheme.hpp"
#include "firmware/domain/epc/text.hpp"
#include "firmware/domain/ledger/event_form.hpp"
#include "firmware/domain/place.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/csv.hpp"
#include "firmware/messages/order_data.hpp"
#include "firmware/services/tasks/pick_scan.hpp"

namespace tally {

namespace {

constexpr std::int64_t kUnit = Quantity::of_units(1).milli;
constexpr std::size_t kSsccDigits = 18;
constexpr std::size_t kCarrierBytesMax = 160;
constexpr std::size_t kPackTextBytes = 1'024;  // of a packing event, beside its claims; ample

std::string grams(std::int64_t mg) {
    return format_units(mg) + " g";
}

const std::string& sku_of(const Order& order, const Claim& claim) {
    return order.lines.at(claim.line - 1).sku;
}

bool is_to_pack(const Claim& claim) {
    return claim.pick != 0 && claim.parcel.empty();
}

/// The parcel as what its units belong to: an SSCC-96.
Result<std::string> epc_of(const std::string& sscc, std::size_t prefix_digits) {
    Gs1Epc fields;
    fields.scheme = EpcScheme::sscc_96;
    fields.partition = static_cast<std::uint8_t>(12 - prefix_digits);
    fields.company_prefix = std::stoull(sscc.substr(1, prefix_digits));
    fields.reference = std::stoull(sscc.substr(0, 1) +
                                   sscc.substr(1 + prefix_digits, kSsccDigits - 2 - prefix_digits));
    TALLY_TRY_ASSIGN(const Epc epc, encode_gs1(fields));
    return epc.str();
}

}  // namespace

ExpectedWeight expected_weight(const std::vector<WeighedGoods>& goods) {
    ExpectedWeight expected;
    double variance = 0;
    for (const WeighedGoods& one : goods) {
        if (one.unit_mg <= 0) {
            return {};
        }
        expected.goods_mg += one.unit_mg * one.milli / kUnit;
        variance += static_cast<double>(one.sigma_mg) * static_cast<double>(one.sigma_mg) *
                    static_cast<double>(one.milli) / static_cast<double>(kUnit);
    }
    const auto slack = static_cast<std::int64_t>(3 * std::sqrt(variance)) + expected.goods_mg / 100;
    expected.least_mg = expected.goods_mg - slack;
    expected.most_mg = expected.goods_mg + slack + kPackagingMg;
    return expected;
}

Result<std::string> sscc_of(const std::string& company_prefix, std::uint64_t serial) {
    // 8 bits range, 4 of 8 bits epoch, 13 of 14 bits block, 8 bits place: below 10^10.
    const std::uint64_t range = serial >> 30U;
    const std::uint64_t epoch = serial >> 22U & 0xFFU;
    const std::uint64_t block = serial >> 8U & 0x3FFFU;
    const std::uint64_t place = serial & 0xFFU;
    if (company_prefix.empty() || company_prefix.size() > 7 || epoch > 15 || block > 8'191) {
        return fail(ErrorKind::exhausted,
                    "no parcel number is left for company prefix " + company_prefix +
                        " and this edge; give the edge another 'serial_range' in site.toml");
    }
    const std::uint64_t number = range << 25U | epoch << 21U | block << 8U | place;
    std::string digits = std::to_string(number);
    digits.insert(0, kSsccDigits - 1 - company_prefix.size() - digits.size(), '0');
    std::string sscc = digits.substr(0, 1) + company_prefix + digits.substr(1);
    sscc += check_digit(sscc);
    return sscc;
}

/// What the scans say is in the parcel: claims in hand, whole.
Result<std::vector<Claim>> Packing::said(const Order& order, const Wish& wish) const {
    std::set<std::string> units;
    std::map<std::string, std::int64_t> counted;
    for (const std::string& code : wish.codes) {
        TALLY_TRY_ASSIGN(const Scanned scanned, read_goods(code, inventory_, ledger_));
        if (scanned.what == Scanned::What::unit) {
            units.insert(scanned.id);
        } else if (scanned.what == Scanned::What::goods) {
            counted[scanned.sku] += scanned.units * kUnit;
        } else {
            return fail(ErrorKind::malformed, "'" + code + "' is no goods; scan each unit");
        }
    }
    std::vector<Claim> claims;
    for (const auto& [n, claim] : order.claims) {
        if (!is_to_pack(claim)) {
            continue;
        }
        const auto told = counted.find(sku_of(order, claim));
        if (!claim.item.empty() && units.erase(claim.item) > 0) {
            claims.push_back(claim);
        } else if (claim.item.empty() && told != counted.end()) {
            told->second -= claim.qty_milli;
            claims.push_back(claim);
        }
    }
    if (!units.empty()) {
        return fail(ErrorKind::refused, "unit " + *units.begin() + " is not in hand for order " +
                                            order.id + "; put it back where it belongs");
    }
    for (const auto& [sku, left] : counted) {
        if (left != 0) {
            return fail(
                ErrorKind::refused,
                format_units(left < 0 ? -left : left) + " of SKU " + sku +
                    (left < 0 ? " are in hand for order " + order.id +
                                    " and were not scanned; scan each, or say that nobody "
                                    "has them: tally task done TASK --not-in-hand, the pick "
                                    "that tally order show " +
                                    order.id + " names"
                              : " more were scanned than are in hand for order " + order.id +
                                    "; put them back"));
        }
    }
    if (claims.empty()) {
        return fail(ErrorKind::refused, "nothing was scanned that goes into a parcel of order " +
                                            order.id + ": tally order show " + order.id);
    }
    return claims;
}

/// What was good when it was picked may have passed its day since.
Result<void> Packing::check_goods(const Order& order, const std::vector<Claim>& claims) const {
    for (const Claim& claim : claims) {
        const std::string& sku = sku_of(order, claim);
        TALLY_TRY(claim.item.empty()
                      ? check_sale(ledger_, {format_units(claim.qty_milli), sku, claim.lot,
                                             std::string(kFreeCustody), std::string(kGoodQuality)})
                      : check_sale_of_unit(ledger_, claim.item));
    }
    const std::size_t digits = std::to_string(order.last_claim + claims.size()).size() + 1;
    if (claims.size() * digits + kPackTextBytes > kEventDataBytesMax) {
        return fail(ErrorKind::refused,
                    "a parcel of " + std::to_string(claims.size()) +
                        " units is too long for one event of the ledger; pack it as two");
    }
    return {};
}

Result<void> Packing::weigh(const Order& order, const std::vector<Claim>& claims, const Wish& wish,
                            Packed& packed) const {
    std::vector<WeighedGoods> goods;
    for (const Claim& claim : claims) {
        const ItemRecord* item = ledger_.registers().sku(sku_of(order, claim));
        goods.push_back(item == nullptr
                            ? WeighedGoods{}
                            : WeighedGoods{item->unit_mg, item->unit_sigma_mg, claim.qty_milli});
    }
    const ExpectedWeight expected = expected_weight(goods);
    packed.parcel.expected_mg = expected.goods_mg;
    packed.parcel.weight_mg = wish.weight_mg;
    if (expected.goods_mg == 0) {
        packed.text = "not checked by weight: the item record of a SKU has no unit weight";
    } else if (wish.weight_mg == 0) {
        packed.text = "not weighed";
    } else if (wish.weight_mg < expected.least_mg || wish.weight_mg > expected.most_mg) {
        return fail(ErrorKind::refused,
                    "the parcel weighs " + grams(wish.weight_mg) + ", its goods " +
                        grams(expected.goods_mg) + " by the item master (" +
                        grams(expected.least_mg) + " to " + grams(expected.most_mg) +
                        " with packaging): something is missing in it or too much; look, and "
                        "scan and weigh it again");
    }
    return {};
}

/// Moves a claim's goods as they are; who keeps promises lets the claim follow.
Result<void> Packing::move_claim(const Order& order, const Claim& claim, const PlaceId& to,
                                 EventType type, const Actor& actor, const std::string& parent) {
    Event event;
    event.type = type;
    event.item = ItemId(claim.item);
    event.parent = claim.item.empty() ? std::string() : parent;
    event.by = actor.by;
    event.cause = "order:" + order.id;
    event.sku = SkuId(sku_of(order, claim));
    event.lot = LotId(claim.lot);
    event.qty = Quantity{claim.qty_milli};
    event.from = PlaceId(claim.place);
    event.to = to;
    if (type == EventType::moved && !claim.parcel.empty()) {
        event.evidence = scan_evidence("(00)" + claim.parcel);  // Whose promise moves along.
    }
    TALLY_TRY(inventory_.write(std::move(event)));
    return {};
}

/// Brings what is scanned to the packing place, where it is not there already.
Result<void> Packing::gather(const Order& order, const std::vector<Claim>& claims, const Wish& wish,
                             const Actor& actor) {
    for (const Claim& claim : claims) {
        if (claim.place != wish.place.str()) {
            TALLY_TRY(move_claim(order, claim, wish.place, EventType::moved, actor, {}));
        }
    }
    return {};
}

namespace {

struct Named {
    std::set<std::string> items;  ///< units by their tags
    std::set<std::string> skus;   ///< of goods that are counted
};

Named named_by(const Order& order, const std::vector<Claim>& claims) {
    Named named;
    for (const Claim& claim : claims) {
        if (claim.item.empty()) {
            named.skus.insert(sku_of(order, claim));
        } else {
            named.items.insert(claim.item);
        }
    }
    return named;
}

}  // namespace

Result<Packing::Packed> Packing::pack(const Wish& wish, const Actor& actor) {
    const Order* known = orders_.book().find(wish.order);
    if (known == nullptr) {
        return fail(ErrorKind::conflict, "there is no order " + wish.order);
    }
    if (inventory_.site().owner_of(wish.place) != ledger_.edge()) {
        return fail(ErrorKind::refused, "place '" + wish.place.str() + "' is not one of edge " +
                                            ledger_.edge().str() + "; say where it is packed");
    }
    const std::string prefix = inventory_.site().own_prefixes.empty()
                                   ? std::string()
                                   : inventory_.site().own_prefixes.front();
    const Order order = *known;
    TALLY_TRY_ASSIGN(const std::vector<Claim> claims, said(order, wish));
    TALLY_TRY(check_goods(order, claims));
    if (!wish.printer.empty()) {
        TALLY_TRY(tags_.check_printer(wish.printer, 1));
    }
    Packed packed;
    TALLY_TRY(weigh(order, claims, wish, packed));
    TALLY_TRY_ASSIGN(const std::uint64_t serial, tags_.take_serial());
    TALLY_TRY_ASSIGN(packed.parcel.sscc, sscc_of(prefix, serial));
    TALLY_TRY_ASSIGN(const std::string parent, epc_of(packed.parcel.sscc, prefix.size()));
    packed.parcel.place = wish.place.str();
    const Named named = named_by(order, claims);
    Result<void> done;
    ledger_.together([&] {
        done = gather(order, claims, wish, actor);
        OrderData data;
        data.act = OrderAct::pack;
        data.order = order.id;
        data.parcel = packed.parcel;
        data.text = packed.text;
        for (const auto& [n, claim] : orders_.book().find(order.id)->claims) {
            const bool goes = claim.item.empty() ? named.skus.contains(sku_of(order, claim))
                                                 : named.items.contains(claim.item);
            if (goes && is_to_pack(claim) && claim.place == packed.parcel.place) {
                data.claims.push_back(n);
            }
        }
        Event event;
        event.type = EventType::order_changed;
        event.by = actor.by;
        event.cause = "order:" + order.id;
        event.data = encode(data);
        const Result<Seq> seq = done ? ledger_.write(std::move(event)) : Result<Seq>(Seq());
        done = seq ? done : fail(seq.error());
        for (const std::string& item : named.items) {
            Event child;
            child.type = EventType::sighted;
            child.item = ItemId(item);
            child.parent = parent;
            child.by = actor.by;
            child.cause = "order:" + order.id;
            done = done && !inventory_.write(std::move(child))
                       ? Result<void>(fail(ErrorKind::conflict, "a unit could not be aggregated"))
                       : done;
        }
        packed.seq = ledger_.line().seq();
        if (done && !wish.printer.empty()) {
            const auto labelled = print_label(packed.parcel, wish.printer, order.id, actor);
            done = labelled ? done : fail(labelled.error());
        }
    });
    TALLY_TRY(done);
    return packed;
}

Result<Seq> Packing::print_label(const Parcel& parcel, const DeviceId& printer,
                                 const std::string& order, const Actor& actor) {
    return tags_.label_parcel("(00)" + parcel.sscc, printer, {actor.by, "order:" + order});
}

Result<std::vector<std::string>> Packing::label(const LabelWish& wish, const Actor& actor) {
    TALLY_TRY_ASSIGN(auto parcels, waiting({wish.order}));
    std::erase_if(parcels, [&](const auto& one) {
        return !wish.sscc.empty() && one.second.sscc != wish.sscc;
    });
    if (parcels.empty()) {
        return fail(ErrorKind::conflict,
                    "no parcel" + (wish.sscc.empty() ? std::string() : " " + wish.sscc) +
                        " of order " + wish.order +
                        " waits for a carrier; `tally order show` names its parcels");
    }
    TALLY_TRY(tags_.check_printer(wish.printer, parcels.size()));
    std::vector<std::string> labelled;
    Result<void> done;
    ledger_.together([&] {
        for (const auto& [order, parcel] : parcels) {
            const auto printed = print_label(parcel, wish.printer, order, actor);
            if (!printed) {
                done = fail(printed.error());
                return;
            }
            labelled.push_back(parcel.sscc);
        }
    });
    TALLY_TRY(done);
    return labelled;
}

/// Parcels nobody has taken yet. Of orders that are finished (a gate has told that their goods
/// left) in front: the book forgets those first as others finish.
Result<std::vector<std::pair<std::string, Parcel>>> Packing::waiting(
    const std::vector<std::string>& orders) const {
    const OrderBook& book = orders_.book();
    std::set<std::string> ids(orders.begin(), orders.end());
    if (orders.empty()) {
        for (const auto& [id, order] : book.orders()) {
            ids.insert(id);
        }
    }
    std::vector<std::pair<std::string, Parcel>> found;
    for (const std::string& id : ids) {
        const Order* order = book.find(id);
        if (order == nullptr) {
            return fail(ErrorKind::conflict, "there is no order " + id);
        }
        for (const Parcel& parcel : order->parcels) {
            if (parcel.manifest.empty() && !order->cancelled) {
                found.emplace_back(id, parcel);
            }
        }
    }
    std::stable_partition(found.begin(), found.end(),
                          [&](const auto& one) { return is_finished(*book.find(one.first)); });
    return found;
}

Result<Packing::Manifest> Packing::hand_over(const HandOver& wish, const Actor& actor) {
    if (wish.carrier.empty() || wish.carrier.size() > kCarrierBytesMax) {
        return fail(ErrorKind::malformed, "say which carrier takes the parcels, in at most " +
                                              std::to_string(kCarrierBytesMax) + " bytes");
    }
    Manifest manifest;
    TALLY_TRY_ASSIGN(manifest.parcels, waiting(wish.orders));
    if (manifest.parcels.empty()) {
        return fail(ErrorKind::conflict,
                    "no parcel waits for a carrier; tally order ls --stage packed");
    }
    manifest.number = ledger_.edge().str() + "-" + std::to_string(ledger_.line().epoch().value()) +
                      "-" + std::to_string(ledger_.line().seq().value() + 1);
    Result<void> done;
    ledger_.together([&] {
        for (auto& [id, parcel] : manifest.parcels) {
            OrderData data;
            data.act = OrderAct::hand_over;
            data.order = id;
            parcel.manifest = manifest.number;
            parcel.carrier = wish.carrier;
            data.parcel = parcel;
            Event event;
            event.type = EventType::order_changed;
            event.by = actor.by;
            event.cause = "order:" + id;
            event.data = encode(data);
            if (const Result<Seq> seq = ledger_.write(std::move(event)); !seq) {
                done = fail(seq.error());
                return;
            }
            const Order order = *orders_.book().find(id);
            for (const auto& [n, claim] : order.claims) {
                if (claim.parcel == parcel.sscc && done) {
                    const auto held = ledger_.book().item(claim.item);
                    done = move_claim(order, claim, PlaceId(std::string(kCustomer)),
                                      EventType::departed, actor,
                                      held ? std::string(held->parent) : std::string());
                }
            }
        }
    });
    TALLY_TRY(done);
    return manifest;
}

Result<void> Packing::move_parcel(const std::string& id, const std::string& sscc, const PlaceId& to,
                                  const Actor& actor) {
    const Order* const known = orders_.book().find(id);
    const Order order = known == nullptr ? Order() : *known;
    bool is_any = false;
    for (const auto& [n, claim] : order.claims) {
        if (claim.parcel != sscc) {
            continue;
        }
        is_any = true;
        if (claim.place != to.str()) {
            const auto held = ledger_.book().item(claim.item);
            TALLY_TRY(move_claim(order, claim, to, EventType::moved, actor,
                                 held ? std::string(held->parent) : std::string()));
        }
    }
    if (!is_any) {
        return fail(ErrorKind::conflict,
                    "nothing of parcel (00)" + sscc + " is here any more; tally order show " + id);
    }
    return {};
}

Packing::Manifest Packing::manifest(const std::string& number) const {
    Manifest found;
    found.number = number;
    for (const auto& [id, order] : orders_.book().orders()) {
        for (const Parcel& parcel : order.parcels) {
            if (parcel.manifest == number) {
                found.parcels.emplace_back(id, parcel);
            }
        }
    }
    return found;
}

std::string manifest_data(const Packing::Manifest& manifest) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("manifest").text(manifest.number).key("rows").begin_array();
    for (const auto& [id, parcel] : manifest.parcels) {
        w.begin_object().key("carrier").text(parcel.carrier);
        w.key("expected_mg").integer(parcel.expected_mg).key("order").text(id);
        w.key("place").text(parcel.place).key("sscc").text(parcel.sscc);
        w.key("weight_mg").integer(parcel.weight_mg).end_object();
    }
    w.end_array().end_object();
    return out;
}

}  // namespace tally
