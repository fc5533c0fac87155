#include "sim/scenarios/run.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "sim/scenarios/drawn_disk.hpp"
#include "sim/scenarios/drawn_network.hpp"
#include "sim/scenarios/drawn_racks.hpp"
#include "sim/scenarios/drawn_readers.hpp"
#include "sim/scenarios/drawn_world.hpp"
#include "sim/scenarios/fleet/fleet_run.hpp"
#include "sim/scenarios/run_state.hpp"
#include "sim/scenarios/site_plan.hpp"

namespace tally::sim {

namespace {

constexpr Duration kOpenLimit = std::chrono::minutes(15);
constexpr Duration kStep = std::chrono::seconds(1);
constexpr Duration kLookEvery = std::chrono::seconds(5);

SiteLayout layout_of(const Draws& draws) {
    return plan_site({draws.at("site.edges"), draws.at("site.gates"), draws.at("site.slots")});
}

SimSiteOptions site_options(const Draws& draws, const RunOptions& options, RunLog& log,
                            const SiteLayout& layout, const std::optional<PickingPlan>& floor) {
    SimSiteOptions site;
    site.seed = options.seed;
    site.on_report = [&log](MonoTime at, const std::string& text) { log.reported(at, text); };
    site.trace_entries_kept = options.trace_entries_kept;
    if (options.on_trace) {
        site.on_trace = [&log](const std::string& line) { log.traced(line); };
    }
    site.link = drawn_link(draws);
    site.broker = drawn_broker(draws);
    site.disk = drawn_disk(draws);
    site.world = drawn_world(draws);
    site.site = layout;
    if (floor) {
        site.fleet = SimFleet{floor->floor, floor->carts, draws};
    }
    site.devices.weight_noise_mg = draws.at("world.weight_noise_mg");
    site.devices.readers = drawn_readers(draws, *site.site, Prng(options.seed));
    site.devices.makes = drawn_racks(draws, *site.site, Prng(options.seed));
    site.absent = late_edges(draws, *site.site);
    site.drift_ppm = drawn_drift(draws, *site.site, options.seed);
    site.commit.waiting_rows_max = static_cast<std::size_t>(draws.at("box.waiting_rows_max"));
    site.wrappers = options.wrappers;
    return site;
}

}  // namespace

Run::Run(const Scenario& scenario, const RunOptions& options)
    : scenario_(scenario),
      options_(options),
      draws_(draw_options(scenario, options.seed)),
      layout_(layout_of(draws_)),
      picking_plan_(is_picking(draws_)
                        ? std::optional(plan_picking(draws_, layout_, Prng(options.seed)))
                        : std::nullopt),
      log_(options),
      site_(site_options(draws_, options, log_, layout_, picking_plan_)),
      goods_(site_.world(), site_.devices(), site_.site(), site_.kernel().prng("goods"),
             {of("site.tagged_skus"), of("world.unit_sigma_mg"), of("world.weight_noise_mg")}),
      watch_(site_.kernel(),
             [this](const std::string& edge, MonoTime since) -> host::SqliteStore* {
                 const bool could_say = site_.is_up(edge) && !site_.is_full(edge) &&
                                        troubles_.undisturbed_since(edge) <= since;
                 return could_say ? &site_.disk(edge) : nullptr;
             }),
      queues_({static_cast<std::size_t>(of("broker.queued_messages_max")),
               static_cast<std::size_t>(of("box.waiting_rows_max"))}),
      troubles_({site_, goods_, watch_, [this](const std::string& text) { note(text); },
                 [this](const std::string& box) { check_at_rest(box); }},
                plan_troubles(draws_, site_.site(), Prng(options.seed))),
      work_(
          site_, goods_, draws_, [this](const std::string& text) { note(text); },
          picking_plan_ ? &*picking_plan_ : nullptr) {
    if (picking_plan_) {
        floor_ = std::make_unique<PickingFloor>(
            PickingFloor::Stage{site_, goods_, troubles_, *picking_plan_, draws_,
                                [this](const std::string& text) { note(text); }, options.seed});
    }
    for (const EdgeId& edge : site_.site().edges) {
        edges_.push_back(edge.str());
    }
}

void Run::print_options() {
    const auto plan = plan_troubles(draws_, site_.site(), Prng(options_.seed));
    report_.faults = plan.size();
    for (const std::string& line : describe(draws_)) {
        log_.option(line);
    }
    for (const auto& [box, ppm] : drawn_drift(draws_, site_.site(), options_.seed)) {
        log_.option(fmt::format("clock box={} drift_ppm={}", box, ppm));
    }
    for (const std::string& line :
         describe(drawn_readers(draws_, site_.site(), Prng(options_.seed)))) {
        log_.option(line);
    }
    for (const std::string& line :
         describe(drawn_racks(draws_, site_.site(), Prng(options_.seed)))) {
        log_.option(line);
    }
    for (const Trouble& trouble : plan) {
        log_.option(to_line(trouble));
    }
    if (floor_) {
        report_.faults += floor_->plan().size();
        log_.option(fmt::format("vehicles={} nodes={} lanes={} stations={} bays={}",
                                site_.vehicles()->size(), site_.vehicles()->floor().nodes.size(),
                                site_.vehicles()->floor().lanes.size(),
                                picking_plan_->stations.size(), picking_plan_->bays.size()));
        for (const FleetTrouble& trouble : floor_->plan()) {
            log_.option(to_line(trouble));
        }
    }
}

RunReport Run::run() {
    print_options();
    if (open()) {
        safety_phase();
        liveness_phase();
        if (all_up() && log_.findings().empty()) {  // Else what people do shows nothing more.
            evening();
        }
    }
    check_at_end();
    for (const GateLayout& gate : site_.site().gates) {
        report_.reads += site_.devices().heard(gate.reader.str()).total();
    }
    report_.walks = work_.walks();
    report_.units_walked = work_.units_walked();
    report_.picks = work_.picks();
    report_.blind_spans = watch_.spans_checked();
    report_.ran = site_.kernel().now() - MonoTime{0};
    report_.queues = queues_.peaks();
    if (floor_) {
        floor_->count(report_.fleet);
    }
    report_.events = site_.kernel().events_run();
    log_.close(report_, site_.kernel().trace());
    return std::move(report_);
}

// Conditions that look at many things are asked once a second, not after every event.
bool Run::wait_for(const std::function<bool()>& done, Duration limit) {
    const MonoTime deadline = site_.kernel().now() + limit;
    while (!done()) {
        if (site_.kernel().now() >= deadline) {
            return false;
        }
        run_for(kStep);
    }
    return true;
}

bool Run::open() {
    work_.open();
    const std::set<std::string> late = late_edges(draws_, site_.site());
    const bool opened = wait_for(
        [&] {
            restart_stuck_readers();
            for (const std::string& edge : edges_) {
                if (!late.contains(edge) && (!work_.opened(edge) || !devices_see(edge))) {
                    return false;
                }
            }
            return true;
        },
        kOpenLimit);
    if (!opened) {
        find("opened", "the site did not open within 15 minutes");
    }
    note("the site is open");
    return opened;
}

void Run::safety_phase() {
    work_.begin();
    troubles_.begin();
    if (floor_) {
        floor_->begin();
    }
    const MonoTime end = site_.kernel().now() + std::chrono::minutes(of("work.minutes"));
    const Duration every = std::chrono::minutes(of("expect.check_every_min"));
    MonoTime look_at_books = site_.kernel().now() + every;
    while (site_.kernel().now() < end) {
        run_for(kLookEvery);
        check_presence();
        add_findings(watch_.findings());
        if (site_.kernel().now() >= look_at_books) {
            look_at_books = look_at_books + every;
            check_while_running();
        }
    }
}

void Run::heal() {
    troubles_.end_all();
    if (floor_) {
        floor_->end_all();
    }
    site_.network().heal_all();
    site_.network().set_everywhere({});
    BrokerOptions kind;
    kind.retained_on_restart = drawn_broker(draws_).retained_on_restart;
    site_.broker().set_options(kind);
    for (const std::string& reader : site_.devices().reader_names()) {
        site_.reader(reader).fill_buffer(0);
    }
}

bool Run::devices_see(const std::string& edge) {
    return site_.is_up(edge) && who_is_blind(edge).empty();
}

std::string Run::who_is_blind(const std::string& edge) {
    for (const ReaderUnit& unit : site_.edge(edge).readers()) {
        const std::string reader = unit.gates->reader().str();
        const auto& health = unit.gates->health();
        if (!site_.reader(reader).reading()) {
            return reader + " does not read";
        }
        if (health.blind || !health.blind_antennas.empty()) {
            return reader + (health.blind ? " is blind" : " has blind antennas");
        }
    }
    const ShelfService& shelves = site_.edge(edge).shelves().service();
    for (const PlaceId& slot : shelves.slots()) {
        const SlotHealth& health = *shelves.health(slot);
        if (health.blind || !health.last) {
            return slot.str() + (health.blind ? " is blind" : " has no weight yet");
        }
    }
    return {};
}

bool Run::all_up() {
    return site_.is_up("bridge") && site_.is_up("broker") &&
           std::all_of(edges_.begin(), edges_.end(),
                       [this](const std::string& edge) { return site_.is_up(edge); });
}

bool Run::converged() {
    if (!all_up() || site_.world().anybody_walking() || !site_.is_settled()) {
        return false;
    }
    if (work_.till() != nullptr && work_.till()->unanswered() > 0) {
        return false;
    }
    for (const std::string& edge : edges_) {
        if (!devices_see(edge) || !work_.opened(edge)) {
            return false;
        }
    }
    return !floor_ || floor_->is_done();
}

std::string Run::what_is_not_level() {
    std::string text;
    const auto add = [&text](const std::string& what) {
        text += (text.empty() ? "" : ", ") + what;
    };
    if (!site_.is_up("bridge") || !site_.is_up("broker")) {
        return "bridge or broker is down";
    }
    if (work_.till() != nullptr && work_.till()->unanswered() > 0) {
        add(fmt::format("{} orders of the till are not answered", work_.till()->unanswered()));
    }
    for (const std::string& edge : edges_) {
        if (!site_.is_up(edge) || !work_.opened(edge)) {
            add(edge + (site_.is_up(edge) ? " has not opened" : " is down"));
            continue;
        }
        const OutboxHealth health = site_.edge(edge).outbox().health();
        const EdgeLink& link = *site_.bridge().edges().at(EdgeId(edge));
        const std::string blind = who_is_blind(edge);
        add(fmt::format("{} {} depth {} {}{}{}", edge, to_string(health.phase), health.depth,
                        blind.empty() ? "sees" : "(" + blind + ")",
                        link.online ? "" : ", said to be gone",
                        link.trouble.empty() ? "" : ", " + link.trouble));
    }
    if (const std::string open = floor_ ? floor_->what_is_open() : ""; !open.empty()) {
        add(open);
    }
    return text;
}

void Run::liveness_phase() {
    note("work and faults end; all must converge");
    work_.stop();
    heal();
    const MonoTime began = site_.kernel().now();
    const auto seen_and_level = [this] {
        show_test_tags();
        restart_stuck_readers();
        return converged();
    };
    const bool level = wait_for(seen_and_level, std::chrono::seconds(of("expect.converge_s")));
    report_.converged_in = site_.kernel().now() - began;
    if (!level) {
        find("recovered", fmt::format("bridge, edges and devices are not level {} s after the "
                                      "last fault: {}",
                                      of("expect.converge_s"), what_is_not_level()));
    }
    note("all is level");
}

RunReport run_scenario(const Scenario& scenario, const RunOptions& options) {
    const Draws draws = draw_options(scenario, options.seed);
    return is_fleet(draws) ? FleetRun(draws, options).run() : Run(scenario, options).run();
}

}  // namespace tally::sim
