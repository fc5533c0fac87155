// Which epochs each edge has, where they begin and end, and which of their rows stand. Internal to
// host/store; a value, so that a failed commit puts the old one back.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace tally::host::store {

/// One epoch of one edge. Rows with first_seq <= seq < cut_seq belong to the line.
struct EpochSpan {
    std::int64_t id = 0;  ///< epoch.id
    std::string edge;
    std::uint64_t epoch = 0;
    std::uint64_t first_seq = 0;
    std::uint64_t last_seq = 0;
    std::uint64_t cut_seq = kNoCut;  ///< least first_seq of the edge's later epochs

    static constexpr std::uint64_t kNoCut = std::numeric_limits<std::int64_t>::max();
    [[nodiscard]] bool on_line(std::uint64_t seq) const noexcept { return seq < cut_seq; }
};

/// Spans sorted by (edge, epoch). An edge box has one edge and few epochs; a bridge some hundreds.
class EpochBook {
 public:
    /// Adds a span that is not there yet.
    EpochSpan& add(EpochSpan span);
    /// Takes back everything of the edge above `after_seq`.
    void truncate(std::string_view edge, std::uint64_t after_seq);

    [[nodiscard]] EpochSpan* find(std::string_view edge, std::uint64_t epoch);
    /// The edge's newest epoch, or null.
    [[nodiscard]] EpochSpan* newest(std::string_view edge);
    [[nodiscard]] const EpochSpan* by_id(std::int64_t id) const;
    /// True if an epoch after `epoch` began at or below `seq`: what was true there is no more.
    [[nodiscard]] bool is_replaced(std::string_view edge, std::uint64_t epoch,
                                   std::uint64_t seq) const;
    [[nodiscard]] std::int64_t next_id() const noexcept;
    [[nodiscard]] const std::vector<EpochSpan>& spans() const noexcept { return spans_; }

 private:
    void recut(std::string_view edge);

    std::vector<EpochSpan> spans_;
};

}  // namespace tally::host::store
