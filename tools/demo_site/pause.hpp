// Waiting in a program that runs from top to bottom, and that a signal may end at any moment.
#pragma once

#include <chrono>

#include "firmware/base/result.hpp"
#include "firmware/base/time.hpp"

namespace tally::demo {

/// Lets SIGINT, SIGTERM and SIGHUP end every wait from now on, with an error, so that destructors
/// run and nothing stays behind.
void end_waits_on_signals();

/// True once one of those signals came.
bool was_interrupted() noexcept;

/// Waits. refused: a signal asks the program to end.
Result<void> pause(Duration span);

/// A moment from now.
class Deadline {
 public:
    explicit Deadline(Duration limit) : at_(std::chrono::steady_clock::now() + limit) {}
    [[nodiscard]] bool over() const { return std::chrono::steady_clock::now() >= at_; }

 private:
    std::chrono::steady_clock::time_point at_;
};

}  // namespace tally::demo
