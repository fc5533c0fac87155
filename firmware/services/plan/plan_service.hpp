// Plans of an edge box: questions of operators go to the pool, answers are kept for a while. A plan
// is a proposal and no fact: nothing of it stands in the ledger, and a restart forgets it.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "firmware/ports/clock.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/plan_pool.hpp"
#include "firmware/services/plan/plan_search.hpp"

namespace tally {

struct PlanAsked {
    PlanQuestion question;
    PlanLimits limits;
    std::size_t restarts = 1;  ///< searches from different seeds, of which the best counts
    std::string by;            ///< "user:li.wei"
};

enum class PlanState : std::uint8_t { running, done, failed };
std::string_view to_string(PlanState state) noexcept;
std::string_view to_string(PlanStop stop) noexcept;

struct Plan {
    std::string id;  ///< digest of what was asked, so that asking again finds the same plan
    PlanKind kind = PlanKind::tour;
    std::string by;
    WallTime asked_at;
    PlanState state = PlanState::running;
    PlanTicket ticket = 0;
    std::size_t restarts = 1;
    // Once it is not running:
    PlanStop stop = PlanStop::finished;  ///< of the search that counts
    std::int64_t slices = 0;  ///< of that search; with this as limit the same question has the
                              ///< same answer everywhere
    Result<PlanFound> found = fail(ErrorKind::timeout, "the plan is not done");  ///< no lines
    std::string text;  ///< plan_answer_data of what was found, lines and all
};

/// Single-threaded, on the loop. The pool must outlive it; what runs is forgotten with it.
class PlanService {
 public:
    static constexpr std::size_t kRunningMax = 8;  ///< questions; each may search some times
    static constexpr std::size_t kRestartsMax = 8;
    static constexpr std::size_t kKeptMax = 64;                           ///< plans that are done
    static constexpr std::size_t kBytesKeptMax = std::size_t{64} << 20U;  ///< all their answers

    struct Ports {
        PlanPool* pool = nullptr;  ///< null: this box plans nothing
        Clock& clock;
        Events& events;
    };
    /// `floor`: what tours and batches are planned on, unless the box has none.
    PlanService(std::optional<FloorFile> floor, Ports ports);
    ~PlanService();
    PlanService(const PlanService&) = delete;
    PlanService& operator=(const PlanService&) = delete;

    /// Begins a plan, or finds it: a question that runs or is answered is not searched twice.
    /// exhausted: kRunningMax run already; unsupported: this box has no pool.
    Result<const Plan*> ask(PlanAsked asked);

    /// The plan ends soon, with the best so far. refused: there is no such plan.
    Result<const Plan*> cancel(const std::string& id);

    [[nodiscard]] const std::optional<FloorFile>& floor() const { return floor_; }

    [[nodiscard]] const Plan* find(const std::string& id) const;
    [[nodiscard]] const std::deque<Plan>& plans() const { return plans_; }  ///< oldest first

 private:
    void take_in(const std::string& id, const std::vector<PlanEnd>& ends);
    void forget_oldest();
    [[nodiscard]] Plan* find_mutable(const std::string& id);

    std::optional<FloorFile> floor_;
    Ports ports_;
    std::deque<Plan> plans_;
};

}  // namespace tally
