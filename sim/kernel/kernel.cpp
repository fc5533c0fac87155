#include "sim/kernel/kernel.hpp"

#include <algorithm>

#include "firmware/base/check.hpp"

namespace tally::sim {

Kernel::Kernel(KernelOptions options)
    : root_(options.seed),
      trace_(options.trace_entries_kept, std::move(options.on_trace)),
      on_report_(std::move(options.on_report)) {}

// Destroying a task may cancel others, so the table stays whole while they go.
Kernel::~Kernel() {
    const auto tasks = std::move(tasks_);
    tasks_.clear();
}

// A heap of std::*_heap has its greatest element in front, so "less" means "runs later".
bool Kernel::later(const Slot& a, const Slot& b) {
    return a.at_ns != b.at_ns ? a.at_ns > b.at_ns : a.id > b.id;
}

Kernel::EventId Kernel::after(Duration delay, std::function<void()> task) {
    const EventId id = ++last_id_;
    heap_.push_back({(now_ + std::max(delay, Duration::zero())).ns, id});
    std::push_heap(heap_.begin(), heap_.end(), later);
    tasks_.emplace(id, std::move(task));
    return id;
}

void Kernel::cancel(EventId id) {
    const auto found = tasks_.find(id);
    if (found == tasks_.end()) {
        return;
    }
    // Moved out first: destroying a task may cancel others.
    const std::function<void()> task = std::move(found->second);
    tasks_.erase(found);
    drop_cancelled();
}

// Timers that are armed again and again would fill the heap with dead slots until their time.
void Kernel::drop_cancelled() {
    if (heap_.size() < 64 || heap_.size() < 2 * tasks_.size()) {
        return;
    }
    std::erase_if(heap_, [this](const Slot& slot) { return !tasks_.contains(slot.id); });
    std::make_heap(heap_.begin(), heap_.end(), later);
}

bool Kernel::step(MonoTime deadline) {
    while (!heap_.empty() && heap_.front().at_ns <= deadline.ns) {
        const Slot slot = heap_.front();
        std::pop_heap(heap_.begin(), heap_.end(), later);
        heap_.pop_back();
        const auto found = tasks_.find(slot.id);
        if (found == tasks_.end()) {
            continue;
        }
        const std::function<void()> task = std::move(found->second);
        tasks_.erase(found);
        events_this_instant_ = slot.at_ns == now_.ns ? events_this_instant_ + 1 : 0;
        TALLY_CHECK(events_this_instant_ < kEventsPerInstantMax, "virtual time must pass");
        now_ = MonoTime{slot.at_ns};
        ++events_run_;
        task();
        return true;
    }
    return false;
}

void Kernel::run_for(Duration span) {
    run_until([] { return false; }, now_ + span);
}

bool Kernel::run_until(const std::function<bool()>& done, MonoTime deadline) {
    TALLY_CHECK(!running_, "the kernel does not run inside one of its own events");
    running_ = true;
    bool holds = done();
    while (!holds && step(deadline)) {
        holds = done();
    }
    if (!holds) {
        now_ = std::max(now_, deadline);
    }
    running_ = false;
    return holds;
}

Node& Kernel::add_node(NodeOptions options) {
    std::string name = options.name;
    TALLY_CHECK(!name.empty() && !nodes_.contains(name), "each node has a name of its own");
    auto node = std::make_unique<Node>(*this, std::move(options));
    return *nodes_.emplace(std::move(name), std::move(node)).first->second;
}

Node* Kernel::find_node(std::string_view name) {
    const auto found = nodes_.find(name);
    return found == nodes_.end() ? nullptr : found->second.get();
}

void Kernel::reported(const std::string& node, Severity severity, std::string_view source,
                      std::string_view text) {
    trace_.record(now_, node, "event",
                  {as_bytes(to_string(severity)), as_bytes(source), as_bytes(text)});
    if (on_report_) {
        on_report_(now_, node + " " + std::string(to_string(severity)) + ", " +
                             std::string(source) + ": " + std::string(text));
    }
}

void Kernel::unwatch(NodeWatcher& watcher) {
    std::erase(watchers_, &watcher);
}

void Kernel::announce_down(Node& node, Death death) {
    for (NodeWatcher* watcher : std::vector<NodeWatcher*>(watchers_)) {
        watcher->node_went_down(node, death);
    }
}

void Kernel::announce_up(Node& node) {
    for (NodeWatcher* watcher : std::vector<NodeWatcher*>(watchers_)) {
        watcher->node_came_up(node);
    }
}

}  // namespace tally::sim
