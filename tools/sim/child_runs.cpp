#include "tools/sim/child_runs.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <optional>
#include <poll.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "firmware/base/bytes.hpp"

namespace tally::simtool {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kLinesShown = 40;  // of what a child printed that told nothing else
constexpr int kTick_ms = 1'000;

/// hash entries events faults site_s checkers..., then lines for people.
std::string report_of(const RunWish& wish, const ChildOptions& how) {
    // What happens goes where a crash leaves it: beside what the process says when it dies.
    const auto print = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
    sim::RunOptions options;
    options.on_option = print;
    options.on_note = print;
    const auto report = how.work(wish, options);
    if (!report) {
        return "- 0 0 0 0 unusable\n" + report.error().text + "\n";
    }
    std::vector<std::string> checkers;
    for (const sim::Finding& finding : report->findings) {
        if (std::find(checkers.begin(), checkers.end(), finding.checker) == checkers.end()) {
            checkers.push_back(finding.checker);
        }
    }
    std::string text =
        fmt::format("{} {} {} {} {}", to_hex(report->trace_hash), report->trace_entries,
                    report->events, report->faults, report->ran / std::chrono::seconds(1));
    for (const std::string& checker : checkers) {
        text += " " + checker;
    }
    text += "\n";
    if (!report->findings.empty()) {
        text += to_text(*report);
    }
    return text;
}

/// The last lines of a file.
std::string tail_of(std::FILE* file) {
    std::deque<std::string> lines;
    std::string line;
    std::rewind(file);
    for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
        line += static_cast<char>(c);
        if (c == '\n') {
            lines.push_back(std::exchange(line, {}));
            if (lines.size() > kLinesShown) {
                lines.pop_front();
            }
        }
    }
    std::string text;
    for (const std::string& each : lines) {
        text += "  " + each;
    }
    return line.empty() ? text : text + "  " + line + "\n";
}

ChildOutcome parse(const std::string& said, std::FILE* log) {
    ChildOutcome outcome;
    std::istringstream lines(said);
    std::string first;
    if (!std::getline(lines, first)) {
        outcome.checkers = {"crashed"};
        outcome.text =
            "crashed: the process ended before its run did; what happened last, and what it "
            "printed:\n" +
            tail_of(log);
        return outcome;
    }
    std::istringstream words(first);
    words >> outcome.hash >> outcome.entries >> outcome.events >> outcome.faults >> outcome.site_s;
    for (std::string checker; words >> checker;) {
        outcome.checkers.push_back(checker);
    }
    outcome.text = said.substr(first.size() + 1);
    return outcome;
}

struct Closed {
    void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};

struct Child {
    pid_t pid = 0;
    int out = -1;
    std::unique_ptr<std::FILE, Closed> log;  ///< a file without a name: what it prints
    std::size_t number = 0;
    RunWish wish;
    std::chrono::seconds limit;
    Clock::time_point deadline;
    std::string said;
};

void write_all(int fd, const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
        const ssize_t wrote = ::write(fd, text.data() + at, text.size() - at);
        if (wrote <= 0) {
            return;
        }
        at += static_cast<std::size_t>(wrote);
    }
}

std::optional<Child> start(const RunWish& wish, std::size_t number, const ChildOptions& how) {
    std::array<int, 2> ends{};
    std::fflush(stdout);
    std::unique_ptr<std::FILE, Closed> log(std::tmpfile());
    if (log == nullptr || ::pipe(ends.data()) != 0) {
        return std::nullopt;
    }
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::close(ends[0]);
        ::dup2(::fileno(log.get()), STDERR_FILENO);
        write_all(ends[1], report_of(wish, how));
        ::close(ends[1]);
        ::_exit(0);
    }
    ::close(ends[1]);
    const std::chrono::seconds limit = how.limit * (wish.twice ? 2 : 1);
    return Child{pid, ends[0], std::move(log), number, wish, limit, Clock::now() + limit, {}};
}

/// True at the end of what it says.
bool read_some(Child& child) {
    std::array<char, 65'536> buffer{};
    const ssize_t got = ::read(child.out, buffer.data(), buffer.size());
    if (got > 0) {
        child.said.append(buffer.data(), static_cast<std::size_t>(got));
        return false;
    }
    return true;
}

/// Of a child that has been killed.
ChildOutcome hung(const Child& child) {
    ChildOutcome outcome;
    outcome.checkers = {"hung"};
    outcome.text = fmt::format(
        "hung: {} had not ended after {} s of wall time and was killed; what happened last, and "
        "what it printed:\n{}",
        replay_line(child.wish), child.limit.count(), tail_of(child.log.get()));
    return outcome;
}

/// Waits a second, or until any says something; ends and removes those that are over or hang.
void serve(std::vector<Child>& children, const ChildRuns::Done& done) {
    std::vector<pollfd> waits;
    for (const Child& child : children) {
        waits.push_back({child.out, POLLIN, 0});
    }
    ::poll(waits.data(), waits.size(), kTick_ms);
    for (std::size_t i = waits.size(); i-- > 0;) {
        const bool is_over = waits[i].revents != 0 && read_some(children[i]);
        const bool hangs = !is_over && Clock::now() >= children[i].deadline;
        if (!is_over && !hangs) {
            continue;
        }
        Child over = std::move(children[i]);
        children.erase(children.begin() + static_cast<std::ptrdiff_t>(i));
        ::close(over.out);
        if (hangs) {
            ::kill(over.pid, SIGKILL);
        }
        ::waitpid(over.pid, nullptr, 0);
        done(over.number, hangs ? hung(over) : parse(over.said, over.log.get()));
    }
}

}  // namespace

bool ChildOutcome::caught_by(const std::string& checker) const {
    return std::find(checkers.begin(), checkers.end(), checker) != checkers.end();
}

void ChildRuns::run(const ChildOptions& options, const Next& next, const Done& done,
                    const Tick& tick) {
    std::vector<Child> children;
    for (std::size_t number = 0;;) {
        const RunWish* wish = nullptr;
        while (children.size() < options.jobs && (wish = next(number)) != nullptr) {
            auto child = start(*wish, number++, options);
            if (!child) {
                fmt::print(stderr, "tally-sim: no process could be started; run fewer jobs\n");
                std::exit(exit_code::kGeneral);
            }
            children.push_back(std::move(*child));
        }
        if (children.empty()) {
            return;
        }
        serve(children, done);
        if (tick) {
            tick();
        }
    }
}

ChildOutcome ChildRuns::run_one(const RunWish& wish, ChildOptions options) {
    options.jobs = 1;
    ChildOutcome outcome;
    run(
        options, [&wish](std::size_t number) { return number == 0 ? &wish : nullptr; },
        [&outcome](std::size_t, const ChildOutcome& one) { outcome = one; });
    return outcome;
}

std::size_t default_jobs() {
    return static_cast<std::size_t>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
}

}  // namespace tally::simtool
