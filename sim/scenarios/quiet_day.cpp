#include "sim/scenarios/quiet_day.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "firmware/base/check.hpp"
#include "sim/checkers/ledger_checks.hpp"
#include "sim/checkers/stored.hpp"
#include "sim/scenarios/sim_site.hpp"
#include "sim/scenarios/tags.hpp"

namespace tally::sim {

namespace {

constexpr std::uint32_t kSkus = 3;
constexpr std::uint64_t kPallets = 3;
constexpr std::uint64_t kUnitsOnPallet = 6;
const Actor kReceiver{"user:li.wei", ""};

SimSiteOptions options_of(std::uint64_t seed, std::size_t trace_entries_kept) {
    SimSiteOptions options;
    options.seed = seed;
    options.trace_entries_kept = trace_entries_kept;
    return options;
}

class QuietDay {
 public:
    QuietDay(std::uint64_t seed, std::size_t trace_entries_kept)
        : site_(options_of(seed, trace_entries_kept)), prng_(site_.kernel().prng("quiet day")) {}

    QuietDayRun run() {
        open();
        for (std::uint64_t pallet = 1; pallet <= kPallets; ++pallet) {
            receive(pallet);
        }
        walk_about(8);
        without_broker();
        walk_about(4);
        without_shop();
        walk_about(4);
        while_door_reboots();
        walk_about(6);
        evening();
        count();
        close();
        return std::move(run_);
    }

