// What can go wrong and what can be told, as lists on standard output.
#pragma once

namespace tally::emul {

void print_faults();
void print_verbs();

}  // namespace tally::emul
