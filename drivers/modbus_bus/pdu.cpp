#include "drivers/modbus_bus/pdu.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace tally::modbus {

namespace {

constexpr std::uint8_t kExceptionBit = 0x80;
constexpr std::uint8_t kBegun = 5;
constexpr std::uint8_t kNoAnswerBehindGateway = 11;
constexpr std::uint16_t kCoilOn = 0xff00;  // FC 05 knows this and 0, nothing else.

bool is_bits(RegisterTable table) {
    return table == RegisterTable::coils || table == RegisterTable::discrete_inputs;
}

std::uint8_t function_of(const RegisterRead& request) {
    switch (request.table) {
        case RegisterTable::coils:
            return 1;
        case RegisterTable::discrete_inputs:
            return 2;
        case RegisterTable::holding:
            return 3;
        case RegisterTable::input:
            return 4;
    }
    return 3;
}

/// Instruments of the Laumas family know FC 16 only, so FC 06 is never used.
std::uint8_t function_of(const RegisterWrite& request) {
    if (request.table == RegisterTable::coils) {
        return request.values.size() == 1 ? 5 : 15;
    }
    return 16;
}

std::string shown(ByteView bytes) {
    constexpr std::size_t kShown = 16;
    return to_hex(bytes.first(std::min(bytes.size(), kShown)));
}

std::string_view meaning_of(std::uint8_t exception) {
    static constexpr std::array<std::pair<std::uint8_t, std::string_view>, 9> kMeanings = {{
        {1, "it does not know this function"},
        {2, "it has no such register"},
        {3, "it does not take this value"},
        {4, "it failed inside"},
        {5, "it has only begun the work"},
        {6, "it is busy"},
        {8, "its memory failed a check"},
        {10, "the gateway has no way to the unit"},
        {11, "the unit behind the gateway does not answer"},
    }};
    for (const auto& [code, meaning] : kMeanings) {
        if (code == exception) {
            return meaning;
        }
    }
    return "a code of its maker";
}

/// What both kinds of answer share: the function, or the exception in its place.
Result<ByteView> body_of(std::uint8_t function, ByteView pdu) {
    if (pdu.size() == 2 && pdu[0] == (function | kExceptionBit)) {
        return fail(ErrorKind::refused, "the unit refuses with exception " +
                                            std::to_string(pdu[1]) + ": " +
                                            std::string(meaning_of(pdu[1])) +
                                            "; compare its register map with its manual");
    }
    if (pdu.empty() || pdu[0] != function) {
        return fail(ErrorKind::malformed, "the answer " + shown(pdu) + " is not one to function " +
                                              std::to_string(function));
    }
    return pdu.subspan(1);
}

}  // namespace

Result<Bytes> encode(const RegisterRead& request) {
    const int most = is_bits(request.table) ? 2000 : 125;
    if (request.count == 0 || request.count > most || request.address + request.count > 0x10000) {
        return fail(ErrorKind::malformed, "one request reads 1 to " + std::to_string(most) +
                                              " values below address 65536; correct the map");
    }
    ByteWriter out;
    out.u8(function_of(request));
    out.u16(request.address);
    out.u16(request.count);
    return out.take();
}

Result<Bytes> encode(const RegisterWrite& request) {
    const bool coils = request.table == RegisterTable::coils;
    const std::size_t count = request.values.size();
    if ((!coils && request.table != RegisterTable::holding) || count == 0 || count > 123 ||
        request.address + count > 0x10000) {
        return fail(ErrorKind::malformed,
                    "one request writes 1 to 123 coils or holding registers below address 65536");
    }
    const std::uint8_t function = function_of(request);
    ByteWriter out;
    out.u8(function);
    out.u16(request.address);
    if (function == 5) {
        out.u16(request.values[0] != 0 ? kCoilOn : 0);
        return out.take();
    }
    out.u16(static_cast<std::uint16_t>(count));
    if (!coils) {
        out.u8(static_cast<std::uint8_t>(2 * count));
        for (const std::uint16_t value : request.values) {
            out.u16(value);
        }
        return out.take();
    }
    Bytes bits((count + 7) / 8, 0);
    for (std::size_t i = 0; i < count; ++i) {
        const unsigned bit = request.values[i] != 0 ? 1U << (i % 8) : 0U;
        bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | bit);
    }
    out.u8(static_cast<std::uint8_t>(bits.size()));
    out.raw(bits);
    return out.take();
}

RegisterBus::Values decode_answer(const RegisterRead& request, ByteView pdu) {
    TALLY_TRY_ASSIGN(const ByteView body, body_of(function_of(request), pdu));
    const std::size_t count = request.count;
    const std::size_t bytes = is_bits(request.table) ? (count + 7) / 8 : 2 * count;
    if (body.size() != bytes + 1 || body[0] != bytes) {
        return fail(ErrorKind::malformed,
                    "asked for " + std::to_string(count) + " values, answered with " + shown(pdu));
    }
    std::vector<std::uint16_t> values;
    values.reserve(count);
    ByteReader reader(body.subspan(1));
    for (std::size_t i = 0; i < count; ++i) {
        values.push_back(is_bits(request.table)
                             ? static_cast<std::uint16_t>((body[1 + i / 8] >> (i % 8)) & 1U)
                             : reader.u16());
    }
    return values;
}

Result<void> decode_answer(const RegisterWrite& request, ByteView pdu) {
    const std::uint8_t function = function_of(request);
    const bool is_exception = pdu.size() == 2 && pdu[0] == (function | kExceptionBit);
    if (is_exception && (pdu[1] == kBegun || pdu[1] == kNoAnswerBehindGateway)) {
        return fail(ErrorKind::timeout, "the unit says exception " + std::to_string(pdu[1]) + ": " +
                                            std::string(meaning_of(pdu[1])) +
                                            "; whether it was done is not known, read it back");
    }
    TALLY_TRY_ASSIGN(const ByteView body, body_of(function, pdu));
    TALLY_TRY_ASSIGN(const Bytes asked, encode(request));
    constexpr std::size_t kEchoed = 4;  // Address, and the count or the single value.
    if (body.size() != kEchoed || !std::equal(body.begin(), body.end(), asked.begin() + 1)) {
        return fail(ErrorKind::malformed, "the answer " + shown(pdu) + " confirms another write");
    }
    return {};
}

}  // namespace tally::modbus
