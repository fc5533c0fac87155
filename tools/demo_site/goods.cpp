#include "tools/demo_site/goods.hpp"

#include <array>

#include <fmt/format.h>

#include "firmware/domain/epc/scheme.hpp"
#include "tools/demo_site/shelves.hpp"
#include "tools/demo_site/site_files.hpp"

namespace tally::demo {

namespace {

constexpr std::string_view kWarehouseOnly = "LAMP";
constexpr unsigned kPrefixDigits = 7;
constexpr std::uint64_t kPrefix = 614'141;

struct Line {
    std::string_view sku, name;
};
constexpr std::array kLines = {
    Line{"TEA", "Oolong tea, tin"}, Line{"WATCH", "Wrist watch, steel"},
    Line{"SCARF", "Silk scarf"},    Line{"VASE", "Porcelain vase"},
    Line{"PEN", "Fountain pen"},    Line{"PERFUME", "Perfume, 50 ml"},
};

/// GTIN-14 of an item reference: indicator 0, our prefix, five digits, check digit.
std::string gtin_of(unsigned reference) {
    std::string digits = fmt::format("0{}{:05}", kOwnPrefix, reference);
    int sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        sum += (digits[i] - '0') * (i % 2 == 0 ? 3 : 1);
    }
    return digits + static_cast<char>('0' + (10 - sum % 10) % 10);
}

Result<Unit> make_unit(const Product& product, std::uint64_t serial) {
    TALLY_TRY_ASSIGN(const Gs1Epc fields,
                     sgtin_from_gtin({product.gtin, kPrefixDigits, 1, serial}));
    TALLY_TRY_ASSIGN(const Epc epc, encode_gs1(fields));
    return Unit{epc.str(), product.sku, fmt::format("{} #{}", product.sku, serial)};
}

Result<std::string> make_sscc(std::uint64_t reference) {
    Gs1Epc fields;
    fields.scheme = EpcScheme::sscc_96;
    fields.partition = 12 - kPrefixDigits;
    fields.company_prefix = kPrefix;
    fields.reference = reference;
    TALLY_TRY_ASSIGN(const Epc epc, encode_gs1(fields));
    return epc.str();
}

}  // namespace

Result<Goods> make_goods(Prng prng, const GoodsWish& wish) {
    Goods goods;
    const std::int64_t first_reference = prng.between(10'000, 90'000);
    for (std::size_t i = 0; i < kLines.size(); ++i) {
        const auto reference = static_cast<unsigned>(first_reference) + static_cast<unsigned>(i);
        goods.products.push_back(
            {std::string(kLines[i].sku), gtin_of(reference), std::string(kLines[i].name)});
    }
    const std::int64_t first_serial = prng.between(1'000, 8'000);
    auto serial = static_cast<std::uint64_t>(first_serial);
    for (std::size_t i = 0; i < wish.pallets; ++i) {
        Pallet pallet;
        TALLY_TRY_ASSIGN(pallet.sscc, make_sscc(1'000'000'000 + serial));
        pallet.label = fmt::format("pallet {}", i + 1);
        const std::int64_t children = prng.between(wish.children_min, wish.children_max);
        for (std::int64_t k = 0; k < children; ++k) {
            const Product& product = goods.products[prng.below(goods.products.size())];
            TALLY_TRY_ASSIGN(const Unit unit, make_unit(product, serial++));
            pallet.children.push_back(unit.epc);
            goods.units.emplace(unit.epc, unit);
        }
        goods.pallets.push_back(std::move(pallet));
    }
    const Product lamp{std::string(kWarehouseOnly),
                       gtin_of(static_cast<unsigned>(first_reference) + kLines.size()),
                       "Lamp of the showcase, spare"};
    TALLY_TRY_ASSIGN(const Unit spare, make_unit(lamp, serial++));
    goods.products.push_back(lamp);
    goods.lamp_epc = spare.epc;
    goods.units.emplace(spare.epc, spare);
    goods.pallets.front().children.push_back(spare.epc);
    Pallet& announced = goods.pallets.at(1);
    announced.asn = fmt::format("ASN-{}", first_serial);
    announced.missing = announced.children[prng.below(announced.children.size())];
    // GTIN 04012345123456 is the textbook number of another company.
    TALLY_TRY_ASSIGN(const Gs1Epc foreign,
                     sgtin_from_gtin({"04012345123456", kPrefixDigits, 1, serial}));
    TALLY_TRY_ASSIGN(const Epc foreign_epc, encode_gs1(foreign));
    goods.foreign_epc = foreign_epc.str();
    return goods;
}

std::vector<std::string> Pallet::loaded() const {
    std::vector<std::string> there;
    for (const std::string& child : children) {
        if (child != missing) {
            there.push_back(child);
        }
    }
    return there;
}

std::string Goods::master_csv() const {
    std::string text = "sku,gtin,name,tracking,unit_mg\n";
    for (const Product& product : products) {
        text += fmt::format("{},{},\"{}\",by_item,0\n", product.sku, product.gtin, product.name);
    }
    text += shelves_master_csv();
    text += "place,sku,min,max\n";
    for (const Product& product : products) {
        text += fmt::format("back.hall,{},0,1000\n", product.sku);
        if (product.sku != kWarehouseOnly) {
            text += fmt::format("shop.floor,{},0,1000\n", product.sku);
        }
    }
    for (const DemoSlot& slot : kSlots) {
        text += fmt::format("back.hall,{},0,1000\n", slot.sku);
    }
    text += "asn,sscc,child\n";
    for (const Pallet& pallet : pallets) {
        for (const std::string& child : pallet.children) {
            text += fmt::format("{},{},{}\n", pallet.asn, pallet.sscc, child);
        }
    }
    return text;
}

std::string Goods::label_of(const std::string& epc) const {
    const auto unit = units.find(epc);
    if (unit != units.end()) {
        return unit->second.label;
    }
    for (const Pallet& pallet : pallets) {
        if (pallet.sscc == epc) {
            return pallet.label;
        }
    }
    return epc == foreign_epc ? "a foreign tag" : epc;
}

}  // namespace tally::demo
