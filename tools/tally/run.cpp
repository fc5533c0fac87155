#include "tools/tally/run.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <poll.h>

#include "tools/tally/config_check.hpp"
#include "tools/tally/help.hpp"
#include "tools/tally/plan.hpp"
#include "tools/tally/show.hpp"
#include "tools/tally/watch/watch.hpp"
#include "tools/tally/width.hpp"
#include "tools/tally/work_commands.hpp"

namespace tally::cli {

namespace {

constexpr int kFirstWaitMs = 20;  ///< between looks at a plan of a box
constexpr int kLongestWaitMs = 500;

int exit_code_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::offline:
            return exit_code::kUnreachable;
        case ErrorKind::timeout:
            return exit_code::kTimedOut;
        case ErrorKind::malformed:
            return exit_code::kUsage;
        case ErrorKind::refused:
        case ErrorKind::conflict:
            return exit_code::kRefused;
        case ErrorKind::corrupt:
            return exit_code::kVerification;
        case ErrorKind::exhausted:
        case ErrorKind::unsupported:
            return exit_code::kGeneral;
    }
    return exit_code::kGeneral;
}

/// What happened, why, and what to do next: one line, or more where a file has several faults.
void complain(const Terminal& terminal, std::string_view text, std::string_view next) {
    std::string told = "tally: " + printable_lines(text);
    if (!next.empty()) {
        told += told.find('\n') == std::string::npos ? "; " : "\n";
        told += std::string(terminal.say("next:")) + " " + printable(next);
    }
    terminal.err(told + "\n");
}

/// Everything one run needs.
class Runner {
 public:
    Runner(Invocation invocation, const Environment& environment, const Terminal& terminal)
        : invocation_(std::move(invocation)), environment_(environment), terminal_(terminal) {
        if (invocation_.no_color) {
            terminal_.colour = Colour::none;
        }
    }

    int run() {
        const std::string_view path = invocation_.command->path;
        if (path == "completion") {
            return completion();
        }
        if (path == "config check") {
            return config_check();
        }
        if (path == "plan show" || path == "plan cancel") {
            return tell_plan();
        }
        if ((path.starts_with("plan ") && path != "plan ls") || path.starts_with("layout ")) {
            return invocation_.option("--on-box").empty() ? plan() : plan_on_box();
        }
        if (path == "watch") {
            return watch_page_of_box();
        }
        return ask_box();
    }

