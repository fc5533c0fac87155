// What a bench prints: each figure beside its limit or peer, and as a ratio to it.
#pragma once

#include <string>

#include "tools/bench/meter.hpp"

namespace tally::bench {

/// A figure with its unit, e.g. {sample, "ns/tag", 1}.
struct Figure {
    Sample sample;
    std::string unit;
    int decimals = 0;
};

/// What a figure stands beside. `limit` and `aim` are ours, and missing one counts; a peer is
/// another program, recorded earlier or measured in the same run.
struct Beside {
    enum class Kind { at_most, at_least, peer, nothing };
    Kind kind = Kind::nothing;
    double value = 0;
    std::string name;
};

Beside at_most(double limit);
Beside at_least(double limit);
Beside peer(std::string name, double value);

/// One section of the one table that a run prints as it goes: its title, then a line a row. The
/// ratio of an aim is figure / aim; that of a peer says how many times as fast ours is, where
/// smaller is faster.
class Table {
 public:
    explicit Table(const std::string& title);

    void row(const std::string& what, const Figure& figure, const Beside& beside = {});
    void note(const std::string& text);
};

/// The end of the table: how many aims were met, and which were missed, over all sections.
void print_aims();

}  // namespace tally::bench
