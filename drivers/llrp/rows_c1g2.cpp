// The parameters of the EPCglobal Class 1 Generation 2 air protocol, by type number, and the
// choices. Notation: layout_rows.hpp.
#include "drivers/llrp/layout_rows.hpp"

namespace tally::llrp {
namespace {

constexpr LayoutRow kC1g2[] = {
    {327, "C1G2LLRPCapabilities",
     "u1 CanSupportBlockErase | u1 CanSupportBlockWrite | !u1 CanSupportBlockPermalock | "
     "!u1 CanSupportTagRecommissioning | !u1 CanSupportUMIMethod2 | !u1 CanSupportXPC | r2 | "
     "u16 MaxNumSelectFiltersPerQuery"},
    {328, "C1G2UHFRFModeTable", "C1G2UHFRFModeTableEntry+"},
    {329, "C1G2UHFRFModeTableEntry",
     "u32 ModeIdentifier | u1 DRValue:C1G2DRValue | u1 EPCHAGTCConformance | r6 | "
     "u8 MValue:C1G2MValue | u8 ForwardLinkModulation:C1G2ForwardLinkModulation | "
     "u8 SpectralMaskIndicator:C1G2SpectralMaskIndicator | u32 BDRValue | u32 PIEValue | "
     "u32 MinTariValue | u32 MaxTariValue | u32 StepTariValue"},
    {330, "C1G2InventoryCommand",
     "u1 TagInventoryStateAware | r7 | C1G2Filter* | C1G2RFControl? | "
     "C1G2SingulationControl? | Custom*"},
    {331, "C1G2Filter",
     "u2 T:C1G2TruncateAction | r6 | C1G2TagInventoryMask | "
     "C1G2TagInventoryStateAwareFilterAction? | C1G2TagInventoryStateUnawareFilterAction?"},
    {332, "C1G2TagInventoryMask", "u2 MB | r6 | u16 Pointer | u1v TagMask"},
    {333, "C1G2TagInventoryStateAwareFilterAction",
     "u8 Target:C1G2StateAwareTarget | u8 Action:C1G2StateAwareAction"},
    {334, "C1G2TagInventoryStateUnawareFilterAction", "u8 Action:C1G2StateUnawareAction"},
    {335, "C1G2RFControl", "u16 ModeIndex | u16 Tari"},
    {336, "C1G2SingulationControl",
     "u2 Session | r6 | u16 TagPopulation | u32 TagTransitTime | "
     "C1G2TagInventoryStateAwareSingulationAction?"},
    {337, "C1G2TagInventoryStateAwareSingulationAction",
     "u1 I:C1G2TagInventoryStateAwareI | u1 S:C1G2TagInventoryStateAwareS | r6"},
    {338, "C1G2TagSpec", "C1G2TargetTag+"},
    {339, "C1G2TargetTag", "u2 MB | u1 Match | r5 | u16 Pointer | u1v TagMask | u1v TagData"},
    {341, "C1G2Read",
     "u16 OpSpecID | u32 AccessPassword | u2 MB | r6 | u16 WordPointer | u16 WordCount"},
    {342, "C1G2Write",
     "u16 OpSpecID | u32 AccessPassword | u2 MB | r6 | u16 WordPointer | u16v WriteData"},
    {343, "C1G2Kill", "u16 OpSpecID | u32 KillPassword"},
    {344, "C1G2Lock", "u16 OpSpecID | u32 AccessPassword | C1G2LockPayload+"},
    {345, "C1G2LockPayload", "u8 Privilege:C1G2LockPrivilege | u8 DataField:C1G2LockDataField"},
    {346, "C1G2BlockErase",
     "u16 OpSpecID | u32 AccessPassword | u2 MB | r6 | u16 WordPointer | u16 WordCount"},
    {347, "C1G2BlockWrite",
     "u16 OpSpecID | u32 AccessPassword | u2 MB | r6 | u16 WordPointer | u16v WriteData"},
    {348, "C1G2EPCMemorySelector", "u1 EnableCRC | u1 EnablePCBits | !u1 EnableXPCBits | r5"},
    {349, "C1G2ReadOpSpecResult", "u8 Result:C1G2ReadResultType | u16 OpSpecID | u16v ReadData"},
    {350, "C1G2WriteOpSpecResult",
     "u8 Result:C1G2WriteResultType | u16 OpSpecID | u16 NumWordsWritten"},
    {351, "C1G2KillOpSpecResult", "u8 Result:C1G2KillResultType | u16 OpSpecID"},
    {352, "C1G2LockOpSpecResult", "u8 Result:C1G2LockResultType | u16 OpSpecID"},
    {353, "C1G2BlockEraseOpSpecResult", "u8 Result:C1G2BlockEraseResultType | u16 OpSpecID"},
    {354, "C1G2BlockWriteOpSpecResult",
     "u8 Result:C1G2BlockWriteResultType | u16 OpSpecID | u16 NumWordsWritten"},
    {357, "C1G2Recommission", "u16 OpSpecID | u32 KillPassword | r5 | u1 SB3 | u1 SB2 | u1 LSB"},
    {358, "C1G2BlockPermalock",
     "u16 OpSpecID | u32 AccessPassword | u2 MB | r6 | u16 BlockPointer | u16v BlockMask"},
    {359, "C1G2GetBlockPermalockStatus",
     "u16 OpSpecID | u32 AccessPassword | u2 MB | r6 | u16 BlockPointer | u16 BlockRange"},
    {360, "C1G2RecommissionOpSpecResult", "u8 Result | u16 OpSpecID"},
    {361, "C1G2BlockPermalockOpSpecResult", "u8 Result | u16 OpSpecID"},
    {362, "C1G2GetBlockPermalockStatusOpSpecResult",
     "u8 Result:C1G2GetBlockPermalockStatusResultType | u16 OpSpecID | u16v PermalockStatus"},
};

// Where a layout names one of these, any one of its members stands.
constexpr NamedRow kChoices[] = {
    {"SpecParameter", "AISpec | RFSurveySpec | Custom"},
    {"AccessCommandOpSpec",
     "C1G2Read | C1G2Write | C1G2Kill | C1G2Lock | C1G2BlockErase | C1G2BlockWrite | "
     "!C1G2Recommission | !C1G2BlockPermalock | !C1G2GetBlockPermalockStatus | "
     "!ClientRequestOpSpec | Custom"},
    {"AccessCommandOpSpecResult",
     "C1G2ReadOpSpecResult | C1G2WriteOpSpecResult | C1G2KillOpSpecResult | "
     "C1G2LockOpSpecResult | C1G2BlockEraseOpSpecResult | C1G2BlockWriteOpSpecResult | "
     "!C1G2RecommissionOpSpecResult | !C1G2BlockPermalockOpSpecResult | "
     "!C1G2GetBlockPermalockStatusOpSpecResult | !ClientRequestOpSpecResult | Custom"},
    {"EPCParameter", "EPCData | EPC_96"},
    {"Timestamp", "UTCTimestamp | Uptime"},
    {"AirProtocolLLRPCapabilities", "C1G2LLRPCapabilities"},
    {"AirProtocolUHFRFModeTable", "C1G2UHFRFModeTable"},
    {"AirProtocolInventoryCommandSettings", "C1G2InventoryCommand"},
    {"AirProtocolTagSpec", "C1G2TagSpec"},
    {"AirProtocolEPCMemorySelector", "C1G2EPCMemorySelector"},
    {"AirProtocolTagData", "C1G2_PC | C1G2_CRC | !C1G2_XPCW1 | !C1G2_XPCW2"},
    {"AirProtocolSingulationDetails", "C1G2SingulationDetails"},
};

}  // namespace

std::span<const LayoutRow> c1g2_rows() {
    return kC1g2;
}

std::span<const NamedRow> choice_rows() {
    return kChoices;
}

}  // namespace tally::llrp
