#include <cerrno>
#include <netinet/in.h>
#include <utility>

#include <fmt/format.h>

#include "firmware/host/net/address.hpp"
#include "firmware/host/net/connection.hpp"
#include "firmware/host/net/tcp.hpp"

namespace tally::host {
namespace {

constexpr int kBacklog = 64;
constexpr int kAcceptsPerTurnMax = 16;
constexpr Duration kPauseWhenExhausted = std::chrono::milliseconds(250);

/// A listening socket, kept by its listener and by the loop, so that on_accept may end the
/// listener.
class Listening : public std::enable_shared_from_this<Listening> {
 public:
    Listening(Loop& loop, const TcpOptions& options, Fd socket, AcceptHandler& handler)
        : loop_(loop),
          options_(options),
          socket_(std::move(socket)),
          bound_(bound_endpoint(socket_.get())),
          handler_(handler),
          pause_(loop) {}

    void start() {
        watch_ = loop_.watch(socket_.get(), {.readable = true},
                             [self = shared_from_this()](Ready) { self->accept_some(); });
    }

    void end() {
        const auto self = shared_from_this();
        pause_.cancel();
        loop_.unwatch(std::exchange(watch_, 0));
        socket_.reset();
    }

    [[nodiscard]] const Endpoint& bound() const { return bound_; }

 private:
    void accept_some() {
        for (int i = 0; i < kAcceptsPerTurnMax && socket_.valid(); ++i) {
            sockaddr_storage peer{};
            socklen_t size = sizeof peer;
            Fd accepted(::accept4(socket_.get(), reinterpret_cast<sockaddr*>(&peer), &size,
                                  SOCK_NONBLOCK | SOCK_CLOEXEC));
            if (accepted.valid()) {
                introduce(std::move(accepted), peer);
            } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                wait_for_room();
                return;
            } else if (errno == EAGAIN) {
                return;
            }
        }
    }

    void introduce(Fd accepted, const sockaddr_storage& peer) {
        auto connection = std::make_shared<Connection>(loop_, options_, to_endpoint(peer));
        connection->adopt(std::move(accepted));
        StreamHandler* const owner = handler_.on_accept(std::make_unique<TcpStream>(connection));
        if (owner != nullptr) {
            connection->set_handler(*owner);
        } else {
            connection->abandon();
        }
    }

    /// The queue stays readable while we cannot take from it; asking at once again would spin.
    void wait_for_room() {
        loop_.set_interest(watch_, {});
        pause_.arm(kPauseWhenExhausted, [this] { loop_.set_interest(watch_, {.readable = true}); });
    }

    Loop& loop_;
    const TcpOptions options_;
    Fd socket_;
    const Endpoint bound_;
    AcceptHandler& handler_;
    WatchId watch_ = 0;
    Timer pause_;
};

class TcpListener final : public StreamListener {
 public:
    explicit TcpListener(std::shared_ptr<Listening> listening) : listening_(std::move(listening)) {
        listening_->start();
    }
    ~TcpListener() override { listening_->end(); }
    TcpListener(const TcpListener&) = delete;
    TcpListener& operator=(const TcpListener&) = delete;

    [[nodiscard]] Endpoint bound() const override { return listening_->bound(); }

 private:
    std::shared_ptr<Listening> listening_;
};

}  // namespace

Result<std::unique_ptr<StreamListener>> TcpAcceptor::listen(const Endpoint& at,
                                                            AcceptHandler& handler) {
    const auto addresses = numeric_addresses(at);
    if (!addresses) {
        return fail(ErrorKind::malformed,
                    fmt::format("cannot listen on '{}': not a numeric address; write one of this "
                                "box, such as 127.0.0.1",
                                at.host));
    }
    const Address& address = addresses->front();
    Fd socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int on = 1;
    if (!socket.valid() ||
        ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        ::bind(socket.get(), address.get(), address.size) != 0 ||
        ::listen(socket.get(), kBacklog) != 0) {
        return fail(listen_error(at, errno));
    }
    return std::unique_ptr<StreamListener>(std::make_unique<TcpListener>(
        std::make_shared<Listening>(loop_, options_, std::move(socket), handler)));
}

}  // namespace tally::host
