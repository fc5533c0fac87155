// The rack of the demo: four weighed slots in the warehouse, each with one product that is counted,
// read over Modbus TCP from tally-emul's instruments.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tally::demo {

inline constexpr std::string_view kRack = "rack-1";
inline constexpr std::string_view kAroundRack = "back.hall";

/// A slot, its instrument's Modbus unit and what stands there when the site opens.
struct DemoSlot {
    std::string_view place;
    int unit = 1;
    std::string_view sku, name;
    std::int64_t unit_mg = 0, sigma_mg = 0;
    std::int64_t at_first = 0;
};
inline constexpr std::array kSlots = {
    DemoSlot{"back.a1", 1, "CANDLE", "Beeswax candle", 180'000, 600, 20},
    DemoSlot{"back.a2", 2, "SOAP", "Olive soap", 95'000, 400, 24},
    DemoSlot{"back.a3", 3, "TOWEL", "Linen towel", 310'000, 1'500, 12},
    DemoSlot{"back.a4", 4, "MUG", "Stoneware mug", 345'000, 1'200, 16},
};

/// Parts of site.toml, of the warehouse's edge.toml, of the master file, and the register map.
std::string shelves_site_toml(std::string_view edge);
std::string shelves_edge_toml(std::uint16_t port);
std::string shelves_master_csv();
std::string_view shelves_register_map();

}  // namespace tally::demo
