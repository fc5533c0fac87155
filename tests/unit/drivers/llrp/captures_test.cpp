// 15 messages that a real reader (Impinj R420, firmware 5.14) sent, against what another program
// made of them. The captures are payloads without the message header. The other program has its own
// names for many fields, says scalars where a parameter has one field, and writes 0 where one of a
// pair of alternatives is absent; the table and the comparison below know that, and nothing else.
#include <map>

#include <nlohmann/json.hpp>

#include "drivers/llrp/layout.hpp"
#include "drivers/llrp/report.hpp"
#include "tests/unit/drivers/llrp/frames.hpp"

using namespace tally;
using namespace tally::llrp;
using namespace tally::llrp::test;
using nlohmann::json;

namespace {

const std::filesystem::path kCaptures = "rfid/llrp-edgex-captures";

/// Their name to the standard's; several where one word of theirs stands for more than one.
const std::map<std::string, std::vector<std::string>> kNames = {
    {"Status", {"StatusCode"}},
    {"MaxSupportedAntennas", {"MaxNumberOfAntennaSupported"}},
    {"HasUTCClock", {"HasUTCClockCapability"}},
    {"DeviceManufacturer", {"DeviceManufacturerName"}},
    {"Model", {"ModelName"}},
    {"FirmwareVersion", {"ReaderFirmwareVersion"}},
    {"ReceiveSensitivities", {"ReceiveSensitivityTableEntry"}},
    {"ReceiveSensitivity", {"ReceiveSensitivityValue"}},
    {"PerAntennaReceiveSensitivityRanges", {"PerAntennaReceiveSensitivityRange"}},
    {"PerAntennaAirProtocols", {"PerAntennaAirProtocol"}},
    {"AirProtocolIDs", {"ProtocolID"}},
    {"SupportsEventsAndReportHolding", {"SupportsEventAndReportHolding"}},
    {"MaxPriorityLevelSupported", {"MaxNumPriorityLevelsSupported"}},
    {"ClientRequestedOpSpecTimeout", {"ClientRequestOpSpecTimeout"}},
    {"MaxROSpecs", {"MaxNumROSpecs"}},
    {"MaxSpecsPerROSpec", {"MaxNumSpecsPerROSpec"}},
    {"MaxInventoryParameterSpecsPerAISpec", {"MaxNumInventoryParameterSpecsPerAISpec"}},
    {"MaxAccessSpecs", {"MaxNumAccessSpecs"}},
    {"MaxOpSpecsPerAccessSpec", {"MaxNumOpSpecsPerAccessSpec"}},
    {"TransmitPowerLevels", {"TransmitPowerLevelTableEntry"}},
    {"FrequencyHopTables", {"FrequencyHopTable"}},
    {"Frequencies", {"Frequency"}},
    {"C1G2RFModes", {"C1G2UHFRFModeTable"}},
    {"UHFC1G2RFModeTableEntries", {"C1G2UHFRFModeTableEntry"}},
    {"ModeID", {"ModeIdentifier"}},
    {"DivideRatio", {"DRValue"}},
    {"IsEPCHagConformant", {"EPCHAGTCConformance"}},
    {"Modulation", {"MValue"}},
    {"SpectralMask", {"SpectralMaskIndicator"}},
    {"BackscatterDataRate", {"BDRValue"}},
    {"PIERatio", {"PIEValue"}},
    {"MinTariTime", {"MinTariValue"}},
    {"MaxTariTime", {"MaxTariValue"}},
    {"StepTariTime", {"StepTariValue"}},
    {"SupportsBlockErase", {"CanSupportBlockErase"}},
    {"SupportsBlockWrite", {"CanSupportBlockWrite"}},
    {"SupportsBlockPermalock", {"CanSupportBlockPermalock"}},
    {"SupportsTagRecommissioning", {"CanSupportTagRecommissioning"}},
    {"SupportsUMIMethod2", {"CanSupportUMIMethod2"}},
    {"SupportsXPC", {"CanSupportXPC"}},
    {"MaxSelectFiltersPerQuery", {"MaxNumSelectFiltersPerQuery"}},
    {"AntennaConfigurations", {"AntennaConfiguration"}},
    {"TransmitPowerIndex", {"TransmitPower"}},
    {"Filters", {"C1G2Filter"}},
    {"RFControl", {"C1G2RFControl"}},
    {"RFModeID", {"ModeIndex"}},
    {"SingulationControl", {"C1G2SingulationControl"}},
    {"InvAwareAction", {"C1G2TagInventoryStateAwareSingulationAction"}},
    {"EventNotificationStates", {"EventNotificationState"}},
    {"ReaderEventType", {"EventType"}},
    {"NotificationEnabled", {"NotificationState"}},
    {"Trigger", {"ROReportTrigger", "KeepaliveTriggerType"}},
    {"Interval", {"PeriodicTriggerValue"}},
    {"EnableInventoryParamSpecID", {"EnableInventoryParameterSpecID"}},
    {"CRCEnabled", {"EnableCRC"}},
    {"PCBitsEnabled", {"EnablePCBits"}},
    {"XPCBitsEnabled", {"EnableXPCBits"}},
    {"KeepAliveSpec", {"KeepaliveSpec"}},
    {"GPIPortCurrentStates", {"GPIPortCurrentState"}},
    {"Port", {"GPIPortNum", "GPOPortNumber"}},
    {"Enabled", {"Config"}},
    {"Data", {"GPOData"}},
    {"ROSpecs", {"ROSpec"}},
    {"AccessSpecs", {"AccessSpec"}},
    {"EPC96", {"EPC_96"}},
    {"FirstSeenUTC", {"FirstSeenTimestampUTC"}},
    {"FirstSeenUptime", {"FirstSeenTimestampUptime"}},
    {"LastSeenUTC", {"LastSeenTimestampUTC"}},
    {"LastSeenUptime", {"LastSeenTimestampUptime"}},
    {"C1G2PC", {"C1G2_PC"}},
    {"C1G2CRC", {"C1G2_CRC"}},
    {"C1G2XPCW1", {"C1G2_XPCW1"}},
    {"C1G2XPCW2", {"C1G2_XPCW2"}},
};

std::string base64(ByteView bytes) {
    static constexpr char kDigits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            group = (group << 8) | (i + k < bytes.size() ? bytes[i + k] : 0U);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            text += i + k > bytes.size() ? '=' : kDigits[(group >> (18 - 6 * k)) & 63];
        }
    }
    return text;
}

