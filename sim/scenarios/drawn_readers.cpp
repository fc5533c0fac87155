#include "sim/scenarios/drawn_readers.hpp"

namespace tally::sim {

namespace {

/// How many readers in a hundred have it, and what it is then: one, or another drawn number.
struct Trait {
    const char* percent;
    std::int64_t Faults::*fault;
    const char* value;
};

constexpr Trait kTraits[] = {
    {"reader.only_101_percent", &Faults::only_101, nullptr},
    {"reader.uptime_only_percent", &Faults::uptime_only, nullptr},
    {"reader.clock_2000_percent", &Faults::clock_2000, nullptr},
    {"reader.omit_repeated_percent", &Faults::omit_repeated, nullptr},
    {"reader.vendor_percent", &Faults::custom_parameters, nullptr},
    {"reader.unknown_tlv_percent", &Faults::unknown_tlv, nullptr},
    {"reader.reserved_bits_percent", &Faults::reserved_bits, nullptr},
    {"reader.id_clash_percent", &Faults::id_clash, nullptr},
    {"reader.late_greeting_percent", &Faults::first_event_delay_ms, "reader.late_greeting_ms"},
    {"reader.pieces_percent", &Faults::segment_bytes, "reader.piece_bytes"},
    {"reader.merging_percent", &Faults::merge_ms, "reader.merge_ms"},
    {"reader.session_percent", &Faults::once_per_session, "reader.session_ms"},
    {"reader.small_buffer_percent", &Faults::buffer_tags_max, "reader.buffer_tags"},
};

ReaderTrait draw_reader(const Draws& draws, Prng prng) {
    ReaderTrait reader;
    const std::int64_t drift = draws.at("reader.drift_ppm");
    reader.drift_ppm = static_cast<std::int32_t>(prng.fork("clock").between(-drift, drift));
    for (const Trait& trait : kTraits) {
        const auto percent = static_cast<std::uint32_t>(draws.at(trait.percent));
        if (prng.chance_ppm(percent * 10'000)) {
            reader.firmware.*trait.fault = trait.value == nullptr ? 1 : draws.at(trait.value);
        }
    }
    return reader;
}

}  // namespace

ReaderTraits drawn_readers(const Draws& draws, const SiteLayout& site, const Prng& prng) {
    ReaderTraits readers;
    for (const GateLayout& gate : site.gates) {
        const std::string& name = gate.reader.str();
        readers[name] = draw_reader(draws, prng.fork("reader " + name));
    }
    return readers;
}

std::vector<std::string> describe(const ReaderTraits& readers) {
    std::vector<std::string> lines;
    for (const auto& [name, reader] : readers) {
        std::string line = "reader name=" + name;
        const std::size_t bare = line.size();
        if (reader.drift_ppm != 0) {
            line += " drift_ppm=" + std::to_string(reader.drift_ppm);
        }
        for (const FaultInfo& fault : fault_table()) {
            if (const std::int64_t value = reader.firmware.*fault.value; value != 0) {
                line += " " + std::string(fault.name) + "=" + std::to_string(value);
            }
        }
        if (line.size() > bare) {
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

}  // namespace tally::sim
