#include "tools/demo_site/watch.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "firmware/base/secret_file.hpp"
#include "tools/demo_site/pause.hpp"

namespace tally::demo {

namespace {

constexpr Duration kLookEvery = std::chrono::milliseconds(150);

}  // namespace

std::int64_t wall_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

Result<Boxes> Boxes::make(const SiteProcesses& site) {
    TALLY_TRY_ASSIGN(const std::string token, read_secret_file(token_file(site.folder())));
    const auto box = [&](Part part) {
        return BoxApi::make(std::string(to_string(part)), site.port_of(part), token);
    };
    TALLY_TRY_ASSIGN(BoxApi bridge, box(Part::bridge));
    TALLY_TRY_ASSIGN(BoxApi back, box(Part::back));
    TALLY_TRY_ASSIGN(BoxApi shop, box(Part::shop));
    return Boxes{std::move(bridge), std::move(back), std::move(shop)};
}

void Watch::note(const FeedEvent& event) {
    ++events_;
    if (event.type == "blind_began") {
        blind_.push_back({event.device, event.kind, event.since_t_ms, 0});
    } else if (event.type == "blind_ended") {
        for (BlindSpan& span : blind_) {
            if (span.device == event.device && span.until_t_ms == 0) {
                span.until_t_ms = event.t_ms;
            }
        }
    } else if (event.type == "anomaly_raised") {
        ++anomalies_raised_;
    }
}

Result<void> Watch::look() {
    if (const std::vector<Part> fallen = site_.fallen(); !fallen.empty()) {
        return fail(ErrorKind::corrupt,
                    fmt::format("{} ended by itself; the end of its log:\n{}",
                                to_string(fallen.front()), site_.log_end(fallen.front())));
    }
    if (!site_.running(Part::bridge)) {
        return {};
    }
    TALLY_TRY_ASSIGN(const std::vector<FeedEvent> events, boxes_.bridge.events_after(cursor_));
    for (const FeedEvent& event : events) {
        note(event);
        tale_.tell(event, goods_);
    }
    return {};
}

Result<void> Watch::wait(Duration span) {
    const Deadline deadline(span);
    do {
        TALLY_TRY(look());
        TALLY_TRY(pause(std::min(span, kLookEvery)));
    } while (!deadline.over());
    return look();
}

Result<void> Watch::until(std::string_view what, Duration limit, const Question& done) {
    const Deadline deadline(limit);
    for (;;) {
        TALLY_TRY(look());
        TALLY_TRY_ASSIGN(const bool is_done, done());
        if (is_done) {
            return look();
        }
        if (deadline.over()) {
            return fail(ErrorKind::timeout, fmt::format("waited in vain until {}", what));
        }
        TALLY_TRY(pause(kLookEvery));
    }
}

Result<void> Watch::until_quiet() {
    constexpr Duration kLimit = std::chrono::seconds(40);
    return until("every event is at the bridge and every command at its edge", kLimit,
                 [this]() -> Result<bool> {
                     for (const BoxApi* box : {&boxes_.back, &boxes_.shop, &boxes_.bridge}) {
                         TALLY_TRY_ASSIGN(const std::vector<BoxApi::Sync> rows, box->sync());
                         for (const BoxApi::Sync& row : rows) {
                             if (row.depth != 0) {
                                 return false;
                             }
                         }
                     }
                     return true;
                 });
}

}  // namespace tally::demo
