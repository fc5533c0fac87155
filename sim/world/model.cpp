#include "sim/world/model.hpp"

#include <cstddef>
#include <iterator>

namespace tally::sim {
namespace {

struct Point {
    std::int32_t x, y;
};

/// Linear between points whose x ascends; constant beyond both ends.
template <std::size_t kCount>
std::int32_t between(const Point (&points)[kCount], std::int32_t x) {
    if (x <= points[0].x) {
        return points[0].y;
    }
    for (std::size_t i = 1; i < kCount; ++i) {
        if (x <= points[i].x) {
            const std::int64_t rise = points[i].y - points[i - 1].y;
            const std::int64_t run = points[i].x - points[i - 1].x;
            return points[i - 1].y + static_cast<std::int32_t>(rise * (x - points[i - 1].x) / run);
        }
    }
    return points[kCount - 1].y;
}

}  // namespace

std::int32_t rssi_cdbm(std::int32_t distance_mm) {
    static constexpr Point kLoss[] = {{500, -4'500},   {1'000, -5'704}, {1'500, -6'408},
                                      {2'000, -6'908}, {3'000, -7'613}, {4'000, -8'112},
                                      {5'000, -8'500}};
    return between(kLoss, distance_mm);
}

std::uint32_t answer_ppm(std::int32_t rssi) {
    static constexpr Point kAnswers[] = {{-8'400, 0},       {-8'000, 20'000},  {-7'500, 150'000},
                                         {-7'000, 450'000}, {-6'500, 700'000}, {-6'000, 850'000},
                                         {-5'000, 900'000}};
    return static_cast<std::uint32_t>(between(kAnswers, rssi));
}

}  // namespace tally::sim
