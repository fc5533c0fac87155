#include "tools/bench/table.hpp"

#include <utility>

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
    fmt::print("\n{}\n  {:<44}{:>12}  {:<8}{:>19}   {:<26}{:>8}\n", title, "", "median", "",
               "lowest..highest", "limit or peer", "ratio");
}

void Table::row(const std::string& what, const Figure& figure, const Beside& beside) {
    const double value = figure.sample.median;
    const bool failed = (beside.kind == Beside::Kind::at_most && value > beside.value) ||
                        (beside.kind == Beside::Kind::at_least && value < beside.value);
    missed_ += failed ? 1 : 0;
    const std::string range = figure.sample.low == figure.sample.high
                                  ? std::string()
                                  : number(figure.sample.low, figure.decimals) + ".." +
                                        number(figure.sample.high, figure.decimals);
    fmt::print("  {:<44}{:>12}  {:<8}{:>19}   {:<26}{:>8}{}\n", what,
               number(value, figure.decimals), figure.unit, range, beside_text(beside),
               ratio_text(value, beside), failed ? "  missed" : "");
    std::fflush(stdout);
}

void Table::note(const std::string& text) {
    fmt::print("  {}\n", text);
    std::fflush(stdout);
}

}  // namespace tally::bench
