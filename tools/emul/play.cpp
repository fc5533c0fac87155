#include "tools/emul/play.hpp"

#include <algorithm>

namespace tally::emul {
namespace {

constexpr Duration kLook = std::chrono::milliseconds(20);

}  // namespace

ScenePlayer::ScenePlayer(Stage::Ports ports, Stage& stage, std::vector<Command> scene,
                         LineSink answers)
    : stage_(stage),
      scene_(std::move(scene)),
      answers_(std::move(answers)),
      clock_(ports.clock),
      timer_(ports.scheduler) {}

void ScenePlayer::start(Start start, std::function<void()> on_end) {
    on_end_ = std::move(on_end);
    while (at_ < scene_.size() && scene_[at_].at_ms == 0) {
        answers_(stage_.carry_out(scene_[at_++]));
    }
    if (start == Start::when_reading) {
        wait_for_readers();
    } else {
        begin();
    }
}

void ScenePlayer::wait_for_readers() {
    const auto& readers = stage_.readers();
    const bool all = std::all_of(readers.begin(), readers.end(),
                                 [](const auto& entry) { return entry.second->reading(); });
    if (all) {
        begin();
    } else {
        timer_.arm(kLook, [this] { wait_for_readers(); });
    }
}

void ScenePlayer::begin() {
    began_ = clock_.mono_now();
    next();
}

void ScenePlayer::next() {
    if (at_ == scene_.size()) {
        wait_for_walkers();
        return;
    }
    const MonoTime due = began_ + std::chrono::milliseconds(scene_[at_].at_ms);
    timer_.arm(std::max(Duration(0), due - clock_.mono_now()), [this] {
        answers_(stage_.carry_out(scene_[at_++]));
        next();
    });
}

void ScenePlayer::wait_for_walkers() {
    if (!stage_.anybody_walking()) {
        on_end_();
        return;
    }
    timer_.arm(kLook, [this] { wait_for_walkers(); });
}

}  // namespace tally::emul
