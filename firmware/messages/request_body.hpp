// The small JSON bodies of the operators' API: one flat object of texts, as people and scripts
// write them (any key order, blanks allowed).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"

namespace tally {

/// Reads an object whose values are all texts and whose keys are all in `known`; an empty body is
/// an empty object. `malformed` with the key and, for a mistyped one, the near name; texts that are
/// not UTF-8 and keys given twice are refused too.
Result<std::map<std::string, std::string>> read_request_body(std::string_view json,
                                                             const std::vector<std::string>& known);

}  // namespace tally
