// What the bridge's commands mean on an edge: one table from type to deed. A command that cannot be
// carried out leaves its reason and the next step in the ledger (design 4.5).
#pragma once

#include "firmware/services/inventory/inventory.hpp"
#include "firmware/services/orders/orders.hpp"
#include "firmware/services/outbox/outbox.hpp"

namespace tally {

/// Single-threaded.
class CommandRunner final : public CommandSink {
 public:
    CommandRunner(Inventory& inventory, Ledger& ledger, Orders& orders, Tasks& tasks)
        : inventory_(inventory), ledger_(ledger), orders_(orders), tasks_(tasks) {}

    /// Known types: expect, release (HandOverNotice), master (a MasterRecord), order and
    /// order_cancel (messages/order_request.hpp), refill (messages/refill.hpp).
    void on_command(const Command& command) override;

 private:
    Result<void> take_order(const Command& command, const Actor& actor);
    Result<void> run(const Command& command, const Actor& actor);
    void refuse(const Command& command, const Actor& actor, const Error& why);

    Inventory& inventory_;
    Ledger& ledger_;
    Orders& orders_;
    Tasks& tasks_;
};

}  // namespace tally
