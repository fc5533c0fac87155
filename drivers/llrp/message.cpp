#include "drivers/llrp/message.hpp"

#include <algorithm>
#include <utility>

#include "drivers/llrp/layout.hpp"
#include "firmware/base/check.hpp"

namespace tally::llrp {
namespace {

const Value* find(const std::vector<Field>& fields, std::string_view name) {
    const auto at = std::find_if(fields.begin(), fields.end(),
                                 [&](const Field& field) { return field.name == name; });
    return at == fields.end() ? nullptr : &at->value;
}

std::uint64_t number_in(const std::vector<Field>& fields, std::string_view name) {
    const Value* value = find(fields, name);
    if (value == nullptr) {
        return 0;
    }
    if (const auto* as_signed = std::get_if<std::int64_t>(value)) {
        return static_cast<std::uint64_t>(*as_signed);
    }
    const auto* as_unsigned = std::get_if<std::uint64_t>(value);
    return as_unsigned == nullptr ? 0 : *as_unsigned;
}

const Parameter* child_in(const std::vector<Parameter>& parameters, std::string_view name) {
    const Layout* layout = parameter_layout(name);
    TALLY_CHECK(layout != nullptr, "LLRP has no parameter of that name");
    const auto at =
        std::find_if(parameters.begin(), parameters.end(),
                     [&](const Parameter& candidate) { return candidate.type == layout->type; });
    return at == parameters.end() ? nullptr : &*at;
}

}  // namespace

std::uint64_t Parameter::number(std::string_view field) const {
    return number_in(fields, field);
}

std::string_view Parameter::text(std::string_view field) const {
    const Value* value = find(fields, field);
    const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

const Parameter* Parameter::child(std::string_view name) const {
    return child_in(parameters, name);
}

std::uint64_t Message::number(std::string_view field) const {
    return number_in(fields, field);
}

const Parameter* Message::child(std::string_view name) const {
    return child_in(parameters, name);
}

Parameter parameter(std::string_view name, std::vector<Field> fields,
                    std::vector<Parameter> parameters) {
    const Layout* layout = parameter_layout(name);
    TALLY_CHECK(layout != nullptr, "LLRP has no parameter of that name");
    return {layout->type, std::move(fields), std::move(parameters)};
}

Message message(std::string_view name, std::vector<Field> fields,
                std::vector<Parameter> parameters) {
    const Layout* layout = message_layout(name);
    TALLY_CHECK(layout != nullptr, "LLRP has no message of that name");
    return {Version::v1_0_1, layout->type, 0, std::move(fields), std::move(parameters)};
}

}  // namespace tally::llrp
