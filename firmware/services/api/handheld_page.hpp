// The handheld page: tasks on a phone or a scanner with a keyboard wedge. One self-contained HTML
// text (handheld.html), made part of the program by CMake; it holds no data and needs no right.
#pragma once

#include <string_view>

namespace tally {

/// Where it is served.
inline constexpr std::string_view kHandheldPath = "/handheld";

std::string_view handheld_page() noexcept;

}  // namespace tally
