#include "sim/devices/llrp_reader/reader_config.hpp"

#include <fmt/format.h>

namespace tally::sim::llrp {
namespace {

std::optional<Problem> set_events(Config& config, const Node& spec) {
    for (const Node& state : spec.children) {
        const std::uint16_t type = state.u16(0);
        if (type >= config.events.size()) {
            return wrong_field({spec.type, state.type}, 0, "there is no such event type");
        }
        config.events[type] = state.bit(2);
    }
    return std::nullopt;
}

std::optional<Problem> set_antenna(Config& config, const Node& node) {
    const std::uint16_t number = node.u16(0);
    if (number > kAntennas) {
        return wrong_field({node.type}, 0, fmt::format("there is no antenna {}", number));
    }
    for (std::uint16_t i = 1; i <= kAntennas; ++i) {
        if (number == 0 || number == i) {
            if (auto problem = read_antenna(node, config.antennas[i - 1U])) {
                return problem;
            }
        }
    }
    return std::nullopt;
}

std::optional<Problem> set_port(Config& config, const Node& node) {
    const std::uint16_t port = node.u16(0);
    if (port == 0 || port > kInputs) {
        return wrong_field({node.type}, 0, fmt::format("there is no port {}", port));
    }
    (node.type == Par::gpo_write_data ? config.outputs : config.inputs_enabled)[port - 1U] =
        node.bit(2);
    return std::nullopt;
}

std::optional<Problem> set_one(Config& config, const Node& node) {
    switch (node.type) {
        case Par::reader_event_notification_spec:
            return set_events(config, node);
        case Par::antenna_properties:
            return Problem{Status::m_parameter_error,
                           {node.type},
                           Status::p_unsupported_parameter,
                           std::nullopt,
                           "this reader cannot set antenna properties"};
        case Par::antenna_configuration:
            return set_antenna(config, node);
        case Par::ro_report_spec:
            return read_report_spec(node, kVersion11, config.report);
        case Par::access_report_spec:
            if (node.u8(0) > 1) {
                return wrong_field({node.type}, 0, "there is no such access report trigger");
            }
            config.access_report = node.u8(0);
            return std::nullopt;
        case Par::keepalive_spec:
            if (node.u8(0) > 1 || (node.u8(0) == 1 && node.u32(1) == 0)) {
                return wrong_field({node.type}, 0, "keepalive trigger is 0 or 1, with an interval");
            }
            config.keepalive_trigger = node.u8(0);
            config.keepalive_ms = node.u32(1);
            return std::nullopt;
        case Par::gpo_write_data:
        case Par::gpi_port_current_state:
            return set_port(config, node);
        case Par::events_and_reports:
            config.hold = node.bit(0);
            return std::nullopt;
        default:
            return std::nullopt;
    }
}

}  // namespace

Problem wrong_field(std::vector<Par> path, std::uint16_t field, std::string text) {
    const bool in_message = path.empty();
    return Problem{in_message ? Status::m_field_error : Status::m_parameter_error, std::move(path),
                   in_message ? Status::a_invalid : Status::p_field_error, field, std::move(text)};
}

Config Config::factory() {
    Config config;
    config.events[static_cast<std::size_t>(EventType::exception)] = true;
    config.events[static_cast<std::size_t>(EventType::antenna)] = true;
    return config;
}

std::optional<Problem> set_config(Config& config, const Node& request) {
    Config next = request.bit(0) ? Config::factory() : config;
    for (const Node& node : request.children) {
        if (auto problem = set_one(next, node)) {
            return problem;
        }
    }
    next.state_value = config.state_value + 1;
    config = next;
    return std::nullopt;
}

std::optional<Problem> check_query(const ConfigQuery& query) {
    constexpr std::uint8_t kLast = 11;
    if (query.antenna > kAntennas) {
        return wrong_field({}, 0, fmt::format("there is no antenna {}", query.antenna));
    }
    if (query.what > kLast) {
        return wrong_field({}, 1, fmt::format("there is no requested data {}", query.what));
    }
    if (query.input > kInputs || query.output > kOutputs) {
        return wrong_field({}, query.input > kInputs ? 2 : 3, "there is no such port");
    }
    return std::nullopt;
}

std::optional<Problem> read_report_spec(const Node& node, std::uint8_t version, ReportSpec& spec) {
    const std::uint8_t trigger_max = version == kVersion101 ? 2 : 6;
    if (node.u8(0) > trigger_max) {
        return wrong_field({node.type}, 0, "there is no such report trigger");
    }
    spec.trigger = node.u8(0);
    spec.n = node.u16(1);
    const Node* selector = node.child(Par::tag_report_content_selector);
    spec.fields = selector->u16(0);
    spec.c1g2 = 0;
    for (const Node& memory : selector->children) {
        spec.c1g2 = memory.u8(0);
    }
    return std::nullopt;
}

std::optional<Problem> read_antenna(const Node& node, AntennaSetting& setting) {
    if (const Node* receiver = node.child(Par::rf_receiver)) {
        if (receiver->u16(0) == 0 || receiver->u16(0) > kSensitivities) {
            return wrong_field({node.type, receiver->type}, 0, "no such sensitivity index");
        }
        setting.receiver = receiver->u16(0);
    }
    if (const Node* transmitter = node.child(Par::rf_transmitter)) {
        if (transmitter->u16(0) > 1) {
            return wrong_field({node.type, transmitter->type}, 0, "no such hop table");
        }
        if (transmitter->u16(2) > kChannels) {
            return wrong_field({node.type, transmitter->type}, 1, "no such channel");
        }
        if (transmitter->u16(4) == 0 || transmitter->u16(4) > kPowerLevels) {
            return wrong_field({node.type, transmitter->type}, 2, "no such power index");
        }
        setting.hop_table = transmitter->u16(0);
        setting.channel = transmitter->u16(2);
        setting.power_index = transmitter->u16(4);
    }
    const Node* command = node.child(Par::c1g2_inventory_command);
    if (command == nullptr) {
        return std::nullopt;
    }
    if (command->bit(0)) {
        return wrong_field({node.type, command->type}, 0, "no state-aware singulation here");
    }
    if (const Node* control = command->child(Par::c1g2_rf_control)) {
        const std::uint16_t mode = control->u16(0);
        if (!(mode <= 4 || mode == 1000 || (mode >= 1002 && mode <= 1005))) {
            return wrong_field({node.type, command->type, control->type}, 0, "no such RF mode");
        }
        setting.rf_mode = mode;
        setting.tari = control->u16(2);
    }
    if (const Node* singulation = command->child(Par::c1g2_singulation_control)) {
        setting.session = static_cast<std::uint8_t>(singulation->u8(0) >> 6);
        setting.population = singulation->u16(1);
        setting.transit_ms = singulation->u32(3);
    }
    return std::nullopt;
}

}  // namespace tally::sim::llrp
