#include "drivers/smart_shelf/session.hpp"

#include <algorithm>
#include <utility>

namespace tally::smart_shelf {

namespace {

std::vector<Slot> slots_of(std::vector<SlotSpec> specs) {
    std::vector<Slot> slots;
    slots.reserve(specs.size());
    for (SlotSpec& spec : specs) {
        slots.emplace_back(std::move(spec));
    }
    return slots;
}

}  // namespace

Session::Session(SessionOptions options, const SessionPorts& ports, ShelfFeed& feed)
    : options_(std::move(options)),
      bus_(ports.bus),
      clock_(ports.clock),
      events_(ports.events),
      feed_(feed),
      slots_(slots_of(options_.slots)),
      plan_(plan_blocks(slots_), {options_.period, options_.timeout}),
      cycle_timer_(ports.scheduler) {}

void Session::start() {
    running_ = true;
    ++run_;
    cycle_timer_.arm(Duration(0), [this] { begin_cycle(); });
}

void Session::stop() {
    running_ = false;
    cycle_timer_.cancel();
}

void Session::begin_cycle() {
    ++status_.cycles;
    plan_.begin_cycle(clock_.mono_now());
    go_on();
}

void Session::go_on() {
    const MonoTime now = clock_.mono_now();
    if (const auto what = plan_.next(now)) {
        ask(*what);
        return;
    }
    cycle_timer_.arm(plan_.next_cycle(now) - now, [this] { begin_cycle(); });
}

void Session::ask(const PollPlan::Next& what) {
    const PollBlock& block = plan_.blocks()[what.block];
    ++status_.requests;
    status_.probes += what.is_probe ? 1 : 0;
    asked_ = clock_.mono_now();
    RegisterRead request;
    request.unit = block.unit;
    request.table = block.function == 4 ? RegisterTable::input : RegisterTable::holding;
    request.address = block.span.address;
    request.count = block.span.count;
    request.timeout = what.timeout;
    bus_.read(request, [this, what, run = run_](const RegisterBus::Values& values) {
        if (running_ && run == run_) {
            take(what, values);
            go_on();
        }
    });
}

void Session::take(const PollPlan::Next& what, const RegisterBus::Values& values) {
    const MonoTime now = clock_.mono_now();
    const PollBlock& block = plan_.blocks()[what.block];
    if (values) {
        ++status_.answers;
        if (block.failures > 0) {
            events_.report(Severity::info, options_.name,
                           "unit " + std::to_string(block.unit) + " answers again");
        }
        plan_.answered(what, now - asked_);
        for (const std::size_t slot : block.slots) {
            tell(slot, slots_[slot].on_block({block.span.address, *values}, now));
        }
    } else {
        if (block.failures == 1 && what.is_probe) {
            events_.report(Severity::warning, options_.name, values.error().text);
        }
        plan_.failed(what, now);
        for (const std::size_t slot : block.slots) {
            tell(slot, slots_[slot].on_failure(values.error(), now));
        }
    }
    status_.silent = static_cast<std::size_t>(
        std::count_if(plan_.blocks().begin(), plan_.blocks().end(),
                      [](const PollBlock& each) { return each.failures > 1; }));
}

void Session::tell(std::size_t slot, const std::optional<ShelfReading>& reading) {
    if (reading) {
        feed_.on_reading(slots_[slot].spec().place, *reading);
    }
}

void Session::command(const PlaceId& slot, ShelfCommand what,
                      std::function<void(Result<void>)> reply) {
    const auto found = std::find_if(slots_.begin(), slots_.end(),
                                    [&](const Slot& each) { return each.spec().place == slot; });
    if (found == slots_.end()) {
        reply(fail(ErrorKind::conflict, "there is no slot " + slot.str() + " on this bus"));
        return;
    }
    const SlotSpec& spec = found->spec();
    const auto value = !spec.map.commands           ? std::nullopt
                       : what == ShelfCommand::tare ? spec.map.commands->tare
                                                    : spec.map.commands->zero;
    if (!value) {
        reply(fail(ErrorKind::unsupported, "register map " + spec.map.name + " names no " +
                                               std::string(to_string(what)) +
                                               " command; do it at the instrument"));
        return;
    }
    RegisterWrite request;
    request.unit = spec.unit;
    request.address = spec.map.commands->address;
    request.values = {*value};
    request.timeout = options_.timeout;
    found->start_anew();
    bus_.write(request, std::move(reply));
}

}  // namespace tally::smart_shelf
