#include "planner/batch/batch_mixing.hpp"

#include <algorithm>
#include <utility>

namespace tally::planner {

namespace {

constexpr double kTiny = 1e-6;
constexpr std::size_t kApartMin = 3;
constexpr std::size_t kApartMax = 14;
constexpr int kTriesMax = 20;
constexpr std::int64_t kNodesMax = 5'000;
constexpr int kOrdersCompared = 6;
constexpr std::uint32_t kNoOrder = ~0U;
constexpr std::int64_t kLookedAMove = 10;  ///< batches looked at in the time of a move
constexpr std::int64_t kWorkAStep = 100;

}  // namespace

BatchMixing::BatchMixing(std::span<const BatchOrder> orders, std::int32_t capacity,
                         std::span<const double> prices, std::vector<PricedBatch> cheap)
    : capacity_(capacity),
      prices_(prices.begin(), prices.end()),
      cheap_(std::move(cheap)),
      by_order_(orders.size()),
      lists_(orders.size()) {
    for (const BatchOrder& order : orders) {
        weights_.push_back(order.weight);
    }
    std::sort(cheap_.begin(), cheap_.end(), [](const PricedBatch& a, const PricedBatch& b) {
        return std::pair(a.over_mm, a.orders) < std::pair(b.over_mm, b.orders);
    });
    for (std::uint32_t i = 0; i < cheap_.size(); ++i) {
        cheap_pieces_.push_back(piece_of(cheap_[i]));
        for (const std::uint32_t order : cheap_[i].orders) {
            by_order_[order].push_back(i);
        }
    }
}

BatchMixing::Piece BatchMixing::piece_of(const PricedBatch& batch) const {
    Piece piece;
    piece.over_mm = batch.length_mm;
    for (const std::uint32_t order : batch.orders) {
        piece.orders.insert(order);
        piece.over_mm -= prices_[order];
        piece.weight += weights_[order];
    }
    return piece;
}

void BatchMixing::begin(std::vector<PricedBatch> batches) {
    batches_ = std::move(batches);
    pieces_.clear();
    total_mm_ = 0;
    for (const PricedBatch& batch : batches_) {
        pieces_.push_back(piece_of(batch));
        total_mm_ += batch.length_mm;
    }
}

/// Least cost above the worth of their orders of the batches that carry so much.
double BatchMixing::batches_for(std::int64_t weight) const {
    return prices_.back() * static_cast<double>((weight + capacity_ - 1) / capacity_);
}

std::int64_t BatchMixing::step(Prng& prng) {
    looked_ = 0;
    nodes_ = 0;
    take_apart(prng);
    double budget_mm = -kTiny;
    std::int64_t weight = 0;
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
        if (is_apart_[i]) {
            budget_mm += pieces_[i].over_mm;
            weight += pieces_[i].weight;
        }
    }
    fill_lists(budget_mm, weight);
    best_mm_ = budget_mm;
    best_cover_.clear();
    cover(open_, 0, weight);
    if (!best_cover_.empty()) {
        accept();
    }
    return kWorkAStep + looked_ / kLookedAMove;
}

/// Batches that a cheap batch touches, then those that another touches with an order of these.
void BatchMixing::take_apart(Prng& prng) {
    is_apart_.assign(batches_.size(), false);
    apart_ = 0;
    open_ = {};
    const std::size_t most = std::min(kApartMax, batches_.size());
    const std::size_t wanted =
        most <= kApartMin ? most : kApartMin + prng.below(most - kApartMin + 1);
    for (int tries = 0; apart_ < wanted && tries < kTriesMax; ++tries) {
        auto order = static_cast<std::uint32_t>(prng.below(weights_.size()));
        while (apart_ > 0 && !open_.has(order)) {
            order = static_cast<std::uint32_t>(prng.below(weights_.size()));
        }
        const std::vector<std::uint32_t>& cheap = by_order_[order];
        OrderSet touched;
        touched.insert(order);
        if (!cheap.empty()) {  // The cheaper, the likelier.
            const std::uint64_t rank = prng.below(cheap.size());
            touched = cheap_pieces_[cheap[rank * rank / cheap.size()]].orders;
        }
        for (std::size_t i = 0; i < pieces_.size() && apart_ < wanted; ++i) {
            if (!is_apart_[i] && pieces_[i].orders.touches(touched)) {
                is_apart_[i] = true;
                ++apart_;
                open_.insert(pieces_[i].orders);
            }
        }
    }
}

void BatchMixing::fill_lists(double budget_mm, std::int64_t weight) {
    const double most_mm = budget_mm - batches_for(weight) + prices_.back();
    order_list_.clear();
    for (std::uint32_t order = 0; order < weights_.size(); ++order) {
        if (!open_.has(order)) {
            continue;
        }
        order_list_.push_back(order);
        lists_[order].clear();
        for (const std::uint32_t cheap : by_order_[order]) {
            ++looked_;
            const Piece& piece = cheap_pieces_[cheap];
            if (piece.over_mm >= most_mm) {
                break;
            }
            if (piece.orders.is_within(open_)) {
                lists_[order].push_back(cheap);
            }
        }
    }
    std::stable_sort(order_list_.begin(), order_list_.end(), [&](std::uint32_t a, std::uint32_t b) {
        return lists_[a].size() < lists_[b].size();
    });
}

/// Of the first few orders left, the one that the fewest batches can cover.
std::uint32_t BatchMixing::hardest(const OrderSet& left, double budget_mm) {
    std::uint32_t hardest = kNoOrder;
    std::size_t least = cheap_.size() + 1;
    int compared = 0;
    for (const std::uint32_t order : order_list_) {
        if (!left.has(order)) {
            continue;
        }
        std::size_t count = 0;
        for (const std::uint32_t cheap : lists_[order]) {
            ++looked_;
            if (count >= least || cheap_pieces_[cheap].over_mm >= budget_mm) {
                break;
            }
            count += cheap_pieces_[cheap].orders.is_within(left) ? 1 : 0;
        }
        if (count < least) {
            least = count;
            hardest = order;
        }
        if (least == 0 || ++compared == kOrdersCompared) {
            break;
        }
    }
    return hardest;
}

void BatchMixing::cover(const OrderSet& left, double spent_mm, std::int64_t weight) {
    if (left.is_empty()) {
        best_mm_ = spent_mm - kTiny;
        best_cover_ = cover_;
        return;
    }
    if (++nodes_ > kNodesMax) {
        return;
    }
    const auto most_mm = [&] { return best_mm_ - spent_mm - batches_for(weight) + prices_.back(); };
    const std::uint32_t order = hardest(left, most_mm());
    for (const std::uint32_t cheap : lists_[order]) {
        ++looked_;
        const Piece& piece = cheap_pieces_[cheap];
        if (piece.over_mm >= most_mm() || nodes_ > kNodesMax) {
            break;
        }
        if (!piece.orders.is_within(left) ||
            spent_mm + piece.over_mm + batches_for(weight - piece.weight) >= best_mm_) {
            continue;
        }
        OrderSet rest = left;
        rest.erase(piece.orders);
        cover_.push_back(cheap);
        cover(rest, spent_mm + piece.over_mm, weight - piece.weight);
        cover_.pop_back();
    }
}

void BatchMixing::accept() {
    std::vector<PricedBatch> batches;
    for (std::size_t i = 0; i < batches_.size(); ++i) {
        if (!is_apart_[i]) {
            batches.push_back(std::move(batches_[i]));
        }
    }
    for (const std::uint32_t cheap : best_cover_) {
        batches.push_back(cheap_[cheap]);
    }
    begin(std::move(batches));
}

}  // namespace tally::planner
