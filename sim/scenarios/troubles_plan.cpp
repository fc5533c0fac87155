// Troubles: which there will be.
#include <algorithm>

#include "sim/scenarios/troubles.hpp"

namespace tally::sim {

namespace {

/// Who can be met by a kind of fault. Boxes with a store: edges and the bridge.
enum class Target { box, edge, store, bridge, broker, pair, reader, rack, slot, site };

struct Kind {
    const char* name;
    Target target;
};

constexpr Kind kKinds[] = {
    {"kills", Target::box},
    {"power_cuts", Target::box},
    {"partitions", Target::pair},
    {"half_opens", Target::pair},
    {"resets", Target::pair},
    {"wall_steps", Target::store},
    {"clocks_2000", Target::store},
    {"outages", Target::broker},
    {"site_power_cuts", Target::site},
    {"full_disks", Target::store},
    {"failed_syncs", Target::store},
    {"restores", Target::edge},
    {"bridge_restores", Target::bridge},
    {"wipes", Target::edge},
    {"reader_reboots", Target::reader},
    {"reader_silences", Target::reader},
    {"reader_resets", Target::reader},
    {"reader_thefts", Target::reader},
    {"reader_overflows", Target::reader},
    {"antenna_pulls", Target::reader},
    {"reader_clock_jumps", Target::reader},
    {"preemptions", Target::reader},
    {"reader_floods", Target::reader},
    {"reader_withholds", Target::reader},
    {"reader_bounces", Target::reader},
    {"reader_mutes", Target::reader},
    {"reader_refusals", Target::reader},
    {"reader_ungreeted", Target::reader},
    {"reader_exceptions", Target::reader},
    {"reader_broken_reports", Target::reader},
    {"rack_cables", Target::rack},
    {"rack_power_cuts", Target::rack},
    {"slot_faults", Target::slot},
};

class Planner {
 public:
    Planner(const Draws& draws, const SiteLayout& site, const Prng& prng)
        : draws_(draws), site_(site), prng_(prng), span_(std::chrono::minutes(of("work.minutes"))) {
        const std::set<std::string> late = late_edges(draws, site);
        for (const EdgeId& edge : site.edges) {
            if (!late.contains(edge.str())) {
                edges_.push_back(edge.str());
            }
        }
        for (const ShelfLayout& shelf : site.shelves) {
            racks_.push_back(shelf.id);
            for (const SlotLayout& slot : shelf.slots) {
                slots_.push_back(slot.place.str());
            }
        }
    }

    std::vector<Trouble> plan() {
        for (const Kind& kind : kKinds) {
            Prng prng = prng_.fork(std::string("fault ") + kind.name);
            for (std::int64_t left = of(std::string("fault.") + kind.name); left > 0; --left) {
                add(kind, prng);
            }
        }
        add_blind_slots();
        add_late_edges();
        std::stable_sort(troubles_.begin(), troubles_.end(),
                         [](const Trouble& a, const Trouble& b) { return a.at < b.at; });
        return std::move(troubles_);
    }

 private:
    [[nodiscard]] std::int64_t of(const std::string& key) const { return draws_.at(key); }

    static std::string any(const std::vector<std::string>& names, Prng& prng) {
        const std::uint64_t at = prng.next();
        return names.empty() ? std::string() : names[at % names.size()];
    }

    void aim(Target target, Trouble& trouble, Prng& prng) {
        std::vector<std::string> boxes = edges_;
        boxes.emplace_back("bridge");
        const std::vector<std::string> stores = boxes;
        boxes.emplace_back("broker");
        switch (target) {
            case Target::box:
                trouble.target = any(boxes, prng);
                return;
            case Target::edge:
                trouble.target = any(edges_, prng);
                return;
            case Target::store:
                trouble.target = any(stores, prng);
                return;
            case Target::bridge:
                trouble.target = "bridge";
                return;
            case Target::broker:
                trouble.target = "broker";
                return;
            case Target::pair:
                aim_pair(trouble, prng);
                return;
            case Target::reader: {
                const auto& gates = site_.gates;
                trouble.target = gates[prng.below(gates.size())].reader.str();
                return;
            }
            case Target::rack:
                trouble.target = any(racks_, prng);
                return;
            case Target::slot:
                trouble.target = any(slots_, prng);
                return;
            case Target::site:
                trouble.target = "site";
                return;
        }
    }

