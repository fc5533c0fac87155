#include "firmware/services/plan/plan_search.hpp"

#include <utility>

#include <fmt/format.h>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/services/plan/blockage.hpp"
#include "firmware/services/plan/plan_solver.hpp"

namespace tally {

namespace {

MadeSolver solver_for(const PlanQuestion& question, std::optional<FloorFile>& floor) {
    if (question.kind == PlanKind::assign) {
        return assign_solver(question);
    }
    if (!floor) {
        return fail(ErrorKind::refused,
                    "there is no floor to plan on; name one with --floor FILE, or in site.toml "
                    "with floor_file");
    }
    TALLY_TRY(close_stretches(*floor, question.closed));
    return question.kind == PlanKind::batch ? batch_solver(question, *floor)
                                            : tour_solver(question, *floor);
}

void write_texts(CanonicalWriter& w, const std::vector<std::string>& texts) {
    w.begin_array();
    for (const std::string& text : texts) {
        w.text(text);
    }
    w.end_array();
}

}  // namespace

std::string plan_answer_data(const PlanAnswer& answer) {
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("columns");
    write_texts(w, answer.columns);
    w.key("lower_bound").text(fmt::format("{}", answer.lower_bound));
    w.key("method").text(answer.method).key("numbers");
    write_texts(w, answer.numbers);
    w.key("rows").begin_array();
    for (const std::vector<std::string>& row : answer.rows) {
        write_texts(w, row);
    }
    w.end_array().key("total").text(fmt::format("{}", answer.total)).end_object();
    return data;
}

std::string_view to_string(PlanKind kind) noexcept {
    switch (kind) {
        case PlanKind::tour:
            return "tour";
        case PlanKind::batch:
            return "batch";
        case PlanKind::assign:
            return "assign";
    }
    return "tour";
}

std::optional<PlanKind> plan_kind_named(std::string_view name) noexcept {
    for (const PlanKind kind : {PlanKind::tour, PlanKind::batch, PlanKind::assign}) {
        if (to_string(kind) == name) {
            return kind;
        }
    }
    return std::nullopt;
}

Result<void> judged(const std::vector<std::string>& problems) {
    return problems.empty()
               ? Result<void>()
               : fail(ErrorKind::corrupt, "the answer did not pass its check: " + problems.front());
}

PlanSearch::PlanSearch(PlanQuestion question, std::optional<FloorFile> floor, Keep keep)
    : question_(std::move(question)),
      floor_(std::move(floor)),
      keep_(keep),
      found_(fail(ErrorKind::timeout,
                  "the search was stopped before there was any answer; give it more time")) {}

PlanSearch::~PlanSearch() = default;

bool PlanSearch::step(std::int64_t work) {
    if (is_over_) {
        return true;
    }
    if (!solver_) {
        MadeSolver made = solver_for(question_, floor_);
        if (!made) {
            found_ = fail(made.error());
            is_over_ = true;
            return true;
        }
        solver_ = std::move(*made);
        return false;
    }
    is_over_ = solver_->step(work);
    return is_over_;
}

void PlanSearch::finish() {
    if (solver_) {
        found_ = solver_->found();
        solver_.reset();
    }
    is_over_ = true;
    if (keep_ == Keep::text && found_) {
        text_ = plan_answer_data(found_->answer);
        found_->answer.rows = {};
        found_->track = {};
    }
    floor_.reset();
    question_.text.clear();
    question_.text.shrink_to_fit();
}

std::size_t best_of(const std::vector<const PlanSearch*>& searches) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < searches.size(); ++i) {
        const Result<PlanFound>& found = searches[i]->found();
        const Result<PlanFound>& least = searches[best]->found();
        if (found && (!least || found->answer.total < least->answer.total)) {
            best = i;
        }
    }
    return best;
}

}  // namespace tally
