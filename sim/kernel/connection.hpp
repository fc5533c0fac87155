// The inside of one simulated connection. For streams*.cpp only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "firmware/base/bytes.hpp"
#include "firmware/base/prng.hpp"
#include "firmware/ports/stream.hpp"
#include "sim/kernel/network.hpp"

namespace tally::sim {

class Streams;

/// The object a service holds. Knows its connection by number, so that neither can dangle.
class PipeStream final : public Stream {
 public:
    PipeStream(Streams& streams, std::uint64_t connection, std::size_t side);
    ~PipeStream() override;
    PipeStream(const PipeStream&) = delete;
    PipeStream& operator=(const PipeStream&) = delete;

    Result<void> send(ByteView bytes) override;
    void set_reading(Reading reading) override;
    void close() override;
    /// The world is gone; every further call does nothing.
    void detach() { streams_ = nullptr; }

 private:
    Streams* streams_;
    std::uint64_t connection_;
    std::size_t side_;
};

/// Two sides, 0 dialled and 1 accepted, each with the wire toward the other.
struct Connection {
    using Id = std::uint64_t;

    enum class State {
        opening,  ///< dialled, no answer yet (or not accepted yet)
        open,
        draining,  ///< closed by its owner; what is queued still goes out, nothing comes in
        over,      ///< nobody owns this side any more
    };

    struct Side {
        Node* node = nullptr;
        Network::WireId out = 0;
        State state = State::opening;
        StreamHandler* handler = nullptr;
        bool lost = false;  ///< its node died: what still arrives is answered with a reset

        Bytes outbox;                 ///< accepted from the owner, not on the wire yet
        std::size_t outbox_sent = 0;  ///< bytes at the front of `outbox` that are
        std::size_t on_wire = 0;      ///< sent by this side, not arrived yet
        std::uint64_t arrivals = 0;   ///< segments of this side that arrived; shows progress
        bool pump_due = false;
        bool watched = false;

        Bytes inbox;  ///< arrived, not read yet
        bool paused = false;
        bool delivery_due = false;
        std::optional<Error> end;  ///< the other side closed; told after the last byte
        std::uint64_t delivered = 0;

        [[nodiscard]] std::size_t waiting() const noexcept { return outbox.size() - outbox_sent; }
    };

    Id id = 0;
    Prng prng{0};
    std::array<Side, 2> sides;
};

}  // namespace tally::sim
