#include "sim/devices/modbus/faults.hpp"

#include <vector>

#include <fmt/format.h>

#include "firmware/base/near_name.hpp"

namespace tally::sim {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

constexpr ModbusFaultInfo kTable[] = {
    {"late_ms", &ModbusFaults::late_ms, kHourMs, "every answer comes so much later"},
    {"late_once", &ModbusFaults::late_once, kHourMs, "the next answer comes so many ms later"},
    {"dead", &ModbusFaults::dead, 1, "says nothing"},
    {"exception", &ModbusFaults::exception, 255, "answers everything with this exception"},
    {"wrong_unit", &ModbusFaults::wrong_unit, 247, "answers in the name of this unit"},
    {"doubled", &ModbusFaults::doubled, 1, "each answer goes out twice"},
    {"stranger", &ModbusFaults::stranger, 1, "an answer nobody asked for comes first"},
    {"cut", &ModbusFaults::cut, 64, "the connection ends after so many bytes of an answer"},
    {"garbled", &ModbusFaults::garbled, 1, "the header names a wrong length"},
    {"short_by", &ModbusFaults::short_by, 124, "so many registers fewer than asked for"},
    {"mute_writes", &ModbusFaults::mute_writes, 2, "no answer to writes; 1: done, 2: not done"},
    {"refuse_writes", &ModbusFaults::refuse_writes, 255, "writes are done; this exception comes"},
};

}  // namespace

std::span<const ModbusFaultInfo> modbus_fault_table() {
    return kTable;
}

Result<void> set_fault(ModbusFaults& faults, std::string_view name, std::int64_t value) {
    std::vector<std::string> names;
    for (const ModbusFaultInfo& fault : kTable) {
        if (fault.name == name) {
            if (value < 0 || value > fault.max) {
                return fail(ErrorKind::malformed,
                            fmt::format("fault {}: {} is not in 0..{}", name, value, fault.max));
            }
            faults.*fault.value = value;
            return {};
        }
        names.emplace_back(fault.name);
    }
    const std::string near = near_name(name, names);
    return fail(ErrorKind::malformed,
                near.empty()
                    ? fmt::format("there is no fault '{}'; tally-emul --list-faults", name)
                    : fmt::format("there is no fault '{}'; did you mean '{}'?", name, near));
}

}  // namespace tally::sim
