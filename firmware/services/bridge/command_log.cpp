#include "firmware/services/bridge/command_log.hpp"

#include <utility>

#include "firmware/messages/sync/delta.hpp"

namespace tally {

Result<CommandRow> CommandLog::append(const std::string& actor, const std::string& type,
                                      const std::string& data) {
    Command command;
    command.edge = edge_;
    command.epoch = epoch_;
    command.seq = next_;
    command.actor = actor;
    command.type = type;
    command.data = data;
    TALLY_TRY_ASSIGN(std::string canonical, encode_command(command));
    CommandRow row{edge_.str(), epoch_.value(), next_.value(), std::move(canonical)};
    waiting_.push_back(row);
    next_ = next_.next();
    return row;
}

void CommandLog::acknowledge(Epoch epoch, Seq next) {
    while (!waiting_.empty() && waiting_.front().epoch == epoch.value() &&
           waiting_.front().seq < next.value()) {
        waiting_.pop_front();
    }
}

bool CommandLog::is_behind(Epoch epoch, Seq next) const {
    return epoch > epoch_ || (epoch == epoch_ && next > next_);
}

std::vector<CommandRow> CommandLog::begin_epoch(Epoch epoch, Epoch had_epoch, Seq had_next) {
    acknowledge(had_epoch, had_next);
    const std::deque<CommandRow> old = std::exchange(waiting_, {});
    epoch_ = epoch;
    next_ = Seq(1);
    std::vector<CommandRow> rows;
    for (const CommandRow& row : old) {
        const Result<Command> command = decode_command(row.canonical);
        if (!command) {
            continue;
        }
        if (auto again = append(command->actor, command->type, command->data)) {
            rows.push_back(std::move(*again));
        }
    }
    return rows;
}

std::optional<Seq> CommandLog::must_read_from(Epoch epoch, Seq next) const {
    const std::uint64_t first_held = waiting_.empty() ? next_.value() : waiting_.front().seq;
    const Seq wanted = epoch < epoch_ ? Seq(1) : next;
    const bool missing = epoch <= epoch_ && wanted.value() < first_held;
    return missing ? std::optional<Seq>(wanted) : std::nullopt;
}

void CommandLog::take_back(const std::vector<CommandRow>& rows) {
    const std::uint64_t first_held = waiting_.empty() ? next_.value() : waiting_.front().seq;
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        if (row->epoch == epoch_.value() && row->seq < first_held) {
            waiting_.push_front(*row);
        }
    }
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

void CommandLog::load(const CommandRow& row) {
    epoch_ = Epoch(row.epoch);
    next_ = Seq(row.seq + 1);
    waiting_.push_back(row);
}

}  // namespace tally
