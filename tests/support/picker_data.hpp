// The picker instances of the test data: one a line, `OPT id aisles crosses spacing depotAisle
// depotCross L... n (aisle block offset)*`.
#pragma once

#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "firmware/domain/layout/aisle_floor.hpp"
#include "tests/support/testdata.hpp"

namespace tally::test {

struct PickerInstance {
    std::int64_t optimum = 0;
    std::string id;
    AisleFloor floor;
    std::optional<FloorPoint> depot;
    std::vector<FloorPoint> picks;
};

inline PickerInstance picker_instance(const std::string& line) {
    PickerInstance instance;
    std::istringstream words(line);
    std::int32_t crosses = 0;
    std::int32_t depot_aisle = 0;
    std::size_t depot_cross = 0;
    std::size_t count = 0;
    words >> instance.optimum >> instance.id >> instance.floor.aisles >> crosses >>
        instance.floor.spacing_mm >> depot_aisle >> depot_cross;
    for (std::int32_t i = 0; i + 1 < crosses; ++i) {
        std::int32_t length = 0;
        words >> length;
        instance.floor.blocks_mm.push_back(length);
    }
    const std::vector<std::int32_t> ys = instance.floor.cross_y_mm();
    if (depot_aisle >= 0) {
        instance.depot = FloorPoint{depot_aisle, ys.at(depot_cross)};
    }
    words >> count;
    for (std::size_t i = 0; i < count; ++i) {
        std::int32_t aisle = 0;
        std::size_t block = 0;
        std::int32_t offset = 0;
        words >> aisle >> block >> offset;
        instance.picks.push_back({aisle, ys.at(block) + offset});
    }
    return instance;
}

inline std::vector<PickerInstance> picker_instances(const std::filesystem::path& file) {
    std::vector<PickerInstance> instances;
    std::istringstream lines(read_file(file));
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty()) {
            instances.push_back(picker_instance(line));
        }
    }
    return instances;
}

}  // namespace tally::test
