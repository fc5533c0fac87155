// Troubles: what devices do.
#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "firmware/base/check.hpp"
#include "sim/scenarios/troubles.hpp"

namespace tally::sim {

namespace {

/// What an instrument or its answers do wrong (devices.md 5). Those that blind are dead silence, an
/// exception, a bit of the status, or a value that never stands still and does; the driver must see
/// through each of the others, or count as blind what it shows. What a frozen one showed is what
/// its slot carried then.
struct SlotFault {
    const char* name;
    std::int64_t value;
    bool blinds;
};
constexpr SlotFault kSlotFaults[] = {
    {"dead", 1, true},         {"exception", 4, true},   {"late_ms", 400, false},
    {"late_once", 900, false}, {"wrong_unit", 9, false}, {"doubled", 1, false},
    {"stranger", 1, false},    {"garbled", 1, false},    {"short_by", 1, false},
    {"torn_sign", 1, false},   {"cell_error", 1, true},  {"overload", 1, true},
    {"frozen", 1, false},      {"swapped", 1, false},    {"cut", 5, false},
    {"converter", 1, true},    {"over_max", 1, true},    {"gross_beyond", 1, true},
    {"net_beyond", 1, true},
};

/// Only laumas has a status; and the words of a float, exchanged, may be a weight like any other
/// (of eagle, 4.1 kg under nothing was seen), which nobody can tell from a true one.
bool can_have(const SlotFault& fault, ShelfMake make) {
    const std::string_view name = fault.name;
    const auto table = instrument_fault_table();
    const bool of_status = std::any_of(table.begin(), table.end(), [&](const auto& each) {
        return each.name == name && each.status_bit >= 0;
    });
    return of_status ? make == ShelfMake::laumas : name != "swapped" || make != ShelfMake::eagle;
}

const SlotFault& slot_fault(std::int64_t drawn, ShelfMake make) {
    std::vector<const SlotFault*> possible;
    for (const SlotFault& fault : kSlotFaults) {
        if (can_have(fault, make)) {
            possible.push_back(&fault);
        }
    }
    return *possible[static_cast<std::size_t>(drawn % std::ssize(possible))];
}

/// The codes of a bare converter never stand still, so a frozen one is found out.
bool blinds(const SlotFault& fault, ShelfMake make) {
    const bool freezes = std::string_view(fault.name) == "frozen";
    return fault.blinds || (freezes && make == ShelfMake::raw);
}

}  // namespace

std::string Troubles::edge_of_reader(const std::string& reader) const {
    for (const GateLayout& gate : stage_.site.site().gates) {
        if (gate.reader.str() == reader) {
            return gate.edge.str();
        }
    }
    return {};
}

void Troubles::blind_reader(const Trouble& trouble, std::function<void()> undo) {
    const std::string& reader = trouble.target;
    stage_.watch.blinded(edge_of_reader(reader), {reader});
    for_a_while(trouble, [this, reader, undo = std::move(undo)] {
        if (undo) {
            undo();
        }
        stage_.watch.seeing({reader});
        troubled_.erase(reader);
    });
}

void Troubles::reader_trouble(const Trouble& trouble) {
    LlrpReader& reader = stage_.site.reader(trouble.target);
    const std::string& kind = trouble.kind;
    const bool blinds = kind == "reader_reboots" || kind == "reader_silences";
    if (blinds && !claim(trouble.target)) {
        return;
    }
    // A buffer that is full already does not overflow anew (seed 156).
    const bool overflows = kind == "reader_overflows";
    if (overflows && !claim(trouble.target + " buffer")) {
        return;
    }
    // These end its proof of reading, if only for a moment: its connection, its ROSpec, reports.
    const bool winks = kind == "reader_resets" || kind == "reader_thefts" || overflows ||
                       kind == "preemptions" || kind == "reader_reboots";
    if (winks) {
        stage_.watch.blinked(edge_of_reader(trouble.target), trouble.target);
    }
    if (kind == "reader_reboots") {
        reader.reboot(trouble.lasts);
        blind_reader(trouble);
    } else if (kind == "reader_silences") {
        reader.go_silent();
        blind_reader(trouble, [&reader] { reader.speak_up(); });
    } else if (kind == "reader_resets") {
        reader.reset_tcp();
    } else if (kind == "reader_thefts") {
        reader.steal_by_second_client(trouble.lasts);
    } else if (overflows) {
        reader.overflow();
        for_a_while(trouble, [this, &reader, line = trouble.target + " buffer"] {
            reader.fill_buffer(0);
            troubled_.erase(line);
        });
    } else if (kind == "antenna_pulls") {
        pull_antenna(trouble);
    } else if (kind == "reader_clock_jumps") {
        constexpr std::int64_t kDayUs = 86'400'000'000;
        reader.set_clock((trouble.value - 500'000) * (kDayUs / 500'000));
    } else if (kind == "preemptions") {
        reader.preempt();
    } else {
        firmware_trouble(trouble, reader);
    }
}

void Troubles::pull_antenna(const Trouble& trouble) {
    const auto antenna = static_cast<std::uint16_t>(1 + trouble.value % 2);
    const std::string line = trouble.target + " antenna " + std::to_string(antenna);
    if (!claim(line)) {
        return;
    }
    LlrpReader& reader = stage_.site.reader(trouble.target);
    reader.antenna(antenna, LlrpReader::Cable::pulled);
    stage_.watch.blinded(edge_of_reader(trouble.target), {trouble.target, antenna});
    for_a_while(trouble, [this, &reader, line, name = trouble.target, antenna] {
        reader.antenna(antenna, LlrpReader::Cable::connected);
        stage_.watch.seeing({name, antenna});
        troubled_.erase(line);
    });
}

/// The line to a reader or a rack is cut.
void Troubles::blind_far_end(const std::string& device, bool blind) {
    const std::string edge = edge_of_reader(device);
    if (edge.empty()) {
        blind_rack(device, blind);
    } else if (blind) {
        stage_.watch.blinded(edge, {device});
    } else {
        stage_.watch.seeing({device});
    }
}

/// What its firmware does wrong for a while.
void Troubles::firmware_trouble(const Trouble& trouble, LlrpReader& reader) {
    const std::string& kind = trouble.kind;
    if (kind == "reader_floods") {
        reader.flood(static_cast<std::uint32_t>(trouble.tags));
        return;
    }
    if (kind == "reader_exceptions") {
        reader.exception("temperature high");
        return;
    }
    if (kind == "reader_withholds") {
        // What it withheld comes with the next tag that it hears after that.
        reader.faults().report_at_stop = 1;
        for_a_while(trouble, [&reader] { reader.faults().report_at_stop = 0; });
        return;
    }
    if (kind == "reader_refusals" || kind == "reader_ungreeted") {
        if (!claim(trouble.target)) {
            return;
        }
        const bool refuses = kind == "reader_refusals";
        auto Faults::*const fault = refuses ? &Faults::connect_status : &Faults::no_first_event;
        stage_.watch.blinked(edge_of_reader(trouble.target), trouble.target);
        reader.faults().*fault = refuses ? 1 + trouble.value % 3 : 1;
        reader.reset_tcp();
        blind_reader(trouble, [&reader, fault] { reader.faults().*fault = 0; });
        return;
    }
    const bool too_long = trouble.value % 2 == 0;
    auto Faults::*const fault = kind == "reader_bounces" ? &Faults::input_bounces
                                : kind == "reader_mutes" ? &Faults::no_keepalive
                                : too_long               ? &Faults::wrong_message_length
                                                         : &Faults::wrong_tlv_length;
    TALLY_CHECK(
        kind == "reader_bounces" || kind == "reader_mutes" || kind == "reader_broken_reports",
        "every kind of trouble can be carried out");
    reader.faults().*fault = kind == "reader_mutes" ? 1 : 1 + trouble.value / 2 % 3;
    for_a_while(trouble, [&reader, fault] { reader.faults().*fault = 0; });
}

void Troubles::blind_rack(const std::string& rack, bool blind) {
    for (const ShelfLayout& shelf : stage_.site.site().shelves) {
        for (const SlotLayout& slot : shelf.slots) {
            if (shelf.id == rack && blind) {
                stage_.watch.blinded(shelf.edge.str(), {slot.place.str()});
            } else if (shelf.id == rack) {
                stage_.watch.seeing({slot.place.str()});
            }
        }
    }
}

void Troubles::set_slot_fault(const std::string& slot, std::int64_t which, bool on) {
    ShelfRack& rack = stage_.goods.rack_of(slot);
    const std::uint8_t unit = stage_.goods.unit_of(slot);
    const ShelfMake make = rack.unit(unit)->make();
    const SlotFault& fault = slot_fault(which, make);
    const std::int64_t value = on ? fault.value : 0;
    const bool known = set_fault(rack.unit(unit)->faults(), fault.name, value).has_value() ||
                       set_fault(rack.gateway().faults(unit), fault.name, value).has_value();
    TALLY_CHECK(known, "a slot has this fault");
    const auto edge = stage_.site.site().owner_of(PlaceId(slot));
    if (blinds(fault, make) && on) {
        stage_.watch.blinded(edge->str(), {slot});
    } else if (blinds(fault, make)) {
        stage_.watch.seeing({slot});
    }
}

void Troubles::shelf_trouble(const Trouble& trouble) {
    const std::string& target = trouble.target;
    const std::string& kind = trouble.kind;
    if (!claim(trouble.target)) {
        return;
    }
    if (kind == "slot_faults" || kind == "blind_slots") {
        const std::int64_t which = kind == "blind_slots" ? 0 : trouble.value;  // 0: dead.
        set_slot_fault(target, which, true);
        for_a_while(trouble, [this, target, which] {
            set_slot_fault(target, which, false);
            troubled_.erase(target);
        });
        return;
    }
    ModbusServer& gateway = stage_.site.devices().rack(target).gateway();
    const bool cable = kind == "rack_cables";
    if (cable) {
        gateway.pull_cable();
    } else {
        gateway.power_off();
    }
    blind_rack(target, true);
    for_a_while(trouble, [this, target, cable, &gateway] {
        if (cable) {
            gateway.plug_cable();
        } else {
            static_cast<void>(gateway.power_on());
        }
        blind_rack(target, false);
        troubled_.erase(target);
    });
}

}  // namespace tally::sim
