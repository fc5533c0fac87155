// Port: ordered byte streams, dialled or accepted. Real: TCP sockets. Simulated: in-memory pipes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "firmware/base/bytes.hpp"
#include "firmware/base/result.hpp"

namespace tally {

/// Where a stream leads. Port 0 on an acceptor means "any free one".
struct Endpoint {
    std::string host;
    std::uint16_t port = 0;

    bool operator==(const Endpoint&) const = default;
};

/// What the owner of a stream hears. All calls come from the loop, none from inside send() or
/// close(). After on_closed nothing more comes; the stream may be destroyed in any callback.
class StreamHandler {
 public:
    virtual ~StreamHandler() = default;
    virtual void on_open() = 0;                    ///< connected; never called on accepted streams
    virtual void on_bytes(ByteView bytes) = 0;     ///< any segmentation; valid during the call only
    virtual void on_closed(const Error& why) = 0;  ///< refused, reset, time-out or orderly end
};

/// One end of a stream. Destroying it closes it without a callback.
class Stream {
 public:
    virtual ~Stream() = default;

    /// Queues bytes; exhausted if more than the bound (4 MiB) wait to be sent, then nothing is
    /// queued.
    virtual Result<void> send(ByteView bytes) = 0;

    /// Stops (true) or resumes delivery of bytes, so that back-pressure reaches the other end.
    enum class Reading { paused, running };
    virtual void set_reading(Reading reading) = 0;

    /// Sends what is queued, then closes; no callback follows.
    virtual void close() = 0;
};

/// Makes streams. The handler must outlive the stream.
class StreamDialer {
 public:
    virtual ~StreamDialer() = default;
    virtual std::unique_ptr<Stream> dial(const Endpoint& to, StreamHandler& handler) = 0;
};

/// Told of each incoming stream; answers with the handler it shall use, or nullptr to refuse it.
class AcceptHandler {
 public:
    virtual ~AcceptHandler() = default;
    virtual StreamHandler* on_accept(std::unique_ptr<Stream> stream) = 0;
};

/// Listens while it lives.
class StreamListener {
 public:
    virtual ~StreamListener() = default;
    [[nodiscard]] virtual Endpoint bound() const = 0;  ///< with the real port
};

class StreamAcceptor {
 public:
    virtual ~StreamAcceptor() = default;
    virtual Result<std::unique_ptr<StreamListener>> listen(const Endpoint& at,
                                                           AcceptHandler& handler) = 0;
};

}  // namespace tally
