#include "tools/emul/lists.hpp"

#include <span>
#include <string>

#include <fmt/format.h>

#include "sim/devices/llrp_reader.hpp"
#include "sim/devices/shelf_rack.hpp"
#include "sim/devices/vda5050_agv/agv.hpp"
#include "sim/devices/zpl_printer/printer.hpp"
#include "sim/world/world_verbs.hpp"

namespace tally::emul {
namespace {

void print_reader_faults() {
    fmt::print("Of readers (--fault, verb fault):\n");
    for (const sim::FaultInfo& fault : sim::fault_table()) {
        fmt::print("{:22} 0..{:<10} {}\n", fault.name, fault.max, fault.meaning);
    }
}

void print_shelf_faults() {
    std::string own;
    for (const sim::InstrumentFaultInfo& fault : sim::instrument_fault_table()) {
        own += (own.empty() ? "" : ", ") + std::string(fault.name);
    }
    fmt::print(
        "Of units on a rack (verb shelf_fault), beside those of the instrument itself\n({}),\nor "
        "stuck, welded and blink of a relay module:\n",
        own);
    for (const sim::ModbusFaultInfo& fault : sim::modbus_fault_table()) {
        fmt::print("{:22} 0..{:<10} {}\n", fault.name, fault.max, fault.meaning);
    }
}

void print_printer_faults() {
    fmt::print("Of label printers (verb printer_fault):\n");
    for (const sim::zpl::FaultInfo& fault : sim::zpl::printer_faults()) {
        fmt::print("{:22} {}\n", fault.name, fault.meaning);
    }
}

void print_agv_faults() {
    fmt::print("Of vehicles (verb agv_fault):\n");
    for (const sim::agv::FaultInfo& fault : sim::agv::agv_faults()) {
        fmt::print("{:22} {}\n", fault.name, fault.meaning);
    }
}

void print_verbs(const char* of, std::span<const sim::VerbInfo> verbs) {
    fmt::print("{}\n", of);
    for (const sim::VerbInfo& verb : verbs) {
        fmt::print("  {:12} {:52} {}\n", verb.name, verb.args, verb.meaning);
    }
}

}  // namespace

void print_faults() {
    print_reader_faults();
    print_shelf_faults();
    print_printer_faults();
    print_agv_faults();
}

void print_verbs() {
    static constexpr sim::VerbInfo kStage[] = {
        {"gate", "gate outside inside", "a gate stands between two places; \"reader\" names it"},
        {"truth", "", "answers where every unit really is"},
        {"status", "", "answers ports, connections and whether they read"},
        {"quit", "", "ends the program"},
    };
    print_verbs("Of a reader (\"reader\": its name):", sim::reader_verbs());
    print_verbs("Of a rack (\"shelf\": its name):", sim::shelf_verbs());
    print_verbs("Of a printer (\"printer\": its name):", sim::zpl::printer_verbs());
    print_verbs("Of a vehicle (\"agv\": its name):", sim::agv::agv_verbs());
    print_verbs("Of the world:", sim::world_verbs());
    print_verbs("Of the stage:", kStage);
}

}  // namespace tally::emul
