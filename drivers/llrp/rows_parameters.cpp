// The parameters of LLRP 1.0.1 and 1.1 that belong to no air protocol, by type number.
// Notation: layout_rows.hpp.
#include "drivers/llrp/layout_rows.hpp"

namespace tally::llrp {
namespace {

// Type-value encoded: types 1 to 127, no length on the wire, no sub-parameters.
constexpr LayoutRow kTypeValue[] = {
    {1, "AntennaID", "u16 AntennaID"},
    {2, "FirstSeenTimestampUTC", "u64 Microseconds"},
    {3, "FirstSeenTimestampUptime", "u64 Microseconds"},
    {4, "LastSeenTimestampUTC", "u64 Microseconds"},
    {5, "LastSeenTimestampUptime", "u64 Microseconds"},
    {6, "PeakRSSI", "s8 PeakRSSI"},
    {7, "ChannelIndex", "u16 ChannelIndex"},
    {8, "TagSeenCount", "u16 TagCount"},
    {9, "ROSpecID", "u32 ROSpecID"},
    {10, "InventoryParameterSpecID", "u16 InventoryParameterSpecID"},
    {11, "C1G2_CRC", "u16 CRC"},
    {12, "C1G2_PC", "u16 PC_Bits"},
    {13, "EPC_96", "u96 EPC"},
    {14, "SpecIndex", "u16 SpecIndex"},
    {15, "ClientRequestOpSpecResult", "u16 OpSpecID"},
    {16, "AccessSpecID", "u32 AccessSpecID"},
    {17, "OpSpecID", "u16 OpSpecID"},
    {18, "C1G2SingulationDetails", "u16 NumCollisionSlots | u16 NumEmptySlots"},
    {19, "C1G2_XPCW1", "u16 XPC_W1"},
    {20, "C1G2_XPCW2", "u16 XPC_W2"},
};

// Type-length-value encoded: types 128 to 1023.
constexpr LayoutRow kCore[] = {
    {128, "UTCTimestamp", "u64 Microseconds"},
    {129, "Uptime", "u64 Microseconds"},
    {137, "GeneralDeviceCapabilities",
     "u16 MaxNumberOfAntennaSupported | u1 CanSetAntennaProperties | "
     "u1 HasUTCClockCapability | r14 | u32 DeviceManufacturerName | u32 ModelName | "
     "utf8v ReaderFirmwareVersion | ReceiveSensitivityTableEntry+ | "
     "PerAntennaReceiveSensitivityRange* | GPIOCapabilities | PerAntennaAirProtocol+ | "
     "!MaximumReceiveSensitivity?"},
    {139, "ReceiveSensitivityTableEntry", "u16 Index | s16 ReceiveSensitivityValue"},
    {140, "PerAntennaAirProtocol", "u16 AntennaID | u8v ProtocolID:AirProtocols"},
    {141, "GPIOCapabilities", "u16 NumGPIs | u16 NumGPOs"},
    {142, "LLRPCapabilities",
     "u1 CanDoRFSurvey | u1 CanReportBufferFillWarning | u1 SupportsClientRequestOpSpec | "
     "u1 CanDoTagInventoryStateAwareSingulation | u1 SupportsEventAndReportHolding | r3 | "
     "u8 MaxNumPriorityLevelsSupported | u16 ClientRequestOpSpecTimeout | u32 MaxNumROSpecs | "
     "u32 MaxNumSpecsPerROSpec | u32 MaxNumInventoryParameterSpecsPerAISpec | "
     "u32 MaxNumAccessSpecs | u32 MaxNumOpSpecsPerAccessSpec"},
    {143, "RegulatoryCapabilities",
     "u16 CountryCode | u16 CommunicationsStandard:CommunicationsStandard | "
     "UHFBandCapabilities? | Custom*"},
    {144, "UHFBandCapabilities",
     "TransmitPowerLevelTableEntry+ | FrequencyInformation | AirProtocolUHFRFModeTable+ | "
     "!RFSurveyFrequencyCapabilities?"},
    {145, "TransmitPowerLevelTableEntry", "u16 Index | s16 TransmitPowerValue"},
    {146, "FrequencyInformation", "u1 Hopping | r7 | FrequencyHopTable* | FixedFrequencyTable?"},
    {147, "FrequencyHopTable", "u8 HopTableID | r8 | u32v Frequency"},
    {148, "FixedFrequencyTable", "u32v Frequency"},
    {149, "PerAntennaReceiveSensitivityRange",
     "u16 AntennaID | u16 ReceiveSensitivityIndexMin | u16 ReceiveSensitivityIndexMax"},
    {177, "ROSpec",
     "u32 ROSpecID | u8 Priority | u8 CurrentState:ROSpecState | ROBoundarySpec | "
     "SpecParameter+ | !LoopSpec? | ROReportSpec?"},
    {178, "ROBoundarySpec", "ROSpecStartTrigger | ROSpecStopTrigger"},
    {179, "ROSpecStartTrigger",
     "u8 ROSpecStartTriggerType:ROSpecStartTriggerType | PeriodicTriggerValue? | "
     "GPITriggerValue?"},
    {180, "PeriodicTriggerValue", "u32 Offset | u32 Period | UTCTimestamp?"},
    {181, "GPITriggerValue", "u16 GPIPortNum | u1 GPIEvent | r7 | u32 Timeout"},
    {182, "ROSpecStopTrigger",
     "u8 ROSpecStopTriggerType:ROSpecStopTriggerType | u32 DurationTriggerValue | "
     "GPITriggerValue?"},
    {183, "AISpec", "u16v AntennaIDs | AISpecStopTrigger | InventoryParameterSpec+ | Custom*"},
    {184, "AISpecStopTrigger",
     "u8 AISpecStopTriggerType:AISpecStopTriggerType | u32 DurationTrigger | "
     "GPITriggerValue? | TagObservationTrigger?"},
    {185, "TagObservationTrigger",
     "u8 TriggerType:TagObservationTriggerType | r8 | u16 NumberOfTags | "
     "u16 NumberOfAttempts | u16 T | u32 Timeout"},
    {186, "InventoryParameterSpec",
     "u16 InventoryParameterSpecID | u8 ProtocolID:AirProtocols | AntennaConfiguration* | "
     "Custom*"},
    {187, "RFSurveySpec",
     "u16 AntennaID | u32 StartFrequency | u32 EndFrequency | RFSurveySpecStopTrigger | "
     "Custom*"},
    {188, "RFSurveySpecStopTrigger",
     "u8 StopTriggerType:RFSurveySpecStopTriggerType | u32 DurationPeriod | u32 N"},
    {207, "AccessSpec",
     "u32 AccessSpecID | u16 AntennaID | u8 ProtocolID:AirProtocols | "
     "u1 CurrentState:AccessSpecState | r7 | u32 ROSpecID | AccessSpecStopTrigger | "
     "AccessCommand | AccessReportSpec? | Custom*"},
    {208, "AccessSpecStopTrigger",
     "u8 AccessSpecStopTrigger:AccessSpecStopTriggerType | u16 OperationCountValue"},
    {209, "AccessCommand", "AirProtocolTagSpec | AccessCommandOpSpec+ | Custom*"},
    {210, "ClientRequestOpSpec", "u16 OpSpecID"},
    {211, "ClientRequestResponse", "u32 AccessSpecID | EPCData | AccessCommandOpSpec*"},
    {217, "LLRPConfigurationStateValue", "u32 LLRPConfigurationStateValue"},
    {218, "Identification", "u8 IDType:IdentificationType | u8v ReaderID"},
    {219, "GPOWriteData", "u16 GPOPortNumber | u1 GPOData | r7"},
    {220, "KeepaliveSpec",
     "u8 KeepaliveTriggerType:KeepaliveTriggerType | u32 PeriodicTriggerValue"},
    {221, "AntennaProperties", "u1 AntennaConnected | r7 | u16 AntennaID | s16 AntennaGain"},
    {222, "AntennaConfiguration",
     "u16 AntennaID | RFReceiver? | RFTransmitter? | AirProtocolInventoryCommandSettings* | "
     "!Custom*"},
    {223, "RFReceiver", "u16 ReceiverSensitivity"},
    {224, "RFTransmitter", "u16 HopTableID | u16 ChannelIndex | u16 TransmitPower"},
    {225, "GPIPortCurrentState", "u16 GPIPortNum | u1 Config | r7 | u8 State:GPIPortState"},
    {226, "EventsAndReports", "u1 HoldEventsAndReportsUponReconnect | r7"},
    {237, "ROReportSpec",
     "u8 ROReportTrigger:ROReportTriggerType | u16 N | TagReportContentSelector | Custom*"},
    {238, "TagReportContentSelector",
     "u1 EnableROSpecID | u1 EnableSpecIndex | u1 EnableInventoryParameterSpecID | "
     "u1 EnableAntennaID | u1 EnableChannelIndex | u1 EnablePeakRSSI | "
     "u1 EnableFirstSeenTimestamp | u1 EnableLastSeenTimestamp | u1 EnableTagSeenCount | "
     "u1 EnableAccessSpecID | r6 | AirProtocolEPCMemorySelector* | !Custom*"},
    {239, "AccessReportSpec", "u8 AccessReportTrigger:AccessReportTriggerType"},
    {240, "TagReportData",
     "EPCParameter | ROSpecID? | SpecIndex? | InventoryParameterSpecID? | AntennaID? | "
     "PeakRSSI? | ChannelIndex? | FirstSeenTimestampUTC? | FirstSeenTimestampUptime? | "
     "LastSeenTimestampUTC? | LastSeenTimestampUptime? | TagSeenCount? | "
     "AirProtocolTagData* | AccessSpecID? | AccessCommandOpSpecResult* | Custom*"},
    {241, "EPCData", "u1v EPC"},
    {242, "RFSurveyReportData", "ROSpecID? | SpecIndex? | FrequencyRSSILevelEntry+ | Custom*"},
    {243, "FrequencyRSSILevelEntry",
     "u32 Frequency | u32 Bandwidth | s8 AverageRSSI | s8 PeakRSSI | Timestamp"},
    {244, "ReaderEventNotificationSpec", "EventNotificationState+"},
    {245, "EventNotificationState",
     "u16 EventType:NotificationEventType | u1 NotificationState | r7"},
    {246, "ReaderEventNotificationData",
     "Timestamp | HoppingEvent? | GPIEvent? | ROSpecEvent? | ReportBufferLevelWarningEvent? | "
     "ReportBufferOverflowErrorEvent? | ReaderExceptionEvent? | RFSurveyEvent? | "
     "AISpecEvent? | AntennaEvent? | ConnectionAttemptEvent? | ConnectionCloseEvent? | "
     "!SpecLoopEvent? | Custom*"},
    {247, "HoppingEvent", "u16 HopTableID | u16 NextChannelIndex"},
    {248, "GPIEvent", "u16 GPIPortNumber | u1 GPIEvent | r7"},
    {249, "ROSpecEvent", "u8 EventType:ROSpecEventType | u32 ROSpecID | u32 PreemptingROSpecID"},
    {250, "ReportBufferLevelWarningEvent", "u8 ReportBufferPercentageFull"},
    {251, "ReportBufferOverflowErrorEvent", ""},
    {252, "ReaderExceptionEvent",
     "utf8v Message | ROSpecID? | SpecIndex? | InventoryParameterSpecID? | AntennaID? | "
     "AccessSpecID? | OpSpecID? | Custom*"},
    {253, "RFSurveyEvent", "u8 EventType:RFSurveyEventType | u32 ROSpecID | u16 SpecIndex"},
    {254, "AISpecEvent",
     "u8 EventType:AISpecEventType | u32 ROSpecID | u16 SpecIndex | "
     "AirProtocolSingulationDetails?"},
    {255, "AntennaEvent", "u8 EventType:AntennaEventType | u16 AntennaID"},
    {256, "ConnectionAttemptEvent", "u16 Status:ConnectionAttemptStatusType"},
    {257, "ConnectionCloseEvent", ""},
    {287, "LLRPStatus",
     "u16 StatusCode:StatusCode | utf8v ErrorDescription | FieldError? | ParameterError?"},
    {288, "FieldError", "u16 FieldNum | u16 ErrorCode:StatusCode"},
    {289, "ParameterError",
     "u16 ParameterType | u16 ErrorCode:StatusCode | FieldError? | ParameterError?"},
    {355, "LoopSpec", "u32 LoopCount"},
    {356, "SpecLoopEvent", "u32 ROSpecID | u32 LoopCount"},
    {363, "MaximumReceiveSensitivity", "s16 MaximumSensitivityValue"},
    {365, "RFSurveyFrequencyCapabilities", "u32 MinimumFrequency | u32 MaximumFrequency"},
    {1023, "Custom", "u32 VendorIdentifier | u32 ParameterSubtype | bytesToEnd Data"},
};

}  // namespace

std::span<const LayoutRow> type_value_rows() {
    return kTypeValue;
}

std::span<const LayoutRow> core_rows() {
    return kCore;
}

}  // namespace tally::llrp
