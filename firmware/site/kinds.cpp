#include "firmware/site/kinds.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "drivers/registry.hpp"

namespace tally {

Result<void> check_kinds(const EdgeConfig& config) {
    const auto check = [](DriverClass of, const std::string& kind,
                          const std::string& device) -> Result<void> {
        const std::vector<std::string> kinds = driver_kinds(of);
        if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) {
            return {};
        }
        std::string known;
        for (const std::string& each : kinds) {
            known += (known.empty() ? "" : ", ") + each;
        }
        return fail(ErrorKind::malformed,
                    "'" + device + "' is of kind '" + kind +
                        "', for which there is no driver; write one of: " + known);
    };
    for (const ReaderConfig& reader : config.readers) {
        TALLY_TRY(check(DriverClass::reader, reader.kind, reader.id.str()));
    }
    for (const SignalConfig& signal : config.signals) {
        TALLY_TRY(check(DriverClass::signal, signal.kind, signal.id.str()));
    }
    for (const DoorConfig& door : config.fleet.doors) {
        TALLY_TRY(check(DriverClass::signal, door.kind, door.id.str()));
    }
    if (!config.fleet.vehicles.empty()) {
        TALLY_TRY(check(DriverClass::vehicle, config.fleet.kind, "[fleet]"));
    }
    for (const PrinterConfig& printer : config.printers) {
        TALLY_TRY(check(DriverClass::printer, printer.kind, printer.id.str()));
    }
    return {};
}

}  // namespace tally
