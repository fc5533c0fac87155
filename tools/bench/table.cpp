#include "tools/bench/table.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace tally::bench {

namespace {

std::string number(double value, int decimals) {
    std::string text = fmt::format("{:.{}f}", value, decimals);
    const std::size_t point = std::min(text.find('.'), text.size());
    for (std::size_t at = point; at > 3 && text[at - 4] != '-'; at -= 3) {
        text.insert(at - 3, ",");
    }
    return text;
}

/// Limits as people write them: 30, 0.5, 1,348.
std::string short_number(double value) {
    const bool whole = value == static_cast<double>(static_cast<std::int64_t>(value));
    return number(value, whole ? 0 : 2);
}

std::string beside_text(const Beside& beside) {
    switch (beside.kind) {
        case Beside::Kind::at_most:
            return "aim <= " + short_number(beside.value);
        case Beside::Kind::at_least:
            return "aim >= " + short_number(beside.value);
        case Beside::Kind::peer:
            return beside.name + " " + short_number(beside.value);
        case Beside::Kind::nothing:
            return "-";
    }
    return {};
}

std::string ratio_text(double value, const Beside& beside) {
    if (beside.kind == Beside::Kind::nothing || beside.value == 0 || value == 0) {
        return {};
    }
    return beside.kind == Beside::Kind::peer ? fmt::format("{:.1f} x", beside.value / value)
                                             : fmt::format("{:.2f}", value / beside.value);
}

constexpr std::string_view kRow = "  {:<52}{:>12}  {:<8}{:>21}   {:<26}{:>8}{}\n";

/// What all sections of this run have said so far.
struct Aims {
    int met = 0;
    std::vector<std::string> missed;
    bool head_printed = false;
};

Aims& aims() {
    static Aims all;
    return all;
}

}  // namespace

Beside at_most(double limit) {
    return {Beside::Kind::at_most, limit, {}};
}

Beside at_least(double limit) {
    return {Beside::Kind::at_least, limit, {}};
}

Beside peer(std::string name, double value) {
    return {Beside::Kind::peer, value, std::move(name)};
}

Table::Table(const std::string& title) {
    if (!std::exchange(aims().head_printed, true)) {
        fmt::print(fmt::runtime(kRow), "", "median", "", "lowest..highest", "limit or peer",
                   "ratio", "");
    }
    fmt::print("\n{}\n", title);
}

void Table::row(const std::string& what, const Figure& figure, const Beside& beside) {
    const double value = figure.sample.median;
    const bool has_aim =
        beside.kind == Beside::Kind::at_most || beside.kind == Beside::Kind::at_least;
    const bool missed = (beside.kind == Beside::Kind::at_most && value > beside.value) ||
                        (beside.kind == Beside::Kind::at_least && value < beside.value);
    const std::string median = number(value, figure.decimals);
    if (missed) {
        aims().missed.push_back(
            fmt::format("{}: {} {}, {}", what, median, figure.unit, beside_text(beside)));
    } else {
        aims().met += has_aim ? 1 : 0;
    }
    const std::string range = figure.sample.low == figure.sample.high
                                  ? std::string()
                                  : number(figure.sample.low, figure.decimals) + ".." +
                                        number(figure.sample.high, figure.decimals);
    fmt::print(fmt::runtime(kRow), what, median, figure.unit, range, beside_text(beside),
               ratio_text(value, beside), missed ? "  missed" : "");
    std::fflush(stdout);
}

void Table::note(const std::string& text) {
    fmt::print("  {}\n", text);
    std::fflush(stdout);
}

void print_aims() {
    fmt::print("\naims met: {}, missed: {}\n", aims().met, aims().missed.size());
    for (const std::string& row : aims().missed) {
        fmt::print("  missed  {}\n", row);
    }
}

}  // namespace tally::bench
