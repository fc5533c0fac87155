// Plays a timed scene on a stage.
#pragma once

#include <functional>
#include <vector>

#include "tools/emul/stage.hpp"

namespace tally::emul {

/// Carries out the commands of a scene at their times; the answers go to a sink.
class ScenePlayer {
 public:
    ScenePlayer(Stage::Ports ports, Stage& stage, std::vector<Command> scene, LineSink answers);

    /// Declarations (at_ms 0) at once, the rest from now on or, if so asked, from the moment when
    /// every reader is reading. `on_end` is called when the last command is out and no one walks.
    enum class Start : std::uint8_t { now, when_reading };
    void start(Start start, std::function<void()> on_end);

 private:
    void wait_for_readers();
    void begin();
    void next();
    void wait_for_walkers();

    Stage& stage_;
    std::vector<Command> scene_;
    LineSink answers_;
    std::function<void()> on_end_;
    std::size_t at_ = 0;
    const Clock& clock_;
    MonoTime began_;
    Timer timer_;
};

}  // namespace tally::emul
