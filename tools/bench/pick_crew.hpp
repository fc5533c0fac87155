// Orders without end and the people who pick them, for the bench of vehicles: so many picks are
// always open, and who waits for a person waits for a short while.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "firmware/base/prng.hpp"
#include "firmware/services/picking/picking.hpp"

namespace tally::bench {

/// Single-threaded.
class PickCrew final : public PickWork {
 public:
    PickCrew(std::vector<std::string> slots, int open) : slots_(std::move(slots)), open_(open) {}

    [[nodiscard]] const std::map<std::string, Task>& tasks() const override { return tasks_; }
    [[nodiscard]] std::vector<const Task*> on_way(const std::string&) const override { return {}; }
    [[nodiscard]] bool holds_goods(const std::string& place) const override {
        return loaded_.contains(place);
    }
    [[nodiscard]] bool is_left(const Task&) const override { return false; }
    [[nodiscard]] bool is_in_hand(const Task&, const std::string&) const override { return false; }
    [[nodiscard]] Urgency urgency_of(const Task&) const override { return {}; }

    /// Who has waited since the call before is served; orders of three picks come until as many are
    /// open as there should be, and one more than that.
    void work(const Dispatch& dispatch, const std::map<DeviceId, std::string>& carts) {
        std::set<std::string> waits;
        for (const auto& [id, mission] : dispatch.missions()) {
            if (mission.state != MissionState::waiting || mission.kind != MissionKind::pick) {
                continue;
            }
            const std::string at = id + " " + std::to_string(mission.at);
            if (!waited_.contains(at)) {
                waits.insert(at);
            } else if (mission.stop().tasks.empty()) {
                loaded_.erase(carts.at(*mission.vehicle));
            }
            for (const std::string& task : mission.stop().tasks) {
                if (waited_.contains(at) && tasks_.erase(task) > 0) {
                    loaded_.insert(carts.at(*mission.vehicle));
                    ++picked_;
                }
            }
        }
        waited_ = std::move(waits);
        do {
            open_order();
        } while (tasks_.size() < static_cast<std::size_t>(open_));
    }
    [[nodiscard]] int picked() const { return picked_; }

 private:
    void open_order() {
        const std::string order = "o" + std::to_string(++orders_);
        for (int i = 0; i < 3; ++i) {
            Task task;
            task.id = order + "-" + std::to_string(i);
            task.kind = TaskKind::pick;
            task.document = order;
            task.from = slots_[prng_.below(slots_.size())];
            task.qty_milli = 1'000;
            tasks_[task.id] = std::move(task);
        }
    }

    std::vector<std::string> slots_;
    int open_;
    Prng prng_{2};
    int orders_ = 0;
    int picked_ = 0;
    std::map<std::string, Task> tasks_;
    std::set<std::string> loaded_;  ///< carts
    std::set<std::string> waited_;  ///< mission and stop, at the call before
};

}  // namespace tally::bench
