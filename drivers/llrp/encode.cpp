#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "drivers/llrp/codec.hpp"
#include "drivers/llrp/layout.hpp"
#include "firmware/base/check.hpp"

namespace tally::llrp {
namespace {

constexpr std::size_t kLengthMax = 0xffff;

class Encoder {
 public:
    Result<void> body(const Layout& layout, const std::vector<Field>& fields,
                      const std::vector<Parameter>& parameters) {
        for (const FieldLayout& field : layout.fields) {
            TALLY_TRY(write_field(layout, field, find(fields, field.name)));
        }
        TALLY_CHECK(bits_used_ == 0, "a layout's bit fields fill whole bytes");
        for (const Parameter& parameter : parameters) {
            TALLY_TRY(write_parameter(parameter));
        }
        return {};
    }

    ByteWriter writer;

 private:
    static const Value* find(const std::vector<Field>& fields, std::string_view name) {
        const auto at = std::find_if(fields.begin(), fields.end(),
                                     [&](const Field& field) { return field.name == name; });
        return at == fields.end() || name.empty() ? nullptr : &at->value;
    }

    Result<void> write_parameter(const Parameter& parameter) {
        const Layout* layout = parameter_layout(parameter.type);
        if (is_type_value(parameter.type)) {
            if (layout == nullptr) {
                return fail(ErrorKind::malformed,
                            fmt::format("type-value parameter {} has no layout", parameter.type));
            }
            writer.u8(static_cast<std::uint8_t>(0x80 | parameter.type));
            return body(*layout, parameter.fields, parameter.parameters);
        }
        const std::size_t start = writer.size();
        writer.u16(parameter.type);
        writer.u16(0);
        if (layout == nullptr) {
            const Value* raw = find(parameter.fields, kRawField);
            if (raw != nullptr && std::holds_alternative<Bytes>(*raw)) {
                writer.raw(std::get<Bytes>(*raw));
            }
        } else {
            TALLY_TRY(body(*layout, parameter.fields, parameter.parameters));
        }
        const std::size_t length = writer.size() - start;
        if (length > kLengthMax) {
            return fail(ErrorKind::malformed,
                        fmt::format("parameter {} would be {} bytes long, {} is the most",
                                    parameter.type, length, kLengthMax));
        }
        writer.patch_u16(start + 2, static_cast<std::uint16_t>(length));
        return {};
    }

    void put_bits(std::uint64_t value, unsigned count) {
        for (; count > 0; --count) {
            bits_ = static_cast<std::uint8_t>((bits_ << 1) |
                                              static_cast<int>((value >> (count - 1)) & 1U));
            if (++bits_used_ == 8) {
                writer.u8(bits_);
                bits_ = 0;
                bits_used_ = 0;
            }
        }
    }

    void put_unsigned(std::uint64_t value, unsigned bits) {
        switch (bits) {
            case 8:
                return writer.u8(static_cast<std::uint8_t>(value));
            case 16:
                return writer.u16(static_cast<std::uint16_t>(value));
            case 32:
                return writer.u32(static_cast<std::uint32_t>(value));
            default:
                return writer.u64(value);
        }
    }

    template <typename T>
    static Result<T> value_or_default(const Layout& layout, const FieldLayout& field,
                                      const Value* value) {
        if (value == nullptr) {
            return T{};
        }
        const T* held = std::get_if<T>(value);
        if (held == nullptr) {
            return fail(
                ErrorKind::malformed,
                fmt::format("{}: field {} holds another kind of value", layout.name, field.name));
        }
        return *held;
    }

    Result<void> put_count(const Layout& layout, const FieldLayout& field, std::size_t count) {
        if (count > kLengthMax) {
            return fail(ErrorKind::malformed,
                        fmt::format("{}: field {} has {} elements, {} is the "
                                    "most",
                                    layout.name, field.name, count, kLengthMax));
        }
        writer.u16(static_cast<std::uint16_t>(count));
        return {};
    }

    Result<void> write_field(const Layout& layout, const FieldLayout& field, const Value* value) {
        switch (field.kind) {
            case FieldKind::reserved:
                put_bits(0, field.bits);
                return {};
            case FieldKind::bits:
            case FieldKind::unsigned_int:
                return write_number(layout, field, value);
            case FieldKind::signed_int: {
                TALLY_TRY_ASSIGN(const auto number,
                                 value_or_default<std::int64_t>(layout, field, value));
                put_unsigned(static_cast<std::uint64_t>(number), field.bits);
                return {};
            }
            case FieldKind::text: {
                TALLY_TRY_ASSIGN(const auto text,
                                 value_or_default<std::string>(layout, field, value));
                TALLY_TRY(put_count(layout, field, text.size()));
                writer.raw(as_bytes(text));
                return {};
            }
            case FieldKind::bit_list: {
                TALLY_TRY_ASSIGN(const auto list, value_or_default<BitList>(layout, field, value));
                return write_bit_list(layout, field, list);
            }
            case FieldKind::number_list: {
                TALLY_TRY_ASSIGN(const auto list,
                                 value_or_default<NumberList>(layout, field, value));
                TALLY_TRY(put_count(layout, field, list.size()));
                for (const std::uint32_t number : list) {
                    put_unsigned(number, field.bits);
                }
                return {};
            }
            case FieldKind::fixed_bytes:
            case FieldKind::byte_list:
            case FieldKind::bytes_to_end:
                return write_bytes(layout, field, value);
        }
        return {};
    }

    Result<void> write_number(const Layout& layout, const FieldLayout& field, const Value* value) {
        TALLY_TRY_ASSIGN(const auto number, value_or_default<std::uint64_t>(layout, field, value));
        if (field.bits < 64 && (number >> field.bits) != 0) {
            return fail(ErrorKind::malformed,
                        fmt::format("{}: {} does not fit field {} of {} bits", layout.name, number,
                                    field.name, field.bits));
        }
        if (field.kind == FieldKind::bits) {
            put_bits(number, field.bits);
        } else {
            put_unsigned(number, field.bits);
        }
        return {};
    }

    Result<void> write_bit_list(const Layout& layout, const FieldLayout& field,
                                const BitList& list) {
        if (list.bytes.size() != (std::size_t{list.count} + 7) / 8) {
            return fail(ErrorKind::malformed,
                        fmt::format("{}: field {} has {} bits in {} bytes", layout.name, field.name,
                                    list.count, list.bytes.size()));
        }
        writer.u16(list.count);
        writer.raw(list.bytes);
        return {};
    }

    Result<void> write_bytes(const Layout& layout, const FieldLayout& field, const Value* value) {
        TALLY_TRY_ASSIGN(auto bytes, value_or_default<Bytes>(layout, field, value));
        if (field.kind == FieldKind::byte_list) {
            TALLY_TRY(put_count(layout, field, bytes.size()));
        }
        if (field.kind == FieldKind::fixed_bytes) {
            bytes.resize(field.bits / 8U);
        }
        writer.raw(bytes);
        return {};
    }

    std::uint8_t bits_ = 0;
    unsigned bits_used_ = 0;
};

}  // namespace

Result<Bytes> encode(const Message& message) {
    const Layout* layout = message_layout(message.type);
    if (layout == nullptr) {
        return fail(ErrorKind::malformed,
                    fmt::format("LLRP message type {} has no layout", message.type));
    }
    Encoder encoder;
    TALLY_TRY(encoder.body(*layout, message.fields, message.parameters));
    const Bytes body = encoder.writer.take();
    return frame_bytes({message.version, message.type, message.id, body});
}

}  // namespace tally::llrp
