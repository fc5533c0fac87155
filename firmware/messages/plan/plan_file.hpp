// What `tally plan` reads and the planner's pool is asked with: places to visit, orders to batch,
// costs to assign; as CSV or JSON (docs/planner.md). Text that begins with '{' is JSON. Names only:
// which floor they are on is the caller's business.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/domain/ids.hpp"

namespace tally {

inline constexpr std::size_t kPlanFileMax = std::size_t{16} * 1024 * 1024;

/// Where each article lies: any one of these places serves a pick of it (scattered storage).
using StockFile = std::map<std::string, std::vector<PlaceId>>;
/// CSV: article and place a line; a first line "article" is a title.
Result<StockFile> read_stock_file(std::string_view text);

/// CSV: one place or article a line, first cell; after a line of titles that begins with "place",
/// columns "rank" and "weight" count too. JSON: {"picks": ["A-1", {"place", "rank", "weight"},
/// ...], "from": "...", "to": "...", "capacity": N, "stock": {"article": ["A-1", ...]}}; all but
/// picks may be missing.
struct TourFile {
    std::vector<PlaceId> picks;         ///< or articles of `stock`
    std::vector<std::int32_t> ranks;    ///< one a pick or none; lower ones (heavy goods) first
    std::vector<std::int32_t> weights;  ///< one a pick or none: 1 each
    std::int32_t capacity = 0;          ///< 0: not given
    PlaceId from;                       ///< empty: none
    PlaceId to;
    StockFile stock;
};
Result<TourFile> read_tour_file(std::string_view text);
/// The JSON above: what a box is asked with.
std::string tour_as_json(const TourFile& file);

/// CSV: order, place and optionally weight (1) a line; lines of one order are summed. JSON:
/// {"orders":
/// [{"id", "picks": [...], "weight"}], "capacity": N}; weight defaults to the number of picks.
struct OrderFile {
    struct Order {
        std::string id;
        std::vector<PlaceId> picks;
        std::int32_t weight = 0;
    };
    std::vector<Order> orders;
    std::int32_t capacity = 0;  ///< 0: not given
};
Result<OrderFile> read_order_file(std::string_view text);

/// CSV: a first line of column names behind an empty cell, then a row name and its costs; an empty
/// cell or "-" is a pair that must not be. JSON: {"rows": [...], "columns": [...], "cost": [[...]]}
/// with null for such a pair.
struct CostFile {
    static constexpr double kForbidden = std::numeric_limits<double>::infinity();
    std::vector<std::string> rows;
    std::vector<std::string> columns;
    std::vector<double> cost;  ///< row by row
};
Result<CostFile> read_cost_file(std::string_view text);

/// An answer, for writing: what it is, its proof, and lines of names.
struct PlanAnswer {
    std::string method;  ///< one sentence
    double total = 0;    ///< mm, or the unit of the costs
    double lower_bound = 0;
    std::vector<std::string> columns;            ///< titles of the cells
    std::vector<std::string> numbers;            ///< titles whose cells are numbers or "-"
    std::vector<std::vector<std::string>> rows;  ///< stops, batches or pairs

    /// How far the total may be above the best there is, in percent.
    [[nodiscard]] double gap_percent() const;
};
std::string plan_as_json(const PlanAnswer& answer);
std::string plan_as_csv(const PlanAnswer& answer);
/// Aligned columns for people, the proof in the last line.
std::string plan_as_table(const PlanAnswer& answer);

}  // namespace tally
