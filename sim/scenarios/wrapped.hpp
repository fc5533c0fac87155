// Hooks between services and their ports, for faults that are planted on purpose: a full disk, a
// process that acknowledges too early. Empty hooks change nothing.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "firmware/domain/layout/floor_layout.hpp"
#include "firmware/ports/journal.hpp"
#include "firmware/ports/message_bus.hpp"
#include "firmware/ports/register_bus.hpp"
#include "firmware/services/ledger/ledger.hpp"
#include "sim/disk/disk_options.hpp"
#include "sim/kernel/node.hpp"

namespace tally::sim {

/// `inner` outlives what is made of it.
struct Wrappers {
    std::function<std::unique_ptr<Journal>(const std::string& box, Node& node, Journal& inner)>
        journal;
    std::function<std::unique_ptr<MessageBus>(const std::string& box, Node& node,
                                              MessageBus& inner)>
        bus;
    std::function<std::unique_ptr<RegisterBus>(const std::string& box, Node& node,
                                               std::unique_ptr<RegisterBus> inner)>
        register_bus;
    std::function<std::unique_ptr<Scheduler>(const std::string& box, Node& node)> scheduler;
    std::function<void(const std::string& box, DiskOptions& options)> disk;
    /// In the place of `journal`, of an edge that lets so many rows wait for its disk.
    std::function<std::unique_ptr<Journal>(std::size_t rows_max, Journal& inner)> bounded_journal;
    /// May bend how much a box lets wait for its disk. Asked before the box is made.
    std::function<void(const std::string& box, CommitLimits& limits)> limits;
    /// What the fleet takes the floor for, and how far apart it keeps vehicles.
    std::function<void(FloorLayout& floor, std::int32_t& clearance_mm)> floor;
    /// Put in the place of who keeps promises within stock, once the box is up.
    std::function<std::unique_ptr<StockKeeper>(const std::string& box, StockKeeper& inner)> keeper;
};

/// Passes every call on; derive from it to change one.
class PassingJournal : public Journal {
 public:
    explicit PassingJournal(Journal& inner) : inner_(inner) {}

    void commit(JournalCommit commit, Committed reply) override {
        inner_.commit(std::move(commit), std::move(reply));
    }
    void start(Reply<JournalStart> reply) override { inner_.start(std::move(reply)); }
    void rows(RowQuery query, Reply<std::vector<FoundRow>> reply) override {
        inner_.rows(std::move(query), std::move(reply));
    }
    void positions(std::string edge, Reply<std::vector<PositionRow>> reply) override {
        inner_.positions(std::move(edge), std::move(reply));
    }
    void items(std::string edge, Reply<std::vector<ItemRow>> reply) override {
        inner_.items(std::move(edge), std::move(reply));
    }
    void commands(std::string edge, std::uint64_t after_seq, std::size_t rows_max,
                  Reply<std::vector<CommandRow>> reply) override {
        inner_.commands(std::move(edge), after_seq, rows_max, std::move(reply));
    }
    void leaves(std::string edge, std::uint64_t after_seq, std::uint64_t up_to_seq,
                Reply<std::vector<Digest>> reply) override {
        inner_.leaves(std::move(edge), after_seq, up_to_seq, std::move(reply));
    }

 protected:
    Journal& inner() { return inner_; }

 private:
    Journal& inner_;
};

/// Likewise for the bus.
class PassingBus : public MessageBus {
 public:
    explicit PassingBus(MessageBus& inner) : inner_(inner) {}

    void connect(const BusSession& session, BusHandler& handler) override {
        inner_.connect(session, handler);
    }
    Result<std::uint64_t> publish(BusMessage message) override {
        return inner_.publish(std::move(message));
    }
    void disconnect() override { inner_.disconnect(); }

 protected:
    MessageBus& inner() { return inner_; }

 private:
    MessageBus& inner_;
};

}  // namespace tally::sim
