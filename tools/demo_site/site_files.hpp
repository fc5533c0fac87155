// The files of the demo site, written into one folder: configs of broker, bridge and edges, with
// secrets of their own. The layout is that of deploy/example, with photo-eyes at every gate.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"

namespace tally::demo {

inline constexpr std::string_view kSite = "pudong";
inline constexpr std::string_view kBack = "back";
inline constexpr std::string_view kShop = "shop";
inline constexpr std::string_view kBridge = "bridge";
inline constexpr std::string_view kOwnPrefix = "0614141";
inline constexpr std::string_view kManager = "li.wei";
inline constexpr std::string_view kSecondManager = "mei";  ///< whom a write-off needs, too

/// A gate, the edge it belongs to and the places on its sides.
struct DemoGate {
    std::string_view id, edge, outer, inner, reader;
};
inline constexpr std::array kGates = {
    DemoGate{"dock", kBack, "SUPPLIER", "back.hall", "dock-reader"},
    DemoGate{"door", kBack, "back.hall", "shop.floor", "door-reader"},
    DemoGate{"exit", kShop, "CUSTOMER", "shop.floor", "exit-reader"},
};

/// The edge that owns a place; empty for virtual ones.
std::string_view owner_of(std::string_view place);

/// Where everybody listens.
struct SitePorts {
    std::uint16_t broker = 0;
    std::uint16_t bridge_api = 0, back_api = 0, shop_api = 0;
    std::array<std::uint16_t, kGates.size()> readers{};
    std::uint16_t emul_control = 0;
    std::uint16_t rack = 0;
};

/// Writes them all; existing ones are replaced. Needs mosquitto_passwd.
Result<void> write_site_files(const std::filesystem::path& folder, const SitePorts& ports);

/// Files inside the folder.
std::filesystem::path config_file(const std::filesystem::path& folder, std::string_view box);
std::filesystem::path broker_config(const std::filesystem::path& folder);
/// The manager's token alone, for clients of the API.
std::filesystem::path token_file(const std::filesystem::path& folder,
                                 std::string_view user = kManager);

}  // namespace tally::demo
