// A unit gets another tag: the same goods under a new name.
#pragma once

#include <string>

#include "firmware/services/inventory/inventory.hpp"

namespace tally {

struct Retag {
    std::string old_item, new_item;  ///< text forms of the EPCs
    std::string why;                 ///< one sentence
};

/// The unit under its old name goes out, the same goods under their new name come in: two events
/// whose sum is nothing (none where the book has the unit nowhere), a binding, and the old tag is
/// retired, so that it is an alarm when it is seen again. conflict if the old unit's SKU is not
/// known, if the new tag is in use or retired. To be called within Ledger::together.
Result<Seq> retag(Inventory& inventory, const Ledger& ledger, const Retag& what, const Actor& actor,
                  const std::string& evidence);

/// Whether a tag may be given to a unit: conflict says what it is already.
Result<void> check_fresh(const Ledger& ledger, const std::string& item);

}  // namespace tally
