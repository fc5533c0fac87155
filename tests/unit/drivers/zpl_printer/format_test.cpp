// What is sent to the printer, read by an interpreter of its own (sim/devices/zpl_printer), and
// what comes back.
#include "drivers/zpl_printer/format.hpp"

#include <catch2/catch.hpp>

#include "sim/devices/zpl_printer/interpreter.hpp"

using namespace tally;
using namespace tally::zpl;
namespace emulated = tally::sim::zpl;

namespace {

const std::string kEpc = "3034257BF7194E4000001A85";

emulated::Format read_by_the_interpreter(const std::string& text) {
    emulated::Interpreter interpreter;
    auto asked = interpreter.take(text);
    REQUIRE(asked.size() == 1);
    REQUIRE(asked[0].what == emulated::Interpreter::Asked::What::print);
    return asked[0].format;
}

// ~HS as in the ZPL II Programming Guide, with a flag set.
std::string status(const std::string& first, const std::string& second) {
    return "\x02" + first + "\x03\r\n\x02" + second + "\x03\r\n\x02" + "1234,0\x03\r\n";
}
const std::string kWellFirst = "030,0,0,0240,000,0,0,0,000,0,0,0";
const std::string kWellSecond = "000,0,0,0,1,2,4,0,00000000,1,000";

}  // namespace

TEST_CASE(
    "a tag is written once, read back and told to the host; a failure prints no second label") {
    const PrintJob job{kEpc, "茶叶 500g", "TEA-500  L7", kEpc, {}, "(01)80614141123458(21)6789"};
    const auto format = read_by_the_interpreter(format_of(job, {50, 30, 8}));
    CHECK(format.epc == kEpc);
    CHECK(format.tries == 1);
    CHECK(format.on_failure == 'N');
    CHECK(format.copies == 1);
    CHECK(format.width == 400);
    CHECK(format.length == 240);
    CHECK(format.unknown == 0);
    REQUIRE(format.verification);
    CHECK(format.reads.at(format.verification->field) == 'E');
    CHECK(format.verification->header == "EPC[");
    CHECK(format.verification->termination == "]\r\n");
    CHECK(format.verification->bytes == kEpc.size());
    REQUIRE(format.fields.size() == 4);
    CHECK(format.fields[0].kind == emulated::Field::Kind::qr);
    CHECK(format.fields[0].data == kEpc);
    CHECK(format.fields[1].data == "茶叶 500g");
    CHECK(format.fields[3].data == "(01)80614141123458(21)6789");
    for (const auto& field : format.fields) {
        CHECK(field.x < format.width);
        CHECK(field.y < format.length);
    }
}

TEST_CASE("the label of a place has a QR code, a barcode and its name, and no tag") {
    const auto format = read_by_the_interpreter(
        format_of({{}, "shelf.4", {}, "shelf.4", "shelf.4", "shelf.4"}, {}));
    CHECK_FALSE(format.epc);
    CHECK_FALSE(format.verification);
    REQUIRE(format.fields.size() == 4);
    CHECK(format.fields[2].kind == emulated::Field::Kind::code128);
    CHECK(format.fields[2].data == "shelf.4");
}

TEST_CASE("no text of a product can become a command of the printer") {
    const std::string hostile = "^XZ~JA_5E\\&^FD\x01\x7F";
    const auto format =
        read_by_the_interpreter(format_of({{}, hostile, hostile, hostile, {}, hostile}, {}));
    CHECK(format.copies == 1);
    CHECK(format.unknown == 0);
    REQUIRE(format.fields.size() == 4);
    for (const auto& field : format.fields) {
        CHECK(field.data == hostile);
    }
    for (const char c : field_text(hostile)) {
        CHECK((c != '^' && c != '~' && c != '\\'));
    }
}

