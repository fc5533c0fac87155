#include <cstdio>
#include <functional>
#include <string>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "firmware/host/log/log_events.hpp"

namespace tally::host {
namespace {

struct FixedClock final : Clock {
    MonoTime mono_now() const override { return MonoTime{12'345'678'901}; }
    WallTime wall_now() const override { return WallTime{951'782'399'007'000}; }
};

/// What `write` puts on stderr.
std::string stderr_of(const std::function<void()>& write) {
    std::FILE* const file = std::tmpfile();
    REQUIRE(file != nullptr);
    std::fflush(stderr);
    const int saved = ::dup(STDERR_FILENO);
    ::dup2(::fileno(file), STDERR_FILENO);
    write();
    std::fflush(stderr);
    ::dup2(saved, STDERR_FILENO);
    ::close(saved);
    std::rewind(file);
    std::string text(4096, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file));
    std::fclose(file);
    return text;
}

TEST_CASE("a log line carries both clocks, the severity, the source and the text") {
    const FixedClock clock;
    const std::string text = stderr_of([&] {
        LogEvents events(clock, {});
        events.report(Severity::warning, "gate g1", "blind since the reader left");
    });
    CHECK(text ==
          "2000-02-28T23:59:59.007Z 12.345678 warning gate g1: blind since the reader left\n");
}

TEST_CASE("events below the chosen severity are dropped") {
    const FixedClock clock;
    const std::string text = stderr_of([&] {
        LogEvents events(clock, {.least = Severity::error});
        events.report(Severity::warning, "sync", "quiet");
        events.report(Severity::error, "sync", "loud");
    });
    CHECK(text.find("quiet") == std::string::npos);
    CHECK(text.find("error   sync: loud\n") != std::string::npos);
}

TEST_CASE("nothing in a text can forge a line or a format") {
    const FixedClock clock;
    const std::string text = stderr_of([&] {
        LogEvents events(clock, {});
        events.report(Severity::info, "gate", "tag \n\x1b[31m{} %v %^");
    });
    CHECK(text.find("gate: tag \\x0a\\x1b[31m{} %v %^\n") != std::string::npos);
}

}  // namespace
}  // namespace tally::host
