#include "tools/tally/watch/watch.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

#include <fmt/chrono.h>

#include "tools/tally/show.hpp"

namespace tally::cli {

namespace {

using Steady = std::chrono::steady_clock;

std::string clock_text() {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    return fmt::format("{:%H:%M:%S}", local);
}

/// Nothing where the box has no such thing.
Result<std::optional<std::string>> answer_to(const Box& box, std::string_view target) {
    TALLY_TRY_ASSIGN(const host::HttpAnswer answer, box.ask({"GET", std::string(target), {}}));
    if (answer.status == 401 || answer.status == 403) {
        const Refusal refusal = refusal_of(answer.status, answer.body);
        return fail(ErrorKind::refused, refusal.text + "; next: " + refusal.next);
    }
    return answer.status == 200 ? std::optional(answer.body) : std::nullopt;
}

}  // namespace

Result<WatchNews> hear(const Box& box, std::optional<DrawnFloor> floor) {
    WatchNews news;
    TALLY_TRY_ASSIGN(const auto status, answer_to(box, "/v1/status"));
    if (!status) {
        return fail(ErrorKind::malformed,
                    "the box answers, but not how it does; compare the "
                    "versions: tally status -o json");
    }
    news.status = *status;
    for (const PaneSpec& pane : watch_panes()) {
        TALLY_TRY_ASSIGN(const auto answer, answer_to(box, pane.target));
        if (answer) {
            news.panes.emplace(pane.command, *answer);
        }
    }
    news.floor = std::move(floor);
    if (!news.floor) {
        TALLY_TRY_ASSIGN(const auto answer, answer_to(box, "/v1/floor"));
        if (answer) {
            TALLY_TRY_ASSIGN(news.floor, read_floor_answer(*answer));
        }
    }
    news.clock = clock_text();
    return news;
}

void watch_box(const Box& box, WatchNews news, int every_ms, Screen& screen, const Catalogue& say) {
    WatchView view;
    auto heard_at = Steady::now();
    for (;;) {
        view.columns = screen.columns();
        view.rows = screen.rows();
        view.strokes = screen.strokes();
        screen.show(watch_page(news, view, say));
        const auto age =
            std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - heard_at);
        const int wait_ms = std::max(0, every_ms - static_cast<int>(age.count()));
        const char key = screen.key(wait_ms);
        if (key == 'q' || key == 'Q') {
            return;
        }
        if (key >= '0' && key <= '9') {
            view.focus = static_cast<std::size_t>(key - '0');
        }
        if (Steady::now() - heard_at >= std::chrono::milliseconds(every_ms)) {
            if (auto newer = hear(box, news.floor)) {
                news = std::move(*newer);
            } else {
                news.trouble =
                    fmt::format("{} {}: {}", say("as of"), news.clock, newer.error().text);
            }
            heard_at = Steady::now();
        }
    }
}

}  // namespace tally::cli
