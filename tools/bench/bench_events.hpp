// Diagnostics during a bench: only what must not be missed is printed.
#pragma once

#include <cstdio>
#include <string>

#include "firmware/ports/events.hpp"

namespace tally::bench {

class BenchEvents final : public Events {
 public:
    void report(Severity severity, std::string_view source, std::string_view text) override {
        if (severity == Severity::error) {
            std::fprintf(stderr, "bench: %s: %s\n", std::string(source).c_str(),
                         std::string(text).c_str());
        }
    }
};

}  // namespace tally::bench
