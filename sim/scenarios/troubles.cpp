#include "sim/scenarios/troubles.hpp"

#include <utility>

#include "firmware/base/check.hpp"

namespace tally::sim {

namespace {

constexpr auto kBackupAge = std::chrono::seconds(1);
constexpr auto kStartedAgain = std::chrono::seconds(2);  // RestartSec of deploy/systemd.

/// Half of the boxes that die do so at their work: right before a change of their disk, one of the
/// next so many (some commits). At a drawn moment hardly any has a commit under way.
constexpr std::int64_t kChangesMax = 64;
std::uint64_t change_to_die_before(const Trouble& trouble) {
    const std::int64_t half = trouble.value / 2;
    return trouble.value % 2 == 0 ? 0 : static_cast<std::uint64_t>(1 + half % kChangesMax);
}

}  // namespace

Troubles::Troubles(Stage stage, std::vector<Trouble> plan)
    : stage_(std::move(stage)), kernel_(stage_.site.kernel()), plan_(std::move(plan)) {}

void Troubles::begin() {
    for (const Trouble& trouble : plan_) {
        kernel_.after(trouble.at, [this, &trouble] {
            if (!ended_) {
                stage_.note(to_line(trouble));
                carry_out(trouble);
            }
        });
    }
}

void Troubles::end_all() {
    ended_ = true;
    for (const EdgeId& edge : stage_.site.site().edges) {
        stage_.site.spare(edge.str());
    }
    stage_.site.spare("bridge");
    while (!undo_.empty()) {
        const auto first = undo_.begin();
        const std::function<void()> undo = std::move(first->second);
        undo_.erase(first);
        undo();
    }
}

void Troubles::for_a_while(const Trouble& trouble, std::function<void()> undo) {
    const std::uint64_t id = ++last_undo_;
    undo_[id] = std::move(undo);
    kernel_.after(trouble.lasts, [this, id] {
        const auto found = undo_.find(id);
        if (found != undo_.end()) {
            const std::function<void()> now = std::move(found->second);
            undo_.erase(found);
            now();
        }
    });
}

void Troubles::carry_out(const Trouble& trouble) {
    const std::string& kind = trouble.kind;
    if (kind == "kills" || kind == "power_cuts" || kind == "outages" || kind == "late_edges") {
        box_trouble(trouble);
    } else if (kind == "full_disks" || kind == "failed_syncs") {
        room_trouble(trouble);
    } else if (kind == "restores" || kind == "bridge_restores" || kind == "wipes") {
        disk_trouble(trouble);
    } else if (kind == "partitions" || kind == "half_opens" || kind == "resets") {
        link_trouble(trouble);
    } else if (kind == "wall_steps" || kind == "clocks_2000") {
        step_clock(trouble);
    } else if (kind == "site_power_cuts") {
        cut_site_power(trouble);
    } else if (kind == "rack_cables" || kind == "rack_power_cuts" || kind == "slot_faults" ||
               kind == "blind_slots") {
        shelf_trouble(trouble);
    } else {
        reader_trouble(trouble);
    }
}

// A box that several faults hold down comes up with the last of them.
void Troubles::down(const std::string& box, Death death) {
    ++down_causes_[box];
    stage_.site.kill(box, death);
    stage_.site.spare_syncs(box);
}

void Troubles::up(const std::string& box) {
    if (--down_causes_[box] == 0 && !stage_.site.is_up(box)) {
        start(box);
    }
}

// Without room nobody can look at a disk at rest: opening it may write.
void Troubles::start(const std::string& box) {
    stage_.site.spare_syncs(box);  // One that was to fail meets the box at work, not this look.
    if (!stage_.site.is_full(box)) {
        stage_.at_rest(box);
    }
    stage_.site.restart(box);
    disturbed_[box] = kernel_.now();
    // While it was down nobody looked through its readers.
    for (const std::string& reader : stage_.site.devices().reader_names()) {
        if (edge_of_reader(reader) == box) {
            stage_.watch.blinked(box, reader);
        }
    }
}

// Its disk may not change again for a while; then it lives on, as if the fault had met nobody.
void Troubles::down_at_work(const Trouble& trouble, Death death) {
    const std::string& box = trouble.target;
    stage_.site.kill_before(box, change_to_die_before(trouble), death, [this, trouble] {
        ++down_causes_[trouble.target];
        for_a_while(trouble, [this, box = trouble.target] { up(box); });
    });
}

MonoTime Troubles::undisturbed_since(const std::string& box) const {
    const auto found = disturbed_.find(box);
    return found == disturbed_.end() ? MonoTime{0} : found->second;
}

void Troubles::box_trouble(const Trouble& trouble) {
    const std::string& box = trouble.target;
    if (trouble.kind == "late_edges") {
        stage_.site.restart(box);
        disturbed_[box] = kernel_.now();
        return;
    }
    const Death death = trouble.kind == "power_cuts" ? Death::power : Death::process;
    const bool has_disk = trouble.kind != "outages" && box != "broker";
    if (has_disk && stage_.site.is_up(box) && change_to_die_before(trouble) > 0) {
        down_at_work(trouble, death);
        return;
    }
    down(box, death);
    for_a_while(trouble, [this, box] { up(box); });
}

// The box works on, or meets its fault and stops. Who found no room at its start begins with room.
void Troubles::room_trouble(const Trouble& trouble) {
    const std::string& box = trouble.target;
    SimSite& site = stage_.site;
    if (trouble.kind == "failed_syncs") {
        constexpr std::int64_t kSyncsMax = 16;
        const auto which = static_cast<std::uint64_t>(1 + trouble.value % kSyncsMax);
        site.fail_sync(box, which, [this, box] {
            down(box, Death::process);
            kernel_.after(kStartedAgain, [this, box] { up(box); });
        });
        for_a_while(trouble, [&site, box] { site.spare_syncs(box); });
        return;
    }
    constexpr std::int64_t kRoomMax = 65'536;
    site.fill_disk(box, static_cast<std::uint64_t>(trouble.value % kRoomMax));
    for_a_while(trouble, [this, &site, box] {
        site.free_disk(box);
        disturbed_[box] = kernel_.now();
        if (!site.is_full(box) && !site.is_up(box) && down_causes_[box] == 0) {
            start(box);
        }
    });
}

void Troubles::disk_trouble(const Trouble& trouble) {
    const std::string& box = trouble.target;
    exchanged_ = true;
    const bool wiped = trouble.kind == "wipes";
    if (!wiped) {  // The backup is made now, by a box that stands still for it.
        down(box, Death::process);
        stage_.site.copy_disk(box, box + ".backup");
        kernel_.after(kBackupAge, [this, box] { up(box); });
    }
    for_a_while(trouble, [this, box, wiped] {
        down(box, Death::power);
        stage_.site.insert_disk(box, wiped ? std::string() : box + ".backup");
        up(box);
    });
}

void Troubles::step_clock(const Trouble& trouble) {
    Node& node = stage_.site.node(trouble.target);
    if (trouble.kind == "clocks_2000") {
        constexpr std::int64_t kYear2000Us = 946'684'800'000'000;
        const std::int64_t back_us = node.wall_now().us - kYear2000Us;
        const Duration back = std::chrono::microseconds(back_us);
        node.step_wall(-back);
        for_a_while(trouble, [&node, back] { node.step_wall(back); });
        return;
    }
    constexpr std::int64_t kDayMs = 86'400'000;
    node.step_wall(std::chrono::milliseconds((trouble.value - 500'000) * kDayMs / 500'000));
}

/// A reader proves its reading on one connection; what a rack says is asked for anew each time.
void Troubles::blink_far_end(const std::string& device) {
    if (const std::string edge = edge_of_reader(device); !edge.empty()) {
        stage_.watch.blinked(edge, device);
    }
}

void Troubles::link_trouble(const Trouble& trouble) {
    SimSite& site = stage_.site;
    Node& node = site.node(trouble.target);
    Node& other = site.node(trouble.other);
    if (trouble.kind == "partitions") {
        const std::string line = trouble.target + " to " + trouble.other;
        if (!claim(line)) {
            return;
        }
        site.network().partition(node, other);
        blind_far_end(trouble.other, true);
        for_a_while(trouble, [this, &site, &node, &other, line, device = trouble.other] {
            site.network().heal(node, other);
            blind_far_end(device, false);
            troubled_.erase(line);
        });
    } else if (trouble.kind == "half_opens") {
        blink_far_end(trouble.other);
        site.streams().make_half_open(node, other);
        if (trouble.other == "broker") {
            site.broker().make_half_open(node);
        }
    } else {
        blink_far_end(trouble.other);
        site.streams().reset(node, other);
        if (trouble.other == "broker") {
            site.broker().break_connections(node);
        }
    }
}

void Troubles::cut_site_power(const Trouble& trouble) {
    SimSite& site = stage_.site;
    const auto absent = [&site, this](const std::string& edge) {
        return !site.is_up(edge) && down_causes_[edge] == 0;
    };
    std::vector<std::string> boxes;
    for (const EdgeId& edge : site.site().edges) {
        if (!absent(edge.str())) {
            boxes.push_back(edge.str());
        }
    }
    for (const std::string& box : boxes) {
        down(box, Death::power);
    }
    for (const std::string& reader : site.devices().reader_names()) {
        site.reader(reader).reboot(trouble.lasts);
    }
    for (const std::string& rack : site.devices().rack_names()) {
        site.devices().rack(rack).gateway().power_off();
    }
    for_a_while(trouble, [this, boxes] {
        for (const std::string& rack : stage_.site.devices().rack_names()) {
            static_cast<void>(stage_.site.devices().rack(rack).gateway().power_on());
        }
        for (const std::string& box : boxes) {
            up(box);
        }
    });
}

}  // namespace tally::sim
