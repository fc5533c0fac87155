#include "sim/checkers/queue_watch.hpp"

namespace tally::sim {

namespace {

constexpr std::array<const char*, static_cast<std::size_t>(QueueWatch::Queue::count)> kNames = {
    "messages to a client", "batches at the bridge",  "rows for the disk",
    "rows of an opening",   "batches in flight",      "reads",
    "movements remembered", "blind spans remembered",
};

}  // namespace

QueueWatch::QueueWatch(Drawn drawn)
    : peaks_{{{0, drawn.client_messages + 1},
              {0, kBridgeBatches},
              {0, drawn.disk_rows + kTurnRows},
              {0, drawn.disk_rows + kOpeningRows},
              {0, kBatches},
              {0, kReads},
              {0, kMovements},
              {0, kBlindSpans}}} {}

std::map<std::string, QueuePeak> QueueWatch::peaks() const {
    std::map<std::string, QueuePeak> named;
    for (std::size_t i = 0; i < peaks_.size(); ++i) {
        named[kNames[i]] = peaks_[i];
    }
    return named;
}

void QueueWatch::find(Queue queue, std::string_view owner, std::size_t depth) {
    const auto at = static_cast<std::size_t>(queue);
    const std::string what = std::string(kNames[at]) + " of " + std::string(owner);
    if (found_.insert(what).second) {
        findings_.push_back({"queue.bound", what + ": " + std::to_string(depth) + ", above the " +
                                                std::to_string(peaks_[at].bound) +
                                                " that are stated"});
    }
}

}  // namespace tally::sim
