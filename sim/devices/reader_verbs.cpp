#include "sim/devices/reader_verbs.hpp"

#include <limits>

#include <fmt/format.h>

#include "sim/devices/verb_args.hpp"

namespace tally::sim {
namespace {

using Act = Result<std::string> (*)(LlrpReader&, VerbArgs&);

Result<std::string> tag_seen(LlrpReader& reader, VerbArgs& args) {
    TagSight sight;
    const std::string epc = args.text("epc");
    const std::optional<TagCode> code = TagCode::parse(epc);
    if (!code) {
        args.complain(fmt::format("tag_seen: '{}' is no EPC; give hex, or hex/bits", epc));
    }
    sight.antenna = static_cast<std::uint16_t>(args.number("antenna", {1, llrp::kAntennas}, 1));
    sight.rssi_dbm = static_cast<std::int8_t>(args.number("rssi_dbm", {-128, 127}, -60));
    sight.channel = static_cast<std::uint16_t>(args.number("channel", {1, llrp::kChannels}, 1));
    TALLY_TRY(args.done());
    sight.code = *code;
    return std::string(to_string(reader.tag_seen(sight)));
}

Result<std::string> input(LlrpReader& reader, VerbArgs& args) {
    const auto port = static_cast<std::uint16_t>(args.number("port", {1, llrp::kInputs}));
    const std::string level = args.text("level");
    const auto bounces = static_cast<int>(args.number("bounces", {0, 100}, 0));
    if (level != "high" && level != "low") {
        args.complain("input: 'level' is high or low");
    }
    TALLY_TRY(args.done());
    reader.input_bouncing(port, level == "high" ? Level::high : Level::low, bounces);
    return std::string("ok");
}

Result<std::string> antenna(LlrpReader& reader, VerbArgs& args) {
    const auto number = static_cast<std::uint16_t>(args.number("number", {1, llrp::kAntennas}));
    const std::string state = args.text("state");
    if (state != "connected" && state != "pulled") {
        args.complain("antenna: 'state' is connected or pulled");
    }
    TALLY_TRY(args.done());
    reader.antenna(number,
                   state == "pulled" ? LlrpReader::Cable::pulled : LlrpReader::Cable::connected);
    return std::string("ok");
}

Result<std::string> reboot(LlrpReader& reader, VerbArgs& args) {
    const Duration down = args.ms("down_ms", 3000);
    TALLY_TRY(args.done());
    reader.reboot(down);
    return std::string("ok");
}

Result<std::string> steal(LlrpReader& reader, VerbArgs& args) {
    const Duration held = args.ms("held_ms", 2000);
    TALLY_TRY(args.done());
    reader.steal_by_second_client(held);
    return std::string("ok");
}

Result<std::string> fill_buffer(LlrpReader& reader, VerbArgs& args) {
    const auto percent = static_cast<int>(args.number("percent", {0, 100}));
    TALLY_TRY(args.done());
    reader.fill_buffer(percent);
    return std::string("ok");
}

Result<std::string> set_clock(LlrpReader& reader, VerbArgs& args) {
    constexpr std::int64_t kHundredYearsMs = 3'155'760'000'000;
    const std::int64_t jump = args.number("jump_ms", {-kHundredYearsMs, kHundredYearsMs});
    TALLY_TRY(args.done());
    reader.set_clock(jump * 1000);
    return std::string("ok");
}

Result<std::string> flood(LlrpReader& reader, VerbArgs& args) {
    const auto tags = static_cast<std::uint32_t>(args.number("tags", {1, 60'000}, 24'000));
    TALLY_TRY(args.done());
    reader.flood(tags);
    return std::string("ok");
}

Result<std::string> exception(LlrpReader& reader, VerbArgs& args) {
    const std::string text = args.text("text", "temperature high");
    TALLY_TRY(args.done());
    reader.exception(text);
    return std::string("ok");
}

Result<std::string> fault(LlrpReader& reader, VerbArgs& args) {
    const std::string name = args.text("name");
    const std::int64_t value =
        args.number("value", {0, std::numeric_limits<std::int64_t>::max()}, 1);
    TALLY_TRY(args.done());
    TALLY_TRY(set_fault(reader.faults(), name, value));
    return std::string("ok");
}

/// Verbs without arguments.
template <void (LlrpReader::*kMember)()>
Result<std::string> plain(LlrpReader& reader, VerbArgs& args) {
    TALLY_TRY(args.done());
    (reader.*kMember)();
    return std::string("ok");
}

constexpr VerbInfo kVerbs[] = {
    {"tag_seen", "epc antenna=1 rssi_dbm=-60 channel=1", "a tag answers an antenna once"},
    {"input", "port level=high|low bounces=0", "a photo-eye or other input changes"},
    {"antenna", "number state=connected|pulled", "an antenna cable is pulled or put back"},
    {"reboot", "down_ms=3000", "power loss: ROSpecs, configuration and buffer are gone"},
    {"go_silent", "", "TCP stays open, nothing is said or heard"},
    {"speak_up", "", "ends go_silent"},
    {"reset_tcp", "", "the connection dies in the middle of a frame"},
    {"steal", "held_ms=2000", "a second client takes the reader"},
    {"fill_buffer", "percent", "the report buffer is that full; 0 empties it"},
    {"overflow", "", "the report buffer overflows: reads are lost until fill_buffer 0"},
    {"set_clock", "jump_ms", "the reader's clock jumps"},
    {"preempt", "", "another ROSpec takes the radio"},
    {"exception", "text", "a ReaderException event"},
    {"flood", "tags=24000", "one report with so many tags (24,000: 1.4 MB with all fields on)"},
    {"fault", "name value=1", "switches a fault on (tally-emul --list-faults) or, with 0, off"},
};
constexpr Act kActs[] = {
    tag_seen,
    input,
    antenna,
    reboot,
    plain<&LlrpReader::go_silent>,
    plain<&LlrpReader::speak_up>,
    plain<&LlrpReader::reset_tcp>,
    steal,
    fill_buffer,
    plain<&LlrpReader::overflow>,
    set_clock,
    plain<&LlrpReader::preempt>,
    exception,
    flood,
    fault,
};
static_assert(std::size(kVerbs) == std::size(kActs));

}  // namespace

std::span<const VerbInfo> reader_verbs() {
    return kVerbs;
}

Result<std::string> apply_verb(LlrpReader& reader, const Verb& verb) {
    for (std::size_t i = 0; i < std::size(kVerbs); ++i) {
        if (kVerbs[i].name == verb.name) {
            VerbArgs args(verb);
            return kActs[i](reader, args);
        }
    }
    return fail(ErrorKind::malformed, fmt::format("a reader has no verb '{}'", verb.name));
}

}  // namespace tally::sim
