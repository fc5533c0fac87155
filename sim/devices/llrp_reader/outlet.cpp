#include "sim/devices/llrp_reader/outlet.hpp"

#include <algorithm>

namespace tally::sim::llrp {

namespace {

/// Between two pieces: longer than a local network smears them together.
constexpr Duration kPieceGap = std::chrono::milliseconds(1);

}  // namespace

Result<void> Outlet::send(ByteView frame) {
    if (faults_.segment_bytes == 0 && faults_.merge_ms == 0 && waiting_.empty()) {
        return stream_.send(frame);
    }
    if (!waiting_.empty() && waiting_.size() - sent_ + frame.size() > kBytesMax) {
        return fail(ErrorKind::exhausted, "the client reads too slowly");
    }
    waiting_.insert(waiting_.end(), frame.begin(), frame.end());
    if (!timer_.armed()) {
        timer_.arm(std::chrono::milliseconds(faults_.merge_ms), [this] { push(); });
    }
    return {};
}

void Outlet::push() {
    const auto piece = static_cast<std::size_t>(faults_.segment_bytes);
    const ByteView rest = ByteView(waiting_).subspan(sent_);
    const std::size_t size = piece == 0 ? rest.size() : std::min(piece, rest.size());
    sent_ += stream_.send(rest.first(size)) ? size : 0;
    if (sent_ == waiting_.size()) {
        waiting_.clear();
        sent_ = 0;
        return;
    }
    timer_.arm(kPieceGap, [this] { push(); });
}

void Outlet::flush() {
    timer_.cancel();
    const ByteView rest = ByteView(waiting_).subspan(sent_);
    if (!rest.empty() && stream_.send(rest)) {
        waiting_.clear();
        sent_ = 0;
    }
}

}  // namespace tally::sim::llrp
