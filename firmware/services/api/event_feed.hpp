// Watching: /v1/events. Each answer holds the events behind a cursor, at once if there are any,
// else when some come or after a moment without; the transport asks on for as long as the watcher
// listens. The cursor is the event's seq on an edge, its order of arrival on the bridge.
#pragma once

#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "firmware/ports/clock.hpp"
#include "firmware/ports/journal.hpp"
#include "firmware/ports/operator_api.hpp"
#include "firmware/ports/scheduler.hpp"

namespace tally {

/// Single-threaded. While nobody watches it costs nothing.
class EventFeed {
 public:
    static constexpr Duration kLookEvery = std::chrono::milliseconds(100);
    static constexpr Duration kAliveEvery = std::chrono::seconds(5);
    static constexpr std::size_t kWatchersMax = 64;

    struct Wish {
        std::uint64_t after = 0;
        std::string gate;  ///< empty: all events
        enum class Follow : std::uint8_t { once, on } follow = Follow::on;
    };

    /// `edge` empty: every edge (the bridge).
    EventFeed(std::string edge, Journal& journal, Clock& clock, Scheduler& scheduler);

    /// exhausted (503) if too many watch already.
    void ask(Wish wish, ApiReplyTo reply);

    /// Where the feed ends now.
    void find_end(std::function<void(Result<std::uint64_t>)> reply);

 private:
    struct Watcher {
        Wish wish;
        ApiReplyTo reply;
        MonoTime until;
        bool asking = false;
    };
    using Place = std::list<Watcher>::iterator;

    void look();
    void ask_journal(Place watcher);
    void take(Place watcher, const std::vector<FoundRow>& rows);
    void answer(Place watcher, std::uint64_t cursor, std::string body);
    void has_rows_behind(std::uint64_t cursor, std::function<void(Result<bool>)> reply);
    void search(std::uint64_t low, std::uint64_t high,
                std::function<void(Result<std::uint64_t>)> reply);

    std::string edge_;
    Journal& journal_;
    Clock& clock_;
    std::list<Watcher> watchers_;
    Timer look_timer_;
};

}  // namespace tally
