// What the tables name reaches the site: every kind of fault is planned where it is drawn, every
// trait of a reader is in that reader's firmware, noise in the instruments.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <set>

#include <catch2/catch.hpp>

#include "sim/scenarios/drawn_racks.hpp"
#include "sim/scenarios/drawn_readers.hpp"
#include "sim/scenarios/drawn_world.hpp"
#include "sim/scenarios/parameters.hpp"
#include "sim/scenarios/run.hpp"
#include "sim/scenarios/site_plan.hpp"
#include "sim/scenarios/troubles.hpp"

using namespace tally;
using namespace tally::sim;

namespace {

/// What scenarios cannot draw, with the reason.
const std::set<std::string_view> kNotTraits = {
    // Drawn as troubles, which end.
    "report_at_stop",       "no_first_event", "connect_status", "wrong_tlv_length",
    "wrong_message_length", "no_keepalive",   "input_bounces"};

Draws usual() {
    return draw_options(Scenario{}, 1);
}

}  // namespace

TEST_CASE("each kind of fault that is drawn is planned, so often, at something that is there") {
    const SiteLayout site = plan_site({3, 5, 12});
    const std::set<std::string_view> no_counts = {"lasts_s", "outage_min", "blind_slots_percent",
                                                  "large_floods_percent", "late_edges"};
    for (const Parameter& parameter : parameters()) {
        if (parameter.table != "fault" || no_counts.contains(parameter.name)) {
            continue;
        }
        INFO(parameter.key());
        Draws draws = usual();
        draws[parameter.key()] = 3;
        const auto plan = plan_troubles(draws, site, Prng(1));
        CHECK(plan.size() == 3);
        for (const Trouble& trouble : plan) {
            CHECK(trouble.kind == parameter.name);
            CHECK_FALSE(trouble.target.empty());
        }
    }
}

TEST_CASE("full disks, failed syncs and wrong clocks meet edges and the bridge") {
    const SiteLayout site = plan_site({2, 3, 0});
    for (const char* kind : {"full_disks", "failed_syncs", "wall_steps", "clocks_2000"}) {
        INFO(kind);
        Draws draws = usual();
        draws[std::string("fault.") + kind] = 30;
        std::set<std::string> met;
        for (const Trouble& trouble : plan_troubles(draws, site, Prng(1))) {
            met.insert(trouble.target);
        }
        CHECK(met == std::set<std::string>{"bridge", "e1", "e2"});
    }
}

TEST_CASE("every number of the world's physics is drawn, and today's is the usual one") {
    using Numbers = std::array<std::uint32_t, sizeof(WorldModel) / sizeof(std::uint32_t)>;
    const auto numbers = [](const WorldModel& world) { return std::bit_cast<Numbers>(world); };
    CHECK(numbers(drawn_world(usual())) == numbers(WorldModel{}));
    // What the work draws itself, and clocks.
    const std::set<std::string_view> elsewhere = {"clone_walks_per_hour",
                                                  "unit_sigma_mg",
                                                  "leans_per_hour",
                                                  "lean_s",
                                                  "lean_g",
                                                  "vibration_g",
                                                  "creep_mg_per_hour",
                                                  "vibrations_per_hour",
                                                  "weight_noise_mg",
                                                  "drift_ppm"};
    std::size_t drawn = 0;
    for (const Parameter& parameter : parameters()) {
        if (parameter.table == "world" && !elsewhere.contains(parameter.name)) {
            INFO(parameter.key());
            Draws draws = usual();
            ++draws[parameter.key()];
            const auto before = numbers(WorldModel{}), after = numbers(drawn_world(draws));
            std::size_t moved = 0;
            for (std::size_t i = 0; i < before.size(); ++i) {
                moved += before[i] != after[i] ? 1 : 0;
            }
            CHECK(moved == 1);
            ++drawn;
        }
    }
    constexpr std::size_t kTick = 1;  // No physics.
    CHECK(drawn + kTick == Numbers{}.size());
}

TEST_CASE("readers are made as drawn: none, all or some with each fault their firmware can have") {
    const SiteLayout site = plan_site({2, 6, 0});
    CHECK(describe(drawn_readers(usual(), site, Prng(1))).empty());
    Draws all = usual();
    Draws some = usual();
    for (const Parameter& parameter : parameters()) {
        if (parameter.table == "reader" && parameter.name.ends_with("_percent")) {
            all[parameter.key()] = 100;
            some[parameter.key()] = 50;
        }
    }
    for (const auto& [name, reader] : drawn_readers(all, site, Prng(1))) {
        for (const FaultInfo& fault : fault_table()) {
            INFO(name << " " << fault.name);
            const std::int64_t value = reader.firmware.*fault.value;
            CHECK((value != 0) == !kNotTraits.contains(fault.name));
            CHECK(value <= fault.max);
        }
    }
    const auto lines = describe(drawn_readers(some, site, Prng(1)));
    CHECK(std::set(lines.begin(), lines.end()).size() == site.gates.size());
}

TEST_CASE("each reader's clock has a drift of its own, which moves nothing else that it draws") {
    const SiteLayout site = plan_site({2, 6, 0});
    Draws draws = usual();
    draws["reader.only_101_percent"] = 50;
    const auto exact = drawn_readers(draws, site, Prng(1));
    draws["reader.drift_ppm"] = 200;
    const auto drifting = drawn_readers(draws, site, Prng(1));
    std::set<std::int32_t> drifts;
    for (const auto& [name, reader] : drifting) {
        INFO(name);
        CHECK(exact.at(name).drift_ppm == 0);
        CHECK(exact.at(name).firmware.only_101 == reader.firmware.only_101);
        CHECK(std::abs(reader.drift_ppm) <= 200);
        drifts.insert(reader.drift_ppm);
    }
    CHECK(drifts.size() == site.gates.size());
}

