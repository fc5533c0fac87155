// The bridge's command log for one edge: dense within an epoch, durable, sent until the edge has
// committed it. Down is as safe as up (design 8).
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/messages/sync/command.hpp"
#include "firmware/ports/journal_rows.hpp"

namespace tally {

/// Single-threaded. Holds what the edge has not acknowledged, and what it has acknowledged while
/// the events that came of it are still on their way; the journal holds all.
///
/// A bridge that was restored from a backup cannot know which numbers it gave out after that, and
/// an edge would take other commands under the same numbers for those it has had. So each life of
/// the bridge numbers its commands in an epoch of its own, some way above all that it knows of.
///
/// An epoch below the edge's in which the edge had nothing, or not all, belongs to a life that
/// never heard it: what it lacks is written again at the end. A mark beside the rows says so,
/// durable with them, or each later life would write them again.
class CommandLog {
 public:
    static constexpr std::uint64_t kEpochStepMax = 1'000'000;

    explicit CommandLog(EdgeId edge) : edge_(std::move(edge)) {}

    /// A stored mark, of this or another edge; before the rows. malformed if it is none.
    Result<void> load_replaced(const StateRow& mark);
    /// A stored row, at start-up, in order.
    void load(const CommandRow& row);

    /// After the last load(): the next command opens an epoch 1 to kEpochStepMax above the newest,
    /// by `draw`, so that a life that was forgotten did not use the same.
    void begin_life(std::uint64_t draw);

    /// Appends a command. It is sent once committed() has been told of its row, or of a later one
    /// (journal before effect). malformed if actor, type or data cannot be written.
    Result<CommandRow> append(const std::string& actor, const std::string& type,
                              const std::string& data);

    /// The row, and all before it, is durable.
    void committed(const CommandRow& row);

    /// An edge that has had commands which this log does not know: the log was restored.
    [[nodiscard]] bool is_behind(const CommandCursor& edge) const;

    /// Commands that were written again, and the marks of what they replace: one commit.
    struct Rewritten {
        std::vector<CommandRow> rows;
        std::vector<StateRow> marks;
        std::vector<CommandRow> unreadable;  ///< could not be: to be told to a person
    };
    /// Takes in how far the edge has come. The commands of older epochs that it never had, and now
    /// would not take any more, are written again at the end; where its epoch is newer than all
    /// that this log knows of, in one above it. `past`: how far it came in earlier epochs (birth),
    /// for only they tell which those are.
    Rewritten acknowledge(const CommandCursor& edge, const std::vector<CommandCursor>& past);
    /// The same from a message that does not tell of earlier epochs: where they matter nothing is
    /// done, the edge's next birth or beat will say.
    void acknowledge(const CommandCursor& edge);

    /// True for an edge that has had less than it had before: it was restored or wiped. The whole
    /// log must then be read from the journal and given to take_back(); until then nothing may be
    /// sent, for the edge would take a newer epoch for what comes next.
    [[nodiscard]] bool is_lacking(const CommandCursor& edge) const { return edge < had_; }
    /// `rows`: the whole log. What the edge lacks is held again.
    void take_back(const std::vector<CommandRow>& rows, const CommandCursor& edge);

    /// A stored mark of how far the edge had told, of this or another edge; before the rows.
    /// malformed if it is none. Without one all that was ever sent counts as not told.
    Result<void> load_told(const StateRow& mark);
    /// An event of the edge with this cause came: commands are carried out in order and each leaves
    /// an event, so what the command named here and those before it led to is known. Gives the mark
    /// to be stored with the event; nothing where the cause names no command, or an older one.
    std::optional<StateRow> told(std::string_view cause);

    /// A run of unacknowledged, durable commands from the oldest on, that fits one message; maybe
    /// empty.
    struct Run {
        Epoch epoch;
        Seq first;
        std::vector<std::string_view> canonical;
    };
    [[nodiscard]] Run oldest() const;
    [[nodiscard]] bool empty() const { return waiting_.empty(); }
    /// What the edge has not acknowledged, oldest first; maybe not durable yet.
    [[nodiscard]] const std::deque<CommandRow>& unacknowledged() const { return waiting_; }
    /// What the edge has acknowledged and not told of, oldest first: its events stand behind others
    /// in the edge's backlog.
    [[nodiscard]] const std::deque<CommandRow>& untold() const { return untold_; }
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
    static CommandCursor at(const CommandRow& row) { return {Epoch(row.epoch), Seq(row.seq)}; }
    [[nodiscard]] bool is_replaced(const CommandRow& row) const;
    void pop_had();
    Rewritten write_again(const std::vector<CommandRow>& lost);

    EdgeId edge_;
    CommandCursor end_;      ///< behind the newest row
    CommandCursor durable_;  ///< behind the newest that is durable
    CommandCursor had_{Epoch(0), Seq(0)};
    std::uint64_t epoch_step_ = 1;
    bool opens_epoch_ = false;  ///< the next command is the first of this life
    std::deque<CommandRow> waiting_;
    CommandCursor told_{Epoch(0), Seq(0)};  ///< behind the newest that an event told of
    std::deque<CommandRow> untold_;
    std::map<std::uint64_t, std::uint64_t> replaced_from_;  ///< seq, by epoch
};

}  // namespace tally
