// An independent judge of what happens on the floor: it sees where vehicles are, moment after
// moment, and knows nothing of plans, track or cells.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tally::planner {

struct Seen {
    std::int64_t x_mm = 0;
    std::int64_t y_mm = 0;
};

class FloorWatch {
 public:
    /// The centres of two vehicles never come nearer than this.
    explicit FloorWatch(std::int64_t clearance_mm) : clearance_mm_(clearance_mm) {}

    /// All vehicles at a moment. Between two moments each is taken to move evenly on a straight
    /// line, so two that change places are seen to meet. What is wrong, a sentence each, at
    /// most 20.
    std::vector<std::string> look(const std::vector<Seen>& vehicles);

    /// A person has brought it there since the last look, by whatever way; it was seen by then.
    void put(std::size_t vehicle, Seen at) {
        if (vehicle < before_.size()) {
            before_[vehicle] = at;
        }
    }

 private:
    std::int64_t clearance_mm_;
    std::vector<Seen> before_;
};

}  // namespace tally::planner
