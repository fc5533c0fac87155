#include "firmware/services/commands/command_runner.hpp"

#include <utility>

namespace tally {

void CommandRunner::on_command(const Command& command) {
    const Actor actor{command.actor, command_ref(command)};
    const Seq before = ledger_.line().seq();
    if (const Result<void> done = run(command, actor); !done) {
        refuse(command, actor, done.error());
    } else if (ledger_.line().seq() == before) {
        refuse(command, actor,
               {ErrorKind::conflict, "it changes nothing: what it says stands in the ledger"});
    }
}

Result<void> CommandRunner::run(const Command& command, const Actor& actor) {
    if (command.type == "expect" || command.type == "release") {
        TALLY_TRY_ASSIGN(const HandOverNotice notice, decode_hand_over_notice(command.data));
        if (command.type == "expect") {
            TALLY_TRY(inventory_.expect(notice, actor, {}));
        } else {
            TALLY_TRY(inventory_.release(notice, actor, {}));
        }
        return {};
    }
    if (command.type == "master") {
        TALLY_TRY_ASSIGN(MasterRow row, decode_master_command(command.data));
        TALLY_TRY(
            inventory_.import_master(Inventory::MasterImport{{std::move(row)}, {}}, actor, {}));
        return {};
    }
    return fail(ErrorKind::unsupported,
                "command type '" + command.type + "' is not known to this version");
}

void CommandRunner::refuse(const Command& command, const Actor& actor, const Error& why) {
    RefusalData data;
    data.command = command.type;
    data.reason = why.text;
    data.next = why.kind == ErrorKind::unsupported ? "update this edge, or send it in another way"
                : command.type == "master" ? "mend the record and import it again at the bridge"
                                           : "compare the book of both edges";
    Event event;
    event.type = EventType::command_refused;
    event.by = actor.by;
    event.cause = actor.cause;
    event.data = encode(data);
    static_cast<void>(ledger_.write(std::move(event)));
}

}  // namespace tally
