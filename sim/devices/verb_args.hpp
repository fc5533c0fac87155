// Reading the arguments of a verb, strictly: what is missing, unknown or out of bounds is refused
// before anything happens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/base/time.hpp"
#include "sim/devices/verb.hpp"

namespace tally::sim {

/// Remembers which arguments were asked for and the first thing that was wrong with them.
class VerbArgs {
 public:
    explicit VerbArgs(const Verb& verb) : verb_(verb) {}

    std::string text(const std::string& key, std::optional<std::string> fallback = {});
    std::vector<std::string> list(const std::string& key);

    struct Bounds {
        std::int64_t min, max;
    };
    std::int64_t number(const std::string& key, Bounds bounds,
                        std::optional<std::int64_t> fallback = {});

    /// 0 ms to an hour.
    Duration ms(const std::string& key, std::int64_t fallback);

    void complain(std::string text);

    /// Nothing may happen before this said yes.
    Result<void> done();

 private:
    const Verb& verb_;
    std::vector<std::string> used_;
    std::optional<std::string> wrong_;
};

}  // namespace tally::sim
