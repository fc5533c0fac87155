#include "drivers/modbus_bus/modbus_bus.hpp"

#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <utility>

#include "drivers/modbus_bus/line.hpp"
#include "drivers/modbus_bus/pdu.hpp"

namespace tally::modbus {

/// Loop thread only: who waits for an answer, in the order of the calls. Answers come in that order
/// too, so that only bytes cross between the threads.
struct ModbusBus::Desk {
    std::deque<std::function<void(Result<Bytes>)>> waiting;
    bool open = true;
};

/// Runs exchanges one after the other on the thread "tally-modbus", which hears no signals.
class ModbusBus::Worker {
 public:
    using Done = std::function<void(Result<Bytes>)>;

    Worker(ModbusBusOptions options, Done done)
        : line_(std::move(options)), done_(std::move(done)) {
        sigset_t all;
        sigset_t before;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before);
        thread_ = std::thread([this] { work(); });
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        ::pthread_setname_np(thread_.native_handle(), "tally-modbus");
    }

    ~Worker() {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// An error is passed through in its turn.
    void submit(Result<Exchange> request) {
        {
            const std::lock_guard lock(mutex_);
            jobs_.push_back(std::move(request));
        }
        changed_.notify_one();
    }

 private:
    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
            if (ending_) {
                return;
            }
            const Result<Exchange> job = std::move(jobs_.front());
            jobs_.pop_front();
            lock.unlock();
            done_(job ? line_.exchange(*job) : Result<Bytes>(fail(job.error())));
            lock.lock();
        }
    }

    ModbusLine line_;  ///< worker thread only
    Done done_;        ///< called on the worker thread
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Result<Exchange>> jobs_;  ///< under mutex_
    bool ending_ = false;                ///< under mutex_
    std::thread thread_;
};

ModbusBus::ModbusBus(ModbusBusOptions options, Post post) : desk_(std::make_shared<Desk>()) {
    const auto done = [desk = desk_, post = std::move(post)](Result<Bytes> answer) {
        post([desk, answer = std::move(answer)]() mutable {
            if (desk->open) {
                const auto reply = std::move(desk->waiting.front());
                desk->waiting.pop_front();
                reply(std::move(answer));
            }
        });
    };
    worker_ = std::make_unique<Worker>(std::move(options), done);
}

ModbusBus::~ModbusBus() {
    desk_->open = false;
    worker_.reset();
}

template <typename Request, typename Answer>
void ModbusBus::ask(const Request& request, std::function<void(Answer)> reply) {
    Result<Exchange> exchange = [&]() -> Result<Exchange> {
        TALLY_TRY_ASSIGN(Bytes pdu, encode(request));
        if (desk_->waiting.size() >= kWaitingMax) {
            return fail(ErrorKind::exhausted, "64 requests wait for this bus; ask less often");
        }
        return Exchange{request.unit, std::move(pdu), request.timeout};
    }();
    desk_->waiting.push_back([request, reply = std::move(reply)](Result<Bytes> answer) {
        reply(answer ? decode_answer(request, *answer) : Answer(fail(answer.error())));
    });
    worker_->submit(std::move(exchange));
}

void ModbusBus::read(const RegisterRead& request, std::function<void(Values)> reply) {
    ask<RegisterRead, Values>(request, std::move(reply));
}

void ModbusBus::write(const RegisterWrite& request, std::function<void(Result<void>)> reply) {
    ask<RegisterWrite, Result<void>>(request, std::move(reply));
}

}  // namespace tally::modbus
