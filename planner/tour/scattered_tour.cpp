#include "planner/tour/scattered_tour.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

namespace tally::planner {

namespace {

constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max() / 4;

Result<void> check(const ScatteredRequest& request) {
    if (request.slots_of.empty()) {
        return fail(ErrorKind::refused, "there are no articles to fetch");
    }
    for (std::size_t article = 0; article < request.slots_of.size(); ++article) {
        if (request.slots_of[article].empty()) {
            return fail(ErrorKind::refused,
                        "article " + std::to_string(article) + " lies in no slot");
        }
        for (const std::uint32_t slot : request.slots_of[article]) {
            if (slot == 0 || slot >= static_cast<std::uint64_t>(request.ways.rows())) {
                return fail(ErrorKind::refused, "article " + std::to_string(article) +
                                                    " lies at stop " + std::to_string(slot) +
                                                    ", which is no slot");
            }
        }
    }
    return {};
}

}  // namespace

Result<ScatteredSearch> ScatteredSearch::on(ScatteredRequest request,
                                            const StopTourOptions& options) {
    TALLY_TRY(check(request));
    TALLY_TRY(StopTourSearch::on({request.ways, true, {}}, {options.seed, 0}));
    ScatteredSearch search;
    search.request_ = std::move(request);
    search.options_ = options;
    search.prng_ = Prng(options.seed);
    const std::size_t articles = search.request_.slots_of.size();
    search.order_.resize(articles);
    std::iota(search.order_.begin(), search.order_.end(), 0U);
    for (const std::vector<std::uint32_t>& slots : search.request_.slots_of) {
        search.chosen_.push_back(slots.front());
    }
    search.best_.length_mm = kFar;
    if (articles <= kExactArticlesMax &&
        static_cast<std::size_t>(search.request_.ways.rows()) <= kExactSlotsMax) {
        search.solve_exactly();
        return search;
    }
    TALLY_TRY_ASSIGN(search.best_.lower_bound_mm, search.bound(options.work / 5));
    search.work_done_ = options.work / 5;
    search.order_.clear();
    for (std::uint32_t article = 0; article < articles; ++article) {
        search.insert(article);
    }
    search.length_mm_ = search.choose_slots();
    search.keep_best(search.length_mm_);
    return search;
}

/// Held and Karp's table over sets of articles and the stop reached last.
void ScatteredSearch::solve_exactly() {
    is_done_ = true;
    const std::size_t articles = request_.slots_of.size();
    const auto stops = static_cast<std::size_t>(request_.ways.rows());
    const std::size_t sets = std::size_t{1} << articles;
    struct Cell {
        std::int64_t length = kFar;
        std::uint32_t before = 0;
        std::uint32_t article = 0;
    };
    std::vector<Cell> cells(sets * stops);
    cells[0].length = 0;
    const auto way = [&](std::size_t from, std::size_t to) {
        return std::int64_t{
            request_.ways(static_cast<Eigen::Index>(from), static_cast<Eigen::Index>(to))};
    };
    for (std::size_t set = 0; set < sets; ++set) {
        for (std::size_t last = 0; last < stops; ++last) {
            const std::int64_t sofar = cells[set * stops + last].length;
            for (std::uint32_t article = 0; sofar < kFar && article < articles; ++article) {
                if ((set >> article & 1U) != 0) {
                    continue;
                }
                for (const std::uint32_t slot : request_.slots_of[article]) {
                    Cell& to = cells[(set | std::size_t{1} << article) * stops + slot];
                    if (sofar + way(last, slot) < to.length) {
                        to = {sofar + way(last, slot), static_cast<std::uint32_t>(last), article};
                    }
                }
            }
        }
    }
    std::size_t last = 0;
    for (std::size_t stop = 0; stop < stops; ++stop) {
        const std::int64_t length = cells[(sets - 1) * stops + stop].length + way(stop, 0);
        if (length < best_.length_mm) {
            best_.length_mm = length;
            last = stop;
        }
    }
    best_.lower_bound_mm = best_.length_mm;
    for (std::size_t set = sets - 1; set != 0 && best_.length_mm < kNoWay;) {
        const Cell& cell = cells[set * stops + last];
        best_.articles.push_back(cell.article);
        best_.slots.push_back(static_cast<std::uint32_t>(last));
        set &= ~(std::size_t{1} << cell.article);
        last = cell.before;
    }
    std::reverse(best_.articles.begin(), best_.articles.end());
    std::reverse(best_.slots.begin(), best_.slots.end());
}

/// Best slots for the order as it is; its length.
std::int64_t ScatteredSearch::choose_slots() {
    std::vector<std::vector<std::size_t>> before(order_.size());
    std::vector<std::uint32_t> stops{0};
    std::vector<std::int64_t> lengths{0};
    for (std::size_t i = 0; i <= order_.size(); ++i) {
        const std::vector<std::uint32_t> start{0};
        const std::vector<std::uint32_t>& next =
            i < order_.size() ? request_.slots_of[order_[i]] : start;
        std::vector<std::int64_t> reached(next.size(), kFar);
        std::vector<std::size_t> from(next.size(), 0);
        for (std::size_t to = 0; to < next.size(); ++to) {
            for (std::size_t k = 0; k < stops.size(); ++k) {
                const std::int64_t length = lengths[k] + request_.ways(stops[k], next[to]);
                if (length < reached[to]) {
                    reached[to] = length;
                    from[to] = k;
                }
            }
        }
        work_done_ += static_cast<std::int64_t>(next.size() * stops.size());
        if (i == order_.size()) {
            std::size_t at = from[0];
            for (std::size_t k = order_.size(); k > 0; --k) {
                chosen_[order_[k - 1]] = request_.slots_of[order_[k - 1]][at];
                at = before[k - 1][at];
            }
            return reached[0];
        }
        before[i] = std::move(from);
        stops = next;
        lengths = std::move(reached);
    }
    return kFar;
}

void ScatteredSearch::keep_best(std::int64_t length_mm) {
    if (length_mm >= best_.length_mm) {
        return;
    }
    best_.length_mm = length_mm;
    best_.articles = order_;
    best_.slots.clear();
    for (const std::uint32_t article : order_) {
        best_.slots.push_back(chosen_[article]);
    }
}

std::uint32_t ScatteredSearch::stop_at(std::size_t position) const {
    return position == 0 || position > order_.size() ? 0 : chosen_[order_[position - 1]];
}

/// Puts an article where, and in which of its slots, it costs least.
void ScatteredSearch::insert(std::uint32_t article) {
    std::int64_t least = kFar;
    std::size_t best_position = 0;
    std::uint32_t best_slot = 0;
    for (const std::uint32_t slot : request_.slots_of[article]) {
        for (std::size_t i = 0; i <= order_.size(); ++i) {
            const std::uint32_t from = stop_at(i);
            const std::uint32_t to = stop_at(i + 1);
            const std::int64_t more = std::int64_t{request_.ways(from, slot)} +
                                      request_.ways(slot, to) - request_.ways(from, to);
            if (more < least) {
                least = more;
                best_position = i;
                best_slot = slot;
            }
        }
    }
    work_done_ += static_cast<std::int64_t>(request_.slots_of[article].size() * order_.size());
    chosen_[article] = best_slot;
    order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(best_position), article);
}

