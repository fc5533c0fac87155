#include "firmware/services/bridge/command_log.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "firmware/messages/sync/birth.hpp"
#include "firmware/messages/sync/delta.hpp"
#include "firmware/services/bridge/bridge_rows.hpp"

namespace tally {

namespace {

/// 0 where there is no number.
std::uint64_t number_in(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

/// "<epoch>:<seq>".
std::optional<CommandCursor> cursor_in(std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::uint64_t epoch = number_in(text.substr(0, colon));
    const std::uint64_t seq =
        colon == std::string_view::npos ? 0 : number_in(text.substr(colon + 1));
    if (epoch == 0 || seq == 0) {
        return std::nullopt;
    }
    return CommandCursor{Epoch(epoch), Seq(seq)};
}

/// Whether an edge that is in a later epoch has had a command of an earlier one.
bool was_had(const CommandRow& row, const std::vector<CommandCursor>& past) {
    const auto epoch = std::find_if(past.begin(), past.end(), [&](const CommandCursor& had) {
        return had.epoch.value() == row.epoch;
    });
    if (epoch != past.end()) {
        return row.seq < epoch->next.value();
    }
    // Older than what it remembers of a long list: the oldest epochs are sent first.
    return past.size() == kPastCommandsMax && row.epoch < past.front().epoch.value();
}

}  // namespace

Result<void> CommandLog::load_replaced(const StateRow& mark) {
    const std::size_t blank = mark.key.rfind(' ');
    if (mark.key.compare(0, blank, edge_.str()) != 0) {
        return {};
    }
    const std::uint64_t epoch = number_in(std::string_view(mark.key).substr(blank + 1));
    const std::uint64_t from = number_in(mark.value);
    if (epoch == 0 || from == 0) {
        return fail(ErrorKind::corrupt, "the mark of replaced commands '" + mark.key + "' = '" +
                                            mark.value + "' is none; restore a copy, and resync");
    }
    replaced_from_[epoch] = from;
    return {};
}

bool CommandLog::is_replaced(const CommandRow& row) const {
    const auto mark = replaced_from_.find(row.epoch);
    return mark != replaced_from_.end() && row.seq >= mark->second;
}

void CommandLog::load(const CommandRow& row) {
    end_ = durable_ = {Epoch(row.epoch), Seq(row.seq + 1)};
    if (!is_replaced(row)) {
        waiting_.push_back(row);
    }
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

CommandLog::Rewritten CommandLog::acknowledge(const CommandCursor& edge,
                                              const std::vector<CommandCursor>& past) {
    std::vector<CommandRow> lost;
    while (!waiting_.empty() && at(waiting_.front()) < edge) {
        CommandRow& row = waiting_.front();
        if (row.epoch < edge.epoch.value() && !was_had(row, past)) {
            lost.push_back(std::move(row));
            waiting_.pop_front();
        } else {
            pop_had();
        }
    }
    if (edge.epoch > end_.epoch) {
        end_ = edge;
        opens_epoch_ = true;
    }
    end_ = std::max(end_, edge);
    had_ = std::max(had_, edge);
    return write_again(lost);
}

void CommandLog::acknowledge(const CommandCursor& edge) {
    if (edge.epoch > end_.epoch) {
        return;
    }
    while (!waiting_.empty() && at(waiting_.front()) < edge &&
           waiting_.front().epoch == edge.epoch.value()) {
        pop_had();
    }
    end_ = std::max(end_, edge);
    had_ = std::max(had_, edge);
}

/// The edge has had the oldest that waits.
void CommandLog::pop_had() {
    if (at(waiting_.front()) >= told_) {
        untold_.push_back(std::move(waiting_.front()));
    }
    waiting_.pop_front();
}

Result<void> CommandLog::load_told(const StateRow& mark) {
    if (mark.key != edge_.str()) {
        return {};
    }
    const auto told = cursor_in(mark.value);
    if (!told) {
        return fail(ErrorKind::corrupt, "the mark of told commands '" + mark.key + "' = '" +
                                            mark.value + "' is none; restore a copy, and resync");
    }
    told_ = *told;
    return {};
}

std::optional<StateRow> CommandLog::told(std::string_view cause) {
    constexpr std::string_view kCommand = "cmd:";
    auto told = cause.starts_with(kCommand) ? cursor_in(cause.substr(kCommand.size()))
                                            : std::optional<CommandCursor>();
    if (!told || *told < told_) {
        return std::nullopt;
    }
    told->next = told->next.next();
    if (*told == told_) {
        return std::nullopt;
    }
    told_ = *told;
    while (!untold_.empty() && at(untold_.front()) < told_) {
        untold_.pop_front();
    }
    return StateRow{std::string(kBridgeEdge), std::string(kToldCommandRows), edge_.str(),
                    std::to_string(told_.epoch.value()) + ":" + std::to_string(told_.next.value())};
}

CommandLog::Rewritten CommandLog::write_again(const std::vector<CommandRow>& lost) {
    Rewritten rewritten;
    for (const CommandRow& row : lost) {
        const Result<Command> command = decode_command(row.canonical);
        auto again = command ? append(command->actor, command->type, command->data)
                             : Result<CommandRow>(fail(command.error()));
        if (!again) {
            rewritten.unreadable.push_back(row);
            continue;
        }
        rewritten.rows.push_back(std::move(*again));
        if (!is_replaced(row)) {  // The first of its epoch: those behind it are lost, too.
            replaced_from_[row.epoch] = row.seq;
            rewritten.marks.push_back({std::string(kBridgeEdge), std::string(kReplacedCommandRows),
                                       edge_.str() + " " + std::to_string(row.epoch),
                                       std::to_string(row.seq)});
        }
    }
    return rewritten;
}

void CommandLog::take_back(const std::vector<CommandRow>& rows, const CommandCursor& edge) {
    const CommandCursor first_held = waiting_.empty() ? end_ : at(waiting_.front());
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        if (at(*row) >= edge && at(*row) < first_held && !is_replaced(*row)) {
            waiting_.push_front(*row);
        }
    }
    while (!untold_.empty() && at(untold_.back()) >= edge) {
        untold_.pop_back();
    }
    told_ = std::min(told_, edge);
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
