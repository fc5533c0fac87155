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
};

struct Goods {
    std::vector<Product> products;
    std::map<std::string, Unit> units;  ///< by EPC
    std::vector<Pallet> pallets;
    std::string foreign_epc;  ///< a live tag of another shop

    /// As `tally master import` takes it: the products and the expected pallets.
    [[nodiscard]] std::string master_csv() const;
    [[nodiscard]] std::string label_of(const std::string& epc) const;
};

struct GoodsWish {
    std::size_t pallets = 3;
    std::int64_t children_min = 4, children_max = 6;
};
Result<Goods> make_goods(Prng prng, const GoodsWish& wish);

}  // namespace tally::demo
