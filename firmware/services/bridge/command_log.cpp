#include "firmware/services/bridge/command_log.hpp"

#include <algorithm>
#include <utility>

#include "firmware/messages/sync/birth.hpp"
#include "firmware/messages/sync/delta.hpp"

namespace tally {

void CommandLog::load(const CommandRow& row) {
    end_ = durable_ = {Epoch(row.epoch), Seq(row.seq + 1)};
    waiting_.push_back(row);
}

void CommandLog::committed(const CommandRow& row) {
    durable_ = std::max(durable_, {Epoch(row.epoch), Seq(row.seq + 1)});
}

void CommandLog::begin_life(std::uint64_t draw) {
    epoch_step_ = 1 + draw % kEpochStepMax;
    opens_epoch_ = true;
}

Result<CommandRow> CommandLog::append(const std::string& actor, const std::string& type,
                                      const std::string& data) {
    const CommandCursor here =
        opens_epoch_ ? CommandCursor{Epoch(end_.epoch.value() + epoch_step_), Seq(1)} : end_;
    Command command;
    command.edge = edge_;
    command.epoch = here.epoch;
    command.seq = here.next;
    command.actor = actor;
    command.type = type;
    command.data = data;
    TALLY_TRY_ASSIGN(std::string canonical, encode_command(command));
    CommandRow row{edge_.str(), here.epoch.value(), here.next.value(), std::move(canonical)};
    waiting_.push_back(row);
    end_ = {here.epoch, here.next.next()};
    opens_epoch_ = false;
    return row;
}

bool CommandLog::is_behind(const CommandCursor& edge) const {
    return edge > end_;
}

std::vector<CommandRow> CommandLog::acknowledge(const CommandCursor& edge,
                                                const std::vector<CommandCursor>& past) {
    if (edge.epoch > end_.epoch) {
        return overtake(edge, past);
    }
    acknowledge(edge);
    return {};
}

void CommandLog::acknowledge(const CommandCursor& edge) {
    if (edge.epoch > end_.epoch) {
        return;
    }
    while (!waiting_.empty() && at(waiting_.front()) < edge) {
        waiting_.pop_front();
    }
    end_ = std::max(end_, edge);
    had_ = std::max(had_, edge);
}

/// The edge knows an epoch that this log has forgotten, for the log was restored. What was appended
/// since then, in this life of the bridge or in one before it, is new to the edge.
std::vector<CommandRow> CommandLog::overtake(const CommandCursor& edge,
                                             const std::vector<CommandCursor>& past) {
    const std::deque<CommandRow> held = std::exchange(waiting_, {});
    const auto was_had = [&](const CommandRow& row) {
        const auto epoch = std::find_if(past.begin(), past.end(), [&](const CommandCursor& had) {
            return had.epoch.value() == row.epoch;
        });
        if (epoch != past.end()) {
            return row.seq < epoch->next.value();
        }
        // Older than what it remembers of a long list: the oldest epochs are sent first.
        return past.size() == kPastCommandsMax && row.epoch < past.front().epoch.value();
    };
    end_ = had_ = edge;
    opens_epoch_ = true;
    std::vector<CommandRow> rows;
    for (const CommandRow& row : held) {
        const Result<Command> command = decode_command(row.canonical);
        if (was_had(row) || !command) {
            continue;
        }
        if (auto again = append(command->actor, command->type, command->data)) {
            rows.push_back(std::move(*again));
        }
    }
    return rows;
}

void CommandLog::take_back(const std::vector<CommandRow>& rows, const CommandCursor& edge) {
    const CommandCursor first_held = waiting_.empty() ? end_ : at(waiting_.front());
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        if (at(*row) >= edge && at(*row) < first_held) {
            waiting_.push_front(*row);
        }
    }
    had_ = edge;
}

CommandLog::Run CommandLog::oldest() const {
    Run run;
    if (waiting_.empty()) {
        return run;
    }
    run.epoch = Epoch(waiting_.front().epoch);
    run.first = Seq(waiting_.front().seq);
    for (const CommandRow& row : waiting_) {
        if (row.epoch != run.epoch.value() || run.canonical.size() == kBatchRowsMax ||
            at(row) >= durable_) {
            break;
        }
        run.canonical.push_back(row.canonical);
    }
    run.canonical.resize(batch_size(run.canonical));
    return run;
}

}  // namespace tally
