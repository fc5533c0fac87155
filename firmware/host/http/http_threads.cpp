#include "firmware/host/http/http_threads.hpp"

#include <csignal>
#include <pthread.h>
#include <string>

namespace tally::host {

void name_this_thread(const char* name) {
    pthread_setname_np(pthread_self(), name);
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);  // Signals belong to the loop's thread.
}

HttpThreads::HttpThreads(std::size_t threads, std::size_t waiting_max) : waiting_max_(waiting_max) {
    for (std::size_t i = 1; i <= threads; ++i) {
        threads_.emplace_back([this, i] { work(i); });
    }
}

HttpThreads::~HttpThreads() {
    shutdown();
}

void HttpThreads::enqueue(std::function<void()> job) {
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ending_ || jobs_.size() < waiting_max_; });
        if (!ending_) {
            jobs_.push_back(std::move(job));
        }
    }
    changed_.notify_all();
    if (job) {
        job();
    }
}

void HttpThreads::shutdown() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) {
        if (thread.joinable()) {
            thread.join();
        }
    }
}

void HttpThreads::work(std::size_t number) {
    name_this_thread(("http-" + std::to_string(number)).c_str());
    for (;;) {
        std::function<void()> job;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
            if (jobs_.empty()) {
                return;
            }
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        changed_.notify_all();
        job();
    }
}

}  // namespace tally::host