    /// A box and the broker, or an edge and one of its devices.
    void aim_pair(Trouble& trouble, Prng& prng) {
        std::vector<std::string> boxes = edges_;
        boxes.emplace_back("bridge");
        const bool with_broker = prng.chance_ppm(600'000);
        const std::string box = any(boxes, prng);
        const std::string edge = any(edges_, prng);
        std::vector<std::string> devices;
        for (const GateLayout& gate : site_.gates_of(EdgeId(edge))) {
            devices.push_back(gate.reader.str());
        }
        for (const ShelfLayout& shelf : site_.shelves_of(EdgeId(edge))) {
            devices.push_back(shelf.id);
        }
        const std::string device = any(devices, prng);
        trouble.target = with_broker || device.empty() ? box : edge;
        trouble.other = with_broker || device.empty() ? std::string("broker") : device;
    }

    /// Nothing else moves with it: it draws from a generator of its own.
    [[nodiscard]] std::int64_t flood_tags(const Trouble& trouble) const {
        constexpr std::int64_t kSmall = 3'000, kLarge = 20'000;
        const auto percent = static_cast<std::uint32_t>(of("fault.large_floods_percent"));
        Prng prng = prng_.fork("flood " + std::to_string(trouble.value));
        const bool large = prng.chance_ppm(percent * 10'000);
        return large ? prng.between(kSmall, kLarge) : 1 + trouble.value % kSmall;
    }

    void add(const Kind& kind, Prng& prng) {
        Trouble trouble;
        trouble.kind = kind.name;
        const bool outage = trouble.kind == "outages";
        const Duration longest = outage ? Duration(std::chrono::minutes(of("fault.outage_min")))
                                        : Duration(std::chrono::seconds(of("fault.lasts_s")));
        const Duration drawn{prng.between(1'000'000, longest.count())};
        trouble.lasts = std::min(outage ? longest : drawn, span_);
        trouble.at = Duration(prng.between(0, (span_ - trouble.lasts).count()));
        trouble.value = static_cast<std::int64_t>(prng.below(1'000'000));
        aim(kind.target, trouble, prng);
        if (trouble.kind == "reader_floods") {
            trouble.tags = flood_tags(trouble);
        }
        if (!trouble.target.empty()) {
            troubles_.push_back(std::move(trouble));
        }
    }

    /// They fall silent together, at a third of the time.
    void add_blind_slots() {
        Prng prng = prng_.fork("fault blind_slots");
        for (const std::string& slot : slots_) {
            const auto ppm = static_cast<std::uint32_t>(of("fault.blind_slots_percent")) * 10'000;
            if (prng.chance_ppm(ppm)) {
                troubles_.push_back({"blind_slots",
                                     span_ / 3,
                                     std::chrono::seconds(of("fault.lasts_s")),
                                     slot,
                                     {},
                                     0});
            }
        }
    }

    void add_late_edges() {
        Prng prng = prng_.fork("fault late_edges");
        for (const std::string& edge : late_edges(draws_, site_)) {
            const Duration at{prng.between(span_.count() / 10, span_.count() / 2)};
            troubles_.push_back({"late_edges", at, {}, edge, {}, 0});
        }
    }

    const Draws& draws_;
    const SiteLayout& site_;
    const Prng& prng_;
    Duration span_;
    std::vector<std::string> edges_, racks_, slots_;
    std::vector<Trouble> troubles_;
};

std::string millis(Duration span) {
    return std::to_string(span / std::chrono::milliseconds(1));
}

}  // namespace

std::vector<Trouble> plan_troubles(const Draws& draws, const SiteLayout& site, const Prng& prng) {
    return Planner(draws, site, prng).plan();
}

std::set<std::string> late_edges(const Draws& draws, const SiteLayout& site) {
    std::set<std::string> late;
    const std::size_t wished = static_cast<std::size_t>(draws.at("fault.late_edges"));
    const std::size_t count = std::min(wished, site.edges.size() - 1);  // Somebody is there.
    for (std::size_t i = 0; i < count; ++i) {
        late.insert(site.edges[site.edges.size() - 1 - i].str());
    }
    return late;
}

std::string to_line(const Trouble& trouble) {
    std::string line =
        "fault at_ms=" + millis(trouble.at) + " kind=" + trouble.kind + " target=" + trouble.target;
    if (!trouble.other.empty()) {
        line += " other=" + trouble.other;
    }
    if (trouble.lasts > Duration::zero()) {
        line += " lasts_ms=" + millis(trouble.lasts);
    }
    line += " value=" + std::to_string(trouble.value);
    if (trouble.tags > 0) {
        line += " tags=" + std::to_string(trouble.tags);
    }
    return line;
}

}  // namespace tally::sim
