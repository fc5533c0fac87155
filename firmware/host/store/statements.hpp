// The text of every statement. Internal to host/store.
#pragma once

#include <string_view>

#include "firmware/host/store/core.hpp"

namespace tally::host::store {

std::string_view text_of(Sql which) noexcept;

}  // namespace tally::host::store
