#include "firmware/services/commands/command_runner.hpp"

#include <utility>

#include "firmware/messages/order_request.hpp"

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
    if (command.type == kOrderCommand) {
        return take_order(command, actor);
    }
    if (command.type == kOrderCancelCommand) {
        TALLY_TRY_ASSIGN(const OrderCancel cancel, decode_order_cancel(command.data));
        TALLY_TRY(orders_.cancel(cancel.order, cancel.reason, actor));
        return {};
    }
    if (command.type == kRefillCommand) {
        TALLY_TRY_ASSIGN(const Refill refill, decode_refill(command.data));
        TALLY_TRY(tasks_.refill(refill, actor));
        return {};
    }
    return fail(ErrorKind::unsupported,
                "command type '" + command.type + "' is not known to this version");
}

Result<void> CommandRunner::take_order(const Command& command, const Actor& actor) {
    TALLY_TRY_ASSIGN(const std::vector<Order> orders, read_orders(command.data, {}));
    if (orders.size() != 1) {
        return fail(ErrorKind::malformed,
                    "a command brings one order, not " + std::to_string(orders.size()));
    }
    TALLY_TRY(orders_.add(orders.front(), actor));
    return {};
}

void CommandRunner::refuse(const Command& command, const Actor& actor, const Error& why) {
    RefusalData data;
    data.command = command.type;
    data.reason = why.text;
    data.next =
        why.kind == ErrorKind::unsupported ? "update this edge, or send it in another way"
        : command.type == "master"         ? "mend the record and import it again at the bridge"
        : command.type.starts_with(kOrderCommand)
            ? "look at it (tally order show), then send it again as the reason says"
        : command.type == kRefillCommand
            ? "look at what is there (tally stock ls); it is asked for again if it is still "
              "needed"
            : "compare the book of both edges";
    Event event;
    event.type = EventType::command_refused;
    event.by = actor.by;
    event.cause = actor.cause;
    event.data = encode(data);
    static_cast<void>(ledger_.write(std::move(event)));
}

}  // namespace tally
