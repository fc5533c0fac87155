#include "tools/tally/plan.hpp"

#include <algorithm>
#include <charconv>
#include <exception>
#include <fstream>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "firmware/messages/layout/floor_svg.hpp"
#include "firmware/services/plan/blockage.hpp"
#include "firmware/services/plan/plan_search.hpp"
#include "planner/map/floor_graph.hpp"

namespace tally::cli {

namespace {

Result<std::int64_t> whole_option(const Invocation& invocation, const std::string& flag,
                                  std::int64_t fallback) {
    const std::string text = invocation.option(flag);
    if (text.empty()) {
        return fallback;
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0) {
        return fail(ErrorKind::malformed, flag + " " + text + " is no whole number of 0 or more");
    }
    return value;
}

Result<FloorFile> floor_named(const std::string& name, const ReadInput& read) {
    if (name.empty()) {
        return fail(ErrorKind::malformed, "no floor was named; write --floor FILE");
    }
    TALLY_TRY_ASSIGN(const std::string text, read(name));
    return read_floor(text, name);
}

Result<void> write_svg(const Invocation& invocation, const FloorLayout& floor,
                       const FloorTrack& track) {
    const std::string name = invocation.option("--svg");
    if (name.empty()) {
        return {};
    }
    std::ofstream file(name, std::ios::binary);
    file << floor_svg(floor, track);
    file.close();
    return file ? Result<void>() : fail(ErrorKind::refused, "cannot write " + name);
}

Result<PlanQuestion> question_asked(const Invocation& invocation, const ReadInput& read) {
    PlanQuestion question;
    const std::string_view path = invocation.command->path;
    question.kind = *plan_kind_named(path.substr(path.find(' ') + 1));
    TALLY_TRY_ASSIGN(question.text, read(invocation.arguments[0]));
    if (const std::string stock = invocation.option("--stock"); !stock.empty()) {
        TALLY_TRY_ASSIGN(const std::string text, read(stock));
        TALLY_TRY_ASSIGN(TourFile tour, read_tour_file(question.text));
        TALLY_TRY_ASSIGN(tour.stock, read_stock_file(text));
        question.text = tour_as_json(tour);
    }
    question.from = PlaceId(invocation.option("--from"));
    question.to = PlaceId(invocation.option("--to"));
    question.closed = invocation.option("--closed");
    const std::string capacity = invocation.option("--capacity");
    TALLY_TRY_ASSIGN(const std::int64_t most, whole_option(invocation, "--capacity", 0));
    if (!capacity.empty() && (most < 1 || most > std::numeric_limits<std::int32_t>::max())) {
        return fail(ErrorKind::refused, "a vehicle of capacity " + capacity +
                                            " carries nothing, or too much; write 1 to 2147483647");
    }
    question.capacity = static_cast<std::int32_t>(most);
    TALLY_TRY_ASSIGN(question.work, whole_option(invocation, "--work", question.work));
    TALLY_TRY_ASSIGN(const std::int64_t seed, whole_option(invocation, "--seed", 1));
    question.seed = static_cast<std::uint64_t>(seed);
    return question;
}

Result<std::string> plan_here(const Invocation& invocation, const ReadInput& read) {
    for (const char* flag : {"--deadline", "--stop-after"}) {
        if (!invocation.option(flag).empty()) {
            return fail(ErrorKind::malformed, std::string(flag) + " is for a plan --on-box; here " +
                                                  "--work says how much is searched");
        }
    }
    TALLY_TRY_ASSIGN(const PlanQuestion question, question_asked(invocation, read));
    TALLY_TRY_ASSIGN(const std::int64_t restarts, whole_option(invocation, "--restarts", 1));
    std::optional<FloorFile> floor;
    if (question.kind != PlanKind::assign) {
        TALLY_TRY_ASSIGN(floor, floor_named(invocation.option("--floor"), read));
    }
    std::optional<Result<PlanFound>> best;
    for (std::int64_t i = 0; i < std::max<std::int64_t>(restarts, 1); ++i) {
        PlanQuestion again = question;
        again.seed += static_cast<std::uint64_t>(i);
        PlanSearch search(std::move(again), floor);
        while (!search.step(PlanPool::kSliceWork)) {
        }
        search.finish();
        const Result<PlanFound>& found = search.found();
        if (!best || (found && (!*best || found->answer.total < (*best)->answer.total))) {
            best = found;
        }
    }
    TALLY_TRY_ASSIGN(const PlanFound found, std::move(*best));
    if (floor) {
        TALLY_TRY(close_stretches(*floor, question.closed));
        TALLY_TRY(write_svg(invocation, floor->layout, found.track));
    }
    return written(found.answer, invocation.output);
}

Result<std::string> check_layout_file(const FloorFile& floor) {
    TALLY_TRY_ASSIGN(const planner::FloorGraph graph, planner::FloorGraph::on(floor.layout));
    const std::vector<std::string> problems = graph.check_reach();
    if (!problems.empty()) {
        std::string text;
        for (const std::string& problem : problems) {
            text += (text.empty() ? "" : "\n") + problem;
        }
        return fail(ErrorKind::refused, text);
    }
    std::string text = fmt::format(
        "{} nodes, {} lanes, {} stops: every stop can be reached and left\n",
        floor.layout.nodes.size(), floor.layout.lanes.size(), floor.layout.stops.size());
    for (const std::string& warning : floor.warnings) {
        text += "warning: " + warning + "\n";
    }
    return text;
}

}  // namespace

std::string written(const PlanAnswer& answer, OutputFormat format) {
    switch (format) {
        case OutputFormat::json:
            return plan_as_json(answer);
        case OutputFormat::csv:
            return plan_as_csv(answer);
        case OutputFormat::table:
            break;
    }
    return plan_as_table(answer);
}

Result<Asked> plan_request(const Invocation& invocation, const ReadInput& read) {
    for (const char* flag : {"--floor", "--svg"}) {
        if (!invocation.option(flag).empty()) {
            return fail(ErrorKind::malformed, std::string(flag) + " is for a plan made here; a " +
                                                  "box plans on the floor of its site.toml");
        }
    }
    TALLY_TRY_ASSIGN(const PlanQuestion question, question_asked(invocation, read));
    TALLY_TRY_ASSIGN(const std::int64_t deadline_s, whole_option(invocation, "--deadline", 0));
    std::string target = "/v1/plans?kind=" + std::string(to_string(question.kind));
    const auto add = [&](const char* name, const std::string& value) {
        target += value.empty() ? "" : std::string("&") + name + "=" + encoded(value);
    };
    add("from", question.from.str());
    add("to", question.to.str());
    add("closed", question.closed);
    add("capacity", invocation.option("--capacity"));
    add("seed", invocation.option("--seed"));
    add("work", invocation.option("--work"));
    add("restarts", invocation.option("--restarts"));
    add("stop_after", invocation.option("--stop-after"));
    add("deadline_ms", deadline_s > 0 ? std::to_string(deadline_s * 1000) : "");
    return Asked{"POST", std::move(target), question.text};
}

Result<std::string> run_plan(const Invocation& invocation, const ReadInput& read) {
    if (invocation.command->path.starts_with("plan ")) {
        return plan_here(invocation, read);
    }
    TALLY_TRY_ASSIGN(const FloorFile floor, floor_named(invocation.arguments[0], read));
    return invocation.command->path == "layout draw"
               ? Result<std::string>(floor_svg(floor.layout, {}))
               : check_layout_file(floor);
}

Result<BoxPlan> read_box_plan(std::string_view answer) {
    const nlohmann::json document = nlohmann::json::parse(answer, nullptr, false);
    try {
        const nlohmann::json& data = document.at("data");
        const nlohmann::json& found = data.at("answer");
        BoxPlan plan;
        data.at("plan").get_to(plan.id);
        data.at("state").get_to(plan.state);
        data.at("stopped").get_to(plan.stopped);
        data.at("refused").get_to(plan.refused);
        data.at("slices").get_to(plan.slices);
        found.at("method").get_to(plan.answer.method);
        plan.answer.total = std::stod(found.at("total").get<std::string>());
        plan.answer.lower_bound = std::stod(found.at("lower_bound").get<std::string>());
        found.at("columns").get_to(plan.answer.columns);
        found.at("numbers").get_to(plan.answer.numbers);
        found.at("rows").get_to(plan.answer.rows);
        return plan;
    } catch (const std::exception&) {
        return fail(ErrorKind::unsupported, "the box answered with a plan of another form");
    }
}

}  // namespace tally::cli
