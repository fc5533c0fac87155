#include "firmware/services/bridge/command_log.hpp"

#include <algorithm>
#include <utility>

#include "firmware/messages/sync/delta.hpp"

namespace tally {

void CommandLog::load(const CommandRow& row) {
    end_ = {Epoch(row.epoch), Seq(row.seq + 1)};
    waiting_.push_back(row);
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

std::vector<CommandRow> CommandLog::acknowledge(const CommandCursor& edge) {
    if (edge.epoch > end_.epoch) {
        return overtake(edge);
    }
    while (!waiting_.empty() && at(waiting_.front()) < edge) {
        waiting_.pop_front();
    }
    end_ = std::max(end_, edge);
    had_ = std::max(had_, edge);
    return {};
}

/// The edge knows an epoch that this log has forgotten. It had everything from before that life;
/// only what was appended in the present one is new to it.
std::vector<CommandRow> CommandLog::overtake(const CommandCursor& edge) {
    const std::deque<CommandRow> held = std::exchange(waiting_, {});
    const std::uint64_t own_epoch = opens_epoch_ ? 0 : end_.epoch.value();
    end_ = had_ = edge;
    opens_epoch_ = true;
    std::vector<CommandRow> rows;
    for (const CommandRow& row : held) {
        const Result<Command> command = decode_command(row.canonical);
        if (row.epoch != own_epoch || !command) {
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
        if (row.epoch != run.epoch.value() || run.canonical.size() == kBatchRowsMax) {
            break;
        }
        run.canonical.push_back(row.canonical);
    }
    run.canonical.resize(batch_size(run.canonical));
    return run;
}

}  // namespace tally
