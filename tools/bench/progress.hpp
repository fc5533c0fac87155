// What a process of the bench tells another while both run: how far it is, and since when.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tally::bench {

/// A page range shared by parent and child, by an inherited descriptor. One side writes.
class Progress {
 public:
    static constexpr std::size_t kSeqMax = 1'000'000;

    /// The parent's side; throws std::runtime_error if there is no memory.
    Progress();
    /// The child's side.
    explicit Progress(int descriptor);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// To be handed to the child.
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

    /// Everything up to `seq` is done, now.
    void reach(std::uint64_t seq);
    [[nodiscard]] std::uint64_t newest() const { return page_->newest.load(); }
    /// mono_ns() when `seq` was done; meaningful for 1..newest().
    [[nodiscard]] std::int64_t at_ns(std::uint64_t seq) const { return page_->at_ns[seq]; }

 private:
    struct Page {
        std::atomic<std::uint64_t> newest;
        std::int64_t at_ns[kSeqMax];
    };
    void map();

    int descriptor_ = -1;
    Page* page_ = nullptr;
};

}  // namespace tally::bench
