#include "firmware/services/ledger/position_index.hpp"

namespace tally {

const std::vector<std::uint32_t>& PositionIndex::of(const Ledger& ledger, std::string_view text) {
    static const std::vector<std::uint32_t> kNone;
    const Book& book = ledger.book();
    if (ledger.line().epoch() != epoch_ || book.position_count() < seen_) {
        slots_.clear();
        seen_ = 0;
        epoch_ = ledger.line().epoch();
    }
    for (; seen_ < book.position_count(); ++seen_) {
        const auto slot = static_cast<std::uint32_t>(seen_);
        const std::string_view of = book.position(slot).*by_;
        const auto found = slots_.find(of);
        (found != slots_.end() ? found->second : slots_[std::string(of)]).push_back(slot);
    }
    const auto found = slots_.find(text);
    return found == slots_.end() ? kNone : found->second;
}

}  // namespace tally
