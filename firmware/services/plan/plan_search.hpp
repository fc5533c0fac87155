// A question on its way to its answer, as a job of the plan pool: reading, searching, judging and
// writing, all of it off the loop.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "firmware/ports/plan_pool.hpp"
#include "firmware/services/plan/plan_question.hpp"

namespace tally {

class PlanSolver;

/// Owns its floor and its question. Single-threaded, on whatever thread steps it.
class PlanSearch final : public PlanJob {
 public:
    /// `text`: the lines of the answer are written by finish(), and only that is kept.
    enum class Keep : std::uint8_t { lines, text };

    /// Without a floor only costs can be assigned; other questions are answered `refused`.
    PlanSearch(PlanQuestion question, std::optional<FloorFile> floor, Keep keep = Keep::lines);
    ~PlanSearch() override;

    bool step(std::int64_t work) override;
    void finish() override;

    /// After finish(). malformed: the text; refused: what cannot be, named; timeout: it was stopped
    /// before there was an answer; corrupt: the judge refused the answer, which is a bug.
    [[nodiscard]] const Result<PlanFound>& found() const { return found_; }

    /// The answer as canonical JSON, as the operators' API tells it; empty without one.
    [[nodiscard]] std::string take_text() { return std::move(text_); }

 private:
    PlanQuestion question_;
    std::optional<FloorFile> floor_;
    std::unique_ptr<PlanSolver> solver_;
    Keep keep_;
    bool is_over_ = false;
    std::string text_;
    Result<PlanFound> found_;
};

/// {columns, lower_bound, method, numbers, rows, total}; numbers as text, since costs may be
/// fractions.
std::string plan_answer_data(const PlanAnswer& answer);

/// Of the same question searched from several seeds: the shortest answer, and of equals the first.
/// Of failures the first.
[[nodiscard]] std::size_t best_of(const std::vector<const PlanSearch*>& searches);

}  // namespace tally
