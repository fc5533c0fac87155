#include "sim/scenarios/device_yard.hpp"

#include "firmware/base/check.hpp"
#include "firmware/messages/config/register_map_file.hpp"

namespace tally::sim {

namespace {

constexpr std::uint16_t kReaderPort = 5084;
constexpr std::uint16_t kModbusPort = 502;

/// The maps of those makes that the emulator can be, as they stand in deploy/registers.
const RegisterMap& map_of(ShelfMake make) {
    static constexpr const char* kFiles[] = {"laumas", "eagle-ei", "raw-converter"};
    static const std::vector<RegisterMap> maps = [] {
        std::vector<RegisterMap> all;
        for (const char* file : kFiles) {  // In the order of ShelfMake.
            auto loaded = load_register_map(std::string(TALLY_SOURCE_DIR) + "/deploy/registers/" +
                                            file + ".toml");
            TALLY_CHECK(loaded.has_value(), "the map of a common instrument can be read");
            all.push_back(std::move(*loaded));
        }
        return all;
    }();
    return maps.at(static_cast<std::size_t>(make));
}

}  // namespace

DeviceYard::DeviceYard(Kernel& kernel, Streams& streams, const SiteLayout& site,
                       const DeviceTraits& traits)
    : site_(site), makes_(traits.makes) {
    for (const GateLayout& gate : site.gates) {
        const std::string& name = gate.reader.str();
        const auto found = traits.readers.find(name);
        const ReaderTrait trait = found != traits.readers.end() ? found->second : ReaderTrait();
        Node& node = kernel.add_node({.name = name, .drift_ppm = trait.drift_ppm});
        LlrpReaderSetup setup;
        setup.name = name;
        setup.faults = trait.firmware;
        ReaderPlace& place = readers_[name];
        place.reader =
            std::make_unique<LlrpReader>(ReaderPorts{node, node, streams.of(node), node}, setup);
        place.heard = std::make_unique<HeardReads>(*place.reader);
        TALLY_CHECK(place.reader->listen({"", kReaderPort}).has_value(),
                    "a simulated port is free");
    }
    for (const ShelfLayout& shelf : site.shelves) {
        Node& node = kernel.add_node({.name = shelf.id});
        auto& rack = racks_[shelf.id];
        rack = std::make_unique<ShelfRack>(ShelfRack::Ports{node, node, streams.of(node)});
        Prng noise = kernel.prng("noise " + shelf.id);
        for (std::size_t i = 0; i < shelf.slots.size(); ++i) {
            ShelfUnit::Setup setup;
            setup.make = make_of(shelf.id);
            setup.noise_mg = traits.weight_noise_mg;
            setup.noise_seed = static_cast<std::uint32_t>(noise.next());
            rack->add(static_cast<std::uint8_t>(i + 1), setup);
        }
        TALLY_CHECK(rack->listen({"", kModbusPort}).has_value(), "a simulated port is free");
    }
}

ShelfMake DeviceYard::make_of(const std::string& rack) const {
    const auto found = makes_.find(rack);
    return found == makes_.end() ? ShelfMake::laumas : found->second;
}

void DeviceYard::tell(EdgeConfig& config) const {
    for (const GateLayout& gate : site_.gates_of(config.edge)) {
        config.readers.push_back({gate.reader, gate.reader.str(), kReaderPort, "llrp", {}});
    }
    for (const ShelfLayout& shelf : site_.shelves_of(config.edge)) {
        ShelfBusConfig bus;
        bus.id = shelf.id;
        bus.host = shelf.id;
        bus.port = kModbusPort;
        const ShelfMake make = make_of(shelf.id);
        for (std::size_t i = 0; i < shelf.slots.size(); ++i) {
            SlotConfig slot;
            slot.place = shelf.slots[i].place;
            slot.unit = static_cast<std::uint8_t>(i + 1);
            slot.map = map_of(make);
            slot.offset = make == ShelfMake::raw ? ShelfUnit::kRawOffset : 0;
            bus.slots.push_back(std::move(slot));
        }
        config.shelf_buses.push_back(std::move(bus));
    }
}

std::vector<std::string> DeviceYard::reader_names() const {
    std::vector<std::string> names;
    for (const auto& [name, unused] : readers_) {
        names.push_back(name);
    }
    return names;
}

std::vector<std::string> DeviceYard::rack_names() const {
    std::vector<std::string> names;
    for (const auto& [name, unused] : racks_) {
        names.push_back(name);
    }
    return names;
}

}  // namespace tally::sim
