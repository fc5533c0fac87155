// What the bridge sends down: commands from the edge's dense log, a wish for events again, a wish
// for a snapshot. docs/wire/cmd.md
#pragma once

#include <compare>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/domain/ids.hpp"

namespace tally {

/// How far an edge has come in its command log: it has committed everything before this one.
struct CommandCursor {
    Epoch epoch{1};
    Seq next{1};
    auto operator<=>(const CommandCursor&) const = default;
};

/// One row of the command log. Stored and sent as its canonical text.
struct Command {
    EdgeId edge;
    Epoch epoch;
    Seq seq;            ///< dense from 1 within (edge, epoch)
    std::string actor;  ///< "user:...", "bridge:...": who wants it
    std::string type;   ///< what is wanted; a type the edge does not know is refused in its ledger
    std::string data;   ///< canonical JSON object, what the type says; empty: none

    bool operator==(const Command&) const = default;
};

/// `malformed` where actor or type is no ledger text or data is no canonical object.
Result<std::string> encode_command(const Command& command);
Result<Command> decode_command(std::string_view canonical);

/// "cmd:<epoch>:<seq>": how a ledger event names the command that caused it.
std::string command_ref(const Command& command);

/// A run of the log. `canonical` are views into the message.
struct CommandBatch {
    Epoch epoch;
    Seq first_seq;
    std::vector<std::string_view> canonical;
    std::vector<Command> commands;  ///< the same, decoded
};

/// Send again from this event on.
struct ResendRequest {
    Seq from;
    bool operator==(const ResendRequest&) const = default;
};

/// Send a snapshot of the stock.
struct SnapshotRequest {
    bool operator==(const SnapshotRequest&) const = default;
};

using Down = std::variant<CommandBatch, ResendRequest, SnapshotRequest>;

/// The rows must be of one epoch and dense from first_seq; batch_size() of sync/delta.hpp says how
/// many fit.
std::string encode_commands(Epoch epoch, Seq first_seq, std::span<const std::string_view> rows);
std::string encode(const ResendRequest& request);
std::string encode(const SnapshotRequest& request);

/// `malformed` for anything that the above do not give, and for commands out of order.
Result<Down> decode_down(std::string_view text);

}  // namespace tally