json as_json(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        return *text;
    }
    if (const auto* bytes = std::get_if<Bytes>(&value)) {
        return base64(*bytes);
    }
    if (const auto* numbers = std::get_if<NumberList>(&value)) {
        return *numbers;
    }
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        return *number;
    }
    return std::get<std::uint64_t>(value);
}

/// Their side may say true for 1.
bool same(const Value& value, const json& theirs) {
    return as_json(value) == (theirs.is_boolean() ? json(theirs.get<bool>() ? 1 : 0) : theirs);
}

std::size_t leaves(const std::vector<Field>& fields, const std::vector<Parameter>& parameters) {
    std::size_t count = fields.size();
    for (const Parameter& parameter : parameters) {
        count += leaves(parameter.fields, parameter.parameters);
    }
    return count;
}

/// Compares a node with their object; returns how many of our fields were found equal in it.
std::size_t compare(const std::vector<Field>& fields, const std::vector<Parameter>& parameters,
                    const json& theirs);

std::size_t compare_parameter(const std::vector<Parameter>& parameters, const std::string& key,
                              const std::string& name, const json& theirs) {
    const Layout* layout = parameter_layout(name);
    REQUIRE(layout != nullptr);
    std::vector<const Parameter*> ours;
    for (const Parameter& parameter : parameters) {
        if (parameter.type == layout->type) {
            ours.push_back(&parameter);
        }
    }
    const bool absent_alternative = key == "Uptime" || key == "EPCData";
    if (theirs.is_null() || (ours.empty() && absent_alternative)) {
        CHECK(ours.empty());
        return 0;
    }
    const json list = theirs.is_array() ? theirs : json::array({theirs});
    REQUIRE(ours.size() == list.size());
    std::size_t equal = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i].is_object()) {
            equal += compare(ours[i]->fields, ours[i]->parameters, list[i]);
        } else {
            REQUIRE(ours[i]->fields.size() == 1);
            CHECK(same(ours[i]->fields[0].value, list[i]));
            ++equal;
        }
    }
    return equal;
}

