// The messages of LLRP 1.0.1 and 1.1, by type number. Notation: layout_rows.hpp.
#include "drivers/llrp/layout_rows.hpp"

namespace tally::llrp {
namespace {

constexpr LayoutRow kMessages[] = {
    {1, "GET_READER_CAPABILITIES", "u8 RequestedData:GetReaderCapabilitiesRequestedData | Custom*"},
    {2, "GET_READER_CONFIG",
     "u16 AntennaID | u8 RequestedData:GetReaderConfigRequestedData | u16 GPIPortNum | "
     "u16 GPOPortNum | Custom*"},
    {3, "SET_READER_CONFIG",
     "u1 ResetToFactoryDefault | r7 | ReaderEventNotificationSpec? | AntennaProperties* | "
     "AntennaConfiguration* | ROReportSpec? | AccessReportSpec? | KeepaliveSpec? | "
     "GPOWriteData* | GPIPortCurrentState* | EventsAndReports? | Custom*"},
    {4, "CLOSE_CONNECTION_RESPONSE", "LLRPStatus"},
    {11, "GET_READER_CAPABILITIES_RESPONSE",
     "LLRPStatus | GeneralDeviceCapabilities? | LLRPCapabilities? | RegulatoryCapabilities? | "
     "AirProtocolLLRPCapabilities? | Custom*"},
    {12, "GET_READER_CONFIG_RESPONSE",
     "LLRPStatus | Identification? | AntennaProperties* | AntennaConfiguration* | "
     "ReaderEventNotificationSpec? | ROReportSpec? | AccessReportSpec? | "
     "LLRPConfigurationStateValue? | KeepaliveSpec? | GPIPortCurrentState* | GPOWriteData* | "
     "EventsAndReports? | Custom*"},
    {13, "SET_READER_CONFIG_RESPONSE", "LLRPStatus"},
    {14, "CLOSE_CONNECTION", ""},
    {20, "ADD_ROSPEC", "ROSpec"},
    {21, "DELETE_ROSPEC", "u32 ROSpecID"},
    {22, "START_ROSPEC", "u32 ROSpecID"},
    {23, "STOP_ROSPEC", "u32 ROSpecID"},
    {24, "ENABLE_ROSPEC", "u32 ROSpecID"},
    {25, "DISABLE_ROSPEC", "u32 ROSpecID"},
    {26, "GET_ROSPECS", ""},
    {30, "ADD_ROSPEC_RESPONSE", "LLRPStatus"},
    {31, "DELETE_ROSPEC_RESPONSE", "LLRPStatus"},
    {32, "START_ROSPEC_RESPONSE", "LLRPStatus"},
    {33, "STOP_ROSPEC_RESPONSE", "LLRPStatus"},
    {34, "ENABLE_ROSPEC_RESPONSE", "LLRPStatus"},
    {35, "DISABLE_ROSPEC_RESPONSE", "LLRPStatus"},
    {36, "GET_ROSPECS_RESPONSE", "LLRPStatus | ROSpec*"},
    {40, "ADD_ACCESSSPEC", "AccessSpec"},
    {41, "DELETE_ACCESSSPEC", "u32 AccessSpecID"},
    {42, "ENABLE_ACCESSSPEC", "u32 AccessSpecID"},
    {43, "DISABLE_ACCESSSPEC", "u32 AccessSpecID"},
    {44, "GET_ACCESSSPECS", ""},
    {45, "CLIENT_REQUEST_OP", "TagReportData"},
    {46, "GET_SUPPORTED_VERSION", ""},
    {47, "SET_PROTOCOL_VERSION", "u8 ProtocolVersion"},
    {50, "ADD_ACCESSSPEC_RESPONSE", "LLRPStatus"},
    {51, "DELETE_ACCESSSPEC_RESPONSE", "LLRPStatus"},
    {52, "ENABLE_ACCESSSPEC_RESPONSE", "LLRPStatus"},
    {53, "DISABLE_ACCESSSPEC_RESPONSE", "LLRPStatus"},
    {54, "GET_ACCESSSPECS_RESPONSE", "LLRPStatus | AccessSpec*"},
    {55, "CLIENT_REQUEST_OP_RESPONSE", "ClientRequestResponse"},
    {56, "GET_SUPPORTED_VERSION_RESPONSE", "u8 CurrentVersion | u8 SupportedVersion | LLRPStatus"},
    {57, "SET_PROTOCOL_VERSION_RESPONSE", "LLRPStatus"},
    {60, "GET_REPORT", ""},
    {61, "RO_ACCESS_REPORT", "TagReportData* | RFSurveyReportData* | Custom*"},
    {62, "KEEPALIVE", ""},
    {63, "READER_EVENT_NOTIFICATION", "ReaderEventNotificationData"},
    {64, "ENABLE_EVENTS_AND_REPORTS", ""},
    {72, "KEEPALIVE_ACK", ""},
    {100, "ERROR_MESSAGE", "LLRPStatus"},
    {1023, "CUSTOM_MESSAGE", "u32 VendorIdentifier | u8 MessageSubtype | bytesToEnd Data"},
};

}  // namespace

std::span<const LayoutRow> message_rows() {
    return kMessages;
}

}  // namespace tally::llrp
