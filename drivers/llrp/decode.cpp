#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "drivers/llrp/codec.hpp"
#include "drivers/llrp/layout.hpp"

namespace tally::llrp {
namespace {

constexpr std::size_t kTlvHeaderBytes = 4;

/// The message or parameter that is being decoded, for fault texts.
struct Place {
    const Layout* layout;
    std::uint16_t parameter;  ///< 0 for the message itself
};

class Decoder {
 public:
    explicit Decoder(Fault* fault) : fault_(fault) {}

    Result<void> body(ByteView bytes, const Place& place, std::vector<Field>& fields,
                      std::vector<Parameter>& parameters, int depth) {
        ByteReader reader(bytes);
        TALLY_TRY(read_fields(reader, place, fields));
        while (reader.remaining() > 0) {
            Parameter parameter;
            TALLY_TRY(read_parameter(reader, place, parameter, depth + 1));
            parameters.push_back(std::move(parameter));
        }
        return check_slots(place, parameters);
    }

 private:
    Result<void> read_fields(ByteReader& reader, const Place& place, std::vector<Field>& fields) {
        fields.reserve(place.layout->fields.size());
        BitCursor bits;
        std::uint16_t index = 0;
        for (const FieldLayout& field : place.layout->fields) {
            Value value = read_field(reader, bits, field);
            if (!reader.ok()) {
                return refuse(place, StatusCode::m_field_error, StatusCode::p_field_error, index,
                              fmt::format("field {} is cut short",
                                          field.name.empty() ? "(reserved)" : field.name));
            }
            if (field.kind != FieldKind::reserved) {
                fields.push_back({field.name, std::move(value)});
                ++index;
            }
        }
        return {};
    }

    /// Bits of the byte that bit fields are being taken from.
    struct BitCursor {
        std::uint8_t byte = 0;
        unsigned left = 0;
    };

    static std::uint64_t take_bits(ByteReader& reader, BitCursor& bits, unsigned count) {
        std::uint64_t value = 0;
        for (; count > 0; --count) {
            if (bits.left == 0) {
                bits.byte = reader.u8();
                bits.left = 8;
            }
            --bits.left;
            value = (value << 1) | ((bits.byte >> bits.left) & 1U);
        }
        return value;
    }

    static std::uint64_t take_unsigned(ByteReader& reader, unsigned bits) {
        switch (bits) {
            case 8:
                return reader.u8();
            case 16:
                return reader.u16();
            case 32:
                return reader.u32();
            default:
                return reader.u64();
        }
    }

    static Bytes take_bytes(ByteReader& reader, std::size_t count) {
        const ByteView view = reader.take(count);
        return {view.begin(), view.end()};
    }

    static Value read_field(ByteReader& reader, BitCursor& bits, const FieldLayout& field) {
        switch (field.kind) {
            case FieldKind::bits:
            case FieldKind::reserved:
                return take_bits(reader, bits, field.bits);
            case FieldKind::unsigned_int:
                return take_unsigned(reader, field.bits);
            case FieldKind::signed_int:
                return field.bits == 8 ? std::int64_t{static_cast<std::int8_t>(reader.u8())}
                                       : std::int64_t{static_cast<std::int16_t>(reader.u16())};
            case FieldKind::fixed_bytes:
                return take_bytes(reader, field.bits / 8U);
            case FieldKind::bit_list: {
                const std::uint16_t count = reader.u16();
                return BitList{count, take_bytes(reader, (std::size_t{count} + 7) / 8)};
            }
            case FieldKind::byte_list: {
                const std::uint16_t count = reader.u16();
                return take_bytes(reader, count);
            }
            case FieldKind::number_list:
                return read_numbers(reader, field.bits);
            case FieldKind::text: {
                const std::uint16_t count = reader.u16();
                return std::string(as_text(reader.take(count)));
            }
            case FieldKind::bytes_to_end:
                return take_bytes(reader, reader.remaining());
        }
        return std::uint64_t{0};
    }

    static Value read_numbers(ByteReader& reader, unsigned bits) {
        const std::uint16_t count = reader.u16();
        NumberList numbers;
        if (std::size_t{count} * bits / 8 <= reader.remaining()) {
            numbers.reserve(count);
        }
        for (std::uint16_t i = 0; i < count && reader.ok(); ++i) {
            numbers.push_back(static_cast<std::uint32_t>(take_unsigned(reader, bits)));
        }
        return numbers;
    }

