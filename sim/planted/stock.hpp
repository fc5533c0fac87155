// Bugs that are planted on purpose in what becomes stored stock, and in what devices are understood
// to have said.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "firmware/base/prng.hpp"
#include "sim/scenarios/wrapped.hpp"

namespace tally::sim {

/// Moves a stored quantity once more than its event says, now and then: a delta applied twice, or
/// stock that somebody updated beside the ledger.
class CarelessJournal final : public PassingJournal {
 public:
    enum class Bug { twice, beside };
    CarelessJournal(Journal& inner, Bug bug, std::uint64_t seed)
        : PassingJournal(inner), bug_(bug), prng_(seed) {}

    void commit(JournalCommit commit, Committed reply) override {
        if (commit.replace_stock_of) {
            extra_.clear();
        }
        for (PositionRow& row : commit.positions) {
            std::int64_t& extra =
                extra_[{row.edge, row.place, row.sku, row.lot, row.custody, row.quality}];
            const std::int64_t more = bug_ == Bug::twice ? row.delta_milli : 1'000;
            if (prng_.chance_ppm(30'000) && row.qty_milli + extra + more > 0) {
                extra += more;
                row.delta_milli += more;
            }
            row.qty_milli += extra;
        }
        inner().commit(std::move(commit), std::move(reply));
    }

 private:
    Bug bug_;
    Prng prng_;
    std::map<std::array<std::string, 6>, std::int64_t> extra_;
};

/// Swaps in the snapshot before the one that came.
class StaleSnapshotJournal final : public PassingJournal {
 public:
    using PassingJournal::PassingJournal;

    void commit(JournalCommit commit, Committed reply) override {
        if (commit.replace_stock_of) {
            std::swap(before_[*commit.replace_stock_of], commit.positions);
        }
        inner().commit(std::move(commit), std::move(reply));
    }

 private:
    std::map<std::string, std::vector<PositionRow>> before_;
};

/// What a box's queue for the disk holds above its bound, it drops, and says that all is well.
class DroppingJournal final : public PassingJournal {
 public:
    DroppingJournal(Journal& inner, std::size_t bound) : PassingJournal(inner), bound_(bound) {}

    void commit(JournalCommit commit, Committed reply) override {
        commit.rows.resize(std::min(commit.rows.size(), bound_));
        inner().commit(std::move(commit), std::move(reply));
    }

 private:
    std::size_t bound_;
};

/// Hears of no event before it takes goods away, and so takes no promise back.
class ForgetfulKeeper final : public StockKeeper {
 public:
    explicit ForgetfulKeeper(StockKeeper& inner) : inner_(inner) {}

    [[nodiscard]] bool watches(const Event& draft) const override { return inner_.watches(draft); }
    void before(const Event&) override {}
    void after(const Event& event) override {
        if (event.qty.milli == 0) {
            inner_.after(event);
        }
    }

 private:
    StockKeeper& inner_;
};

/// A failed read of an instrument is zeros, stable ones.
class ZeroBus final : public RegisterBus {
 public:
    explicit ZeroBus(std::unique_ptr<RegisterBus> inner) : inner_(std::move(inner)) {}

    void read(const RegisterRead& request, std::function<void(Values)> reply) override {
        inner_->read(request, [request, reply = std::move(reply)](Values values) {
            if (!values) {
                constexpr std::uint16_t kStatus = 6, kStable = 1U << 11U;
                values = std::vector<std::uint16_t>(request.count, 0);
                if (request.address <= kStatus && kStatus < request.address + request.count) {
                    values->at(static_cast<std::size_t>(kStatus - request.address)) = kStable;
                }
            }
            reply(std::move(values));
        });
    }
    void write(const RegisterWrite& request, std::function<void(Result<void>)> reply) override {
        inner_->write(request, std::move(reply));
    }

 private:
    std::unique_ptr<RegisterBus> inner_;
};

/// Now and then an answer is taken for the answer to the question before it.
class MixedUpBus final : public RegisterBus {
 public:
    MixedUpBus(std::unique_ptr<RegisterBus> inner, std::uint64_t seed)
        : inner_(std::move(inner)), prng_(seed) {}

    void read(const RegisterRead& request, std::function<void(Values)> reply) override {
        inner_->read(request, [this, reply = std::move(reply)](Values values) {
            if (values && last_.size() == values->size() && prng_.chance_ppm(10'000)) {
                std::swap(last_, *values);
            } else if (values) {
                last_ = *values;
            }
            reply(std::move(values));
        });
    }
    void write(const RegisterWrite& request, std::function<void(Result<void>)> reply) override {
        inner_->write(request, std::move(reply));
    }

 private:
    std::unique_ptr<RegisterBus> inner_;
    Prng prng_;
    std::vector<std::uint16_t> last_;
};

}  // namespace tally::sim
