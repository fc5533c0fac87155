#include "drivers/llrp/layout.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "drivers/llrp/layout_rows.hpp"
#include "firmware/base/check.hpp"

namespace tally::llrp {
namespace {

constexpr std::size_t kTypesMax = 1024;

/// Takes the next " | " separated part off the front of `text`; empty at the end.
std::string_view next_part(std::string_view& text) {
    static constexpr std::string_view kSeparator = " | ";
    const std::size_t end = text.find(kSeparator);
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + kSeparator.size());
    return part;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) {
        return false;
    }
    text.remove_prefix(prefix.size());
    return true;
}

unsigned number_of(std::string_view digits) {
    unsigned value = 0;
    const auto end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, value);
    TALLY_CHECK(parsed.ec == std::errc() && parsed.ptr == end, "a layout row holds a bad number");
    return value;
}

struct KindRow {
    std::string_view word;
    FieldKind kind;
    std::uint8_t bits;
};

constexpr KindRow kKinds[] = {
    {"u1", FieldKind::bits, 1},
    {"u2", FieldKind::bits, 2},
    {"u8", FieldKind::unsigned_int, 8},
    {"u16", FieldKind::unsigned_int, 16},
    {"u32", FieldKind::unsigned_int, 32},
    {"u64", FieldKind::unsigned_int, 64},
    {"s8", FieldKind::signed_int, 8},
    {"s16", FieldKind::signed_int, 16},
    {"u96", FieldKind::fixed_bytes, 96},
    {"u1v", FieldKind::bit_list, 1},
    {"u8v", FieldKind::byte_list, 8},
    {"u16v", FieldKind::number_list, 16},
    {"u32v", FieldKind::number_list, 32},
    {"utf8v", FieldKind::text, 8},
    {"bytesToEnd", FieldKind::bytes_to_end, 0},
};

FieldLayout field_of(std::string_view part) {
    const std::size_t blank = part.find(' ');
    if (blank == std::string_view::npos) {
        return {FieldKind::reserved, static_cast<std::uint8_t>(number_of(part.substr(1))), {}, {}};
    }
    const std::string_view word = part.substr(0, blank);
    const std::string_view rest = part.substr(blank + 1);
    const auto* row = std::find_if(std::begin(kKinds), std::end(kKinds),
                                   [&](const KindRow& kind) { return kind.word == word; });
    TALLY_CHECK(row != std::end(kKinds), "a layout row names an unknown field kind");
    const std::size_t colon = rest.find(':');
    const std::string_view enumeration =
        colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
    return {row->kind, row->bits, rest.substr(0, colon), enumeration};
}

class Tables {
 public:
    Tables() {
        for (const auto rows : {type_value_rows(), core_rows(), c1g2_rows()}) {
            for (const LayoutRow& row : rows) {
                parameters_[row.type] = Layout{row.type, row.name, {}, {}};
            }
        }
        for (const auto rows : {type_value_rows(), core_rows(), c1g2_rows()}) {
            for (const LayoutRow& row : rows) {
                compile(row, parameters_[row.type]);
            }
        }
        for (const LayoutRow& row : message_rows()) {
            messages_[row.type] = Layout{row.type, row.name, {}, {}};
            compile(row, messages_[row.type]);
        }
    }

    [[nodiscard]] const Layout* message(std::uint16_t type) const { return at(messages_, type); }
    [[nodiscard]] const Layout* parameter(std::uint16_t type) const {
        return at(parameters_, type);
    }
    [[nodiscard]] const Layout* message(std::string_view name) const {
        return find(messages_, name);
    }
    [[nodiscard]] const Layout* parameter(std::string_view name) const {
        return find(parameters_, name);
    }

 private:
    using Table = std::array<Layout, kTypesMax>;

    static const Layout* at(const Table& table, std::uint16_t type) {
        return type < kTypesMax && !table[type].name.empty() ? &table[type] : nullptr;
    }
    static const Layout* find(const Table& table, std::string_view name) {
        for (const Layout& layout : table) {
            if (!layout.name.empty() && layout.name == name) {
                return &layout;
            }
        }
        return nullptr;
    }

    void compile(const LayoutRow& row, Layout& layout) const {
        std::string_view text = row.layout;
        while (!text.empty()) {
            std::string_view part = next_part(text);
            const bool in_toolkit = !take_prefix(part, "!");
            const bool is_slot = part.front() >= 'A' && part.front() <= 'Z';
            TALLY_CHECK(is_slot || layout.slots.empty(), "fields stand before sub-parameters");
            if (is_slot) {
                layout.slots.push_back(slot_of(part));
                layout.slots.back().in_toolkit = in_toolkit;
            } else {
                layout.fields.push_back(field_of(part));
                layout.fields.back().in_toolkit = in_toolkit;
            }
        }
    }

    [[nodiscard]] SlotLayout slot_of(std::string_view part) const {
        const char repeat = part.back();
        const bool once = repeat != '?' && repeat != '*' && repeat != '+';
        SlotLayout slot;
        slot.name = once ? part : part.substr(0, part.size() - 1);
        slot.types = types_of(slot.name);
        slot.at_least = once || repeat == '+' ? 1 : 0;
        slot.at_most = once || repeat == '?' ? 1 : kUnbounded;
        return slot;
    }

    [[nodiscard]] std::vector<std::uint16_t> types_of(std::string_view name) const {
        for (const NamedRow& choice : choice_rows()) {
            if (choice.name == name) {
                std::vector<std::uint16_t> types;
                std::string_view members = choice.members;
                while (!members.empty()) {
                    std::string_view member = next_part(members);
                    take_prefix(member, "!");
                    types.push_back(type_named(member));
                }
                return types;
            }
        }
        return {type_named(name)};
    }

    [[nodiscard]] std::uint16_t type_named(std::string_view name) const {
        const Layout* layout = parameter(name);
        TALLY_CHECK(layout != nullptr, "a layout row names an unknown parameter");
        return layout->type;
    }

    Table messages_{};
    Table parameters_{};
};

const Tables& tables() {
    static const Tables kTables;
    return kTables;
}

}  // namespace

const SlotLayout* Layout::slot_of(std::uint16_t parameter_type) const {
    for (const SlotLayout& slot : slots) {
        if (std::find(slot.types.begin(), slot.types.end(), parameter_type) != slot.types.end()) {
            return &slot;
        }
    }
    return nullptr;
}

const Layout* message_layout(std::uint16_t type) {
    return tables().message(type);
}

const Layout* parameter_layout(std::uint16_t type) {
    return tables().parameter(type);
}

const Layout* message_layout(std::string_view name) {
    return tables().message(name);
}

const Layout* parameter_layout(std::string_view name) {
    return tables().parameter(name);
}

std::optional<std::size_t> type_value_length(std::uint16_t type) {
    const Layout* layout = is_type_value(type) ? parameter_layout(type) : nullptr;
    if (layout == nullptr) {
        return std::nullopt;
    }
    std::size_t bits = 0;
    for (const FieldLayout& field : layout->fields) {
        bits += field.bits;
    }
    return bits / 8;
}

std::string_view enumeration_name(std::string_view enumeration, std::uint64_t value) {
    for (const NamedRow& row : enumeration_rows()) {
        if (row.name != enumeration) {
            continue;
        }
        std::string_view members = row.members;
        while (!members.empty()) {
            std::string_view member = next_part(members);
            take_prefix(member, "!");
            const std::size_t blank = member.find(' ');
            if (number_of(member.substr(0, blank)) == value) {
                return member.substr(blank + 1);
            }
        }
    }
    return {};
}

}  // namespace tally::llrp
