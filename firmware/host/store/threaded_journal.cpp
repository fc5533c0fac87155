#include "firmware/host/store/threaded_journal.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <utility>

#include "firmware/host/memory/memory.hpp"

namespace tally::host {
namespace {

constexpr std::chrono::milliseconds kIdle(200);

using Job = std::function<void(SqliteStore&)>;

}  // namespace

/// The thread, its mailbox and the store it owns.
class ThreadedJournal::Worker {
 public:
    explicit Worker(std::unique_ptr<SqliteStore> store)
        : store_(std::move(store)), thread_([this] { run(); }) {}

    ~Worker() {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void put(Job job) {
        {
            const std::lock_guard lock(mutex_);
            mailbox_.push_back(std::move(job));
        }
        wake_.notify_one();
    }

 private:
    void run() {
        pthread_setname_np(pthread_self(), "store");
        bool is_tidy = false;
        while (true) {
            std::unique_lock lock(mutex_);
            const auto has_news = [this] { return ending_ || !mailbox_.empty(); };
            if (is_tidy) {
                wake_.wait(lock, has_news);
            } else if (!wake_.wait_for(lock, kIdle, has_news)) {
                lock.unlock();
                tidy();
                is_tidy = true;
                continue;
            }
            if (mailbox_.empty()) {
                return;
            }
            const Job job = std::move(mailbox_.front());
            mailbox_.pop_front();
            lock.unlock();
            job(*store_);
            is_tidy = false;
        }
    }

    // A log that could not be moved into the file is tried again after the next call, and a disk
    // that failed shows in the next commit. When nothing is written, nobody is in a hurry: what the
    // last burst needed goes back, too.
    void tidy() {
        static_cast<void>(store_->tidy().has_value());
        give_back_memory();
    }

    std::unique_ptr<SqliteStore> store_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> mailbox_;
    bool ending_ = false;
    std::thread thread_;  // last: it starts when everything above is there
};

ThreadedJournal::ThreadedJournal(std::unique_ptr<SqliteStore> store, Post post)
    : post_(std::move(post)),
      alive_(std::make_shared<bool>(true)),
      worker_(std::make_unique<Worker>(std::move(store))) {}

ThreadedJournal::~ThreadedJournal() {
    *alive_ = false;
    worker_.reset();
}

template <typename T, typename Work>
void ThreadedJournal::ask(Reply<T> reply, Work work) {
    worker_->put([this, alive = alive_, reply = std::move(reply),
                  work = std::move(work)](SqliteStore& store) mutable {
        Result<T> result = work(store);
        post_([alive = std::move(alive), reply = std::move(reply),
               result = std::move(result)]() mutable {
            if (*alive) {
                reply(std::move(result));
            }
        });
    });
}

void ThreadedJournal::commit(JournalCommit commit, Committed reply) {
    worker_->put([this, alive = alive_, reply = std::move(reply),
                  commit = std::move(commit)](SqliteStore& store) mutable {
        Result<void> result = store.commit(commit);
        post_([alive = std::move(alive), reply = std::move(reply), result = std::move(result),
               commit = std::move(commit)]() mutable {
            if (*alive) {
                reply(std::move(result), std::move(commit));
            }
        });
    });
}

void ThreadedJournal::start(Reply<JournalStart> reply) {
    ask<JournalStart>(std::move(reply), [](SqliteStore& store) { return store.start(); });
}

void ThreadedJournal::rows(RowQuery query, Reply<std::vector<FoundRow>> reply) {
    ask<std::vector<FoundRow>>(std::move(reply), [query = std::move(query)](SqliteStore& store) {
        return store.rows(query);
    });
}

void ThreadedJournal::positions(std::string edge, Reply<std::vector<PositionRow>> reply) {
    ask<std::vector<PositionRow>>(std::move(reply), [edge = std::move(edge)](SqliteStore& store) {
        return store.positions(edge);
    });
}

void ThreadedJournal::items(std::string edge, Reply<std::vector<ItemRow>> reply) {
    ask<std::vector<ItemRow>>(std::move(reply), [edge = std::move(edge)](SqliteStore& store) {
        return store.items(edge);
    });
}

void ThreadedJournal::commands(std::string edge, std::uint64_t after_seq, std::size_t rows_max,
                               Reply<std::vector<CommandRow>> reply) {
    ask<std::vector<CommandRow>>(std::move(reply),
                                 [edge = std::move(edge), after_seq, rows_max](SqliteStore& store) {
                                     return store.commands(edge, after_seq, rows_max);
                                 });
}

void ThreadedJournal::leaves(std::string edge, std::uint64_t after_seq, std::uint64_t up_to_seq,
                             Reply<std::vector<Digest>> reply) {
    ask<std::vector<Digest>>(std::move(reply),
                             [edge = std::move(edge), after_seq, up_to_seq](SqliteStore& store) {
                                 return store.leaves(edge, after_seq, up_to_seq);
                             });
}

void ThreadedJournal::check(Reply<StoreSize> reply) {
    ask<StoreSize>(std::move(reply), [](SqliteStore& store) -> Result<StoreSize> {
        TALLY_TRY(store.check());
        return store.size();
    });
}

}  // namespace tally::host