 private:
    void note(std::string text) {
        run_.log.push_back(
            fmt::format("{:>5} s  {}", site_.kernel().now().ns / 1'000'000'000, text));
    }

    /// Everybody is up, and head office sends the master data.
    void open() {
        const bool up = site_.run_until([this] {
            return site_.reader("dock-reader").reading() && site_.reader("door-reader").reading() &&
                   site_.reader("exit-reader").reading() && site_.is_settled();
        });
        expect(up, "opened", "readers and sync did not come up");
        for (std::uint32_t item = 1; item <= kSkus; ++item) {
            ItemRecord record;
            record.sku = "SKU-" + std::to_string(item);
            record.gtin = gtin_of(item);
            record.name = "goods " + std::to_string(item);
            send_master(record);
        }
        for (std::uint64_t pallet = 1; pallet <= kPallets; ++pallet) {
            PalletRecord record;
            record.sscc = pallet_tag(pallet).str();
            for (const TagCode& child : children_of(pallet)) {
                record.children.push_back(child.str());
            }
            send_master(record);
        }
        expect(site_.settle(), "opened", "master data did not arrive");
        note("open: master data is at both edges");
    }

    void send_master(const MasterRecord& record) {
        const auto sent =
            site_.bridge().command({}, "user:head.office", "master", encode(record), {});
        expect(sent.has_value(), "opened", "a command was refused");
    }

    std::vector<TagCode> children_of(std::uint64_t pallet) {
        std::vector<TagCode> children;
        for (std::uint64_t i = 1; i <= kUnitsOnPallet; ++i) {
            const auto item = static_cast<std::uint32_t>(1 + (pallet + i) % kSkus);
            children.push_back(unit_tag(item, pallet * 100 + i));
            sku_of_[children.back().str()] = "SKU-" + std::to_string(item);
        }
        return children;
    }

    void receive(std::uint64_t pallet) {
        const TagCode label = pallet_tag(pallet);
        const std::vector<TagCode> children = children_of(pallet);
        for (const TagCode& child : children) {
            must(site_.world().add_unit(child, PlaceId("SUPPLIER")));
        }
        must(site_.world().add_pallet(label, PlaceId("SUPPLIER"), children));
        go({label}, "dock", Way::in);
        site_.run_for(std::chrono::seconds(5));
        must(site_.world().unpack(label));
        const auto unpacked = site_.edge("back").inventory().unpack(label.str(), kReceiver, {});
        expect(unpacked.has_value(), "received", "a pallet could not be unpacked");
        note(fmt::format("pallet {} unpacked", pallet));
    }

    void go(std::vector<TagCode> units, const std::string& gate, Way way,
            Walk::Course course = Walk::Course::through) {
        note(fmt::format("{} unit(s), first {}, {} through {}{}", units.size(), units.front().str(),
                         way == Way::in ? "in" : "out", gate,
                         course == Walk::Course::turn_back ? ", turning back" : ""));
        ++run_.walks;
        must(site_.walk(std::move(units), gate, way, course));
        const auto rest = std::chrono::milliseconds(prng_.between(500, 6'000));
        site_.run_for(rest);
    }

    std::vector<TagCode> free_units(const std::string& place) {
        std::vector<TagCode> units;
        for (const Truth& truth : site_.world().truth()) {
            if (truth.place.str() == place && !truth.pallet && !truth.walking &&
                sku_of_.contains(truth.code.str())) {
                units.push_back(truth.code);
            }
        }
        return units;
    }

    /// Up to `most` units that stand at `place`, drawn; none if none stand there.
    std::vector<TagCode> draw_units(const std::string& place, std::uint64_t most) {
        std::vector<TagCode> units = free_units(place);
        std::vector<TagCode> drawn;
        const std::uint64_t count = 1 + prng_.below(most);
        while (!units.empty() && drawn.size() < count) {
            const auto at = static_cast<std::ptrdiff_t>(prng_.below(units.size()));
            drawn.push_back(units[static_cast<std::size_t>(at)]);
            units.erase(units.begin() + at);
        }
        return drawn;
    }

    struct Errand {
        const char* place;
        const char* gate;
        Way way;
        Walk::Course course;
    };

    void walk_about(int errands) {
        static constexpr Errand kErrands[] = {
            {"back.hall", "door", Way::in, Walk::Course::through},
            {"back.hall", "door", Way::in, Walk::Course::through},
            {"shop.floor", "exit", Way::out, Walk::Course::through},
            {"shop.floor", "door", Way::out, Walk::Course::through},
            {"CUSTOMER", "exit", Way::in, Walk::Course::through},
            {"back.hall", "dock", Way::out, Walk::Course::turn_back},
            {"shop.floor", "exit", Way::out, Walk::Course::turn_back},
        };
        for (int i = 0; i < errands; ++i) {
            const Errand& errand = kErrands[prng_.below(std::size(kErrands))];
            std::vector<TagCode> units = draw_units(errand.place, 3);
            if (!units.empty()) {
                go(std::move(units), errand.gate, errand.way, errand.course);
            }
        }
    }

    /// A unit goes over to the shop and out to a customer while nobody can tell anybody.
    void without_broker() {
        note("the broker is killed");
        site_.kill("broker");
        std::vector<TagCode> units = draw_units("back.hall", 2);
        if (!units.empty()) {
            go(units, "door", Way::in);
            go({units.front()}, "exit", Way::out);
        }
        walk_about(3);
        site_.restart("broker");
        note("the broker is back");
        expect(site_.settle(), "recovered", "sync did not recover from a dead broker");
    }

    void without_shop() {
        note("edge shop is killed");
        site_.kill("shop");
        walk_about(3);
        site_.restart("shop");
        note("edge shop is back");
        expect(site_.settle(), "recovered", "sync did not recover from a killed edge");
    }

    void while_door_reboots() {
        std::vector<TagCode> units = draw_units("back.hall", 3);
        if (units.empty()) {
            units = draw_units("back.hall", 1);
        }
        note("the reader of the door reboots");
        site_.reader("door-reader").reboot(std::chrono::seconds(6));
        if (!units.empty()) {
            go(std::move(units), "door", Way::in);
        }
        const bool back = site_.run_until([this] { return site_.reader("door-reader").reading(); });
        expect(back, "recovered", "the reader's session did not come back");
    }

    TruthInputs inputs() {
        return {site_.site(),
                site_.world(),
                sku_of_,
                {{"back", &site_.disk("back")}, {"shop", &site_.disk("shop")}},
                site_.disk("bridge")};
    }

    /// Nothing new goes wrong any more; all that can come has come.
    void evening() {
        site_.run_for(std::chrono::seconds(150));
        expect(site_.settle(), "recovered", "bridge and edges are not level in the evening");
        run_.evening = differences(inputs());
        const Doubts said = doubts(inputs());
        for (const Difference& each : run_.evening) {
            note(each.who + ": " + (each.item.empty() ? each.place : each.item) + " " + each.text);
            if (each.who.rfind("edge", 0) == 0) {
                note_history(each.item);
            }
            if (!said.items.contains(each.item) && !said.places.contains(each.place)) {
                run_.findings.push_back(
                    {"truth.unsaid",
                     each.who + ": " + each.item + " " + each.text + ", and nobody was in doubt"});
            }
        }
    }

    /// What the ledgers say about a unit, for people who ask why a book was wrong.
    void note_history(const std::string& item) {
        for (const char* name : {"back", "shop"}) {
            for (const JournalRow& row : stored_rows(site_.disk(name), name, Span::line)) {
                if (row.item == item) {
                    note("    " + row.canonical);
                }
            }
        }
    }

    /// People look, and say what they see; then they close what was open.
    void count() {
        std::map<std::string, std::string> truth;
        for (const Truth& unit : site_.world().truth()) {
            if (sku_of_.contains(unit.code.str())) {
                truth[unit.code.str()] = unit.place.str();
            }
        }
        for (const char* name : {"back", "shop"}) {
            for (const auto& [item, place] : truth) {
                correct(name, item, place);
            }
        }
        for (const char* name : {"back", "shop"}) {
            Inventory& inventory = site_.edge(name).inventory();
            const auto open = site_.edge(name).ledger().registers().anomalies();
            for (const auto& [id, anomaly] : open) {
                note("resolved: " + id + " " + anomaly.what.kind + " " + anomaly.item + " " +
                     anomaly.what.text);
                must_seq(inventory.resolve_anomaly(id, "counted", kReceiver, {}));
            }
        }
        expect(site_.settle(), "recovered", "the count did not arrive");
        const auto open = site_.bridge().own().registers().anomalies();
        for (const auto& [id, anomaly] : open) {
            note("resolved: " + id + " " + anomaly.what.kind + " " + anomaly.item + " " +
                 anomaly.what.text);
            must_seq(site_.bridge().resolve_anomaly(id, "counted", "user:li.wei", {}));
        }
    }

    void correct(const std::string& name, const std::string& item, const std::string& place) {
        EdgeSite& edge = site_.edge(name);
        const auto held = edge.ledger().book().item(item);
        const std::string booked = held ? std::string(held->place) : std::string();
        const bool here = site_.site().owner_of(PlaceId(place)) == EdgeId(name);
        const bool booked_here = site_.site().owner_of(PlaceId(booked)) == EdgeId(name);
        std::string to;
        if (here && booked != place) {
            to = place;
        } else if (!here && booked_here) {
            to = place == "CUSTOMER" ? "CUSTOMER" : "LOST";
        }
        if (!to.empty()) {
            ++run_.corrections;
            note("counted: " + item + " is at " + place + ", edge " + name + " had it at " +
                 booked);
            must_seq(edge.inventory().correct(item, PlaceId(to), "counted", kReceiver, {}));
        }
    }

    void close() {
        run_.settled = site_.settle();
        run_.after_count = differences(inputs());
        run_.anomalies_open = doubts(inputs()).open;
        for (const char* name : {"back", "shop"}) {
            append(run_.findings, check_stock(site_.disk(name), name));
            append(run_.findings, check_stock(site_.disk("bridge"), name));
            append(run_.findings, check_equal(site_.disk(name), site_.disk("bridge"), name));
            append(run_.findings, check_acknowledged(site_.witness(), site_.disk("bridge"), name));
            append(run_.findings,
                   check_told(site_.witness(), site_.disk(name), site_.disk("bridge"), name));
            run_.ledger_events += site_.edge(name).ledger().line().seq().value();
        }
        for (const std::string& fatal : site_.fatal()) {
            run_.findings.push_back({"fatal", fatal});
        }
        run_.trace_hash = site_.kernel().trace_hash();
        run_.trace_entries = site_.kernel().trace().entries();
        run_.events = site_.kernel().events_run();
        run_.last = site_.kernel().trace().last();
    }

    void expect(bool holds, const char* checker, const char* text) {
        if (!holds) {
            run_.findings.push_back({checker, text});
        }
    }
    void must(const Result<void>& outcome) {
        if (!outcome) {
            run_.findings.push_back({"scene", outcome.error().text});
        }
    }
    void must_seq(const Result<Seq>& outcome) {
        if (!outcome) {
            run_.findings.push_back({"scene", outcome.error().text});
        }
    }

    SimSite site_;
    Prng prng_;
    std::map<std::string, std::string> sku_of_;
    QuietDayRun run_;
};

}  // namespace

QuietDayRun run_quiet_day(std::uint64_t seed, std::size_t trace_entries_kept) {
    return QuietDay(seed, trace_entries_kept).run();
}

}  // namespace tally::sim
