#include "firmware/host/store/epoch_book.hpp"

#include <algorithm>
#include <tuple>

namespace tally::host::store {
namespace {

struct Key {
    std::string_view edge;
    std::uint64_t epoch;
};

bool is_before(const EpochSpan& span, const Key& key) {
    return std::tuple(std::string_view(span.edge), span.epoch) < std::tuple(key.edge, key.epoch);
}

}  // namespace

EpochSpan& EpochBook::add(EpochSpan span) {
    const auto at =
        std::lower_bound(spans_.begin(), spans_.end(), Key{span.edge, span.epoch}, is_before);
    const auto added = spans_.insert(at, std::move(span));
    recut(added->edge);
    return *added;
}

void EpochBook::truncate(std::string_view edge, std::uint64_t after_seq) {
    std::erase_if(spans_, [&](const EpochSpan& span) {
        return span.edge == edge && span.first_seq > after_seq;
    });
    for (EpochSpan& span : spans_) {
        if (span.edge == edge) {
            span.last_seq = std::min(span.last_seq, after_seq);
        }
    }
    recut(edge);
}

EpochSpan* EpochBook::find(std::string_view edge, std::uint64_t epoch) {
    const auto at = std::lower_bound(spans_.begin(), spans_.end(), Key{edge, epoch}, is_before);
    return at != spans_.end() && at->edge == edge && at->epoch == epoch ? &*at : nullptr;
}

EpochSpan* EpochBook::newest(std::string_view edge) {
    const Key behind{edge, std::numeric_limits<std::uint64_t>::max()};
    const auto after = std::lower_bound(spans_.begin(), spans_.end(), behind, is_before);
    return after != spans_.begin() && (after - 1)->edge == edge ? &*(after - 1) : nullptr;
}

const EpochSpan* EpochBook::by_id(std::int64_t id) const {
    const auto at = std::find_if(spans_.begin(), spans_.end(),
                                 [id](const EpochSpan& span) { return span.id == id; });
    return at == spans_.end() ? nullptr : &*at;
}

bool EpochBook::is_replaced(std::string_view edge, std::uint64_t epoch, std::uint64_t seq) const {
    return std::any_of(spans_.begin(), spans_.end(), [&](const EpochSpan& span) {
        return span.edge == edge && span.epoch > epoch && span.first_seq <= seq;
    });
}

std::int64_t EpochBook::next_id() const noexcept {
    std::int64_t greatest = 0;
    for (const EpochSpan& span : spans_) {
        greatest = std::max(greatest, span.id);
    }
    return greatest + 1;
}

void EpochBook::recut(std::string_view edge) {
    std::uint64_t cut = EpochSpan::kNoCut;
    for (auto span = spans_.rbegin(); span != spans_.rend(); ++span) {
        if (span->edge == edge) {
            span->cut_seq = cut;
            cut = std::min(cut, span->first_seq);
        }
    }
}

}  // namespace tally::host::store
