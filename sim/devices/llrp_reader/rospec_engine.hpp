// The ROSpec state machine of LLRP 1.1, chapter 6: Disabled, Inactive, Active, with start and stop
// triggers, AISpecs one after the other, and preemption by a more urgent priority.
#pragma once

#include <map>
#include <memory>

#include "firmware/ports/scheduler.hpp"
#include "sim/devices/llrp_reader/rospec.hpp"

namespace tally::sim::llrp {

/// Told of every change, in the order in which a client must hear of it.
class RoSpecSink {
 public:
    virtual ~RoSpecSink() = default;
    virtual void rospec_started(const RoSpec& spec) = 0;
    virtual void aispec_ended(const RoSpec& spec, std::uint16_t spec_index) = 0;
    virtual void rospec_ended(const RoSpec& spec) = 0;
    virtual void rospec_preempted(const RoSpec& spec, std::uint32_t by) = 0;
};

/// Single-threaded. At most one ROSpec is active: a reader has one radio.
class RoSpecEngine {
 public:
    RoSpecEngine(Scheduler& scheduler, RoSpecSink& sink, std::uint32_t rospecs_max);

    using Refusal = std::optional<Problem>;
    Refusal add(RoSpec spec);
    Refusal remove(std::uint32_t id);   ///< 0: all
    Refusal enable(std::uint32_t id);   ///< 0: all
    Refusal disable(std::uint32_t id);  ///< 0: all
    Refusal start(std::uint32_t id);
    Refusal stop(std::uint32_t id);

    /// An input changed; the GPIEvent must already be on its way.
    void input(std::uint16_t port, bool high);

    /// Something else takes the radio: the active ROSpec ends as preempted by ROSpec `by`.
    void preempt(std::uint32_t by);

    /// Forgets everything, without a word (power loss).
    void clear();

    /// What is being read now; nullptr members if nothing.
    struct Reading {
        const RoSpec* spec = nullptr;
        std::uint16_t spec_index = 0;  ///< 1-based
        std::uint16_t inventory_id = 0;
    };
    /// The active spec if it covers `antenna`, else an empty Reading.
    [[nodiscard]] Reading reading(std::uint16_t antenna) const;
    [[nodiscard]] const RoSpec* active() const;

    /// A tag was counted (for tag observation triggers). `fresh`: first time in this AISpec.
    enum class Fresh : std::uint8_t { no, yes };
    void observed(Fresh fresh);

    void write(ByteWriter& out) const;

 private:
    struct Entry {
        RoSpec spec;
        std::unique_ptr<Timer> periodic;
    };
    Entry* find(std::uint32_t id);
    void enable_one(Entry& entry);
    void disable_one(Entry& entry);
    void arm_periodic(Entry& entry, std::uint32_t delay_ms);
    void try_start(Entry& entry);
    void activate(Entry& entry);
    void begin_aispec();
    void end_aispec();
    void next_aispec();
    void finish(std::optional<std::uint32_t> preempted_by);

    Scheduler& scheduler_;
    RoSpecSink& sink_;
    std::uint32_t rospecs_max_;
    std::map<std::uint32_t, Entry> entries_;
    std::uint32_t active_id_ = 0;  ///< 0: none
    std::size_t spec_at_ = 0;
    std::uint32_t observed_ = 0;
    std::uint32_t observed_fresh_ = 0;
    Timer rospec_timer_;
    Timer aispec_timer_;
    Timer quiet_timer_;
};

}  // namespace tally::sim::llrp
