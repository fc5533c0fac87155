// What taking an order in costs, as the book grows.
#pragma once

namespace tally::bench {

/// Orders of two lines, added and promised, in books of 1,000, 10,000 and 100,000 positions. The
/// journal forgets: only the loop's work is counted. Prints a table. 1 if orders were not promised
/// what is there.
int bench_orders();

}  // namespace tally::bench
