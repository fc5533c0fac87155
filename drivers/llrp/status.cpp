#include "drivers/llrp/status.hpp"

#include <utility>

#include <fmt/format.h>

#include "drivers/llrp/layout.hpp"

namespace tally::llrp {
namespace {

StatusCode code_in(const Parameter& status, std::string_view field) {
    return static_cast<StatusCode>(status.number(field));
}

void describe_nested(const Parameter& parent, std::string& text) {
    if (const Parameter* error = parent.child("FieldError")) {
        text += fmt::format(", field {}: {}", error->number("FieldNum"),
                            to_string(code_in(*error, "ErrorCode")));
    }
    if (const Parameter* error = parent.child("ParameterError")) {
        const auto type = static_cast<std::uint16_t>(error->number("ParameterType"));
        const Layout* layout = parameter_layout(type);
        text += fmt::format(
            ", in {}: {}",
            layout == nullptr ? fmt::format("parameter {}", type) : std::string(layout->name),
            to_string(code_in(*error, "ErrorCode")));
        describe_nested(*error, text);
    }
}

bool is_field_fault(StatusCode status) {
    return status == StatusCode::m_field_error || status == StatusCode::p_field_error;
}

Parameter field_error(std::uint16_t index) {
    return parameter("FieldError",
                     {number("FieldNum", index),
                      number("ErrorCode", static_cast<std::uint64_t>(StatusCode::a_invalid))});
}

Parameter parameter_error(std::uint16_t type, StatusCode code, std::vector<Parameter> nested) {
    return parameter(
        "ParameterError",
        {number("ParameterType", type), number("ErrorCode", static_cast<std::uint64_t>(code))},
        std::move(nested));
}

}  // namespace

std::string to_string(StatusCode status) {
    const auto value = static_cast<std::uint16_t>(status);
    const std::string_view name = enumeration_name("StatusCode", value);
    return fmt::format("{} ({})", name.empty() ? "unlisted status" : name, value);
}

std::optional<StatusReport> status_of(const Message& message) {
    const Parameter* status = message.child("LLRPStatus");
    if (status == nullptr) {
        return std::nullopt;
    }
    StatusReport report;
    report.code = code_in(*status, "StatusCode");
    report.text = to_string(report.code);
    const std::string_view words = status->text("ErrorDescription");
    if (!words.empty()) {
        report.text += fmt::format(" \"{}\"", words);
    }
    describe_nested(*status, report.text);
    return report;
}

Message error_message(const Fault& fault, Version version, std::uint32_t answers_id) {
    std::vector<Parameter> nested;
    StatusCode status = fault.status;
    if (fault.parameter != 0) {
        // A fault inside a parameter: the message's own code says where to look.
        status = StatusCode::m_parameter_error;
        std::vector<Parameter> detail;
        if (is_field_fault(fault.status)) {
            detail.push_back(field_error(fault.subject));
        }
        nested.push_back(parameter_error(fault.parameter, fault.status, std::move(detail)));
    } else if (is_field_fault(fault.status)) {
        nested.push_back(field_error(fault.subject));
    } else if (fault.subject != 0) {
        nested.push_back(parameter_error(fault.subject, fault.status, {}));
    }
    Message answer = message("ERROR_MESSAGE");
    answer.version = version;
    answer.id = answers_id;
    answer.parameters.push_back(
        parameter("LLRPStatus", {number("StatusCode", static_cast<std::uint64_t>(status))},
                  std::move(nested)));
    return answer;
}

}  // namespace tally::llrp
