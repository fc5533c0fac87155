// A FIFO whose bound and overflow policy are written where it is declared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace tally {

/// What push() does when the queue is full.
enum class Overflow {
    reject_newest,  ///< push() returns false, the caller must react (push back, report blind)
    drop_oldest,    ///< the oldest goes, and is counted
};

/// Single-threaded bounded FIFO. `dropped()` counts what an overflow cost, whoever lost it.
template <typename T, Overflow kPolicy>
class BoundedQueue {
 public:
    explicit BoundedQueue(std::size_t depth_max) : depth_max_(depth_max) {}

    /// False only if full and the policy is reject_newest; the value is then untouched.
    [[nodiscard]] bool push(T&& value) {
        if (items_.size() >= depth_max_) {
            ++dropped_;
            if constexpr (kPolicy == Overflow::reject_newest) {
                return false;
            } else {
                items_.pop_front();
            }
        }
        items_.push_back(std::move(value));
        return true;
    }

    /// Takes the oldest; the queue must not be empty.
    T pop() {
        T value = std::move(items_.front());
        items_.pop_front();
        return value;
    }

    [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
    [[nodiscard]] std::size_t depth_max() const noexcept { return depth_max_; }
    [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

 private:
    std::deque<T> items_;
    std::size_t depth_max_;
    std::uint64_t dropped_ = 0;
};

}  // namespace tally