TEST_CASE("each flag of the host status is a trouble of its own") {
    struct Row {
        std::string first, second;
        PrinterTrouble trouble;
    };
    const Row row = GENERATE(values<Row>({
        {kWellFirst, kWellSecond, PrinterTrouble::none},
        {"030,1,0,0240,000,0,0,0,000,0,0,0", kWellSecond, PrinterTrouble::paper_out},
        {"030,0,1,0240,000,0,0,0,000,0,0,0", kWellSecond, PrinterTrouble::paused},
        {"030,0,0,0240,000,0,0,0,000,1,0,0", kWellSecond, PrinterTrouble::fault},
        {"030,0,0,0240,000,0,0,0,000,0,1,0", kWellSecond, PrinterTrouble::fault},
        {"030,0,0,0240,000,0,0,0,000,0,0,1", kWellSecond, PrinterTrouble::fault},
        {kWellFirst, "000,0,1,0,1,2,4,0,00000000,1,000", PrinterTrouble::head_open},
        {kWellFirst, "000,0,0,1,1,2,4,0,00000000,1,000", PrinterTrouble::ribbon_out},
        // Open and empty and paused: what a person mends first.
        {"030,1,1,0240,000,0,0,0,000,0,0,0", "000,0,1,1,1,2,4,0,00000000,1,000",
         PrinterTrouble::head_open},
    }));
    std::string bytes = status(row.first, row.second);
    const auto message = take_message(bytes);
    REQUIRE(message);
    REQUIRE(*message);
    REQUIRE((*message)->status);
    CHECK((*message)->status->trouble == row.trouble);
    CHECK((*message)->status->idle());
    CHECK(bytes.empty());
}

TEST_CASE("what waits, what is left of a batch and half a format are not idle") {
    for (const auto& [first, second] :
         {std::pair{std::string("030,0,0,0240,002,0,0,0,000,0,0,0"), kWellSecond},
          std::pair{kWellFirst, std::string("000,0,0,0,1,2,4,0,00000001,1,000")},
          std::pair{std::string("030,0,0,0240,000,0,0,1,000,0,0,0"), kWellSecond}}) {
        std::string bytes = status(first, second);
        const auto message = take_message(bytes);
        REQUIRE((message && *message && (*message)->status));
        CHECK_FALSE((*message)->status->idle());
    }
}

TEST_CASE("messages come in any pieces and one behind the other") {
    const std::string all = "EPC[" + kEpc + "]\r\n" + status(kWellFirst, kWellSecond) + "EPC[]\r\n";
    for (std::size_t piece = 1; piece <= all.size(); ++piece) {
        std::string bytes;
        std::vector<std::string> met;
        for (std::size_t at = 0; at < all.size(); at += piece) {
            bytes += all.substr(at, piece);
            while (true) {
                const auto message = take_message(bytes);
                REQUIRE(message);
                if (!*message) {
                    break;
                }
                met.push_back((*message)->tag.value_or("status"));
            }
        }
        CHECK(met == std::vector<std::string>{kEpc, "status", ""});
    }
}

TEST_CASE("every prefix of a good message waits, every flipped byte is refused or harmless") {
    const std::string good = status(kWellFirst, kWellSecond);
    for (std::size_t size = 0; size < good.size(); ++size) {
        std::string bytes = good.substr(0, size);
        const auto message = take_message(bytes);
        REQUIRE(message);
        CHECK_FALSE(*message);
    }
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string bytes = good;
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
            for (int i = 0; i < 8; ++i) {
                const auto message = take_message(bytes);  // Never hangs, never reads beyond.
                if (!message || !*message) {
                    break;
                }
            }
        }
    }
}

TEST_CASE("what is no message is refused and taken off, and endless bytes do not pile up") {
    std::string bytes = "?SN ERROR\r\n" + status(kWellFirst, kWellSecond);
    CHECK_FALSE(take_message(bytes));
    const auto after = take_message(bytes);
    REQUIRE((after && *after));
    CHECK((*after)->status);
    for (const char first : {'x', '\x02'}) {
        std::string endless(kMessageBytesMax + 1, first);
        CHECK_FALSE(take_message(endless));
        CHECK(endless.empty());
    }
    std::string short_row = status("030,0,0", kWellSecond);
    CHECK_FALSE(take_message(short_row));
}
