// A box of a whole site dies at the points at which its disk changes, while events are written,
// master data imported, checkpoints set, batches sent and applied, commands logged and carried out.
// A kill and a power cut right before each sync (written, not durable) and right behind it
// (durable, not yet answered); afterwards the box starts again and everything must come level:
// stock is its fold, nothing answered is lost, nothing is there twice.
// With TALLY_EVERY_CHANGE=1 every change of the disk is such a point, not only the syncs.
#include <cstdio>
#include <cstdlib>
#include <set>

#include <catch2/catch.hpp>

#include "tests/scenario/sync_bench.hpp"

using namespace tally;
using namespace tally::scenario;

using sim::to_text;

namespace {

constexpr Duration kMoment = std::chrono::milliseconds(300);

class Day {
 public:
    explicit Day(std::string box) : bench_({}), box_(std::move(box)) {
        REQUIRE(bench_.site.settle());
    }

    sim::SimDisk& disk() { return bench_.site.drive(box_); }

    /// Work of every kind; what meets a dead box is left out.
    void work() {
        for (int round = 0; round < 3; ++round) {
            import(1);
            import(1);
            command();
            pass();
            import(8);
            pass();
            if (alive("back")) {
                bench_.site.edge("back").ledger().checkpoint();
            }
            import(2);
            command();
            pass();
        }
    }

    void die_before(std::uint64_t change, sim::Death death) {
        bench_.site.kill_before(box_, change, death);
    }

    /// Up again and level; everything holds.
    void recover_and_check() {
        bench_.site.run_for(std::chrono::seconds(1));
        REQUIRE_FALSE(alive(box_.c_str()));
        bench_.site.restart(box_);
        REQUIRE(bench_.site.settle());
        import(1);
        command();
        REQUIRE(bench_.site.settle());
        for (const char* edge : {"back", "shop"}) {
            CHECK(to_text(bench_.check(edge)) == "");
        }
        check_events("back", imported_, answered_imports_);
        check_events("back", commanded_, answered_commands_);
        check_events("shop", commanded_, answered_commands_);
    }

 private:
    bool alive(const char* box) { return bench_.site.node(box).alive(); }
    void pass() { bench_.site.run_for(kMoment); }

    ItemRecord record(const char* kind) {
        ItemRecord made;
        made.sku = kind + std::to_string(++records_);
        made.name = made.sku;
        return made;
    }

    void import(int count) {
        if (!alive("back")) {
            return;
        }
        std::vector<MasterRecord> records;
        for (int i = 0; i < count; ++i) {
            records.emplace_back(record("EDGE-"));
            imported_.push_back(std::get<ItemRecord>(records.back()).sku);
        }
        std::set<std::string> skus(imported_.end() - count, imported_.end());
        const auto done = bench_.site.edge("back").inventory().import_master(
            records, {"user:li.wei", ""},
            [this, skus](auto&&...) { answered_imports_.insert(skus.begin(), skus.end()); });
        CHECK(done);
    }

    void command() {
        if (!alive("bridge")) {
            return;
        }
        const ItemRecord item = record("OFFICE-");
        commanded_.push_back(item.sku);
        const auto sent = bench_.site.bridge().command(
            {}, "user:office", "master", encode(MasterRecord(item)),
            [this, sku = item.sku](auto&&...) { answered_commands_.insert(sku); });
        CHECK(sent);
    }

    /// Each record is one event of the edge if it was answered, at most one if not.
    void check_events(const std::string& edge, const std::vector<std::string>& skus,
                      const std::set<std::string>& answered) {
        const auto rows = sim::stored_rows(bench_.site.disk(edge), edge, sim::Span::line);
        for (const std::string& sku : skus) {
            int found = 0;
            for (const JournalRow& row : rows) {
                const bool is_it = row.canonical.find('"' + sku + '"') != std::string::npos;
                found += row.type == "master_changed" && is_it ? 1 : 0;
            }
            INFO(edge << ": " << sku << (answered.contains(sku) ? ", answered" : ""));
            CHECK(found <= 1);
            CHECK((found == 1 || !answered.contains(sku)));
        }
    }

    SyncBench bench_;
    std::string box_;
    int records_ = 0;
    std::vector<std::string> imported_, commanded_;
    std::set<std::string> answered_imports_, answered_commands_;
};

struct Points {
    std::vector<std::uint64_t> changes;  // counted from the start of the work
    std::size_t syncs = 0;
    std::uint64_t all = 0;
};

Points points_of(const std::string& box) {
    Day day(box);
    std::vector<std::uint64_t> syncs;
    day.disk().note_syncs(&syncs);
    const std::uint64_t before = day.disk().counts().changes();
    day.work();
    day.disk().note_syncs(nullptr);
    Points points;
    points.all = day.disk().counts().changes() - before;
    points.syncs = syncs.size();
    std::set<std::uint64_t> chosen;
    for (const std::uint64_t sync : syncs) {
        chosen.insert(sync - before);
        chosen.insert(std::min(sync - before + 1, points.all));
    }
    if (std::getenv("TALLY_EVERY_CHANGE") != nullptr) {
        for (std::uint64_t change = 1; change <= points.all; ++change) {
            chosen.insert(change);
        }
    }
    points.changes.assign(chosen.begin(), chosen.end());
    return points;
}

void die_everywhere(const std::string& box) {
    const Points points = points_of(box);
    std::printf("%s: %zu crash points of %llu changes, %zu syncs\n", box.c_str(),
                points.changes.size(), static_cast<unsigned long long>(points.all), points.syncs);
    REQUIRE(points.syncs > 10);
    for (const std::uint64_t change : points.changes) {
        for (const sim::Death death : {sim::Death::process, sim::Death::power}) {
            INFO(box << ", change " << change << ", "
                     << (death == sim::Death::process ? "killed" : "power cut"));
            Day day(box);
            day.die_before(change, death);
            day.work();
            day.recover_and_check();
        }
    }
}

}  // namespace

TEST_CASE("an edge that dies at any point of its journal loses and doubles nothing") {
    die_everywhere("back");
}

TEST_CASE("a bridge that dies at any point of its journal loses and doubles nothing") {
    die_everywhere("bridge");
}
