#include "tools/demo_site/shelves.hpp"

#include <fmt/format.h>

namespace tally::demo {

std::string shelves_site_toml(std::string_view edge) {
    std::string text;
    std::string slots;
    for (const DemoSlot& slot : kSlots) {
        text += fmt::format("\n[[place]]\nid = \"{}\"\nedge = \"{}\"\n", slot.place, edge);
        slots += fmt::format(
            "    {{place = \"{}\", skus = [\"{}\"], capacity_g = 30000, division_mg = 1000}},\n",
            slot.place, slot.sku);
    }
    return text + fmt::format(
                      "\n[[shelf]]\nid = \"{}\"\nedge = \"{}\"\naround = \"{}\"\nslots = [\n"
                      "{}]\n",
                      kRack, edge, kAroundRack, slots);
}

std::string shelves_edge_toml(std::uint16_t port) {
    std::string slots;
    for (const DemoSlot& slot : kSlots) {
        slots += fmt::format("    {{place = \"{}\", unit = {}, map = \"laumas.toml\"}},\n",
                             slot.place, slot.unit);
    }
    return fmt::format(
        "\n[[shelf_bus]]\nid = \"{}\"\nhost = \"127.0.0.1\"\nport = {}\nslots = [\n{}]\n", kRack,
        port, slots);
}

std::string shelves_master_csv() {
    std::string text = "sku,gtin,name,tracking,unit_mg,unit_sigma_mg\n";
    for (const DemoSlot& slot : kSlots) {
        text += fmt::format("{},,\"{}\",by_count,{},{}\n", slot.sku, slot.name, slot.unit_mg,
                            slot.sigma_mg);
    }
    return text;
}

std::string_view shelves_register_map() {
    return "name = \"laumas\"\nregisters_max = 32\nsign = \"6.8\"\nstable = \"6.11\"\n"
           "[weight]\naddress = 9\ntype = \"u32\"\ncount_ug = 1000000\n"
           "[[fault]]\nbit = \"6.0\"\ntext = \"load cell error; check the cell and its cable\"\n";
}

}  // namespace tally::demo
