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

std::int32_t rssi_cdbm(const WorldModel& model, std::int32_t distance_mm) {
    constexpr std::int64_t kDecadeCdb = 4'000;  // What the points below lose in one.
    static constexpr Point kLoss[] = {{500, 0},       {1'000, 1'204}, {1'500, 1'908},
                                      {2'000, 2'408}, {3'000, 3'113}, {4'000, 3'612},
                                      {5'000, 4'000}};
    const std::int64_t lost = between(kLoss, distance_mm) * std::int64_t{model.loss_cdb_per_decade};
    return model.near_rssi_cdbm - static_cast<std::int32_t>(lost / kDecadeCdb);
}

std::uint32_t answer_ppm(const WorldModel& model, std::int32_t rssi) {
    constexpr std::int64_t kNearPpm = 900'000;  // The last of the points below.
    static constexpr Point kAnswers[] = {{0, 0},           {400, 20'000},    {900, 150'000},
                                         {1'400, 450'000}, {1'900, 700'000}, {2'400, 850'000},
                                         {3'400, 900'000}};
    const std::int64_t answered = between(kAnswers, rssi - model.sensitivity_cdbm);
    return static_cast<std::uint32_t>(answered * model.near_answer_ppm / kNearPpm);
}

}  // namespace tally::sim
