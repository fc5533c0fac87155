#include "tools/demo_site/reckoning.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tally::demo {

namespace {

using Places = std::map<std::string, std::vector<std::string>>;

bool is_real(std::string_view place) {
    return !owner_of(place).empty();
}

/// What the edges together say: the real places that any of them has the unit at; without one,
/// that it went to a customer, or else that nobody received it.
std::string joint_place(const std::vector<std::string>& places) {
    std::string joint;
    for (const std::string& place : places) {
        if (is_real(place)) {
            joint += (joint.empty() ? "" : " + ") + place;
        }
    }
    if (!joint.empty()) {
        return joint;
    }
    for (const std::string_view outside : {"CUSTOMER", "IN_TRANSIT", "LOST", "UNEXPLAINED"}) {
        if (std::find(places.begin(), places.end(), outside) != places.end()) {
            return std::string(outside);
        }
    }
    return "SUPPLIER";
}

void add(Places& places, const std::vector<BookedUnit>& units) {
    for (const BookedUnit& unit : units) {
        places[unit.item].push_back(unit.place);
    }
}

using Counts = std::map<std::pair<std::string, std::string>, StockLine>;

Result<void> add_stock(Counts& counts, const BoxApi& box, std::int64_t StockLine::*column) {
    TALLY_TRY_ASSIGN(const std::vector<StockQuantity> rows, box.stock());
    for (const StockQuantity& row : rows) {
        StockLine& line = counts[{row.place, row.sku}];
        line.*column += row.units;
    }
    return {};
}

template <typename Line>
void print_line(const Line& line, const std::string& text, const Tale& tale) {
    tale.plain(line.differs() ? tale.painted(Tale::Voice::fault, text + "  <-- differs") : text);
}

}  // namespace

std::size_t Reckoning::differences() const {
    const auto of = [](const auto& lines) {
        return static_cast<std::size_t>(std::count_if(
            lines.begin(), lines.end(), [](const auto& line) { return line.differs(); }));
    };
    return of(units) + of(stock);
}

Result<Reckoning> reckon(const Truth& truth, const Boxes& boxes, const Goods& goods) {
    Places on_edges;
    Places on_bridge;
    TALLY_TRY_ASSIGN(const std::vector<BookedUnit> back, boxes.back.units());
    TALLY_TRY_ASSIGN(const std::vector<BookedUnit> shop, boxes.shop.units());
    TALLY_TRY_ASSIGN(const std::vector<BookedUnit> bridge, boxes.bridge.units());
    add(on_edges, back);
    add(on_edges, shop);
    add(on_bridge, bridge);
    Reckoning reckoning;
    Counts counts;
    for (const StockLine& line : truth.counted) {
        counts[{line.place, line.sku}].truth += line.truth;
    }
    for (const TrueUnit& unit : truth.units) {
        const auto known = goods.units.find(unit.epc);
        if (known == goods.units.end()) {
            continue;
        }
        reckoning.units.push_back({unit.epc, known->second.label, known->second.sku, unit.place,
                                   joint_place(on_edges[unit.epc]),
                                   joint_place(on_bridge[unit.epc])});
        if (is_real(unit.place)) {
            ++counts[{unit.place, known->second.sku}].truth;
        }
    }
    TALLY_TRY(add_stock(counts, boxes.back, &StockLine::edges));
    TALLY_TRY(add_stock(counts, boxes.shop, &StockLine::edges));
    TALLY_TRY(add_stock(counts, boxes.bridge, &StockLine::bridge));
    for (auto& [key, line] : counts) {
        line.place = key.first;
        line.sku = key.second;
        reckoning.stock.push_back(line);
    }
    return reckoning;
}

void print(const Reckoning& reckoning, const Tale& tale) {
    tale.plain(
        fmt::format("{:<24}  {:<14}  {:<11} {:<11} {}", "EPC", "unit", "truth", "edges", "bridge"));
    for (const UnitLine& line : reckoning.units) {
        print_line(line,
                   fmt::format("{:<24}  {:<14}  {:<11} {:<11} {}", line.epc, line.label, line.truth,
                               line.edges, line.bridge),
                   tale);
    }
    tale.plain("");
    tale.plain(
        fmt::format("{:<12} {:<10} {:>6} {:>6} {:>6}", "place", "SKU", "truth", "edges", "bridge"));
    for (const StockLine& line : reckoning.stock) {
        print_line(line,
                   fmt::format("{:<12} {:<10} {:>6} {:>6} {:>6}", line.place, line.sku, line.truth,
                               line.edges, line.bridge),
                   tale);
    }
}

}  // namespace tally::demo
