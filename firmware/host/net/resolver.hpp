// Looks up host names off the loop.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "firmware/host/loop/loop.hpp"
#include "firmware/host/loop/worker.hpp"
#include "firmware/host/net/address.hpp"

namespace tally::host {

/// A pending look-up; destroying it withdraws the question, and no answer follows.
class Lookup {
 public:
    Lookup() = default;
    explicit Lookup(std::shared_ptr<std::atomic<bool>> wanted) : wanted_(std::move(wanted)) {}
    ~Lookup() { withdraw(); }
    Lookup(Lookup&& other) noexcept = default;
    Lookup& operator=(Lookup&& other) noexcept {
        withdraw();
        wanted_ = std::move(other.wanted_);
        return *this;
    }

 private:
    void withdraw() {
        if (wanted_) {
            wanted_->store(false);
        }
    }

    std::shared_ptr<std::atomic<bool>> wanted_;
};

/// getaddrinfo(3) on the thread "tally-resolve", one name at a time. Called and answering on the
/// loop.
class Resolver {
 public:
    using Answer = std::function<void(Result<std::vector<Address>>)>;

    explicit Resolver(Loop& loop) : loop_(loop), worker_("tally-resolve") {}

    [[nodiscard]] Lookup look_up(const Endpoint& endpoint, Answer answer);

 private:
    Loop& loop_;
    Worker worker_;
};

}  // namespace tally::host
