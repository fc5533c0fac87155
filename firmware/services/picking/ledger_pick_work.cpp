#include "firmware/services/picking/ledger_pick_work.hpp"

namespace tally {

const std::map<std::string, Task>& LedgerPickWork::tasks() const {
    return ledger_.registers().work().tasks();
}

bool LedgerPickWork::holds_goods(const std::string& place) const {
    const Book& book = ledger_.book();
    for (std::uint32_t slot = 0; slot < book.position_count(); ++slot) {
        const PositionView position = book.position(slot);
        if (position.place == place && position.quantity.milli > 0) {
            return true;
        }
    }
    return false;
}

}  // namespace tally
