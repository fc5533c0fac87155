// Which positions of a book have one text of their key in common, so that nobody looks at all of
// them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/services/ledger/ledger.hpp"

namespace tally {

/// By place, by SKU, ...: a member of PositionView. Brought forward at each question by the
/// positions that are new since the last one: the book numbers them in the order of first use and
/// keeps the numbers, until an epoch is opened on another book. Single-threaded.
class PositionIndex {
 public:
    explicit PositionIndex(std::string_view PositionView::*by) : by_(by) {}

    /// Positions that have ever had this text, by number; good until the next call.
    const std::vector<std::uint32_t>& of(const Ledger& ledger, std::string_view text);

 private:
    std::string_view PositionView::*by_;
    std::map<std::string, std::vector<std::uint32_t>, std::less<>> slots_;
    std::size_t seen_ = 0;
    Epoch epoch_{0};
};

}  // namespace tally
