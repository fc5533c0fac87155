#include "sim/devices/llrp_reader/rospec.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/devices/llrp_reader/capabilities.hpp"

namespace tally::sim::llrp {
namespace {

using Path = std::vector<Par>;

Problem missing(Path path, Par wanted) {
    return Problem{Status::m_parameter_error, std::move(path), Status::p_missing_parameter,
                   std::nullopt,
                   fmt::format("parameter {} is missing", static_cast<unsigned>(wanted))};
}

std::optional<Problem> read_input(const Path& path, const Node& parent, GpiTrigger& trigger) {
    const Node* node = parent.child(Par::gpi_trigger_value);
    if (node == nullptr) {
        return missing(path, Par::gpi_trigger_value);
    }
    trigger = {node->u16(0), node->bit(2), node->u32(3)};
    if (trigger.port == 0 || trigger.port > kInputs) {
        Path whole = path;
        whole.push_back(node->type);
        return wrong_field(whole, 0, fmt::format("there is no input {}", trigger.port));
    }
    return std::nullopt;
}

std::optional<Problem> read_start(const Node& node, RoSpec& spec) {
    const Path path{Par::rospec, Par::ro_boundary_spec, node.type};
    if (node.u8(0) > 3) {
        return wrong_field(path, 0, "there is no such start trigger");
    }
    spec.start = static_cast<RoSpec::Start>(node.u8(0));
    if (spec.start == RoSpec::Start::input) {
        return read_input(path, node, spec.start_input);
    }
    if (spec.start != RoSpec::Start::periodic) {
        return std::nullopt;
    }
    const Node* periodic = node.child(Par::periodic_trigger_value);
    if (periodic == nullptr) {
        return missing(path, Par::periodic_trigger_value);
    }
    if (!periodic->children.empty()) {
        Path whole = path;
        whole.push_back(periodic->type);
        return Problem{Status::m_parameter_error, whole, Status::p_unsupported_parameter,
                       std::nullopt, "this reader starts by offset and period, not by UTC"};
    }
    spec.offset_ms = periodic->u32(0);
    spec.period_ms = periodic->u32(4);
    return std::nullopt;
}

std::optional<Problem> read_stop(const Node& node, RoSpec& spec) {
    const Path path{Par::rospec, Par::ro_boundary_spec, node.type};
    if (node.u8(0) > 2) {
        return wrong_field(path, 0, "there is no such stop trigger");
    }
    spec.stop = static_cast<RoSpec::Stop>(node.u8(0));
    spec.stop_ms = node.u32(1);
    if (spec.stop == RoSpec::Stop::duration && spec.stop_ms == 0) {
        return wrong_field(path, 1, "a duration must be above 0 ms");
    }
    return spec.stop == RoSpec::Stop::input ? read_input(path, node, spec.stop_input)
                                            : std::nullopt;
}

std::optional<Problem> read_observation(const Path& path, const Node& parent, AiSpec& spec) {
    const Node* node = parent.child(Par::tag_observation_trigger);
    if (node == nullptr) {
        return missing(path, Par::tag_observation_trigger);
    }
    TagObservation& seen = spec.observation;
    seen = {node->u8(0), node->u16(2), node->u16(4), node->u16(6), node->u32(8)};
    const bool quiet = seen.type == 1;
    const bool attempts = seen.type == 2;
    const std::uint16_t bound = quiet ? seen.quiet_ms : attempts ? seen.attempts : seen.tags;
    if (seen.type > 4 || (bound == 0 && seen.timeout_ms == 0)) {
        Path whole = path;
        whole.push_back(node->type);
        return wrong_field(whole, 0, "a tag observation trigger needs a known type and a bound");
    }
    return std::nullopt;
}

std::optional<Problem> read_ai_stop(const Node& node, AiSpec& spec) {
    const Path path{Par::rospec, Par::aispec, node.type};
    if (node.u8(0) > 3) {
        return wrong_field(path, 0, "there is no such stop trigger");
    }
    spec.stop = static_cast<AiSpec::Stop>(node.u8(0));
    spec.duration_ms = node.u32(1);
    switch (spec.stop) {
        case AiSpec::Stop::none:
            return std::nullopt;
        case AiSpec::Stop::duration:
            return spec.duration_ms == 0
                       ? std::optional(wrong_field(path, 1, "0 ms is no duration"))
                       : std::nullopt;
        case AiSpec::Stop::input:
            return read_input(path, node, spec.input);
        case AiSpec::Stop::tags:
            return read_observation(path, node, spec);
    }
    return std::nullopt;
}

std::optional<Problem> read_inventory(const Node& node, AiSpec& spec) {
    const Path path{Par::rospec, Par::aispec, node.type};
    if (node.u16(0) == 0) {
        return wrong_field(path, 0, "InventoryParameterSpecID 0 is not allowed");
    }
    if (node.u8(2) != 1) {
        return wrong_field(path, 1, "the only air protocol is 1, EPC Class 1 Gen 2");
    }
    spec.inventory_id = node.u16(0);
    for (const Node& antenna : node.children) {
        if (antenna.u16(0) > kAntennas) {
            return wrong_field({Par::rospec, Par::aispec, node.type, antenna.type}, 0,
                               fmt::format("there is no antenna {}", antenna.u16(0)));
        }
        AntennaSetting checked;
        if (auto problem = read_antenna(antenna, checked)) {
            problem->path.insert(problem->path.begin(), path.begin(), path.end());
            return problem;
        }
    }
    return std::nullopt;
}

std::optional<Problem> read_aispec(const Node& node, AiSpec& spec) {
    const Path path{Par::rospec, node.type};
    const std::uint16_t count = node.u16(0);
    for (std::uint16_t i = 0; i < count; ++i) {
        spec.antennas.push_back(node.u16(2U + 2U * i));
        if (spec.antennas.back() > kAntennas) {
            return wrong_field(path, 0, fmt::format("no antenna {}", spec.antennas.back()));
        }
    }
    if (count == 0) {
        return wrong_field(path, 0, "an AISpec needs an antenna, or 0 for all");
    }
    const auto inventories =
        std::count_if(node.children.begin(), node.children.end(),
                      [](const Node& c) { return c.type == Par::inventory_parameter_spec; });
    if (inventories > static_cast<std::ptrdiff_t>(kInventorySpecs)) {
        return Problem{Status::m_parameter_error, path, Status::p_overflow_parameter, std::nullopt,
                       "one InventoryParameterSpec at most"};
    }
    if (auto problem = read_ai_stop(*node.child(Par::aispec_stop_trigger), spec)) {
        return problem;
    }
    return read_inventory(*node.child(Par::inventory_parameter_spec), spec);
}

}  // namespace

bool AiSpec::covers(std::uint16_t antenna) const {
    return std::any_of(antennas.begin(), antennas.end(),
                       [&](std::uint16_t a) { return a == 0 || a == antenna; });
}

std::optional<Problem> read_rospec(const Node& node, ByteView raw, std::uint8_t version,
                                   RoSpec& spec) {
    spec.id = node.u32(0);
    spec.priority = node.u8(4);
    if (spec.id == 0) {
        return wrong_field({node.type}, 0, "ROSpecID 0 is not allowed");
    }
    if (spec.priority > kPriorityMax) {
        return wrong_field({node.type}, 1, fmt::format("the lowest priority is {}", kPriorityMax));
    }
    if (node.u8(5) != 0) {
        return wrong_field({node.type}, 2, "a new ROSpec must be disabled");
    }
    const Node* boundary = node.child(Par::ro_boundary_spec);
    if (auto problem = read_start(*boundary->child(Par::rospec_start_trigger), spec)) {
        return problem;
    }
    if (auto problem = read_stop(*boundary->child(Par::rospec_stop_trigger), spec)) {
        return problem;
    }
    for (const Node& child : node.children) {
        if (child.type == Par::aispec) {
            if (auto problem = read_aispec(child, spec.specs.emplace_back())) {
                return problem;
            }
        }
        if (child.type == Par::ro_report_spec) {
            if (auto problem = read_report_spec(child, version, spec.report.emplace())) {
                problem->path.insert(problem->path.begin(), node.type);
                return problem;
            }
        }
    }
    if (spec.specs.size() > kSpecsPerRospec) {
        return Problem{Status::m_parameter_error,
                       {node.type},
                       Status::p_overflow_parameter,
                       std::nullopt,
                       fmt::format("{} specs at most", kSpecsPerRospec)};
    }
    spec.raw.assign(raw.begin(), raw.end());
    return std::nullopt;
}

void write_rospec(ByteWriter& out, const RoSpec& spec) {
    constexpr std::size_t kStateAt = 9;  // header 4, id 4, priority 1
    Bytes parameter = spec.raw;
    parameter[kStateAt] = static_cast<std::uint8_t>(spec.state);
    out.raw(parameter);
}

}  // namespace tally::sim::llrp