 private:
    /// Seconds as text, e.g. "0.5"; nothing for what is no number from 0.2 to 3,600.
    static std::optional<int> milliseconds_in(const std::string& seconds) {
        constexpr double kLeast = 0.2;
        constexpr double kMost = 3'600;
        char* end = nullptr;
        const double value = std::strtod(seconds.c_str(), &end);
        const bool is_number = end != seconds.c_str() && *end == '\0';
        return is_number && value >= kLeast && value <= kMost
                   ? std::optional(static_cast<int>(value * 1'000))
                   : std::nullopt;
    }

    int watch_page_of_box() {
        const std::string every = invocation_.option("--every");
        const std::optional<int> every_ms = milliseconds_in(every.empty() ? "1" : every);
        if (!every_ms) {
            complain(terminal_, "--every takes seconds from 0.2 to 3600, not '" + every + "'",
                     "tally watch --every 2");
            return exit_code::kUsage;
        }
        const Result<Box> box = Box::find(invocation_, environment_);
        if (!box) {
            return failed(box.error(), "tally --help");
        }
        // First the box, so that a wrong address is told on an ordinary terminal.
        Result<WatchNews> news = hear(*box);
        if (!news) {
            return failed(news.error(), "is the box running? systemctl status tallyd");
        }
        if (!invocation_.option("--once").empty()) {
            terminal_.out(watch_page(*news, {}, terminal_.say).text());
            return exit_code::kOk;
        }
        const std::unique_ptr<Screen> screen = terminal_.open_screen(
            terminal_.colour == Colour::ansi ? Palette::colours : Palette::plain);
        if (!screen) {
            complain(terminal_, "a live page needs a terminal to draw on, and there is none here",
                     "tally watch --once");
            return exit_code::kUsage;
        }
        watch_box(*box, std::move(*news), *every_ms, *screen, terminal_.say);
        return exit_code::kOk;
    }

    int plan() {
        const auto text =
            run_plan(invocation_, [this](const std::string& name) { return read_input(name); });
        if (!text) {
            return failed(text.error(),
                          "tally " + std::string(invocation_.command->path) + " --help");
        }
        terminal_.out(*text);
        return exit_code::kOk;
    }

    /// A plan of a box: its answer, or how far it is.
    int tell_plan() {
        const bool cancels = invocation_.command->path == "plan cancel";
        const std::string target = "/v1/plans/" + encoded(invocation_.arguments[0]);
        return with_plan({cancels ? "POST" : "GET", target + (cancels ? "/cancel" : ""), {}},
                         [this](const Box&, BoxPlan plan) { return told(plan); });
    }

    int plan_on_box() {
        const Result<Asked> asked =
            plan_request(invocation_, [this](const std::string& name) { return read_input(name); });
        if (!asked) {
            return failed(asked.error(),
                          "tally " + std::string(invocation_.command->path) + " --help");
        }
        return with_plan(*asked, [this](const Box& box, BoxPlan plan) {
            const Asked again{"GET", "/v1/plans/" + encoded(plan.id), {}};
            int wait_ms = kFirstWaitMs;
            while (plan.state == "running") {
                ::poll(nullptr, 0, wait_ms);
                wait_ms = std::min(2 * wait_ms, kLongestWaitMs);
                const Result<host::HttpAnswer> answer = box.ask(again);
                if (!answer) {
                    return failed(answer.error(), "tally plan show " + plan.id);
                }
                if (answer->status != 200) {
                    return refused(*answer);
                }
                Result<BoxPlan> now = read_box_plan(answer->body);
                if (!now) {
                    return failed(now.error(), "compare the versions: tally status -o json");
                }
                plan = std::move(*now);
            }
            return told(plan);
        });
    }

    int with_plan(const Asked& asked, const std::function<int(const Box&, BoxPlan)>& then) {
        const Result<Box> box = Box::find(invocation_, environment_);
        if (!box) {
            return failed(box.error(), "tally --help");
        }
        const Result<host::HttpAnswer> answer = box->ask(asked);
        if (!answer) {
            return failed(answer.error(), "is the box running? systemctl status tallyd");
        }
        if (answer->status != 200) {
            return refused(*answer);
        }
        Result<BoxPlan> plan = read_box_plan(answer->body);
        return plan ? then(*box, std::move(*plan))
                    : failed(plan.error(), "compare the versions: tally status -o json");
    }

    int told(const BoxPlan& plan) const {
        if (plan.state == "failed") {
            complain(terminal_, plan.refused,
                     "tally plan --help, or tally layout check of its floor");
            return exit_code::kRefused;
        }
        if (plan.state == "running") {
            terminal_.err("tally: plan " + plan.id + " is still searched\n");
            return exit_code::kOk;
        }
        terminal_.out(written(plan.answer, invocation_.output));
        if (plan.stopped != "finished" && !invocation_.quiet) {
            terminal_.err("tally: plan " + plan.id + " was stopped (" + plan.stopped + ") after " +
                          std::to_string(plan.slices) + " slices; --stop-after " +
                          std::to_string(plan.slices) + " finds the same again\n");
        }
        return exit_code::kOk;
    }

    int completion() {
        const std::string script = completion_script(invocation_.arguments[0]);
        if (script.empty()) {
            complain(terminal_, "there are completions for bash and zsh only",
                     "tally completion bash");
            return exit_code::kUsage;
        }
        terminal_.out(script);
        return exit_code::kOk;
    }

    int config_check() {
        const Result<std::string> effective = check_config(invocation_.arguments[0]);
        if (!effective) {
            complain(terminal_, effective.error().text, "mend the file and check it again");
            return exit_code::kUsage;
        }
        if (!invocation_.quiet) {
            terminal_.out(*effective);
        }
        return exit_code::kOk;
    }

    int ask_box() {
        std::string file;
        if (reads_file(invocation_)) {
            Result<std::string> text = read_input(invocation_.arguments[0]);
            if (!text) {
                return failed(text.error(),
                              "tally " + std::string(invocation_.command->path) + " --help");
            }
            file = std::move(*text);
        }
        const Result<Asked> asked = request_of(invocation_, file);
        if (!asked) {
            return failed(asked.error(),
                          "tally " + std::string(invocation_.command->path) + " --help");
        }
        const Result<Box> box = Box::find(invocation_, environment_);
        if (!box) {
            return failed(box.error(), "tally --help");
        }
        if (asked->effect == Asked::Effect::watches) {
            return watch(*box, *asked);
        }
        int code = ask_once(*box, *asked);
        while (invocation_.watch_s && asked->effect == Asked::Effect::reads &&
               (code == exit_code::kOk || code == exit_code::kDegraded)) {
            ::poll(nullptr, 0, static_cast<int>(*invocation_.watch_s * 1'000));
            if (terminal_.redraws && invocation_.output == OutputFormat::table) {
                terminal_.out("\x1b[H\x1b[2J");
            }
            code = ask_once(*box, *asked);
        }
        return code;
    }

    Result<std::string> read_input(const std::string& name) const {
        if (name == "-") {
            return terminal_.in();
        }
        std::ifstream stream(name, std::ios::binary);
        if (!stream) {
            return fail(ErrorKind::malformed, "cannot read " + name + "; check name and rights");
        }
        return std::string{std::istreambuf_iterator<char>(stream), {}};
    }

    int failed(const Error& error, std::string_view next) const {
        complain(terminal_, error.text, next);
        return exit_code_of(error.kind);
    }

    int refused(const host::HttpAnswer& answer) const {
        const Refusal refusal = refusal_of(answer.status, answer.body);
        if (invocation_.output == OutputFormat::json) {
            terminal_.out(answer.body + "\n");
        }
        complain(terminal_, std::string(terminal_.say(refusal.kind)) + ": " + refusal.text,
                 refusal.next);
        return refusal.exit_code;
    }

    int ask_once(const Box& box, const Asked& asked) const {
        const Result<host::HttpAnswer> answer = box.ask(asked);
        if (!answer) {
            return failed(answer.error(), "is the box running? systemctl status tallyd");
        }
        if (answer->status != 200) {
            return refused(*answer);
        }
        if (const Result<void> written = write(asked, answer->body); !written) {
            return failed(written.error(), "compare the versions: tally status -o json");
        }
        const std::string_view path = invocation_.command->path;
        return (path == "status" || path == "doctor") && is_degraded(answer->body)
                   ? exit_code::kDegraded
                   : exit_code::kOk;
    }

    Result<void> write(const Asked& asked, const std::string& body) const {
        if (invocation_.output == OutputFormat::json) {
            terminal_.out(body + "\n");
            return {};
        }
        if (asked.effect == Asked::Effect::writes && invocation_.quiet) {
            return {};
        }
        const SheetSpec* spec = sheet_of(*invocation_.command);
        if (invocation_.output == OutputFormat::csv && spec != nullptr) {
            TALLY_TRY_ASSIGN(const Sheet sheet,
                             read_sheet(body, *spec, CellStyle::wire, terminal_.say));
            terminal_.out(as_csv(sheet, *spec));
            return {};
        }
        TALLY_TRY_ASSIGN(const std::string text,
                         shown(invocation_, body, terminal_.say, terminal_.colour));
        terminal_.out(text);
        const std::string next = next_of(body);
        const bool is_empty = text == nothing_to_show(terminal_.say);
        if (!invocation_.quiet && !next.empty() && !is_empty) {
            terminal_.err(std::string(terminal_.say("next:")) + " " + next + "\n");
        }
        return {};
    }

    int watch(const Box& box, const Asked& asked) const {
        const auto answer = box.watch(asked, [&](std::string_view line) {
            terminal_.out(invocation_.output == OutputFormat::json ? std::string(line) + "\n"
                                                                   : shown_event(line));
            return true;
        });
        if (!answer) {
            return failed(answer.error(), "is the box running? systemctl status tallyd");
        }
        return answer->status == 200 ? exit_code::kOk : refused(*answer);
    }

    Invocation invocation_;
    const Environment& environment_;
    Terminal terminal_;
};

}  // namespace

int run(const std::vector<std::string>& words, const Environment& environment,
        const Terminal& terminal) {
    if (words == std::vector<std::string>{"--version"}) {
        terminal.out("tally " TALLY_VERSION "\n");
        return exit_code::kOk;
    }
    const Understood understood = understand(words);
    if (understood.help_of) {
        terminal.out(help_text(*understood.help_of, terminal.say));
        return exit_code::kOk;
    }
    if (!understood.invocation) {
        complain(terminal, understood.problem, understood.next);
        return exit_code::kUsage;
    }
    return Runner(*understood.invocation, environment, terminal).run();
}

}  // namespace tally::cli
