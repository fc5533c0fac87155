#include "firmware/messages/config/printers.hpp"

#include <algorithm>
#include <utility>

#include "firmware/base/near_name.hpp"

namespace tally {
namespace {

PrinterConfig read_printer(ConfigTable& table) {
    PrinterConfig printer;
    printer.id = DeviceId(table.text({"id", "short name of the printer"}));
    printer.kind = table.text({.name = "kind", .meaning = "its driver: zpl", .fallback = "zpl"});
    printer.host = table.text({"host", "name or address of the printer"});
    printer.port = static_cast<std::uint16_t>(table.integer(
        {.name = "port", .meaning = "its TCP port", .min = 1, .max = 65535, .fallback = 9100}));
    printer.stock.width_mm = static_cast<int>(table.integer({.name = "width_mm",
                                                             .meaning = "width of a label",
                                                             .min = 15,
                                                             .max = 220,
                                                             .fallback = 50}));
    printer.stock.height_mm =
        static_cast<int>(table.integer({.name = "height_mm",
                                        .meaning = "height of a label, in the direction it is fed",
                                        .min = 10,
                                        .max = 300,
                                        .fallback = 30}));
    printer.stock.dots_per_mm =
        static_cast<int>(table.integer({.name = "dots_per_mm",
                                        .meaning = "its resolution: 8 is 203 dpi, 12 is 300 dpi",
                                        .min = 6,
                                        .max = 24,
                                        .fallback = 8}));
    printer.encodes_tags =
        table.flag({.name = "encodes_tags",
                    .meaning = "writes an RFID tag in each label; false: prints only, and a QR "
                               "code names the unit",
                    .fallback = true});
    printer.verify_reader = DeviceId(
        table.text({.name = "verify_reader",
                    .meaning = "a [[reader]] of this file that sees fresh tags; empty: a person "
                               "scans them (tally tag bind)",
                    .fallback = ""}));
    printer.verify_antenna = static_cast<std::uint16_t>(
        table.integer({.name = "verify_antenna",
                       .meaning = "its antenna port that looks at them; 0: any",
                       .min = 0,
                       .max = 255,
                       .fallback = 0}));
    printer.verify_limit = std::chrono::seconds(
        table.integer({.name = "verify_limit_s",
                       .meaning = "a label not seen for so long waits for a person",
                       .min = 1,
                       .max = 86'400,
                       .fallback = 30}));
    if (!printer.encodes_tags && !printer.verify_reader.empty()) {
        table.report("verify_reader",
                     "a label without a tag cannot be seen by a reader; remove "
                     "this key");
    }
    return printer;
}

}  // namespace

std::vector<PrinterConfig> read_printers(ConfigTable& root, std::vector<ConfigTable>& tables) {
    tables = root.tables({.name = "printer", .meaning = "a label printer, with or without RFID"});
    std::vector<PrinterConfig> printers;
    for (ConfigTable& table : tables) {
        printers.push_back(read_printer(table));
    }
    return printers;
}

void check_printers(const EdgeConfig& config, std::vector<ConfigTable>& tables) {
    std::vector<std::string> readers;
    for (const ReaderConfig& reader : config.readers) {
        readers.push_back(reader.id.str());
    }
    for (std::size_t i = 0; i < config.printers.size(); ++i) {
        const PrinterConfig& printer = config.printers[i];
        const std::string& reader = printer.verify_reader.str();
        if (!reader.empty() && std::find(readers.begin(), readers.end(), reader) == readers.end()) {
            const std::string near = near_name(reader, readers);
            tables.at(i).report("verify_reader",
                                "this file has no [[reader]] '" + reader + "'" +
                                    (near.empty() ? "; add it" : "; did you mean '" + near + "'?"));
        }
        const auto gates = config.site.gates_of(config.edge);
        const bool at_gate = std::any_of(gates.begin(), gates.end(), [&](const GateLayout& gate) {
            return gate.reader == printer.verify_reader;
        });
        if (!reader.empty() && !at_gate && printer.verify_antenna == 0) {
            tables.at(i).report("verify_antenna", "no gate says which antennas of reader '" +
                                                      reader +
                                                      "' are used; say which one looks at fresh "
                                                      "tags");
        }
        if (printer.encodes_tags && !config.site.serial_ranges.contains(config.edge)) {
            tables.at(i).report("encodes_tags",
                                "edge '" + config.edge.str() +
                                    "' gives out no serials; give it a 'serial_range' in the "
                                    "site file");
        }
    }
}

}  // namespace tally
