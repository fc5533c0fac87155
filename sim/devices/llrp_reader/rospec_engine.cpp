#include "sim/devices/llrp_reader/rospec_engine.hpp"

#include <fmt/format.h>

namespace tally::sim::llrp {
namespace {

/// How long one look at all tags takes; only "N attempts" triggers depend on it. Assumption: a
/// round of some tens of tags at 640 kbit/s.
constexpr std::uint32_t kRoundMs = 100;

Duration ms(std::uint32_t count) {
    return std::chrono::milliseconds(count);
}

Problem unknown_id(std::uint32_t id) {
    return wrong_field({}, 0, fmt::format("there is no ROSpec {}", id));
}

}  // namespace

RoSpecEngine::RoSpecEngine(Scheduler& scheduler, RoSpecSink& sink, std::uint32_t rospecs_max)
    : scheduler_(scheduler),
      sink_(sink),
      rospecs_max_(rospecs_max),
      rospec_timer_(scheduler),
      aispec_timer_(scheduler),
      quiet_timer_(scheduler) {}

RoSpecEngine::Entry* RoSpecEngine::find(std::uint32_t id) {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
}

RoSpecEngine::Refusal RoSpecEngine::add(RoSpec spec) {
    if (find(spec.id) != nullptr) {
        return wrong_field({Par::rospec}, 0, fmt::format("ROSpec {} exists", spec.id));
    }
    if (entries_.size() >= rospecs_max_) {
        return Problem{Status::m_overflow_parameter,
                       {},
                       Status::success,
                       std::nullopt,
                       fmt::format("{} ROSpec at most; delete one first", rospecs_max_)};
    }
    const std::uint32_t id = spec.id;
    entries_.emplace(id, Entry{std::move(spec), std::make_unique<Timer>(scheduler_)});
    return std::nullopt;
}

RoSpecEngine::Refusal RoSpecEngine::remove(std::uint32_t id) {
    if (id != 0 && find(id) == nullptr) {
        return unknown_id(id);
    }
    if (active_id_ != 0 && (id == 0 || id == active_id_)) {
        finish(std::nullopt);
    }
    if (id == 0) {
        entries_.clear();
    } else {
        entries_.erase(id);
    }
    return std::nullopt;
}

RoSpecEngine::Refusal RoSpecEngine::enable(std::uint32_t id) {
    if (id != 0 && find(id) == nullptr) {
        return unknown_id(id);
    }
    for (auto& [key, entry] : entries_) {
        if (id == 0 || id == key) {
            enable_one(entry);
        }
    }
    return std::nullopt;
}

RoSpecEngine::Refusal RoSpecEngine::disable(std::uint32_t id) {
    if (id != 0 && find(id) == nullptr) {
        return unknown_id(id);
    }
    for (auto& [key, entry] : entries_) {
        if (id == 0 || id == key) {
            disable_one(entry);
        }
    }
    return std::nullopt;
}

RoSpecEngine::Refusal RoSpecEngine::start(std::uint32_t id) {
    Entry* entry = find(id);
    if (entry == nullptr) {
        return unknown_id(id);
    }
    if (entry->spec.state == RoSpec::State::disabled) {
        return wrong_field({}, 0, fmt::format("ROSpec {} is disabled; enable it first", id));
    }
    try_start(*entry);
    if (entry->spec.state != RoSpec::State::active) {
        return wrong_field({}, 0, fmt::format("ROSpec {} has the radio", active_id_));
    }
    return std::nullopt;
}

RoSpecEngine::Refusal RoSpecEngine::stop(std::uint32_t id) {
    if (find(id) == nullptr) {
        return unknown_id(id);
    }
    if (active_id_ == id) {
        finish(std::nullopt);
    }
    return std::nullopt;
}

void RoSpecEngine::enable_one(Entry& entry) {
    if (entry.spec.state != RoSpec::State::disabled) {
        return;
    }
    entry.spec.state = RoSpec::State::inactive;
    if (entry.spec.start == RoSpec::Start::immediate) {
        try_start(entry);
    } else if (entry.spec.start == RoSpec::Start::periodic) {
        arm_periodic(entry, entry.spec.offset_ms);
    }
}

void RoSpecEngine::disable_one(Entry& entry) {
    if (entry.spec.id == active_id_) {
        finish(std::nullopt);
    }
    entry.periodic->cancel();
    entry.spec.state = RoSpec::State::disabled;
}

void RoSpecEngine::arm_periodic(Entry& entry, std::uint32_t delay_ms) {
    entry.periodic->arm(ms(delay_ms), [this, id = entry.spec.id] {
        Entry* due = find(id);
        if (due->spec.period_ms != 0) {
            arm_periodic(*due, due->spec.period_ms);
        }
        try_start(*due);
    });
}

void RoSpecEngine::try_start(Entry& entry) {
    if (entry.spec.state != RoSpec::State::inactive) {
        return;
    }
    if (active_id_ != 0) {
        if (entry.spec.priority >= find(active_id_)->spec.priority) {
            return;
        }
        finish(entry.spec.id);
    }
    activate(entry);
}

void RoSpecEngine::activate(Entry& entry) {
    entry.spec.state = RoSpec::State::active;
    active_id_ = entry.spec.id;
    spec_at_ = 0;
    sink_.rospec_started(entry.spec);
    const bool by_input = entry.spec.stop == RoSpec::Stop::input;
    const std::uint32_t limit = by_input ? entry.spec.stop_input.timeout_ms : entry.spec.stop_ms;
    if (entry.spec.stop != RoSpec::Stop::none && limit != 0) {
        rospec_timer_.arm(ms(limit), [this] { finish(std::nullopt); });
    }
    begin_aispec();
}

void RoSpecEngine::begin_aispec() {
    observed_ = 0;
    observed_fresh_ = 0;
    const AiSpec& spec = find(active_id_)->spec.specs[spec_at_];
    std::uint32_t limit = 0;
    switch (spec.stop) {
        case AiSpec::Stop::none:
            break;
        case AiSpec::Stop::duration:
            limit = spec.duration_ms;
            break;
        case AiSpec::Stop::input:
            limit = spec.input.timeout_ms;
            break;
        case AiSpec::Stop::tags:
            limit = spec.observation.type == 2 ? spec.observation.attempts * kRoundMs
                                               : spec.observation.timeout_ms;
            if (spec.observation.type == 1) {
                quiet_timer_.arm(ms(spec.observation.quiet_ms), [this] { next_aispec(); });
            }
            break;
    }
    if (limit != 0) {
        aispec_timer_.arm(ms(limit), [this] { next_aispec(); });
    }
}

void RoSpecEngine::end_aispec() {
    aispec_timer_.cancel();
    quiet_timer_.cancel();
    sink_.aispec_ended(find(active_id_)->spec, static_cast<std::uint16_t>(spec_at_ + 1));
}

void RoSpecEngine::next_aispec() {
    if (spec_at_ + 1 == find(active_id_)->spec.specs.size()) {
        finish(std::nullopt);
        return;
    }
    end_aispec();
    ++spec_at_;
    begin_aispec();
}

void RoSpecEngine::finish(std::optional<std::uint32_t> preempted_by) {
    end_aispec();
    rospec_timer_.cancel();
    RoSpec& spec = find(active_id_)->spec;
    spec.state = RoSpec::State::inactive;
    active_id_ = 0;
    if (preempted_by) {
        sink_.rospec_preempted(spec, *preempted_by);
    } else {
        sink_.rospec_ended(spec);
    }
}

void RoSpecEngine::input(std::uint16_t port, bool high) {
    const auto fires = [&](const GpiTrigger& t) { return t.port == port && t.high == high; };
    if (active_id_ != 0) {
        const RoSpec& spec = find(active_id_)->spec;
        const AiSpec& current = spec.specs[spec_at_];
        if (spec.stop == RoSpec::Stop::input && fires(spec.stop_input)) {
            finish(std::nullopt);
        } else if (current.stop == AiSpec::Stop::input && fires(current.input)) {
            next_aispec();
        }
    }
    for (auto& [id, entry] : entries_) {
        if (entry.spec.start == RoSpec::Start::input && fires(entry.spec.start_input)) {
            try_start(entry);
        }
    }
}

void RoSpecEngine::preempt(std::uint32_t by) {
    if (active_id_ != 0) {
        finish(by);
    }
}

void RoSpecEngine::clear() {
    rospec_timer_.cancel();
    aispec_timer_.cancel();
    quiet_timer_.cancel();
    active_id_ = 0;
    entries_.clear();
}

const RoSpec* RoSpecEngine::active() const {
    return active_id_ == 0 ? nullptr : &entries_.at(active_id_).spec;
}

RoSpecEngine::Reading RoSpecEngine::reading(std::uint16_t antenna) const {
    const RoSpec* spec = active();
    if (spec == nullptr || !spec->specs[spec_at_].covers(antenna)) {
        return {};
    }
    return {spec, static_cast<std::uint16_t>(spec_at_ + 1), spec->specs[spec_at_].inventory_id};
}

void RoSpecEngine::observed(Fresh fresh) {
    ++observed_;
    observed_fresh_ += fresh == Fresh::yes ? 1 : 0;
    const AiSpec& spec = find(active_id_)->spec.specs[spec_at_];
    if (spec.stop != AiSpec::Stop::tags) {
        return;
    }
    const TagObservation& until = spec.observation;
    if (until.type == 1 && fresh == Fresh::yes) {
        quiet_timer_.arm(ms(until.quiet_ms), [this] { next_aispec(); });
    }
    const std::uint32_t count = until.type == 0 ? observed_ : observed_fresh_;
    const bool counts_tags = until.type == 0 || until.type == 3;
    if (counts_tags && until.tags != 0 && count >= until.tags) {
        next_aispec();
    }
}

void RoSpecEngine::write(ByteWriter& out) const {
    for (const auto& [id, entry] : entries_) {
        write_rospec(out, entry.spec);
    }
}

}  // namespace tally::sim::llrp
