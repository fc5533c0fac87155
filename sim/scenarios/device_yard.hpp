// The emulated devices of a planned site: a reader behind each gate, a rack of instruments behind
// each shelf, each a node of its own; and how an edge is told to reach them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "firmware/messages/config/box_files.hpp"
#include "sim/devices/llrp_reader.hpp"
#include "sim/devices/shelf_rack.hpp"
#include "sim/kernel/streams.hpp"
#include "sim/world/heard_reads.hpp"

namespace tally::sim {

/// How a reader is made, all its life.
struct ReaderTrait {
    Faults firmware;
    std::int32_t drift_ppm = 0;  ///< of its oscillator
};
/// By name.
using ReaderTraits = std::map<std::string, ReaderTrait>;

/// The make of the instruments of a rack, by name.
using RackMakes = std::map<std::string, ShelfMake>;

struct DeviceTraits {
    ReaderTraits readers;              ///< those that are not named have none
    RackMakes makes;                   ///< of racks; laumas where none is named
    std::int64_t weight_noise_mg = 0;  ///< of every instrument, either way
};

/// Single-threaded. Kernel, streams and layout outlive it.
class DeviceYard {
 public:
    DeviceYard(Kernel& kernel, Streams& streams, const SiteLayout& site,
               const DeviceTraits& traits);

    /// Where an edge's devices are, as its edge.toml would say it.
    void tell(EdgeConfig& config) const;

    [[nodiscard]] LlrpReader& reader(const std::string& name) { return *readers_.at(name).reader; }
    [[nodiscard]] HeardReads& heard(const std::string& reader) {
        return *readers_.at(reader).heard;
    }
    [[nodiscard]] ShelfRack& rack(const std::string& name) { return *racks_.at(name); }
    [[nodiscard]] std::vector<std::string> reader_names() const;
    [[nodiscard]] std::vector<std::string> rack_names() const;

 private:
    struct ReaderPlace {
        std::unique_ptr<LlrpReader> reader;
        std::unique_ptr<HeardReads> heard;
    };
    [[nodiscard]] ShelfMake make_of(const std::string& rack) const;

    const SiteLayout& site_;
    RackMakes makes_;
    std::map<std::string, ReaderPlace> readers_;
    std::map<std::string, std::unique_ptr<ShelfRack>> racks_;
};

}  // namespace tally::sim
