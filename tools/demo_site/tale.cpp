#include "tools/demo_site/tale.hpp"

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

#include <fmt/format.h>

namespace tally::demo {

namespace {

std::string_view colour_of(Tale::Voice voice) {
    switch (voice) {
        case Tale::Voice::scene:
            return "\x1b[1m";
        case Tale::Voice::fault:
            return "\x1b[1;31m";
        case Tale::Voice::edge:
            return "\x1b[36m";
        case Tale::Voice::bridge:
            return "\x1b[34m";
        case Tale::Voice::manager:
            return "\x1b[33m";
        case Tale::Voice::verdict_good:
            return "\x1b[1;32m";
        case Tale::Voice::verdict_bad:
            return "\x1b[1;31m";
    }
    return "";
}

/// Empty: not worth a line (sightings, master data, checkpoints).
std::string words_of(const FeedEvent& event, const Goods& goods) {
    const std::string unit = goods.label_of(event.item);
    if (event.type == "received" || event.type == "moved" || event.type == "departed" ||
        event.type == "handed_over") {
        const std::string where = event.gate.empty()
                                      ? std::string()
                                      : " at " + event.gate + (event.inferred ? ", inferred" : "");
        const std::string name = event.item.empty() ? event.sku : unit;
        return fmt::format("{} {}: {} -> {}{}", event.type, name, event.from, event.to, where);
    }
    if (event.type == "shelf_changed" && !event.from.empty()) {
        return fmt::format("{} by weight ({}): {} -> {}", event.sku, event.by, event.from,
                           event.to);
    }
    if (event.type == "corrected") {
        return fmt::format("corrected {}: {} -> {} ({})", unit, event.from, event.to, event.by);
    }
    if (event.type == "blind_began") {
        return fmt::format("blind: {} ({})", event.device, event.kind);
    }
    if (event.type == "blind_ended") {
        return fmt::format("sees again: {}", event.device);
    }
    if (event.type == "anomaly_raised") {
        return fmt::format("anomaly {} {}: {}", event.kind, unit, event.text);
    }
    if (event.type == "anomaly_resolved") {
        return fmt::format("resolved {} {}: {}", event.id, unit, event.how);
    }
    if (event.type == "unpacked") {
        return fmt::format("unpacked {} ({})", unit, event.by);
    }
    if (event.type == "command_refused") {
        return fmt::format("refused {}: {}", event.cause, event.reason);
    }
    return event.type == "epoch_began" ? std::string("a new epoch begins") : std::string();
}

}  // namespace

Tale::Tale() : began_(std::chrono::steady_clock::now()) {
    const char* no_colour = std::getenv("NO_COLOR");
    const bool wanted = no_colour == nullptr || *no_colour == '\0';
    paint_ = wanted && ::isatty(STDOUT_FILENO) == 1 ? Paint::colours : Paint::none;
}

std::string Tale::painted(Voice voice, std::string_view text) const {
    return paint_ == Paint::colours ? fmt::format("{}{}\x1b[0m", colour_of(voice), text)
                                    : std::string(text);
}

void Tale::say(Voice voice, std::string_view who, std::string_view what) const {
    const std::chrono::duration<double> at = std::chrono::steady_clock::now() - began_;
    plain(fmt::format(
        "{:6.1f} s  {} {}", at.count(), painted(voice, fmt::format("{:<8}", who)),
        voice == Voice::edge || voice == Voice::bridge ? std::string(what) : painted(voice, what)));
}

void Tale::chapter(std::string_view title) const {
    plain("");
    plain(painted(Voice::scene, fmt::format("== {}", title)));
}

void Tale::plain(std::string_view line) const {
    fmt::print("{}\n", line);
    std::fflush(stdout);
}

void Tale::tell(const FeedEvent& event, const Goods& goods) const {
    const std::string words = words_of(event, goods);
    if (!words.empty()) {
        say(event.edge == kBridge ? Voice::bridge : Voice::edge, event.edge, words);
    }
}

}  // namespace tally::demo
