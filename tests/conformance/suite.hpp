// A conformance suite: what a port promises, written once and run on every implementation.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "firmware/base/time.hpp"

namespace tally::conformance {

/// Drives an implementation. Every fixture of a suite is one of these.
class Driver {
 public:
    virtual ~Driver() = default;

    /// Lets the world go on until `done` holds; false if it does not within `limit` of the
    /// implementation's own time (virtual where time is virtual).
    [[nodiscard]] virtual bool run_until(const std::function<bool()>& done, Duration limit) = 0;
};

/// Long enough for anything that must happen on a loaded machine; costs nothing when it does.
constexpr Duration kSoon = std::chrono::seconds(20);
/// Long enough for an unwanted callback to come out, short enough to wait for in real time.
constexpr Duration kAMoment = std::chrono::milliseconds(30);

/// Waits for something that must happen.
#define TALLY_SOON(driver, condition) \
    REQUIRE((driver).run_until([&] { return (condition); }, ::tally::conformance::kSoon))

/// Gives what must not happen a chance to happen.
inline void let_a_moment_pass(Driver& driver) {
    CHECK_FALSE(driver.run_until([] { return false; }, kAMoment));
}

/// One promise of a port, as a sentence, and how to check it on a fresh fixture.
template <typename Fixture>
struct Promise {
    std::string sentence;
    std::function<void(Fixture&)> check;
};

/// Runs each promise as a section of the calling test case, each on a fixture of its own.
/// `make_fixture` returns a std::unique_ptr to something derived from Fixture.
template <typename Fixture, typename MakeFixture>
void check_promises(const std::vector<Promise<Fixture>>& promises, MakeFixture make_fixture) {
    for (const auto& promise : promises) {
        DYNAMIC_SECTION(promise.sentence) {
            const auto fixture = make_fixture();
            promise.check(*fixture);
        }
    }
}

}  // namespace tally::conformance
