// Findings about label printers, and about labels of which nobody is sure. Texts are fixed
// sentences: whoever shows them may have them in another language.
#pragma once

#include <vector>

#include "firmware/services/api/health.hpp"
#include "firmware/services/tags/commissioning.hpp"

namespace tally {

/// One finding a printer; one for tags' labels and one for places' labels that are unsure.
std::vector<Finding> printer_findings(const Commissioning& tags, const TagBook& book);

}  // namespace tally
