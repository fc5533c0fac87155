// Units whose last movement stands on one kind of evidence only. A pallet's label vouches for units
// that nobody read (ReceiptBook::is_inferred), and a person's scan may tell of a movement before
// the gate does: until the gate has spoken, its passage into the same place is that same movement.
#pragma once

#include <string>
#include <string_view>

namespace tally {

/// The key under which ReceiptBook::is_inferred knows a unit whose movement no gate has confirmed.
/// That a gate merely sees it does not: only a passage is the gate's word.
inline std::string one_sided(std::string_view item) {
    return "scan:" + std::string(item);
}

}  // namespace tally