TEST_CASE("a site's readers have the firmware and clocks that were drawn, its instruments noise") {
    SimSiteOptions options;
    options.site = plan_site({1, 2, 2});
    options.devices.readers["dock-1-reader"] = {.firmware = {.only_101 = 1}, .drift_ppm = 10'000};
    options.devices.weight_noise_mg = 5'000;
    SimSite site(std::move(options));
    CHECK(site.reader("dock-1-reader").faults().only_101 == 1);
    CHECK(site.reader("exit-1-reader").faults().only_101 == 0);
    std::set<std::uint16_t> shown;
    ShelfUnit& unit = *site.devices().rack("e1.rack1").unit(1);
    unit.add(0, 100'000);
    site.run_for(std::chrono::seconds(2));
    const auto uptime = [&site](const char* node) { return site.node(node).mono_now().ns; };
    const auto ahead_ns = uptime("dock-1-reader") - uptime("exit-1-reader");
    CHECK(ahead_ns == 20'000'000);  // 1 % of 2 s.
    for (int i = 0; i < 100; ++i) {
        unit.sample();
        shown.insert(*unit.get(ModbusTable::holding, 8));
    }
    CHECK(shown.size() >= 5);
    CHECK(*shown.begin() >= 95);
    CHECK(*shown.rbegin() <= 105);
}

TEST_CASE("a flood is as large as it is drawn, and no other fault moves with that") {
    const SiteLayout site = plan_site({2, 3, 4});
    const auto plan = [&](std::int64_t large_percent) {
        Draws draws = usual();
        draws["fault.reader_floods"] = 40;
        draws["fault.antenna_pulls"] = 40;
        draws["fault.large_floods_percent"] = large_percent;
        return plan_troubles(draws, site, Prng(1));
    };
    const auto small = plan(0), large = plan(100), some = plan(20);
    REQUIRE(small.size() == large.size());
    std::size_t above = 0;
    std::int64_t most = 0;
    for (std::size_t i = 0; i < small.size(); ++i) {
        CHECK(small[i].at == large[i].at);
        CHECK(small[i].target == large[i].target);
        CHECK((small[i].tags == 0) == (small[i].kind != "reader_floods"));
        CHECK(small[i].tags <= 3'000);
        CHECK((large[i].tags == 0 || large[i].tags >= 3'000));
        above += some[i].tags > 3'000 ? 1 : 0;
        most = std::max(most, large[i].tags);
    }
    CHECK(most > 18'000);
    CHECK(most <= 20'000);
    CHECK(above >= 2);
    CHECK(above <= 20);
}

TEST_CASE("racks are of the makes that were drawn, and a slot of each shows its weight") {
    const SiteLayout site = plan_site({2, 3, 256});
    CHECK(describe(drawn_racks(usual(), site, Prng(1))).empty());
    Draws draws = usual();
    draws["rack.eagle_percent"] = 40;
    draws["rack.raw_percent"] = 40;
    std::map<ShelfMake, int> drawn;
    for (const auto& [name, make] : drawn_racks(draws, site, Prng(1))) {
        ++drawn[make];
    }
    CHECK(drawn.size() == 3);
    for (const ShelfMake make : {ShelfMake::laumas, ShelfMake::eagle, ShelfMake::raw}) {
        INFO("make " << static_cast<int>(make));
        SimSiteOptions options;
        options.site = plan_site({1, 2, 2});
        options.devices.makes["e1.rack1"] = make;
        SimSite own(std::move(options));
        ShelfUnit& unit = *own.devices().rack("e1.rack1").unit(2);
        CHECK(unit.make() == make);
        unit.add(0, 1'234'000);
        own.run_for(std::chrono::seconds(20));
        const SlotHealth* const health =
            own.edge("e1").shelves().service().health(PlaceId("e1.rack1.s2"));
        REQUIRE(health->last);
        CHECK_FALSE(health->blind);
        CHECK(std::abs(health->last->weight.mg - 1'234'000) <= 10);
    }
}

TEST_CASE("an instrument of every make shows noise where it has some, and none where it has none") {
    struct Make {
        ShelfMake make;
        ModbusTable table;
        std::uint16_t first, second;  ///< registers of the weight
    };
    const SimSiteOptions plain;
    SimSite site(plain);
    for (const Make& each : {Make{ShelfMake::laumas, ModbusTable::holding, 7, 8},
                             Make{ShelfMake::eagle, ModbusTable::holding, 0x1000, 0x1001},
                             Make{ShelfMake::raw, ModbusTable::input, 0, 1}}) {
        const auto shown = [&](std::int64_t noise_mg) {
            ShelfUnit::Setup setup;
            setup.make = each.make;
            setup.noise_mg = noise_mg;
            ShelfUnit unit(site.node("scene"), setup);
            unit.add(0, 100'000);
            site.run_for(std::chrono::seconds(1));
            std::set<std::pair<std::uint16_t, std::uint16_t>> values;
            for (int i = 0; i < 200; ++i) {
                unit.sample();
                const auto first = unit.get(each.table, each.first);
                const auto second = unit.get(each.table, each.second);
                values.emplace(*first, *second);
            }
            return values.size();
        };
        constexpr std::size_t kCodesOfRaw = 4;  // Its converter's last two bits are never still.
        INFO("make " << static_cast<int>(each.make));
        CHECK(shown(0) == (each.make == ShelfMake::raw ? kCodesOfRaw : 1));
        CHECK(shown(10'000) >= 15);
    }
}
