// A live site with a fault proxy on each way that matters: of every box to the broker, of the edges
// to each reader. Afterwards both journals of each edge must hold the same line.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/site/ledgers.hpp"
#include "tests/integration/site/live_site.hpp"
#include "tests/support/fault_proxy.hpp"

namespace tally::test {

/// All boxes are up when it is made. For one thread.
class ProxiedSite {
 public:
    static constexpr const char* kBoxes[] = {"bridge", "back", "shop"};

    /// `readers` says the options of tally-emul; the site's folder is there by then.
    using ReaderOptions = std::function<std::vector<std::string>(LiveSite&)>;
    ProxiedSite(SitePlan plan, const ReaderOptions& readers);

    LiveSite& site() { return site_; }
    /// Of a box ("bridge", an edge) to the broker, or of a reader ("dock-reader") to its edge.
    FaultProxy& way(const std::string& of) { return *ways_.at(of); }
    [[nodiscard]] bool has_way(const std::string& of) const { return ways_.contains(of); }

    void fair_weather();
    /// Until both edges have had `events` more acknowledged; false: not in time.
    bool go_on(std::uint64_t events);

    /// The readers end, then everybody else; what each edge told is compared with the bridge's copy
    /// of it, and with all that was ever acknowledged.
    std::map<std::string, LineCopy> close();

 private:
    LineCopy end_told(const std::string& edge);

    LiveSite site_;
    std::map<std::string, std::unique_ptr<FaultProxy>> ways_;
};

}  // namespace tally::test
