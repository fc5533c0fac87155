// The bridge's command log for one edge: dense, durable, sent until the edge has committed it. Down
// is as safe as up (design 8).
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/messages/sync/command.hpp"
#include "firmware/ports/journal_rows.hpp"

namespace tally {

/// Single-threaded. Holds what the edge has not acknowledged; the journal holds all.
class CommandLog {
 public:
    explicit CommandLog(EdgeId edge) : edge_(std::move(edge)) {}

    /// Appends a command; the row must be committed before it is sent. malformed if actor, type or
    /// data cannot be written.
    Result<CommandRow> append(const std::string& actor, const std::string& type,
                              const std::string& data);

    /// The edge has committed everything before `next` of `epoch`.
    void acknowledge(Epoch epoch, Seq next);

    /// An edge that has committed more than this log holds: the log was restored from a backup. A
    /// new epoch begins; what is still unacknowledged is written again in it.
    [[nodiscard]] bool is_behind(Epoch epoch, Seq next) const;
    /// `had_epoch`, `had_next`: what the edge has committed; that is not written again.
    std::vector<CommandRow> begin_epoch(Epoch epoch, Epoch had_epoch, Seq had_next);

    /// An edge that asks for commands which are no longer held here: it was restored or wiped. They
    /// must be read from the journal, from the one answered on, and given to take_back().
    [[nodiscard]] std::optional<Seq> must_read_from(Epoch epoch, Seq next) const;
    void take_back(const std::vector<CommandRow>& rows);

    /// A run of unacknowledged commands from the oldest on, that fits one message.
    struct Run {
        Epoch epoch;
        Seq first;
        std::vector<std::string_view> canonical;
    };
    [[nodiscard]] Run oldest() const;
    [[nodiscard]] bool empty() const { return waiting_.empty(); }
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

    /// A stored row, at start-up, in order.
    void load(const CommandRow& row);

 private:
    EdgeId edge_;
    Epoch epoch_{1};
    Seq next_{1};
    std::deque<CommandRow> waiting_;
};

}  // namespace tally
