#include "firmware/host/log/log_events.hpp"

#include <ctime>
#include <string>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_color_sinks.h>

namespace tally::host {
namespace {

spdlog::level::level_enum level_of(Severity severity) {
    switch (severity) {
        case Severity::debug:
            return spdlog::level::debug;
        case Severity::info:
            return spdlog::level::info;
        case Severity::warning:
            return spdlog::level::warn;
        case Severity::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

std::string stamp(const Clock& clock) {
    const std::int64_t wall_ms = clock.wall_now().ms();
    const auto seconds = static_cast<std::time_t>(wall_ms / 1000);
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    const std::int64_t mono_us = clock.mono_now().ns / 1000;
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z {}.{:06}", utc.tm_year + 1900,
                       utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                       wall_ms % 1000, mono_us / 1'000'000, mono_us % 1'000'000);
}

void append_escaped(std::string& line, std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            fmt::format_to(std::back_inserter(line), "\\x{:02x}", byte);
        } else {
            line += c;
        }
    }
}

}  // namespace

struct LogEvents::Sink {
    explicit Sink(LogColour colour)
        : logger("tally", std::make_shared<spdlog::sinks::stderr_color_sink_st>(
                              colour == LogColour::never ? spdlog::color_mode::never
                                                         : spdlog::color_mode::automatic)) {
        logger.set_pattern("%^%v%$");  // the stamps are the Clock's, not spdlog's
        logger.set_level(spdlog::level::trace);
        logger.flush_on(spdlog::level::trace);
    }

    spdlog::logger logger;
};

LogEvents::LogEvents(const Clock& clock, LogOptions options)
    : clock_(clock), options_(options), sink_(std::make_unique<Sink>(options.colour)) {}

LogEvents::~LogEvents() = default;

void LogEvents::report(Severity severity, std::string_view source, std::string_view text) {
    if (severity < options_.least) {
        return;
    }
    std::string line = fmt::format("{} {:<7} ", stamp(clock_), to_string(severity));
    append_escaped(line, source);
    line += ": ";
    append_escaped(line, text);
    sink_->logger.log(level_of(severity), spdlog::string_view_t(line));
}

}  // namespace tally::host