    Result<void> read_parameter(ByteReader& reader, const Place& in, Parameter& parameter,
                                int depth) {
        const std::uint8_t first = reader.u8();
        if ((first & 0x80) != 0) {
            return read_type_value(reader, in, parameter, first & 0x7f);
        }
        const auto type = static_cast<std::uint16_t>(((first & 3) << 8) | reader.u8());
        const std::size_t length = reader.u16();
        parameter.type = type;
        if (!reader.ok() || length < kTlvHeaderBytes ||
            length - kTlvHeaderBytes > reader.remaining()) {
            return refuse(
                in, StatusCode::m_parameter_error, StatusCode::p_parameter_error, type,
                fmt::format("{} says {} bytes long, which does not fit", name_of(type), length));
        }
        const ByteView body_bytes = reader.take(length - kTlvHeaderBytes);
        if (is_type_value(type)) {
            return refuse(in, StatusCode::m_unknown_parameter, StatusCode::p_unknown_parameter,
                          type, fmt::format("parameter {} may not carry a length", type));
        }
        if (depth > kDepthMax) {
            return refuse(in, StatusCode::m_overflow_parameter, StatusCode::p_overflow_parameter,
                          type, "parameters are nested too deeply");
        }
        const Layout* layout = parameter_layout(type);
        if (layout == nullptr) {
            Field& raw = parameter.fields.emplace_back();
            raw.name = kRawField;
            raw.value.emplace<Bytes>(body_bytes.begin(), body_bytes.end());
            return {};
        }
        return body(body_bytes, {layout, type}, parameter.fields, parameter.parameters, depth);
    }

    Result<void> read_type_value(ByteReader& reader, const Place& in, Parameter& parameter,
                                 std::uint8_t type) {
        const Layout* layout = parameter_layout(type);
        if (layout == nullptr) {
            return refuse(in, StatusCode::m_unknown_parameter, StatusCode::p_unknown_parameter,
                          type,
                          fmt::format("type-value parameter {} is unknown, so that its end "
                                      "cannot be found",
                                      type));
        }
        parameter.type = type;
        return read_fields(reader, {layout, type}, parameter.fields);
    }

    Result<void> check_slots(const Place& place, const std::vector<Parameter>& parameters) {
        for (const Parameter& parameter : parameters) {
            const bool known = parameter_layout(parameter.type) != nullptr;
            const bool anywhere = !known || parameter.type == kCustomParameter;
            if (!anywhere && place.layout->slot_of(parameter.type) == nullptr) {
                return refuse(place, StatusCode::m_unexpected_parameter,
                              StatusCode::p_unexpected_parameter, parameter.type,
                              fmt::format("{} may not stand here", name_of(parameter.type)));
            }
        }
        for (const SlotLayout& slot : place.layout->slots) {
            const auto count = std::count_if(
                parameters.begin(), parameters.end(), [&](const Parameter& parameter) {
                    return std::find(slot.types.begin(), slot.types.end(), parameter.type) !=
                           slot.types.end();
                });
            if (count < slot.at_least) {
                return refuse(place, StatusCode::m_missing_parameter,
                              StatusCode::p_missing_parameter, slot.types.front(),
                              fmt::format("{} is missing", slot.name));
            }
            if (count > slot.at_most) {
                return refuse(place, StatusCode::m_duplicate_parameter,
                              StatusCode::p_duplicate_parameter, slot.types.front(),
                              fmt::format("{} stands there {} times", slot.name, count));
            }
        }
        return {};
    }

    static std::string name_of(std::uint16_t type) {
        const Layout* layout = parameter_layout(type);
        return layout == nullptr ? fmt::format("parameter {}", type) : std::string(layout->name);
    }

    tl::unexpected<Error> refuse(const Place& place, StatusCode in_message, StatusCode in_parameter,
                                 std::uint16_t subject, const std::string& what) {
        const StatusCode status = place.parameter == 0 ? in_message : in_parameter;
        if (fault_ != nullptr) {
            *fault_ = {status, place.parameter, subject};
        }
        return fail(ErrorKind::malformed, fmt::format("{}: {} [{}]; the message is discarded",
                                                      place.layout->name, what, to_string(status)));
    }

    Fault* fault_;
};

}  // namespace

Result<Message> decode(const Frame& frame, Fault* fault) {
    const Layout* layout = message_layout(frame.type);
    if (layout == nullptr) {
        if (fault != nullptr) {
            *fault = {StatusCode::m_unsupported_message, 0, 0};
        }
        return fail(ErrorKind::unsupported,
                    fmt::format("LLRP message type {} is unknown [{}]; the message is discarded",
                                frame.type, to_string(StatusCode::m_unsupported_message)));
    }
    Message message{frame.version, frame.type, frame.id, {}, {}};
    TALLY_TRY(Decoder(fault).body(frame.body, {layout, 0}, message.fields, message.parameters, 0));
    return message;
}

}  // namespace tally::llrp
