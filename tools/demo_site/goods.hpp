// What the scene moves: products, units with tags, pallets; all from a seed, all invented.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "firmware/base/prng.hpp"
#include "firmware/base/result.hpp"

namespace tally::demo {

struct Product {
    std::string sku, gtin, name;
};

/// A unit with an SGTIN-96 of our own prefix.
struct Unit {
    std::string epc;
    std::string sku;
    std::string label;  ///< for people: "TEA #1042"
};

struct Pallet {
    std::string sscc;   ///< text form of its SSCC-96
    std::string label;  ///< "pallet 3"
    std::vector<std::string> children;
    std::string asn = {};      ///< the advice that announces it; may be empty
    std::string missing = {};  ///< a child that is announced and was never loaded; may be empty

    /// The children that really stand on it.
    [[nodiscard]] std::vector<std::string> loaded() const;
};

struct Goods {
    std::vector<Product> products;
    std::map<std::string, Unit> units;  ///< by EPC
    std::vector<Pallet> pallets;
    std::string foreign_epc;  ///< a live tag of another shop
    std::string lamp_epc;     ///< of the first pallet; belongs to the warehouse, not to the shop

    /// As `tally master import` takes it: the products, where they belong, the expected pallets.
    [[nodiscard]] std::string master_csv() const;
    [[nodiscard]] std::string label_of(const std::string& epc) const;
};

struct GoodsWish {
    std::size_t pallets = 3;
    std::int64_t children_min = 4, children_max = 6;
};
Result<Goods> make_goods(Prng prng, const GoodsWish& wish);

}  // namespace tally::demo
