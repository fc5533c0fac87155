#include "sim/scenarios/drawn_racks.hpp"

namespace tally::sim {

RackMakes drawn_racks(const Draws& draws, const SiteLayout& site, const Prng& prng) {
    RackMakes makes;
    const std::int64_t eagle = draws.at("rack.eagle_percent");
    const std::int64_t raw = draws.at("rack.raw_percent");
    for (const ShelfLayout& shelf : site.shelves) {
        const std::int64_t percent = prng.fork("rack " + shelf.id).between(0, 99);
        makes[shelf.id] = percent < eagle         ? ShelfMake::eagle
                          : percent < eagle + raw ? ShelfMake::raw
                                                  : ShelfMake::laumas;
    }
    return makes;
}

std::vector<std::string> describe(const RackMakes& makes) {
    std::vector<std::string> lines;
    for (const auto& [name, make] : makes) {
        if (make != ShelfMake::laumas) {
            lines.push_back("rack name=" + name +
                            " make=" + (make == ShelfMake::eagle ? "eagle" : "raw"));
        }
    }
    return lines;
}

}  // namespace tally::sim
