// Somebody who listens to the broker and forgets nothing: which events were told under which
// identity, and what the bridge acknowledged. What was said must be true for ever.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "firmware/base/sha256.hpp"
#include "firmware/ports/message_bus.hpp"
#include "firmware/ports/scheduler.hpp"

namespace tally::sim {

/// Single-threaded; the ports outlive it. Hears what the broker delivers to it, so not everything.
class Witness final : private BusHandler {
 public:
    using Identity = std::tuple<std::string, std::uint64_t, std::uint64_t>;  ///< edge, epoch, seq

    /// Whether a box of the site knows, now, that an identity means another text than the one that
    /// is being told under it. Asked for second texts only.
    using KnownOtherwise = std::function<bool(const Identity& identity, const std::string& text)>;

    Witness(MessageBus& bus, Scheduler& scheduler, KnownOtherwise known_otherwise);

    /// Texts told under each identity.
    [[nodiscard]] const std::map<Identity, std::set<std::string>>& told() const { return told_; }
    /// Identities told with a second text although a box knew the first. A number that all have
    /// forgotten (edge and bridge restored) nobody can help to give out again.
    [[nodiscard]] const std::set<Identity>& reused() const { return reused_; }
    /// Heads acknowledged by the bridge: edge, epoch of the last event, its seq.
    [[nodiscard]] const std::map<Identity, std::set<Digest>>& acknowledged() const {
        return acknowledged_;
    }

 private:
    void on_connected() override {}
    void on_message(const BusMessage& message) override;
    void on_lost(const Error& why) override;
    void on_published(std::uint64_t, const Result<void>&) override {}
    void connect();

    MessageBus& bus_;
    KnownOtherwise known_otherwise_;
    std::map<Identity, std::set<std::string>> told_;
    std::set<Identity> reused_;
    std::map<Identity, std::set<Digest>> acknowledged_;
    Timer again_;
};

}  // namespace tally::sim
