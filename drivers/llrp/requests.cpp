#include "drivers/llrp/requests.hpp"

#include <utility>

#include "drivers/llrp/report.hpp"

namespace tally::llrp {
namespace {

constexpr std::uint64_t kOn = 1;
constexpr std::uint64_t kGen2 = 1;          // AirProtocols
constexpr std::uint64_t kInputUnknown = 2;  // GPIPortState: the reader is asked to set nothing

// NotificationEventType
constexpr std::uint64_t kGpiEvent = 1;
constexpr std::uint64_t kRoSpecEvent = 2;
constexpr std::uint64_t kBufferFillWarning = 3;
constexpr std::uint64_t kReaderException = 4;
constexpr std::uint64_t kAntennaEvent = 8;

Parameter notifications(const ReaderLimits& limits) {
    Parameter spec = parameter("ReaderEventNotificationSpec");
    for (const std::uint64_t event :
         {kGpiEvent, kRoSpecEvent, kBufferFillWarning, kReaderException, kAntennaEvent}) {
        if (event != kBufferFillWarning || limits.can_warn_of_buffer) {
            spec.parameters.push_back(
                parameter("EventNotificationState",
                          {number("EventType", event), number("NotificationState", kOn)}));
        }
    }
    return spec;
}

Parameter antenna_configuration(const SessionOptions& options) {
    Parameter configuration = parameter("AntennaConfiguration", {number("AntennaID", 0)});
    if (options.tx_power_index) {
        configuration.parameters.push_back(
            parameter("RFTransmitter", {number("HopTableID", options.hop_table_id),
                                        number("ChannelIndex", options.channel_index),
                                        number("TransmitPower", *options.tx_power_index)}));
    }
    if (options.gen2_session) {
        configuration.parameters.push_back(
            parameter("C1G2InventoryCommand", {},
                      {parameter("C1G2SingulationControl",
                                 {number("Session", *options.gen2_session),
                                  number("TagPopulation", options.tag_population),
                                  number("TagTransitTime", options.tag_transit_ms)})}));
    }
    return configuration;
}

Parameter inventory(const SessionOptions& options) {
    Parameter spec = parameter("InventoryParameterSpec", {number("InventoryParameterSpecID", 1),
                                                          number("ProtocolID", kGen2)});
    if (options.tx_power_index || options.gen2_session) {
        spec.parameters.push_back(antenna_configuration(options));
    }
    NumberList antennas(options.antennas.begin(), options.antennas.end());
    if (antennas.empty()) {
        antennas.push_back(0);
    }
    return parameter("AISpec", {{"AntennaIDs", std::move(antennas)}},
                     {parameter("AISpecStopTrigger"), std::move(spec)});
}

Parameter content_selector(std::uint16_t content) {
    const std::pair<const char*, ReportField> fields[] = {
        {"EnableROSpecID", report_rospec_id},
        {"EnableSpecIndex", report_spec_index},
        {"EnableInventoryParameterSpecID", report_inventory_spec_id},
        {"EnableAntennaID", report_antenna},
        {"EnableChannelIndex", report_channel},
        {"EnablePeakRSSI", report_rssi},
        {"EnableFirstSeenTimestamp", report_first_seen},
        {"EnableLastSeenTimestamp", report_last_seen},
        {"EnableTagSeenCount", report_seen_count},
        {"EnableAccessSpecID", report_access_spec_id}};
    Parameter selector = parameter("TagReportContentSelector");
    for (const auto& [name, field] : fields) {
        selector.fields.push_back(number(name, (content & field) != 0 ? 1 : 0));
    }
    selector.parameters.push_back(parameter(
        "C1G2EPCMemorySelector", {number("EnableCRC", kOn), number("EnablePCBits", kOn)}));
    return selector;
}

}  // namespace

Message set_reader_config(const SessionOptions& options, const ReaderLimits& limits) {
    constexpr std::uint64_t kPeriodic = 1;
    Message config = message("SET_READER_CONFIG", {}, {notifications(limits)});
    config.parameters.push_back(
        parameter("KeepaliveSpec", {number("KeepaliveTriggerType", kPeriodic),
                                    number("PeriodicTriggerValue", options.keepalive_ms)}));
    for (const std::uint16_t port : options.inputs) {
        config.parameters.push_back(parameter(
            "GPIPortCurrentState",
            {number("GPIPortNum", port), number("Config", kOn), number("State", kInputUnknown)}));
    }
    if (limits.can_hold_reports) {
        config.parameters.push_back(
            parameter("EventsAndReports", {number("HoldEventsAndReportsUponReconnect", kOn)}));
    }
    return config;
}

Message add_rospec(const SessionOptions& options) {
    constexpr std::uint64_t kImmediate = 1;
    constexpr std::uint64_t kEveryNTagsOrEndOfAiSpec = 1;
    const bool immediate = options.start == SessionOptions::Start::immediate;
    Parameter boundary =
        parameter("ROBoundarySpec", {},
                  {parameter("ROSpecStartTrigger",
                             {number("ROSpecStartTriggerType", immediate ? kImmediate : 0)}),
                   parameter("ROSpecStopTrigger")});
    Parameter report = parameter("ROReportSpec",
                                 {number("ROReportTrigger", kEveryNTagsOrEndOfAiSpec),
                                  number("N", options.report_every_n_tags)},
                                 {content_selector(options.report_content)});
    return message("ADD_ROSPEC", {},
                   {parameter("ROSpec", {number("ROSpecID", options.rospec_id)},
                              {std::move(boundary), inventory(options), std::move(report)})});
}

Message get_antenna_properties() {
    constexpr std::uint64_t kAntennaProperties = 2;
    return message("GET_READER_CONFIG", {number("RequestedData", kAntennaProperties)});
}

Message rospec_command(std::string_view message_name, std::uint32_t rospec_id) {
    return message(message_name, {number("ROSpecID", rospec_id)});
}

}  // namespace tally::llrp
