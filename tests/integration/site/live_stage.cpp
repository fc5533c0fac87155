#include "tests/integration/site/live_stage.hpp"

#include <algorithm>
#include <cstdio>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "firmware/messages/config/site_file.hpp"
#include "tests/integration/site/film.hpp"
#include "tests/support/places.hpp"

namespace tally::test {

using Json = nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr Duration kStage = seconds(60);    ///< the safety phase in real time
constexpr Duration kShortest = seconds(1);  ///< of a fault
constexpr std::size_t kUnitsMin = 16, kUnitsMax = 40;

Duration real_now() {
    return std::chrono::duration_cast<Duration>(
        std::chrono::steady_clock::now().time_since_epoch());
}

std::int64_t wall_ms() {
    return std::chrono::duration_cast<milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

SitePlan gates_with_eyes() {
    SitePlan plan = warehouse_plan();
    for (GatePlan& gate : plan.gates) {
        gate.more = "photo_eyes = [{port = 1, side = \"outer\"}, {port = 2, side = \"inner\"}]\n";
    }
    return plan;
}

}  // namespace

/// What tally-emul's world is told, and what it answers.
class LiveStage::World {
 public:
    explicit World(Process& program) : program_(program) {}

    Json ask(const Json& verb) {
        program_.tell(verb.dump());
        ++asked_;
        std::string line;
        REQUIRE(await(kPatience, [&] { return has_line(asked_, line); }));
        Json answer = Json::parse(line);
        INFO(verb.dump() << " -> " << line);
        REQUIRE(answer.value("ok", true));
        return answer;
    }

 private:
    /// Line `n` of its output; the first one, 0, says that it is ready.
    bool has_line(std::size_t n, std::string& line) const {
        const std::string said = program_.output();
        std::size_t from = 0;
        for (std::size_t i = 0; i < n && from != std::string::npos; ++i) {
            const std::size_t end = said.find('\n', from);
            from = end == std::string::npos ? end : end + 1;
        }
        const std::size_t end = from == std::string::npos ? from : said.find('\n', from);
        if (end == std::string::npos) {
            return false;
        }
        line = said.substr(from, end - from);
        return true;
    }

