#include "firmware/messages/sync/command.hpp"

#include "firmware/base/check.hpp"
#include "firmware/domain/ledger/event_form.hpp"
#include "firmware/messages/sync/delta.hpp"
#include "firmware/messages/sync/fields.hpp"

namespace tally {

namespace {

constexpr std::string_view kCommands = "commands";
constexpr std::string_view kResend = "resend";
constexpr std::string_view kSnapshot = "snapshot";

bool good_name(std::string_view text) {
    return !text.empty() && is_ledger_text(text);
}

Result<void> check_command(const Command& command) {
    if (!good_name(command.edge.str()) || !good_name(command.actor) || !good_name(command.type)) {
        return fail(ErrorKind::malformed,
                    "command: 'edge', 'actor' and 'type' must be printable ASCII and not empty");
    }
    if (!command.data.empty() && !is_canonical_object(command.data)) {
        return fail(ErrorKind::malformed, "command: key 'data': a canonical object was expected");
    }
    if (command.data.size() > kEventDataBytesMax) {
        return fail(ErrorKind::malformed, "command: key 'data': too long for a batch");
    }
    return {};
}

Result<Down> decode_commands(std::string_view text) {
    CommandBatch batch;
    std::string kind;
    std::uint64_t n = 0;
    ObjectReader reader(text, "cmd");
    reader.elements("commands", batch.canonical);
    sync_fields::read(reader, "epoch", batch.epoch);
    sync_fields::read(reader, "first_seq", batch.first_seq);
    reader.text("kind", kind);
    reader.number("n", n);
    sync_fields::read_version(reader);
    if (n != batch.canonical.size() || n < 1 || n > kBatchRowsMax) {
        reader.refuse("n", "the number of commands, 1 to 256,");
    }
    TALLY_TRY(reader.finish());
    std::uint64_t seq = batch.first_seq.value();
    for (const std::string_view row : batch.canonical) {
        TALLY_TRY_ASSIGN(Command command, decode_command(row));
        if (command.epoch != batch.epoch || command.seq != Seq(seq)) {
            return fail(ErrorKind::malformed,
                        "cmd: " + command_ref(command) +
                            " stands where cmd:" + std::to_string(batch.epoch.value()) + ":" +
                            std::to_string(seq) + " was expected");
        }
        batch.commands.push_back(std::move(command));
        ++seq;
    }
    return batch;
}

Result<Down> decode_resend(std::string_view text) {
    ResendRequest request;
    std::string kind;
    ObjectReader reader(text, "cmd");
    sync_fields::read(reader, "from", request.from);
    reader.text("kind", kind);
    sync_fields::read_version(reader);
    TALLY_TRY(reader.finish());
    return request;
}

Result<Down> decode_snapshot_request(std::string_view text) {
    std::string kind;
    ObjectReader reader(text, "cmd");
    reader.text("kind", kind);
    sync_fields::read_version(reader);
    TALLY_TRY(reader.finish());
    return SnapshotRequest{};
}

}  // namespace

Result<std::string> encode_command(const Command& command) {
    TALLY_TRY(check_command(command));
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("actor").text(command.actor);
    if (!command.data.empty()) {
        w.key("data").verbatim(command.data);
    }
    w.key("edge").text(command.edge.str()).key("epoch").number(command.epoch.value());
    w.key("seq").number(command.seq.value()).key("type").text(command.type);
    w.key("v").integer(sync_fields::kVersion).end_object();
    return out;
}

Result<Command> decode_command(std::string_view canonical) {
    Command command;
    std::string_view data;
    ObjectReader reader(canonical, "command");
    reader.text("actor", command.actor);
    reader.optional_object("data", data);
    sync_fields::read(reader, "edge", command.edge);
    sync_fields::read(reader, "epoch", command.epoch);
    sync_fields::read(reader, "seq", command.seq);
    reader.text("type", command.type);
    sync_fields::read_version(reader);
    TALLY_TRY(reader.finish());
    command.data.assign(data);
    TALLY_TRY(check_command(command));
    return command;
}

std::string command_ref(const Command& command) {
    return "cmd:" + std::to_string(command.epoch.value()) + ":" +
           std::to_string(command.seq.value());
}

std::string encode_commands(Epoch epoch, Seq first_seq, std::span<const std::string_view> rows) {
    TALLY_CHECK(!rows.empty() && rows.size() <= kBatchRowsMax, "a batch has 1 to 256 commands");
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("commands");
    sync_fields::write_verbatim(w, rows);
    w.key("epoch").number(epoch.value()).key("first_seq").number(first_seq.value());
    w.key("kind").text(kCommands).key("n").number(rows.size());
    w.key("v").integer(sync_fields::kVersion).end_object();
    return out;
}

std::string encode(const ResendRequest& request) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("from").number(request.from.value()).key("kind").text(kResend);
    w.key("v").integer(sync_fields::kVersion).end_object();
    return out;
}

std::string encode(const SnapshotRequest&) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("kind").text(kSnapshot);
    w.key("v").integer(sync_fields::kVersion).end_object();
    return out;
}

Result<Down> decode_down(std::string_view text) {
    const std::string kind = text_member(text, "kind");
    if (kind == kCommands) {
        return decode_commands(text);
    }
    if (kind == kResend) {
        return decode_resend(text);
    }
    if (kind == kSnapshot) {
        return decode_snapshot_request(text);
    }
    return fail(ErrorKind::malformed,
                "cmd: key 'kind': 'commands', 'resend' or 'snapshot' was expected");
}

}  // namespace tally