std::size_t compare(const std::vector<Field>& fields, const std::vector<Parameter>& parameters,
                    const json& theirs) {
    std::size_t equal = 0;
    for (const auto& [key, value] : theirs.items()) {
        INFO(key);
        const auto renamed = kNames.find(key);
        const std::vector<std::string> names =
            renamed == kNames.end() ? std::vector<std::string>{key} : renamed->second;
        const auto field = std::find_if(fields.begin(), fields.end(), [&](const Field& candidate) {
            return std::find(names.begin(), names.end(), candidate.name) != names.end();
        });
        if (field == fields.end()) {
            equal += compare_parameter(parameters, key, names.front(), value);
        } else {
            CHECK(same(field->value, value));
            ++equal;
        }
    }
    return equal;
}

struct Capture {
    std::string file;
    std::string message;
};

std::vector<Capture> captures() {
    std::vector<Capture> list = {
        {"CloseConnectionResponse-000", "CLOSE_CONNECTION_RESPONSE"},
        {"GetAccessSpecsResponse-000", "GET_ACCESSSPECS_RESPONSE"},
        {"GetROSpecsResponse-000", "GET_ROSPECS_RESPONSE"},
        {"GetReaderCapabilitiesResponse-000", "GET_READER_CAPABILITIES_RESPONSE"},
        {"GetReaderConfigResponse-000", "GET_READER_CONFIG_RESPONSE"},
        {"ReaderEventNotification-000", "READER_EVENT_NOTIFICATION"}};
    for (int i = 1; i <= 9; ++i) {
        list.push_back(
            {"roAccessReports/ROAccessReport-00" + std::to_string(i), "RO_ACCESS_REPORT"});
    }
    return list;
}

}  // namespace

TEST_CASE("the 15 captures of a real R420 decode to what another program read in them") {
    if (!tally::test::have_testdata(kCaptures)) {
        return;
    }
    std::size_t compared = 0;
    for (const Capture& capture : captures()) {
        INFO(capture.file);
        const auto path = tally::test::testdata() / kCaptures / capture.file;
        const std::string payload = tally::test::read_file(path.string() + ".bytes");
        const json theirs = json::parse(tally::test::read_file(path.string() + ".json"));
        const Bytes bytes = frame_bytes(
            {Version::v1_0_1, message_layout(capture.message)->type, 1, as_bytes(payload)});
        const Message ours = decoded(bytes);
        CHECK(compare(ours.fields, ours.parameters, theirs) ==
              leaves(ours.fields, ours.parameters));
        CHECK(encode(ours) == bytes);
        ++compared;
    }
    CHECK(compared == 15);
}

TEST_CASE("the captured tag reports give EPC, antenna and signal strength on the fast path") {
    if (!tally::test::have_testdata(kCaptures)) {
        return;
    }
    for (int i = 1; i <= 9; ++i) {
        const auto path = tally::test::testdata() / kCaptures / "roAccessReports" /
                          ("ROAccessReport-00" + std::to_string(i));
        const std::string payload = tally::test::read_file(path.string() + ".bytes");
        const json tag =
            json::parse(tally::test::read_file(path.string() + ".json")).at("TagReportData").at(0);
        ReportDecoder decoder(report_antenna | report_rssi | report_first_seen);
        std::vector<TagRead> reads;
        REQUIRE(decoder.decode(as_bytes(payload), MonoTime{7}, reads));
        REQUIRE(reads.size() == 1);
        CHECK(base64(reads[0].epc.bytes()) == tag.at("EPC96").at("EPC").get<std::string>());
        CHECK(reads[0].antenna == tag.at("AntennaID").get<int>());
        CHECK(reads[0].peak_rssi.value == tag.at("PeakRSSI").get<int>() * 100);
        CHECK(reads[0].reader_first_seen_us == tag.at("FirstSeenUTC").get<std::int64_t>());
        CHECK(reads[0].has == (TagRead::antenna_known | TagRead::rssi_known |
                               TagRead::first_seen_known | TagRead::reader_utc));
    }
}
