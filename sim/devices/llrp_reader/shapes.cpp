#include "sim/devices/llrp_reader/shapes.hpp"

#include <map>

namespace tally::sim::llrp {
namespace {

constexpr std::uint8_t kFlag = 0x7F;   ///< one flag bit, seven reserved
constexpr std::uint8_t kTwo = 0x3F;    ///< two bits, six reserved
constexpr std::uint8_t kThree = 0x1F;  ///< three bits, five reserved

std::map<Par, Shape> inventory_shapes() {
    return {
        {Par::utc_timestamp, {8, Tail::none, {}, {}}},
        {Par::rospec,
         {6,
          Tail::none,
          {},
          {{Par::ro_boundary_spec, 1, 1}, {Par::aispec, 1, kAny}, {Par::ro_report_spec, 0, 1}}}},
        {Par::ro_boundary_spec,
         {0,
          Tail::none,
          {},
          {{Par::rospec_start_trigger, 1, 1}, {Par::rospec_stop_trigger, 1, 1}}}},
        {Par::rospec_start_trigger,
         {1,
          Tail::none,
          {},
          {{Par::periodic_trigger_value, 0, 1}, {Par::gpi_trigger_value, 0, 1}}}},
        {Par::periodic_trigger_value, {8, Tail::none, {}, {{Par::utc_timestamp, 0, 1}}}},
        {Par::gpi_trigger_value, {7, Tail::none, {{2, kFlag}}, {}}},
        {Par::rospec_stop_trigger, {5, Tail::none, {}, {{Par::gpi_trigger_value, 0, 1}}}},
        {Par::aispec,
         {2,
          Tail::u16_items,
          {},
          {{Par::aispec_stop_trigger, 1, 1}, {Par::inventory_parameter_spec, 1, kAny}}}},
        {Par::aispec_stop_trigger,
         {5,
          Tail::none,
          {},
          {{Par::gpi_trigger_value, 0, 1}, {Par::tag_observation_trigger, 0, 1}}}},
        {Par::tag_observation_trigger, {12, Tail::none, {{1, 0xFF}}, {}}},
        {Par::inventory_parameter_spec,
         {3, Tail::none, {}, {{Par::antenna_configuration, 0, kAny}}}},
        {Par::antenna_configuration,
         {2,
          Tail::none,
          {},
          {{Par::rf_receiver, 0, 1},
           {Par::rf_transmitter, 0, 1},
           {Par::c1g2_inventory_command, 0, 1}}}},
        {Par::rf_receiver, {2, Tail::none, {}, {}}},
        {Par::rf_transmitter, {6, Tail::none, {}, {}}},
        {Par::c1g2_inventory_command,
         {1,
          Tail::none,
          {{0, kFlag}},
          {{Par::c1g2_filter, 0, kAny},
           {Par::c1g2_rf_control, 0, 1},
           {Par::c1g2_singulation_control, 0, 1}}}},
        {Par::c1g2_filter,
         {1,
          Tail::none,
          {{0, kTwo}},
          {{Par::c1g2_tag_inventory_mask, 1, 1},
           {Par::c1g2_state_aware_filter, 0, 1},
           {Par::c1g2_state_unaware_filter, 0, 1}}}},
        {Par::c1g2_tag_inventory_mask, {5, Tail::bits, {{0, kTwo}}, {}}},
        {Par::c1g2_state_aware_filter, {2, Tail::none, {}, {}}},
        {Par::c1g2_state_unaware_filter, {1, Tail::none, {}, {}}},
        {Par::c1g2_rf_control, {4, Tail::none, {}, {}}},
        {Par::c1g2_singulation_control,
         {7, Tail::none, {{0, kTwo}}, {{Par::c1g2_state_aware_singulation, 0, 1}}}},
        {Par::c1g2_state_aware_singulation, {1, Tail::none, {{0, kThree}}, {}}},
    };
}

std::map<Par, Shape> report_and_access_shapes() {
    return {
        {Par::ro_report_spec, {3, Tail::none, {}, {{Par::tag_report_content_selector, 1, 1}}}},
        {Par::tag_report_content_selector,
         {2, Tail::none, {{1, kTwo}}, {{Par::c1g2_epc_memory_selector, 0, kAny}}}},
        {Par::c1g2_epc_memory_selector, {1, Tail::none, {{0, kThree}}, {}}},
        {Par::access_spec,
         {12,
          Tail::none,
          {{7, kFlag}},
          {{Par::access_spec_stop_trigger, 1, 1},
           {Par::access_command, 1, 1},
           {Par::access_report_spec, 0, 1}}}},
        {Par::access_spec_stop_trigger, {3, Tail::none, {}, {}}},
        {Par::access_command,
         {0,
          Tail::none,
          {},
          {{Par::c1g2_tag_spec, 1, 1},
           {Par::c1g2_read, 0, kAny},
           {Par::c1g2_write, 0, kAny},
           {Par::c1g2_kill, 0, kAny},
           {Par::c1g2_lock, 0, kAny},
           {Par::c1g2_block_erase, 0, kAny},
           {Par::c1g2_block_write, 0, kAny}}}},
        {Par::c1g2_tag_spec, {0, Tail::none, {}, {{Par::c1g2_target_tag, 1, 2}}}},
        {Par::c1g2_target_tag, {5, Tail::bits_twice, {{0, kThree}}, {}}},
        {Par::c1g2_read, {11, Tail::none, {{6, kTwo}}, {}}},
        {Par::c1g2_write, {11, Tail::u16_items, {{6, kTwo}}, {}}},
        {Par::c1g2_kill, {6, Tail::none, {}, {}}},
        {Par::c1g2_lock, {6, Tail::none, {}, {{Par::c1g2_lock_payload, 1, kAny}}}},
        {Par::c1g2_lock_payload, {2, Tail::none, {}, {}}},
        {Par::c1g2_block_erase, {11, Tail::none, {{6, kTwo}}, {}}},
        {Par::c1g2_block_write, {11, Tail::u16_items, {{6, kTwo}}, {}}},
        {Par::access_report_spec, {1, Tail::none, {}, {}}},
    };
}

std::map<Par, Shape> config_shapes() {
    return {
        {Par::reader_event_notification_spec,
         {0, Tail::none, {}, {{Par::event_notification_state, 1, kAny}}}},
        {Par::event_notification_state, {3, Tail::none, {{2, kFlag}}, {}}},
        {Par::antenna_properties, {5, Tail::none, {{0, kFlag}}, {}}},
        {Par::keepalive_spec, {5, Tail::none, {}, {}}},
        {Par::gpo_write_data, {3, Tail::none, {{2, kFlag}}, {}}},
        {Par::gpi_port_current_state, {4, Tail::none, {{2, kFlag}}, {}}},
        {Par::events_and_reports, {1, Tail::none, {{0, kFlag}}, {}}},
    };
}

std::map<Par, Shape> parameter_shapes() {
    std::map<Par, Shape> all = inventory_shapes();
    all.merge(report_and_access_shapes());
    all.merge(config_shapes());
    return all;
}

std::map<Msg, Shape> message_shapes() {
    std::map<Msg, Shape> all{
        {Msg::get_reader_capabilities, {1, Tail::none, {}, {}}},
        {Msg::get_reader_config, {7, Tail::none, {}, {}}},
        {Msg::set_reader_config,
         {1,
          Tail::none,
          {{0, kFlag}},
          {{Par::reader_event_notification_spec, 0, 1},
           {Par::antenna_properties, 0, kAny},
           {Par::antenna_configuration, 0, kAny},
           {Par::ro_report_spec, 0, 1},
           {Par::access_report_spec, 0, 1},
           {Par::keepalive_spec, 0, 1},
           {Par::gpo_write_data, 0, kAny},
           {Par::gpi_port_current_state, 0, kAny},
           {Par::events_and_reports, 0, 1}}}},
        {Msg::add_rospec, {0, Tail::none, {}, {{Par::rospec, 1, 1}}}},
        {Msg::add_accessspec, {0, Tail::none, {}, {{Par::access_spec, 1, 1}}}},
        {Msg::set_protocol_version, {1, Tail::none, {}, {}}},
    };
    for (const Msg by_id : {Msg::delete_rospec, Msg::start_rospec, Msg::stop_rospec,
                            Msg::enable_rospec, Msg::disable_rospec, Msg::delete_accessspec,
                            Msg::enable_accessspec, Msg::disable_accessspec}) {
        all.emplace(by_id, Shape{4, Tail::none, {}, {}});
    }
    for (const Msg empty :
         {Msg::close_connection, Msg::get_rospecs, Msg::get_accessspecs, Msg::get_supported_version,
          Msg::get_report, Msg::enable_events_and_reports, Msg::keepalive_ack}) {
        all.emplace(empty, Shape{});
    }
    return all;
}

std::size_t u16_at(ByteView bytes, std::size_t at) {
    return ByteReader(bytes.subspan(at)).u16();
}

}  // namespace

const Shape* find_message_shape(Msg type) {
    static const std::map<Msg, Shape> kShapes = message_shapes();
    const auto found = kShapes.find(type);
    return found == kShapes.end() ? nullptr : &found->second;
}

const Shape* find_shape(Par type) {
    static const std::map<Par, Shape> kShapes = parameter_shapes();
    const auto found = kShapes.find(type);
    return found == kShapes.end() ? nullptr : &found->second;
}

bool is_report_parameter(Par type) noexcept {
    const auto number = static_cast<unsigned>(type);
    return number == 129 || (number >= 137 && number <= 149) || number == 217 || number == 218 ||
           (number >= 240 && number <= 242) || (number >= 246 && number <= 257) ||
           (number >= 287 && number <= 289) || (number >= 327 && number <= 329) ||
           (number >= 349 && number <= 354);
}

bool is_unsupported(Par type) noexcept {
    constexpr auto kLoopSpec = static_cast<Par>(355);
    return type == Par::rf_survey_spec || type == Par::custom || type == kLoopSpec;
}

std::optional<std::size_t> fixed_bytes(const Shape& shape, ByteView content) {
    std::size_t total = shape.fixed;
    if (shape.tail == Tail::none) {
        return total;
    }
    if (content.size() < total) {
        return std::nullopt;
    }
    const std::size_t count = u16_at(content, total - 2);
    if (shape.tail == Tail::u16_items) {
        return total + 2 * count;
    }
    total += (count + 7) / 8;
    if (shape.tail == Tail::bits) {
        return total;
    }
    if (content.size() < total + 2) {
        return std::nullopt;
    }
    return total + 2 + (u16_at(content, total) + 7) / 8;
}

}  // namespace tally::sim::llrp