/// Takes some articles out, a stretch of the tour or here and there, and puts them back one by one.
void ScatteredSearch::ruin_and_recreate() {
    std::vector<std::uint32_t> out;
    const std::size_t most = std::min<std::size_t>(12, order_.size());
    const std::size_t count = 1 + prng_.below(most);
    const bool is_stretch = prng_.chance_ppm(500'000);
    const std::size_t first = prng_.below(order_.size());
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at =
            is_stretch ? std::min(first, order_.size() - 1) : prng_.below(order_.size());
        out.push_back(order_[at]);
        order_.erase(order_.begin() + static_cast<std::ptrdiff_t>(at));
    }
    for (std::size_t i = out.size(); i > 0; --i) {
        std::swap(out[i - 1], out[prng_.below(i)]);
        insert(out[i - 1]);
    }
}

bool ScatteredSearch::step(std::int64_t work) {
    const std::int64_t end =
        work_done_ + std::min(std::max<std::int64_t>(work, 0), options_.work - work_done_);
    while (!is_done_ && work_done_ < end) {
        const std::vector<std::uint32_t> order = order_;
        const std::vector<std::uint32_t> chosen = chosen_;
        ruin_and_recreate();
        const std::int64_t length_mm = choose_slots();
        // A little longer is taken as well, so that the search does not stick; the best is kept.
        if (length_mm > length_mm_ + length_mm_ / 200) {
            order_ = order;
            chosen_ = chosen;
            continue;
        }
        length_mm_ = length_mm;
        keep_best(length_mm);
        is_done_ = best_.length_mm <= best_.lower_bound_mm;
    }
    return is_done_ || work_done_ >= options_.work;
}