    Process& program_;
    std::size_t asked_ = 0;
};

LiveStage::LiveStage(const std::string& name, std::uint64_t seed,
                     const std::vector<std::string>& sets)
    : net_(
          gates_with_eyes(),
          [&](LiveSite&) {
              return std::vector<std::string>{"--stdin", "--quiet", "--seed", std::to_string(seed)};
          }),
      world_(std::make_unique<World>(net_.site().process("readers"))),
      prng_(Prng(seed).fork("live walks")) {
    auto scenario = sim::load_scenario(test::source_dir() + "/sim/scenarios/library", name);
    REQUIRE(scenario);
    for (const std::string& set : sets) {
        REQUIRE(sim::set_range(*scenario, set));
    }
    draws_ = sim::draw_options(*scenario, seed);
    layout_ = load_site(net_.site().folder() / "site.toml").value().value;
    plan_ = sim::plan_troubles(draws_, layout_, Prng(seed));
    pace_ = Duration(std::chrono::minutes(draws_.at("work.minutes"))) / kStage;
    std::printf("scenario %s seed %llu, a site minute in %.1f s:\n", name.c_str(),
                static_cast<unsigned long long>(seed), 60.0 / static_cast<double>(pace_));
    for (const sim::Trouble& trouble : plan_) {
        std::printf("  %s\n", sim::to_line(trouble).c_str());
    }
    open();
}

LiveStage::~LiveStage() = default;

void LiveStage::play() {
    const Duration began = real_now();
    Duration next_walk = began;
    std::size_t next = 0;
    const std::int64_t walks_an_hour = std::max<std::int64_t>(1, draws_.at("work.walks_per_hour"));
    const Duration between = std::max(Duration(std::chrono::hours(1)) / walks_an_hour / pace_,
                                      Duration(milliseconds(400)));
    while (real_now() - began < kStage) {
        const Duration gone = real_now() - began;
        for (; next < plan_.size() && plan_[next].at / pace_ <= gone; ++next) {
            carry_out(plan_[next]);
        }
        undo_due(real_now());
        if (real_now() >= next_walk) {
            next_walk += between;
            walk_somewhere();
        }
        await(milliseconds(50), [] { return false; });
    }
    undo_due(Duration::max());
    net_.fair_weather();
    for (const char* box : ProxiedSite::kBoxes) {
        net_.site().await_up(box);
    }
    const bool all_arrived = await(kPatience, [&] { return where().second == 0; });
    REQUIRE(all_arrived);
}

LiveStage::Played LiveStage::close() {
    const Duration from = real_now();
    Played played;
    played.truth = where().first;
    played.lines = net_.close();
    played.level_s = static_cast<double>((real_now() - from).count()) / 1e9;
    return played;
}

void LiveStage::open() {
    for (const GatePlan& gate : gates_with_eyes().gates) {
        world_->ask({{"verb", "gate"},
                     {"gate", gate.id},
                     {"reader", gate.id + "-reader"},
                     {"outside", gate.outer},
                     {"inside", gate.inner}});
    }
    const auto units =
        std::clamp(static_cast<std::size_t>(draws_.at("site.tags")), kUnitsMin, kUnitsMax);
    for (std::size_t i = 0; i < units; ++i) {
        const std::string epc = film_epc(5'000 + i);
        world_->ask({{"verb", "unit"}, {"epc", epc}, {"place", "SUPPLIER"}});
    }
}

std::pair<std::map<std::string, std::string>, int> LiveStage::where() {
    std::map<std::string, std::string> places;
    int walking = 0;
    walking_.clear();
    const Json answer = world_->ask({{"verb", "truth"}});
    for (const Json& row : answer.at("truth")) {
        const std::string epc = row.at("epc");
        places[epc] = row.at("place");
        if (row.value("walking", false)) {
            ++walking;
            walking_.insert(epc);
        }
    }
    for (LiveWalk& walk : walks_) {
        const bool is_over = std::none_of(walk.units.begin(), walk.units.end(),
                                          [&](const auto& epc) { return walking_.contains(epc); });
        if (walk.to_ms == 0 && is_over) {
            walk.to_ms = wall_ms();
        }
    }
    return {places, walking};
}

std::vector<LiveStage::Doorway> LiveStage::doorways() {
    const auto places = where().first;
    std::vector<Doorway> ready;
    for (const GatePlan& gate : gates_with_eyes().gates) {
        const bool is_busy = std::any_of(walks_.begin(), walks_.end(), [&](const LiveWalk& walk) {
            return walk.gate == gate.id && walk.to_ms == 0;
        });
        for (const bool in : {true, false}) {
            Doorway way{gate, in, {}};
            for (const auto& [epc, place] : places) {
                if (place == (in ? gate.outer : gate.inner) && !walking_.contains(epc)) {
                    way.units.push_back(epc);
                }
            }
            if (!is_busy && !way.units.empty()) {
                ready.push_back(std::move(way));
            }
        }
    }
    return ready;
}

void LiveStage::walk_somewhere() {
    const std::vector<Doorway> ready = doorways();
    if (ready.empty()) {
        return;
    }
    const Doorway& way = ready[prng_.below(ready.size())];
    const auto turns = static_cast<std::uint32_t>(draws_.at("work.turn_back_percent")) * 10'000;
    const bool turns_back = prng_.chance_ppm(turns);
    const auto most = static_cast<std::uint64_t>(draws_.at("work.walk_units"));
    const std::size_t count = std::min<std::size_t>(way.units.size(), 1 + prng_.below(most));
    const std::size_t first = prng_.below(way.units.size() - count + 1);
    std::vector<std::string> units;
    for (std::size_t i = first; i < first + count; ++i) {
        units.push_back(way.units[i]);
    }
    world_->ask({{"verb", "walk"},
                 {"units", units},
                 {"gate", way.gate.id},
                 {"way", way.in ? "in" : "out"},
                 {"course", turns_back ? "turn_back" : "through"}});
    walks_.push_back({way.gate.id, units, wall_ms(), 0});
}

void LiveStage::after(const sim::Trouble& trouble, std::function<void()> undo) {
    undo_.emplace_back(real_now() + lasts(trouble), std::move(undo));
}

Duration LiveStage::lasts(const sim::Trouble& trouble) const {
    return std::max(trouble.lasts / pace_, kShortest);
}

void LiveStage::undo_due(Duration now) {
    for (std::size_t i = 0; i < undo_.size();) {
        if (undo_[i].first <= now) {
            const auto undo = std::move(undo_[i].second);
            undo_.erase(undo_.begin() + static_cast<std::ptrdiff_t>(i));
            undo();
        } else {
            ++i;
        }
    }
}

void LiveStage::kill(const std::string& box, const sim::Trouble& trouble) {
    if (!down_.insert(box).second) {
        return;
    }
    if (box == "broker") {
        net_.site().broker().kill9();
        after(trouble, [this] {
            net_.site().broker().start();
            down_.erase("broker");
        });
        return;
    }
    net_.site().process(box).kill9();
    after(trouble, [this, box] {
        net_.site().launch(box);
        down_.erase(box);
    });
}

void LiveStage::carry_out(const sim::Trouble& trouble) {
    const std::string& kind = trouble.kind;
    ++played_;
    if (kind == "kills" || kind == "power_cuts" || kind == "outages") {
        kill(trouble.target, trouble);
    } else if (kind == "site_power_cuts") {
        for (const char* edge : {"back", "shop"}) {
            kill(edge, trouble);
        }
        for (const auto& [reader, port] : net_.site().readers()) {
            reboot(reader, trouble);
        }
    } else if (kind == "partitions" || kind == "half_opens" || kind == "resets") {
        link_trouble(trouble);
    } else if (!reader_trouble(trouble)) {
        --played_;
        ++skipped_;
        std::printf("  not played here: %s\n", kind.c_str());
    }
}

void LiveStage::link_trouble(const sim::Trouble& trouble) {
    FaultProxy& way = net_.way(trouble.other == "broker" ? trouble.target : trouble.other);
    if (trouble.kind == "half_opens") {
        way.hush();
        return;
    }
    if (trouble.kind == "partitions") {
        way.set_door(Relay::Door::shut);
        after(trouble, [&way] { way.set_door(Relay::Door::open); });
    }
    way.cut();
}

void LiveStage::reboot(const std::string& reader, const sim::Trouble& trouble) {
    world_->ask(
        {{"verb", "reboot"}, {"reader", reader}, {"down_ms", lasts(trouble) / milliseconds(1)}});
}

bool LiveStage::reader_trouble(const sim::Trouble& trouble) {
    const std::string& kind = trouble.kind;
    Json verb{{"reader", trouble.target}};
    Json undo = verb;
    if (kind == "reader_reboots") {
        reboot(trouble.target, trouble);
        return true;
    }
    if (kind == "reader_silences") {
        verb["verb"] = "go_silent";
        undo["verb"] = "speak_up";
    } else if (kind == "reader_resets") {
        verb["verb"] = "reset_tcp";
    } else if (kind == "reader_thefts") {
        verb["verb"] = "steal";
        verb["held_ms"] = lasts(trouble) / milliseconds(1);
    } else if (kind == "reader_overflows") {
        verb["verb"] = "overflow";
        undo["verb"] = "fill_buffer";
        undo["percent"] = 0;
    } else if (kind == "antenna_pulls") {
        verb["verb"] = undo["verb"] = "antenna";
        verb["number"] = undo["number"] = 1 + trouble.value % 2;
        verb["state"] = "pulled";
        undo["state"] = "connected";
    } else if (kind == "reader_clock_jumps") {
        verb["verb"] = "set_clock";
        verb["jump_ms"] = (trouble.value - 500'000) * 172;  // a day either way
    } else if (kind == "preemptions") {
        verb["verb"] = "preempt";
    } else {
        return false;
    }
    world_->ask(verb);
    if (undo.contains("verb")) {
        after(trouble, [this, undo] { world_->ask(undo); });
    }
    return true;
}

}  // namespace tally::test
