// A site whose edges write events on demand, and all checkers of delivery in one call.
#pragma once

#include <string>
#include <utility>

#include "sim/checkers/ledger_checks.hpp"
#include "sim/checkers/stored.hpp"
#include "sim/scenarios/sim_site.hpp"
#include "sim/scenarios/tags.hpp"

namespace tally::scenario {

class SyncBench {
 public:
    explicit SyncBench(sim::SimSiteOptions options) : site(std::move(options)) {}

    /// Writes `count` events at an edge, each another version of one item record.
    void write(const std::string& edge, int count) {
        for (int i = 0; i < count; ++i) {
            ItemRecord record;
            record.sku = "SKU-1";
            record.gtin = sim::gtin_of(1);
            record.name = "version " + std::to_string(++written_);
            static_cast<void>(site.edge(edge).inventory().import_master({record}, by_, {}));
        }
    }

    /// Everything that must hold between an edge and the bridge when all is quiet.
    sim::Findings check(const std::string& edge) {
        sim::Findings all = sim::check_stock(site.disk(edge), edge);
        sim::append(all, sim::check_stock(site.disk("bridge"), edge));
        sim::append(all, sim::check_equal(site.disk(edge), site.disk("bridge"), edge));
        sim::append(all, sim::check_acknowledged(site.witness(), site.disk("bridge"), edge));
        sim::append(all,
                    sim::check_told(site.witness(), site.disk(edge), site.disk("bridge"), edge));
        const std::size_t exchanged = site.disks_exchanged(edge);
        sim::append(all, sim::check_epochs(site.disk(edge), edge, exchanged));
        if (exchanged == 0) {
            sim::append(all, sim::check_durable(site.witness(), site.disk(edge), edge));
        }
        for (const std::string& fatal : site.fatal()) {
            all.push_back({"fatal", fatal});
        }
        return all;
    }

    std::size_t bridge_anomalies(const std::string& kind) {
        std::size_t count = 0;
        for (const auto& [id, open] : site.bridge().own().registers().anomalies()) {
            count += open.what.kind == kind ? 1 : 0;
        }
        return count;
    }

    /// How many events of a type about an item stand on an edge's own line.
    std::size_t events_of(const std::string& edge, const std::string& type,
                          const std::string& item) {
        std::size_t count = 0;
        for (const JournalRow& row : sim::stored_rows(site.disk(edge), edge, sim::Span::line)) {
            count += row.type == type && row.item == item ? 1 : 0;
        }
        return count;
    }

    sim::SimSite site;

 private:
    Actor by_{"user:li.wei", ""};
    int written_ = 0;
};

}  // namespace tally::scenario
