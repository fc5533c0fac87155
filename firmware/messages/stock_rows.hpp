// Rows of the book read back from their canonical text (domain/stock/rows.hpp writes them). Used by
// checkpoints and snapshots; described in docs/wire/snapshot.md.
#pragma once

#include <string_view>
#include <variant>

#include "firmware/base/result.hpp"
#include "firmware/domain/stock/book.hpp"

namespace tally {

/// `["position",place,sku,lot,custody,quality,quantity]`; `malformed` for anything else. The texts
/// are views into `row`.
Result<PositionView> decode_position_row(std::string_view row);

/// `["item",item,place,sku,lot,custody,quality,parent,seq]`.
Result<ItemView> decode_item_row(std::string_view row);

/// Either of them into the book; positions must come before the items that stand there.
Result<void> load_row(Book& book, std::string_view row);

}  // namespace tally
