// A checkpoint's body: one edge's whole book as lines of canonical JSON, from which a start-up
// folds on. Which ledger position it stands for, and its digest, are kept beside it.
//
//     {"items":1,"positions":2,"v":1}
//     ["position","SUPPLIER","tea-500","-","free","good",-1000]     positions in the book's order
//     ["position","cold","tea-500","-","free","good",1000]
//     ["3034257BF7194E4000001A85",1,"",4711]                        item, position (from 0),
//     pallet, seq
#pragma once

#include <string>
#include <string_view>

#include "firmware/base/result.hpp"
#include "firmware/domain/stock/book.hpp"

namespace tally {

/// The body. About 45 bytes an item and 70 a position. Each line ends with a newline.
std::string encode_checkpoint(const Book& book);

/// The book of a body. Anything but exactly such lines, rows that contradict each other and a book
/// that breaks its invariants are `corrupt`: fold the ledger from the start then.
Result<Book> decode_checkpoint(std::string_view body);

}  // namespace tally
