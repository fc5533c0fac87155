// Waiting while the person watches: every wait follows the bridge's feed and notes what matters
// later (blind spans), and ends with an error if a process of the site falls.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tools/demo_site/box_api.hpp"
#include "tools/demo_site/goods.hpp"
#include "tools/demo_site/site_processes.hpp"
#include "tools/demo_site/tale.hpp"

namespace tally::demo {

/// The three boxes that answer operators.
struct Boxes {
    BoxApi bridge, back, shop;

    static Result<Boxes> make(const SiteProcesses& site);
    [[nodiscard]] const BoxApi& edge(std::string_view id) const {
        return id == kBack ? back : shop;
    }
};

/// When a reader could not tell, in UTC milliseconds; `until_t_ms` 0: still.
struct BlindSpan {
    std::string device, cause;
    std::int64_t since_t_ms = 0, until_t_ms = 0;
};

/// Now, as the ledger stamps it.
std::int64_t wall_ms();

/// Single-threaded; what it is given must outlive it.
class Watch {
 public:
    Watch(SiteProcesses& site, const Boxes& boxes, const Tale& tale, const Goods& goods)
        : site_(site), boxes_(boxes), tale_(tale), goods_(goods) {}

    Result<void> wait(Duration span);

    /// Waits until `done` says true; timeout with `what` after `limit`.
    using Question = std::function<Result<bool>()>;
    Result<void> until(std::string_view what, Duration limit, const Question& done);

    /// Waits until all that the edges wrote is at the bridge, and every command at its edge.
    Result<void> until_quiet();

    [[nodiscard]] const std::vector<BlindSpan>& blind() const { return blind_; }
    [[nodiscard]] std::size_t anomalies_raised() const { return anomalies_raised_; }
    [[nodiscard]] std::size_t events() const { return events_; }

 private:
    Result<void> look();
    void note(const FeedEvent& event);

    SiteProcesses& site_;
    const Boxes& boxes_;
    const Tale& tale_;
    const Goods& goods_;
    std::uint64_t cursor_ = 0;
    std::size_t events_ = 0;
    std::size_t anomalies_raised_ = 0;
    std::vector<BlindSpan> blind_;
};

}  // namespace tally::demo