/// Of a tour over articles, each two as near as their nearest slots.
Result<std::int64_t> ScatteredSearch::bound(std::int64_t work) const {
    const auto side = static_cast<Eigen::Index>(request_.slots_of.size()) + 1;
    const std::vector<std::uint32_t> start{0};
    const auto slots = [&](Eigen::Index i) -> const std::vector<std::uint32_t>& {
        return i == 0 ? start : request_.slots_of[static_cast<std::size_t>(i - 1)];
    };
    StopTourRequest nearest;
    nearest.ways = WayMatrix::Constant(side, side, kNoWay);
    for (Eigen::Index row = 0; row < side; ++row) {
        for (Eigen::Index column = 0; column < side; ++column) {
            for (const std::uint32_t from : slots(row)) {
                for (const std::uint32_t to : slots(column)) {
                    std::int32_t& way = nearest.ways(row, column);
                    way = row == column ? 0 : std::min(way, request_.ways(from, to));
                }
            }
        }
    }
    TALLY_TRY_ASSIGN(StopTourSearch search, StopTourSearch::on(nearest, {1, work}));
    search.step(work);
    TALLY_TRY_ASSIGN(const StopTour tour, search.best());
    return tour.lower_bound_mm;
}

Result<ScatteredTour> ScatteredSearch::best() const {
    if (best_.length_mm >= kNoWay) {
        return fail(ErrorKind::refused, "no choice of slots was found for which all ways exist");
    }
    return best_;
}

std::vector<std::string> check_scattered_tour(const ScatteredRequest& request,
                                              const ScatteredTour& tour) {
    std::vector<std::string> problems;
    std::vector<char> is_fetched(request.slots_of.size(), 0);
    std::int64_t length_mm = 0;
    std::uint32_t at = 0;
    if (tour.articles.size() != is_fetched.size() || tour.slots.size() != is_fetched.size()) {
        problems.emplace_back("the tour does not fetch every article once");
        return problems;
    }
    for (std::size_t i = 0; i < tour.articles.size(); ++i) {
        const std::uint32_t article = tour.articles[i];
        if (article >= is_fetched.size() || is_fetched[article] != 0) {
            problems.push_back("article " + std::to_string(article) + " comes twice, or is none");
            return problems;
        }
        is_fetched[article] = 1;
        const std::vector<std::uint32_t>& slots = request.slots_of[article];
        if (std::find(slots.begin(), slots.end(), tour.slots[i]) == slots.end()) {
            problems.push_back("article " + std::to_string(article) + " does not lie at stop " +
                               std::to_string(tour.slots[i]));
            return problems;
        }
        length_mm += request.ways(at, tour.slots[i]);
        at = tour.slots[i];
    }
    length_mm += request.ways(at, 0);
    if (length_mm != tour.length_mm || tour.lower_bound_mm > tour.length_mm ||
        tour.lower_bound_mm < 0) {
        problems.push_back("the tour is " + std::to_string(length_mm) + " mm long, not " +
                           std::to_string(tour.length_mm));
    }
    return problems;
}

}  // namespace tally::planner
