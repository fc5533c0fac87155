// The tables at the end: what is true, what the edges say, what the bridge says.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/demo_site/emul_link.hpp"
#include "tools/demo_site/watch.hpp"

namespace tally::demo {

/// One unit's place in three views. Two edges that both claim it stand as "a + b".
struct UnitLine {
    std::string epc, label, sku, truth, edges, bridge;

    [[nodiscard]] bool differs() const { return truth != edges || truth != bridge; }
};

/// How many of a SKU at a place, in three views.
struct StockLine {
    std::string place, sku;
    std::int64_t truth = 0, edges = 0, bridge = 0;

    [[nodiscard]] bool differs() const { return truth != edges || truth != bridge; }
};

struct Reckoning {
    std::vector<UnitLine> units;
    std::vector<StockLine> stock;

    [[nodiscard]] std::size_t differences() const;
};

/// What is true: where each tag is, and how many of the counted goods are where.
struct Truth {
    std::vector<TrueUnit> units;
    std::vector<StockLine> counted;
};

/// Asks everybody. `truth` is the emulated world's; other tags than the goods' units are left out.
Result<Reckoning> reckon(const Truth& truth, const Boxes& boxes, const Goods& goods);

/// Prints both tables; lines that differ are marked.
void print(const Reckoning& reckoning, const Tale& tale);

}  // namespace tally::demo
