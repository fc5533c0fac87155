#include "sim/devices/shelf_rack.hpp"

#include <fmt/format.h>

#include "sim/devices/verb_args.hpp"

namespace tally::sim {

namespace {

constexpr std::int64_t kTonneMg = 1'000'000'000;

constexpr VerbInfo kVerbs[] = {
    {"shelf_load", "shelf unit [channel] mg", "puts so much on, or takes it off if negative"},
    {"shelf_weight", "shelf unit [channel]", "answers what really stands there, in mg"},
    {"shelf_fault", "shelf unit name [value]",
     "of the unit's answers or of the instrument; 0 ends"},
    {"shelf_relays", "shelf unit", "answers which coils are on and where the barrier is"},
    {"shelf_cable", "shelf state", "connected or pulled: nothing passes, connections stay"},
    {"shelf_power", "shelf state", "on or off: connections end, nobody listens"},
};

struct Cell {
    ShelfUnit* unit = nullptr;
    std::size_t channel = 0;
};

std::uint8_t unit_id(VerbArgs& args) {
    return static_cast<std::uint8_t>(args.number("unit", {0, 247}));
}

Cell cell_of(ShelfRack& rack, VerbArgs& args) {
    Cell cell;
    const std::uint8_t id = unit_id(args);
    cell.unit = rack.unit(id);
    cell.channel =
        static_cast<std::size_t>(args.number("channel", {0, ShelfUnit::kChannels - 1}, 0));
    if (cell.unit == nullptr) {
        args.complain(fmt::format("there is no unit {} on this rack", id));
    }
    return cell;
}

Result<std::string> load(ShelfRack& rack, VerbArgs& args) {
    const Cell cell = cell_of(rack, args);
    const std::int64_t mg = args.number("mg", {-kTonneMg, kTonneMg});
    TALLY_TRY(args.done());
    cell.unit->add(cell.channel, mg);
    return std::string("ok");
}

Result<std::string> weight(ShelfRack& rack, VerbArgs& args) {
    const Cell cell = cell_of(rack, args);
    TALLY_TRY(args.done());
    return std::to_string(cell.unit->carried_mg(cell.channel));
}

Result<std::string> fault(ShelfRack& rack, VerbArgs& args) {
    const std::uint8_t id = unit_id(args);
    const std::string name = args.text("name");
    const std::int64_t value = args.number("value", {0, 3'600'000}, 1);
    ShelfUnit* const unit = rack.unit(id);
    RelayUnit* const relays = rack.relays(id);
    if (unit == nullptr && relays == nullptr) {
        args.complain(fmt::format("there is no unit {} on this rack", id));
    }
    TALLY_TRY(args.done());
    const Result<void> own = unit != nullptr ? set_fault(unit->faults(), name, value)
                                             : set_fault(relays->faults(), name, value);
    if (!own) {
        TALLY_TRY(set_fault(rack.gateway().faults(id), name, value));
    }
    return std::string("ok");
}

Result<std::string> relays(ShelfRack& rack, VerbArgs& args) {
    const std::uint8_t id = unit_id(args);
    RelayUnit* const found = rack.relays(id);
    if (found == nullptr) {
        args.complain(fmt::format("unit {} of this rack is no relay module", id));
    }
    TALLY_TRY(args.done());
    return found->state();
}

Result<bool> is_state(VerbArgs& args, const std::string& yes, const std::string& no) {
    const std::string state = args.text("state");
    if (state != yes && state != no) {
        args.complain("'state' is " + yes + " or " + no);
    }
    TALLY_TRY(args.done());
    return state == yes;
}

Result<std::string> cable(ShelfRack& rack, VerbArgs& args) {
    TALLY_TRY_ASSIGN(const bool connected, is_state(args, "connected", "pulled"));
    connected ? rack.gateway().plug_cable() : rack.gateway().pull_cable();
    return std::string("ok");
}

Result<std::string> power(ShelfRack& rack, VerbArgs& args) {
    TALLY_TRY_ASSIGN(const bool on, is_state(args, "on", "off"));
    if (rack.is_serial()) {  // Without power nobody answers; there is no connection to end.
        on ? rack.gateway().plug_cable() : rack.gateway().pull_cable();
    } else if (on) {
        TALLY_TRY(rack.gateway().power_on());
    } else {
        rack.gateway().power_off();
    }
    return std::string("ok");
}

}  // namespace

ShelfUnit& ShelfRack::add(std::uint8_t id, ShelfUnit::Setup setup) {
    auto& unit = units_[id];
    unit = std::make_unique<ShelfUnit>(clock_, setup);
    gateway_.add(id, *unit);
    return *unit;
}

ModbusSerial& ShelfRack::serve_serial(ModbusSerial::Say say) {
    serial_ = std::make_unique<ModbusSerial>(scheduler_, gateway_, std::move(say));
    return *serial_;
}

RelayUnit& ShelfRack::add_relays(std::uint8_t id) {
    auto& unit = relays_[id];
    unit = std::make_unique<RelayUnit>(clock_);
    gateway_.add(id, *unit);
    return *unit;
}

RelayUnit* ShelfRack::relays(std::uint8_t id) {
    const auto found = relays_.find(id);
    return found == relays_.end() ? nullptr : found->second.get();
}

ShelfUnit* ShelfRack::unit(std::uint8_t id) {
    const auto found = units_.find(id);
    return found == units_.end() ? nullptr : found->second.get();
}

std::span<const VerbInfo> shelf_verbs() {
    return kVerbs;
}

Result<std::string> apply_shelf_verb(ShelfRack& rack, const Verb& verb) {
    VerbArgs args(verb);
    args.text("shelf", "");  // Who was meant is known by now.
    if (verb.name == "shelf_load") {
        return load(rack, args);
    }
    if (verb.name == "shelf_weight") {
        return weight(rack, args);
    }
    if (verb.name == "shelf_fault") {
        return fault(rack, args);
    }
    if (verb.name == "shelf_relays") {
        return relays(rack, args);
    }
    if (verb.name == "shelf_cable") {
        return cable(rack, args);
    }
    if (verb.name == "shelf_power") {
        return power(rack, args);
    }
    return fail(ErrorKind::malformed, "a rack has no verb '" + verb.name + "'");
}

}  // namespace tally::sim
