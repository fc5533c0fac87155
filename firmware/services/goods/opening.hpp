// The opening balance: what a box begins with, counted by people and written into the ledger once,
// under the name of who answers for it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "firmware/services/inventory/inventory.hpp"

namespace tally {

struct OpeningOutcome {
    std::size_t rows = 0;
    Seq seq;  ///< of the last event
};

/// A counted file: `place,sku,lot,units,custody,quality` for goods tracked by count, with `item`
/// (its EPC, one unit) for goods tracked by item. place and sku are needed, the rest has defaults.
struct OpeningFile {
    std::string_view text;
    std::string name;      ///< for messages
    std::string document;  ///< the counting list it comes from; stands in every event
};

/// Books every row as `corrected` out of FOUND. malformed or conflict, all problems with their line
/// and column, and nothing is booked: a place that is not this box's, a SKU that is not known, a
/// unit without EPC or the reverse, a position that is not empty (count it instead), a row twice.
Result<OpeningOutcome> book_opening(Inventory& inventory, const Ledger& ledger,
                                    const OpeningFile& file, const Actor& actor);

}  // namespace tally
