// Inside of the HTTP server: its named threads. Use http_server.hpp.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tally::host {

/// A bounded queue of connections and the threads that serve them. enqueue() from one thread.
class HttpThreads {
 public:
    HttpThreads(std::size_t threads, std::size_t waiting_max);
    ~HttpThreads();
    HttpThreads(const HttpThreads&) = delete;
    HttpThreads& operator=(const HttpThreads&) = delete;

    /// Waits while too many wait. After shutdown() the job is run at once by the caller, because
    /// its end is what closes its connection.
    void enqueue(std::function<void()> job);

    /// Lets what was taken come to its end, then joins.
    void shutdown();

 private:
    void work(std::size_t number);

    std::size_t waiting_max_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_;  ///< under mutex_
    bool ending_ = false;                     ///< under mutex_
    std::vector<std::thread> threads_;
};

/// Names the calling thread for `top -H`; at most 15 characters.
void name_this_thread(const char* name);

}  // namespace tally::host
